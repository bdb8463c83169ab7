//! The small files of `data-samples/files`: every theme, in the formats and grids of different offices.

use std::path::Path;

use thiserror::Error;

use super::convert::{ConvertError, Format, convert};
use super::drawing::write_dgn;
use super::fgb::{Form, WriteError};
use super::offices;
use crate::province::{Province, ProvinceError};
use crate::register::communes::JOINED;
use crate::register::survey::survey;
use crate::themes::cadastral_sheet;
use crate::themes::write::{Options, write_all};

/// Parcels of the province the small files are cut from.
pub const PARCELS: usize = 4_000;
/// Its seed.
pub const SEED: u64 = 24;

/// Why the small files could not be made.
#[derive(Debug, Error)]
pub enum CommittedError {
    /// No province.
    #[error(transparent)]
    Province(#[from] ProvinceError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file could not be converted.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The disk refused.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The province has fewer communes than there are files.
    #[error("the province has only {0} communes")]
    Communes(usize),
}

/// Themes copied as FlatGeobuf.
const AS_THEY_ARE: [&str; 3] = ["land_parcels", "roads", "irrigation_works"];
/// Themes converted whole.
const CONVERTED: [(&str, Format); 7] = [
    ("admin_units", Format::GeoJson),
    ("land_use_plans", Format::GeoPackage),
    ("urban_plans", Format::GeoJson),
    ("urban_plan_zones", Format::GeoPackage),
    ("crop_zones", Format::GeoJson),
    ("dikes", Format::Shapefile),
    ("water", Format::GeoPackage),
];
/// Formats in which one commune's parcels are written each.
const COMMUNES: [Format; 3] = [Format::Shapefile, Format::GeoPackage, Format::GeoJson];

/// Writes the small files into `out`, the same bytes every time with the same GDAL.
pub fn write(out: &Path) -> Result<(), CommittedError> {
    std::fs::create_dir_all(out)?;
    let province = Province::new(PARCELS, SEED)?;
    let work = tempfile::tempdir()?;
    let (official, local) = (work.path().join("official"), work.path().join("local"));
    write_all(
        &province,
        &official,
        Options {
            with_defects: false,
            jitter: None,
            form: Form::Official,
        },
    )?;
    write_all(
        &province,
        &local,
        Options {
            with_defects: false,
            jitter: None,
            form: Form::Local,
        },
    )?;
    let source = |theme: &str, format| {
        let folder = if format == Format::Shapefile {
            &local
        } else {
            &official
        };
        folder.join(format!("{theme}.fgb"))
    };
    for theme in AS_THEY_ARE {
        std::fs::copy(
            official.join(format!("{theme}.fgb")),
            out.join(format!("{theme}.fgb")),
        )?;
    }
    for (theme, format) in CONVERTED {
        let to = out.join(format!("{theme}.{}", format.extension()));
        convert(&source(theme, format), &to, format, None)?;
    }
    // Communes whose old code did not become another commune's new code: a file that does not say its era
    // can still be told.
    let codes: Vec<&str> = province
        .members
        .iter()
        .map(|m| m.commune.code)
        .filter(|code| JOINED.iter().all(|(new, _)| new != code))
        .collect();
    for (k, format) in COMMUNES.into_iter().enumerate() {
        let code = codes
            .get(k * 3 + 1)
            .or(codes.get(k))
            .ok_or(CommittedError::Communes(codes.len()))?;
        let to = out.join(format!("land_parcels_{code}.{}", format.extension()));
        let field = if format == Format::Shapefile {
            "MaXa"
        } else {
            "ma_xa_goc"
        };
        convert(
            &source("land_parcels", format),
            &to,
            format,
            Some(&format!("{field} = '{code}'")),
        )?;
        if format == Format::GeoPackage {
            offices::write(&source("land_parcels", format), out, code)?;
        }
    }
    drawings(&province, &codes, out)?;
    super::planning::write(&official, out)
}

/// The first sheet of a commune as a cadastral drawing, named by its commune of 2023 and its number.
fn drawings(province: &Province, codes: &[&str], out: &Path) -> Result<(), CommittedError> {
    let member = province
        .members
        .iter()
        .find(|m| codes.first() == Some(&m.commune.code))
        .ok_or(CommittedError::Communes(codes.len()))?;
    let mut parcels = survey(province, member).parcels;
    let first = parcels.first().map(|p| p.sheet);
    parcels.retain(|p| Some(p.sheet) == first);
    let name = format!("{}_{}.dgn", member.commune.code, first.unwrap_or(1));
    write_dgn(&cadastral_sheet::elements(&parcels), &out.join(name))?;
    Ok(())
}
