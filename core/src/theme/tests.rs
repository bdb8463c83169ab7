//! The catalogue as a whole: themes of our own, themes dropped in, and what is said where they are wrong.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::catalogue::{CODE_LISTS, THEMES};
use super::{Catalogue, Target};
use crate::feature::Value;

/// Read once: most tests only look at it.
static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(None).unwrap());

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
    let catalogue = &*BUILT_IN;
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
        "pest_observations",
        "dikes",
        "irrigation_works",
        "hydrological_stations",
        "quality_findings",
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
        // What is read at its features colours a theme as a legend does.
        let readings = theme.readings.as_ref().map(|readings| &*readings.list);
        let list = theme.legend().map(|legend| legend.list).or(readings);
        let list = list.unwrap_or_else(|| panic!("{} has no legend", theme.id));
        assert!(
            list.codes()
                .iter()
                .all(|c| c.color.is_some() || c.kind.is_some())
        );
    }
}

/// The theme and the code list that docs/THEMES.md explains: what it says must load.
#[test]
fn a_new_theme_needs_no_rust() {
    let page = include_str!("../../../docs/THEMES.md");
    let blocks: Vec<&str> = page
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    let [wells, aquifers] = blocks.as_slice() else {
        panic!(
            "expected a theme and a code list, found {} blocks",
            blocks.len()
        );
    };
    let folder = overlay(&[
        ("themes/wells.toml", wells),
        ("code_lists/aquifers.toml", aquifers),
    ]);
    let catalogue = Catalogue::load(Some(folder.path())).unwrap();
    let theme = catalogue.theme("wells").unwrap();
    assert_eq!(theme.check_examples(), Vec::<String>::new());
    assert_eq!(theme.legend().unwrap().codes().count(), 2);
    assert_eq!(catalogue.themes().len(), 14);
    let last: Vec<&str> = catalogue.themes().skip(12).map(|t| t.id.as_str()).collect();
    assert_eq!(last, ["wells", "quality_findings"]);
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
    let field = "[[fields]]\nname = \"a\"\ntype = \"text\"\ntitle = { vi = \"a\", en = \"a\" }\n";
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
            format!("{head}label_with = [\"a\"]\n{field}"),
            "label_with: tiles do not carry the field `a`",
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
fn the_hash_follows_what_shards_depend_on_and_nothing_else() {
    let hash = |name: &str, from: &str, to: &str, theme: &str| {
        let (folder, file) = name.split_once('/').unwrap();
        let dir = if folder == "themes" {
            &THEMES
        } else {
            &CODE_LISTS
        };
        let text = dir.get_file(file).unwrap().contents_utf8().unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        let changed = text.replace(from, to);
        let catalogue = Catalogue::load(Some(overlay(&[(name, &changed)]).path())).unwrap();
        catalogue.theme(theme).unwrap().hash.clone()
    };
    let built_in = |theme: &str| BUILT_IN.theme(theme).unwrap().hash.clone();
    let dikes = |from, to| hash("themes/dikes.toml", from, to, "dikes");
    assert_eq!(dikes("\"MaDe\", ", ""), built_in("dikes"));
    assert_eq!(dikes("Tên tuyến đê", "Tuyến đê"), built_in("dikes"));
    assert_eq!(dikes("\n", "\r\n"), built_in("dikes"));
    assert_ne!(dikes("min = 6, ", "min = 7, "), built_in("dikes"));
    assert_ne!(
        dikes("name = \"ket_cau_mat\"", "name = \"mat\""),
        built_in("dikes")
    );
    assert_ne!(dikes(", \"ten_song\"]", "]"), built_in("dikes"));
    let parcels = |from, to| hash("code_lists/land_use.toml", from, to, "land_parcels");
    assert_eq!(parcels("FFFC8C", "FFFC8D"), built_in("land_parcels"));
    assert_ne!(
        parcels("class = \"giao_thong\"", "class = \"o\""),
        built_in("land_parcels")
    );
    assert_ne!(built_in("roads"), built_in("water"));
}

#[test]
fn what_does_not_fit_its_field_says_no_persons_number() {
    let theme = BUILT_IN.theme("land_parcels").unwrap();
    let fields = theme.match_fields(&["ma_xa", "so_to", "so_thua", "loai_dat", "dien_tich"]);
    for number in ["0912345678", "024 080 001 230", "a@b.vn"] {
        let text = |v: &str| Some(Value::Text(v.to_owned()));
        let record = [
            text("07210"),
            text("1"),
            text("2"),
            text(number),
            text(number),
        ];
        let told = match fields.convert(&record) {
            Ok(converted) => format!("{:?} {:?}", converted.notes, converted.extra),
            Err(reject) => format!("{reject:?}"),
        };
        let plain = |text: &str| text.replace(' ', "");
        assert!(!plain(&told).contains(&plain(number)), "{told}");
        let record = [text(number), text("1"), text("2"), text("LUC"), None];
        let told = match fields.convert(&record) {
            Ok(converted) => format!("{:?} {:?}", converted.notes, converted.extra),
            Err(reject) => format!("{reject:?}"),
        };
        assert!(!plain(&told).contains(&plain(number)), "{told}");
    }
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
                out.extend(c.to_uppercase());
            } else {
                out.extend(c.to_lowercase());
            }
        }
        out
    })
}

fn any_name() -> impl Strategy<Value = (String, usize, String)> {
    let catalogue = &*BUILT_IN;
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
        let catalogue = &*BUILT_IN;
        let theme = catalogue.theme(&theme).unwrap();
        let map = theme.match_fields(&[&name]);
        let target = &map.columns()[0].target;
        // Ten bytes may be what DBF left of a personal column's name; then it goes, whatever else it may be.
        if theme.personal.names_person(&name) {
            prop_assert!(name.len() == 10 && matches!(target, Target::Personal(_)), "{}", name);
        } else {
            prop_assert_eq!(target, &Target::Field(field), "{}", name);
        }
    }

    #[test]
    fn no_record_makes_conversion_panic(record in any_record()) {
        let catalogue = &*BUILT_IN;
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

/// How a theme is drawn is checked like all else it says.
#[test]
fn a_drawing_that_cannot_be_is_refused() {
    let refused = |change: (&str, &str)| {
        let text = THEMES
            .get_file("dikes.toml")
            .unwrap()
            .contents_utf8()
            .unwrap();
        assert!(text.contains(change.0), "{}", change.0);
        let folder = overlay(&[("themes/dikes.toml", &text.replacen(change.0, change.1, 1))]);
        Catalogue::load(Some(folder.path())).map_or_else(|e| e.to_string(), |_| String::new())
    };
    for (change, key) in [
        (("DB = 6", "XX = 6"), "generalise.rank_zooms.XX"),
        (("DB = 6", "DB = 16"), "generalise.rank_zooms.DB"),
        (("merge = [\"cap\"", "merge = [\"bo\""), "generalise.merge"),
        (
            ("merge = [\"cap\"", "thin = 12\nmerge = [\"cap\""),
            "generalise.thin",
        ),
        (("rank = \"cap\"", "rank = \"ten_song\""), "generalise.rank"),
        (
            ("from = \"ly_trinh_dau_m\"", "from = \"ly_trinh_dau\""),
            "chainage.from",
        ),
        (
            ("zoom = 13, metres = 1000", "zoom = 13, metres = 9000"),
            "chainage.steps",
        ),
        (
            ("tile = true\ntile_from = 13", "tile_from = 13"),
            "tile_from",
        ),
    ] {
        let said = refused(change);
        assert!(said.contains(key), "{change:?}: {said}");
    }
}
