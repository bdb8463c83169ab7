//! The sheet and the commune of a cadastral drawing: said by the operator, the file's name or the side table.

use super::drawing::Said;
use super::label::bare;
use super::profile::Profile;
use super::side_table::SideTable;
use crate::error::ImportError;
use crate::job::Job;

/// The field of the sheet's number.
pub const SHEET: &str = "so_to";
/// The field of the commune's code.
pub const COMMUNE: &str = "ma_xa";

/// Who says what is the same for a whole drawing.
const FLAG: &str = "flag";
const FILE_NAME: &str = "file_name";
const SIDE_TABLE: &str = "side_table";

/// The sheet and the commune of the drawing of `job`, each with who said it.
///
/// # Errors
/// [`ImportError::Nothing`] where nobody says one of them: neither is ever guessed.
pub fn of(
    job: &Job,
    profile: &Profile,
    table: Option<&SideTable>,
) -> Result<[Said; 2], ImportError> {
    let stem = job
        .file
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let by_name = |field: &str| named(profile, &stem, field);
    let say = |field: &str, flag: Option<&String>, vi: &str, en: &str, option: &str| {
        let flagged = flag.map(|value| (value.trim().to_owned(), FLAG));
        flagged
            .or_else(|| by_name(field).map(|value| (value, FILE_NAME)))
            .or_else(|| {
                let value = table?.only(field)?;
                Some((value, SIDE_TABLE))
            })
            .map(|(value, from)| Said {
                field: field.to_owned(),
                value,
                from,
            })
            .ok_or_else(|| ImportError::Nothing {
                path: job.file.clone(),
                vi: format!("không biết {vi}; bản vẽ và tên tệp không ghi. Dùng {option}."),
                en: format!(
                    "{en} is not known; neither the drawing nor its name says it. Use {option}."
                ),
            })
    };
    let mut sheet = say(
        SHEET,
        job.drawing.sheet.as_ref(),
        "số tờ bản đồ",
        "the map sheet",
        "--sheet",
    )?;
    sheet.value = bare(&sheet.value).to_owned();
    let commune = say(
        COMMUNE,
        job.commune.as_ref(),
        "mã xã",
        "the commune",
        "--commune",
    )?;
    Ok([commune, sheet])
}

/// What a file's name says of `field` by the profile's patterns.
fn named(profile: &Profile, stem: &str, field: &str) -> Option<String> {
    profile.names.iter().find_map(|pattern| {
        let found = pattern.captures(stem)?.name(field)?;
        Some(found.as_str().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::super::profile::tests::built_in;
    use super::*;

    #[test]
    fn names_of_files_say_sheet_and_commune_or_nothing() {
        let profile = built_in();
        for (stem, sheet, commune) in [
            ("DC12", Some("12"), None),
            ("dc012", Some("12"), None),
            ("07210_12", Some("12"), Some("07210")),
            ("07210-DC-5", Some("5"), Some("07210")),
            ("DC12_07210", Some("12"), Some("07210")),
            ("to 7", Some("7"), None),
            ("12", None, None),
            ("ban do dia chinh", None, None),
            ("072101_12", None, None),
            ("DC12 sua", None, None),
        ] {
            assert_eq!(named(&profile, stem, SHEET).as_deref(), sheet, "{stem}");
            assert_eq!(named(&profile, stem, COMMUNE).as_deref(), commune, "{stem}");
        }
    }
}
