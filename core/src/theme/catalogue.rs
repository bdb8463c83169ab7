//! All themes and code lists: those built in, and those an operator adds or replaces.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::load::{Surroundings, is_identifier, parse};
use super::{PersonalRules, Theme, ThemeError};
use crate::code_list::CodeList;

static THEMES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../styles/themes");
static CODE_LISTS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../styles/code_lists");
const PERSONAL: &str = include_str!("../../../styles/personal.toml");

/// Every theme and code list there is, checked against each other.
#[derive(Debug, Clone)]
pub struct Catalogue {
    themes: Vec<Arc<Theme>>,
    code_lists: BTreeMap<String, Arc<CodeList>>,
}

/// Texts of files by identifier, each with the name to call it by in messages.
type Files = BTreeMap<String, (String, String)>;

impl Catalogue {
    /// The built-in themes and code lists, with those of the folder `overlay` (`themes/*.toml`,
    /// `code_lists/*.toml`, `personal.toml`) added, or put in place of the ones of the same name.
    ///
    /// # Errors
    /// [`ThemeError`], naming the file and the key, where any of them is wrong: a catalogue is whole or not at all.
    pub fn load(overlay: Option<&Path>) -> Result<Self, ThemeError> {
        let mut themes = embedded(&THEMES, "styles/themes");
        let mut code_lists = embedded(&CODE_LISTS, "styles/code_lists");
        let mut personal = ("styles/personal.toml".to_owned(), PERSONAL.to_owned());
        if let Some(folder) = overlay {
            let inside = folder.read_dir().map_err(|source| ThemeError::Read {
                path: folder.to_owned(),
                source,
            })?;
            drop(inside);
            themes.extend(read_folder(&folder.join("themes"))?);
            code_lists.extend(read_folder(&folder.join("code_lists"))?);
            let path = folder.join("personal.toml");
            if path.exists() {
                personal = (path.display().to_string(), read(&path)?);
            }
        }
        let personal = Arc::new(PersonalRules::parse(&personal.0, &personal.1)?);

        let mut lists = BTreeMap::new();
        let mut digests: BTreeMap<String, [u8; 32]> = BTreeMap::new();
        for (id, (file, text)) in code_lists {
            let list = CodeList::parse(&id, &file, &text)?;
            digests.insert(id.clone(), digest(&text));
            lists.insert(id, Arc::new(list));
        }
        let around = Surroundings {
            code_lists: &lists,
            personal: &personal,
        };
        let mut all = Vec::new();
        for (id, (file, text)) in themes {
            let mut theme = parse(&id, &file, &text, &around)?;
            theme.hash = hash(&theme, &text, &digests);
            all.push(Arc::new(theme));
        }
        all.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        Ok(Self {
            themes: all,
            code_lists: lists,
        })
    }

    /// The theme called `id`.
    pub fn theme(&self, id: &str) -> Option<&Arc<Theme>> {
        self.themes.iter().find(|t| t.id == id)
    }

    /// All themes, by their `order`, then id.
    pub fn themes(&self) -> impl ExactSizeIterator<Item = &Arc<Theme>> {
        self.themes.iter()
    }

    /// The code list called `id`.
    pub fn code_list(&self, id: &str) -> Option<&Arc<CodeList>> {
        self.code_lists.get(id)
    }

    /// All code lists, by id.
    pub fn code_lists(&self) -> impl ExactSizeIterator<Item = &Arc<CodeList>> {
        self.code_lists.values()
    }
}

fn embedded(dir: &'static Dir, folder: &str) -> Files {
    dir.files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let id = name.strip_suffix(".toml")?;
            Some((
                id.to_owned(),
                (format!("{folder}/{name}"), file.contents_utf8()?.to_owned()),
            ))
        })
        .collect()
}

