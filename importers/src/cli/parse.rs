//! Reading single arguments.

use diaba_core::crs::Crs;
use diaba_core::store::dataset_slug;

use crate::error::ImportError;

/// Wrong usage, in both languages.
pub(super) fn usage(vi: impl Into<String>, en: impl Into<String>) -> ImportError {
    ImportError::Usage {
        vi: vi.into(),
        en: en.into(),
    }
}

/// `EPSG:9214` or `9214`.
pub(super) fn parse_crs(text: &str) -> Result<Crs, ImportError> {
    let digits = text
        .trim()
        .split_once(':')
        .map_or(Some(text.trim()), |(authority, code)| {
            authority.eq_ignore_ascii_case("epsg").then_some(code)
        });
    match digits.and_then(|code| code.parse::<u32>().ok()) {
        Some(code) => Ok(Crs::from_epsg(code)?),
        None => Err(usage(
            format!("--source-crs {text}: hãy viết EPSG:N, ví dụ EPSG:9214."),
            format!("--source-crs {text}: write EPSG:N, for example EPSG:9214."),
        )),
    }
}

/// `left=right`, several times.
pub(super) fn pairs(option: &str, texts: &[String]) -> Result<Vec<(String, String)>, ImportError> {
    texts
        .iter()
        .map(|text| match text.split_once('=') {
            Some((left, right)) if !left.is_empty() && !right.is_empty() => {
                Ok((left.to_owned(), right.to_owned()))
            }
            _ => Err(usage(
                format!("{option} {text}: hãy viết hai vế với dấu =."),
                format!("{option} {text}: write two sides with = between them."),
            )),
        })
        .collect()
}

/// `THEME/DATASET`.
pub(super) fn dataset(text: &str) -> Result<(String, String), String> {
    match text.split_once('/') {
        Some((theme, dataset)) if !theme.is_empty() && dataset_slug(dataset) == dataset => {
            Ok((theme.to_owned(), dataset.to_owned()))
        }
        _ => Err(
            "hãy viết CHUYÊN_ĐỀ/BỘ_DỮ_LIỆU · write THEME/DATASET, for example land_parcels/xa-07210"
                .to_owned(),
        ),
    }
}

/// `THEME` or `THEME/DATASET`.
pub(super) fn theme_or_dataset(text: &str) -> Result<(String, Option<String>), String> {
    if text.contains('/') || text.is_empty() {
        dataset(text).map(|(theme, dataset)| (theme, Some(dataset)))
    } else {
        Ok((text.to_owned(), None))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grids_are_named_by_their_code() {
        for text in ["EPSG:9214", "epsg:9214", "9214", " EPSG:9214 "] {
            assert_eq!(parse_crs(text).map(Crs::epsg).ok(), Some(9214), "{text}");
        }
        assert_eq!(
            parse_crs("somewhere").map_err(|e| e.exit_code()).err(),
            Some(1)
        );
        assert_eq!(
            parse_crs("EPSG:6956").map_err(|e| e.exit_code()).err(),
            Some(2)
        );
        assert_eq!(
            parse_crs("ESRI:102100").map_err(|e| e.exit_code()).err(),
            Some(1)
        );
    }

    #[test]
    fn a_dataset_is_named_with_its_theme() {
        assert_eq!(
            dataset("land_parcels/xa-07210"),
            Ok(("land_parcels".to_owned(), "xa-07210".to_owned()))
        );
        assert_eq!(
            theme_or_dataset("land_parcels"),
            Ok(("land_parcels".to_owned(), None))
        );
        assert!(theme_or_dataset("land_parcels/").is_err());
        for wrong in ["xa-07210", "/xa", "land_parcels/../x", "a/b/c", "a/"] {
            assert!(dataset(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_argument_panics(text in any::<String>()) {
            let _ = parse_crs(&text);
            let _ = dataset(&text);
            let _ = pairs("--map", &[text]);
        }
    }
}
