//! Names of datasets: the same for the same delivery, and one for each.

use std::collections::BTreeMap;

use diaba_core::store::dataset_slug;

use super::expand::Inputs;
use crate::error::ImportError;

/// Gives every input its dataset: the path within its folder or archive without the extension, which is added only where
/// two would have one name. Where a name is `given`, a single file has it, and of several each has it before its own.
///
/// # Errors
/// [`ImportError::Usage`] where `given` is no name, or two files the operator named would become one dataset.
pub fn name_datasets(inputs: &mut Inputs, given: Option<&str>) -> Result<(), ImportError> {
    let given = given.map(checked).transpose()?;
    if let (Some(given), [one]) = (&given, inputs.files.as_mut_slice()) {
        one.dataset.clone_from(given);
        return Ok(());
    }
    let slug_of = |own: &str| match &given {
        Some(given) => dataset_slug(&format!("{given}-{own}")),
        None => dataset_slug(own),
    };
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, input) in inputs.files.iter().enumerate() {
        alike
            .entry(slug_of(stem(&input.within)))
            .or_default()
            .push(index);
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for (slug, indexes) in alike {
        for (nth, index) in indexes.iter().enumerate() {
            let Some(input) = inputs.files.get_mut(*index) else {
                continue;
            };
            let alone = indexes.len() == 1 || (nth == 0 && !input.found);
            let mut name = if alone {
                slug.clone()
            } else {
                slug_of(&input.within)
            };
            // Two paths that differ only in what a name leaves out: their order in the folder decides.
            let mut number = 2;
            while input.found && taken.contains_key(&name) {
                name = format!("{slug}-{number}");
                number += 1;
            }
            if !input.found && (nth > 0 || taken.contains_key(&name)) {
                return Err(ImportError::Usage {
                    vi: format!(
                        "Hai tệp cùng thành bộ dữ liệu {slug}; hãy nhập từng tệp với --dataset."
                    ),
                    en: format!(
                        "Two files would become the dataset {slug}; import one after the other with --dataset."
                    ),
                });
            }
            taken.insert(name.clone(), *index);
            input.dataset = name;
        }
    }
    Ok(())
}

/// A name an operator gave, if it is one.
fn checked(given: &str) -> Result<String, ImportError> {
    let slug = dataset_slug(given);
    if slug == given {
        return Ok(slug);
    }
    Err(ImportError::Usage {
        vi: format!("--dataset {given}: chỉ dùng a–z, 0–9, “-” và “_”, ví dụ {slug}."),
        en: format!("--dataset {given}: use a–z, 0–9, “-” and “_” only, for example {slug}."),
    })
}

/// A path without the extension of its last part.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    match path.get(name..).and_then(|last| last.rfind('.')) {
        Some(dot) if dot > 0 => path.get(..name + dot).unwrap_or(path),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::expand::Input;
    use super::*;

    fn named(within: &[&str], found: bool, given: Option<&str>) -> Result<Vec<String>, u8> {
        let mut inputs = Inputs::default();
        for within in within {
            inputs.files.push(Input {
                path: PathBuf::from(within),
                name: (*within).to_owned(),
                within: (*within).to_owned(),
                dataset: String::new(),
                found,
                archives: Vec::new(),
            });
        }
        name_datasets(&mut inputs, given).map_err(|e| e.exit_code())?;
        Ok(inputs
            .files
            .into_iter()
            .map(|input| input.dataset)
            .collect())
    }

    #[test]
    fn paths_make_names() {
        assert_eq!(
            named(
                &["Xã A/Tờ 1.shp", "Xã B/Tờ 1.shp", "to.v2.gpkg"],
                true,
                None
            ),
            Ok(vec!["xa-a-to-1".into(), "xa-b-to-1".into(), "to-v2".into()])
        );
        assert_eq!(
            named(
                &["a.shp", "a.gpkg", "b.shp", "B.shp", "b-shp.csv"],
                true,
                None
            )
            .map(|names| {
                let distinct: std::collections::BTreeSet<_> = names.iter().cloned().collect();
                (distinct.len(), names[0].clone())
            }),
            Ok((5, "a-shp".to_owned()))
        );
        assert_eq!(named(&["a.shp", "A.gpkg"], false, None), Err(1));
        assert_eq!(
            named(&["a.shp"], false, Some("ten")),
            Ok(vec!["ten".into()])
        );
        assert_eq!(named(&["a.shp"], false, Some("Tên")), Err(1));
        assert_eq!(
            named(&["a.shp", "Xã B/b.shp", "xa_b.b.gpkg"], true, Some("ten")),
            Ok(vec![
                "ten-a".into(),
                "ten-xa-b-b".into(),
                "ten-xa_b-b".into()
            ])
        );
        assert_eq!(named(&["a.shp", "A.gpkg"], false, Some("ten")), Err(1));
    }

    proptest::proptest! {
        #[test]
        fn every_found_file_gets_a_name_of_its_own(paths in proptest::collection::vec("[aAb/. -]{1,6}", 0..8)) {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let names = named(&paths, true, None).expect("found files never clash");
            let distinct: std::collections::BTreeSet<_> = names.iter().collect();
            proptest::prop_assert_eq!(distinct.len(), names.len());
        }
    }
}