/// The TOML files of `folder`; none where it does not exist.
fn read_folder(folder: &Path) -> Result<Files, ThemeError> {
    let failed = |source| ThemeError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Files::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let id = path
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default()
            .to_owned();
        if !is_identifier(&id) {
            return Err(ThemeError::Name {
                file: path.display().to_string(),
            });
        }
        files.insert(id, (path.display().to_string(), read(&path)?));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, ThemeError> {
    std::fs::read_to_string(path).map_err(|source| ThemeError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Hash of a file's text; a checkout with other line ends is the same file.
fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.replace("\r\n", "\n").as_bytes()).into()
}

/// Hash of a theme's text and of the code lists it uses, as hexadecimal digits.
fn hash(theme: &Theme, text: &str, digests: &BTreeMap<String, [u8; 32]>) -> String {
    let mut used: Vec<&str> = theme
        .fields
        .iter()
        .flat_map(|f| f.code_list.iter().chain(f.item_code_lists.values()))
        .map(|list| list.id.as_str())
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut hasher = Sha256::new();
    hasher.update(digest(text));
    for id in used {
        hasher.update(id.as_bytes());
        if let Some(digest) = digests.get(id) {
            hasher.update(digest);
        }
    }
    format!("{:x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::feature::Value;
    use crate::theme::Target;

    /// A folder with the given files, to lay over the built-in catalogue.
    fn overlay(files: &[(&str, &str)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn message(files: &[(&str, &str)]) -> String {
        Catalogue::load(Some(overlay(files).path()))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_built_in_catalogue_is_whole() {
        let catalogue = Catalogue::load(None).unwrap();
        let ids: Vec<&str> = catalogue.themes().map(|t| t.id.as_str()).collect();
        let all = [
            "water",
            "admin_units",
            "roads",
            "land_parcels",
            "land_use_plans",
            "urban_plan_zones",
            "urban_plans",
            "crop_zones",
            "dikes",
            "irrigation_works",
        ];
        assert_eq!(ids, all);
        for theme in catalogue.themes() {
            assert_eq!(theme.hash.len(), 64, "{}", theme.id);
            assert!(
                !theme.key.is_empty() && theme.label.is_some(),
                "{}",
                theme.id
            );
            assert!(
                theme.examples.len() >= 3,
                "{}: several examples each",
                theme.id
            );
            let legend = theme
                .legend()
                .unwrap_or_else(|| panic!("{} has no legend", theme.id));
            assert!(
                legend
                    .list
                    .codes()
                    .iter()
                    .all(|c| c.color.is_some() || c.kind.is_some())
            );
        }
    }

    #[test]
    fn a_new_theme_needs_no_rust() {
        let wells = r#"
            title = { vi = "Giếng quan trắc", en = "Observation wells" }
            description = { vi = "Giếng nước dưới đất.", en = "Groundwater wells." }
            group = "water"
            order = 95
            geometry = "point"
            key = ["so_hieu"]
            label = "so_hieu"
            zooms = { min = 8, detail = 10, max = 14 }
            legend = { field = "tang_chua_nuoc" }
            [[fields]]
            name = "so_hieu"
            type = "text"
            title = { vi = "Số hiệu", en = "Number" }
            aliases = ["SoHieuGieng"]
            required = true
            tile = true
            [[fields]]
            name = "tang_chua_nuoc"
            type = "text"
            title = { vi = "Tầng chứa nước", en = "Aquifer" }
            code_list = "aquifers"
            aliases = ["TangChuaNuoc"]
            [[fields]]
            name = "do_sau_m"
            type = "real"
            unit = "m"
            title = { vi = "Độ sâu", en = "Depth" }
            [[examples]]
            name = "a well"
            input = { SoHieuGien = "Q.1", TangChuaNu = "Pleistocen", DO_SAU_M = "45,5", SDT = "0912345678" }
            expect = { so_hieu = "Q.1", tang_chua_nuoc = "qp", do_sau_m = 45.5 }
            expect_dropped = ["SDT"]
        "#;
        let aquifers = r#"
            title = { vi = "Tầng chứa nước", en = "Aquifers" }
            current = "1"
            codes = [{ code = "qp", vi = "Pleistocen", en = "Pleistocene", color = "8FB4D9" }]
            [spelling]
            titles = true
            [[versions]]
            id = "1"
            title = { vi = "Bản 1", en = "Version 1" }
        "#;
        let folder = overlay(&[
            ("themes/wells.toml", wells),
            ("code_lists/aquifers.toml", aquifers),
        ]);
        let catalogue = Catalogue::load(Some(folder.path())).unwrap();
        let theme = catalogue.theme("wells").unwrap();
        assert_eq!(theme.check_examples(), Vec::<String>::new());
        assert_eq!(catalogue.themes().len(), 11);
        assert_eq!(catalogue.themes().last().unwrap().id, "wells");
    }

    #[test]
    fn a_wrong_example_says_what_became_of_it() {
        let text = THEMES
            .get_file("roads.toml")
            .unwrap()
            .contents_utf8()
            .unwrap();
        let text = text.replace(
            "expect = { so_hieu = \"QL.37\"",
            "expect = { so_hieu = \"QL.38\"",
        );
        let folder = overlay(&[("themes/roads.toml", &text)]);
        let catalogue = Catalogue::load(Some(folder.path())).unwrap();
        let wrong = catalogue
            .theme("roads")
            .unwrap()
            .check_examples()
            .join("\n");
        assert!(
            wrong.contains("`so_hieu` is `QL.37`, expected `QL.38`"),
            "{wrong}"
        );
    }

    #[test]
    fn errors_name_the_file_the_key_and_what_to_do() {
        let head = "title = { vi = \"a\", en = \"a\" }\ndescription = { vi = \"a\", en = \"a\" }\n\
            group = \"land\"\ngeometry = \"point\"\nzooms = { min = 1, detail = 2, max = 3 }\n";
        let field =
            "[[fields]]\nname = \"a\"\ntype = \"text\"\ntitle = { vi = \"a\", en = \"a\" }\n";
        let cases = [
            (
                format!("{head}colour = 1\n{field}"),
                "unknown field `colour`",
            ),
            (
                format!("{head}label = \"b\"\n{field}"),
                "label: `b` is not the name of a field",
            ),
            (
                format!("{head}key = [\"b\"]\n{field}"),
                "key[0]: `b` is not the name of a field",
            ),
            (
                format!("{head}{field}code_list = \"none\"\n"),
                "add code_lists/none.toml or use one of admin_levels",
            ),
            (
                format!("{head}{field}{field}"),
                "fields[1].name: `a` is there twice",
            ),
            (
                format!("{head}{field}pattern = \"(\"\n"),
                "pattern: is no regular expression",
            ),
            (
                format!("{head}{field}aliases = [\"TenChu\"]\n"),
                "`TenChu` names a person and is never kept",
            ),
            (
                format!("{head}{field}sensitivity = \"internal\"\ntile = true\n"),
                "tiles are seen by everybody",
            ),
            (
                format!("{head}{field}raw_to = \"a\"\n"),
                "name the code_list",
            ),
            (
                format!("{head}{field}").replace("detail = 2", "detail = 4"),
                "zooms: min 1, detail 4, max 3",
            ),
            (
                format!("{head}generalise = {{ coverage = true }}\n{field}"),
                "generalise.by",
            ),
            (
                format!("{head}{field}").replace("\"point\"", "\"pixel\""),
                "unknown variant `pixel`",
            ),
        ];
        for (text, part) in cases {
            let said = message(&[("themes/wrong.toml", &text)]);
            assert!(
                said.contains("wrong.toml") && said.contains(part),
                "expected {part}, got:\n{said}"
            );
        }
        assert!(message(&[("themes/Sai Tên.toml", "")]).contains("lower-case letters"));
        let codes = "title = { vi = \"a\", en = \"a\" }\ncurrent = \"1\"\ncodes = []\n";
        let said = message(&[(
            "code_lists/bad.toml",
            &format!("{codes}[[versions]]\nid = \"2\"\ntitle = {{ vi = \"a\", en = \"a\" }}\n"),
        )]);
        assert!(
            said.contains("bad.toml: current: `1` is not the id of a version"),
            "{said}"
        );
        let nowhere = overlay(&[]).path().join("nowhere");
        assert!(
            Catalogue::load(Some(&nowhere))
                .unwrap_err()
                .to_string()
                .contains("nowhere")
        );
    }

    #[test]
    fn the_hash_follows_the_theme_and_its_code_lists_only() {
        let hash = |files: &[(&str, &str)], theme: &str| {
            Catalogue::load(Some(overlay(files).path()))
                .unwrap()
                .theme(theme)
                .unwrap()
                .hash
                .clone()
        };
        let list = CODE_LISTS
            .get_file("crops.toml")
            .unwrap()
            .contents_utf8()
            .unwrap();
        let changed = list.replace("Litchi", "Lychee");
        let files = [("code_lists/crops.toml", changed.as_str())];
        assert_ne!(hash(&files, "crop_zones"), hash(&[], "crop_zones"));
        assert_eq!(hash(&files, "dikes"), hash(&[], "dikes"));
        let windows = list.replace('\n', "\r\n");
        assert_eq!(
            hash(&[("code_lists/crops.toml", windows.as_str())], "crop_zones"),
            hash(&[], "crop_zones")
        );
    }

    fn spelling(name: String) -> impl Strategy<Value = String> {
        let cases = prop::collection::vec(any::<bool>(), name.chars().count());
        (cases, "[_ .-]?").prop_map(move |(upper, separator)| {
            let mut out = String::new();
            for (i, (c, upper)) in name.chars().zip(upper).enumerate() {
                if i == 2 {
                    out.push_str(&separator);
                }
                if upper {
                    out.extend(c.to_uppercase())
                } else {
                    out.extend(c.to_lowercase())
                }
            }
            out
        })
    }

    fn any_name() -> impl Strategy<Value = (String, usize, String)> {
        let catalogue = Catalogue::load(None).unwrap();
        let mut all = Vec::new();
        for theme in catalogue.themes() {
            for (i, field) in theme.fields.iter().enumerate() {
                all.push((theme.id.clone(), i, field.name.clone()));
                all.extend(
                    field
                        .aliases
                        .iter()
                        .map(|a| (theme.id.clone(), i, a.clone())),
                );
            }
        }
        prop::sample::select(all)
            .prop_flat_map(|(theme, i, name)| (Just(theme), Just(i), spelling(name)))
    }

    fn any_record() -> impl Strategy<Value = Vec<(String, Option<Value>)>> {
        let value = prop_oneof![
            any::<i64>().prop_map(|n| Some(Value::Integer(n))),
            any::<f64>().prop_map(|n| Some(Value::Real(n))),
            any::<bool>().prop_map(|b| Some(Value::Bool(b))),
            any::<String>().prop_map(|t| Some(Value::Text(t))),
            "[A-Z+0-9.,;/ -]{0,16}".prop_map(|t| Some(Value::Text(t))),
            Just(None),
        ];
        let name = prop_oneof![any::<String>(), any_name().prop_map(|(_, _, name)| name)];
        prop::collection::vec((name, value), 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_field_is_found_in_any_case_and_with_any_separator((theme, field, name) in any_name()) {
            let catalogue = Catalogue::load(None).unwrap();
            let map = catalogue.theme(&theme).unwrap().match_fields(&[&name]);
            prop_assert_eq!(&map.columns()[0].target, &Target::Field(field), "{}", name);
        }

        #[test]
        fn no_record_makes_conversion_panic(record in any_record()) {
            let catalogue = Catalogue::load(None).unwrap();
            for theme in catalogue.themes() {
                let names: Vec<&str> = record.iter().map(|(n, _)| n.as_str()).collect();
                let values: Vec<Option<Value>> = record.iter().map(|(_, v)| v.clone()).collect();
                let map = theme.match_fields(&names);
                if let Ok(converted) = map.convert(&values) {
                    prop_assert_eq!(converted.values.len(), theme.fields.len());
                }
            }
        }

        #[test]
        fn no_file_makes_loading_panic(text in any::<String>(), line in 0usize..400, insert in "[a-z]{1,8} = ([0-9]|\\[\\]|\"[A-Z]\"|true)") {
            for (folder, dir) in [("themes", &THEMES), ("code_lists", &CODE_LISTS)] {
                let built_in = dir.files().next().unwrap();
                let name = format!("{folder}/{}", built_in.path().display());
                let good = built_in.contents_utf8().unwrap();
                let mut lines: Vec<&str> = good.lines().collect();
                let at = line % lines.len();
                lines[at] = &insert;
                for text in [text.as_str(), lines.join("\n").as_str()] {
                    let folder = overlay(&[(name.as_str(), text)]);
                    if let Err(error) = Catalogue::load(Some(folder.path())) {
                        prop_assert!(error.to_string().contains(".toml"), "{}", error);
                    }
                }
            }
        }
    }
}
