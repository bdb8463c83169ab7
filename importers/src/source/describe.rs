//! What can be said of a file before its records are read.

use std::path::Path;

use gdal::Dataset;
use gdal::vector::{LayerAccess, OGRwkbGeometryType, OwnedLayer};

use super::columns::{Kind, characters};
use super::format::Format;
use super::{DeclaredCrs, Description, Options, SourceColumn, ogr, srs};
use crate::decode::Encoding;
use crate::error::ImportError;

/// Columns GDAL's KML reader adds to every placemark, about drawing rather than about the thing.
const KML_DRAWING: [&str; 9] = [
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
    "altitudeMode",
    "snippet",
    "begin",
    "end",
];

/// The layer to read: the one named, the only one with geometry, or the one named like the theme.
pub fn choose_layer(
    dataset: &Dataset,
    path: &Path,
    options: &Options,
) -> Result<usize, ImportError> {
    let mut spatial = Vec::new();
    let mut names = Vec::new();
    for (index, layer) in dataset.layers().enumerate() {
        let name = layer.name();
        if options.layer.as_ref() == Some(&name) {
            return Ok(index);
        }
        if layer.defn().geometry_type() != OGRwkbGeometryType::wkbNone {
            spatial.push((index, name.clone()));
        }
        names.push(name);
    }
    if let Some(wanted) = &options.layer {
        let layers = names.join(", ");
        return Err(ImportError::Nothing {
            path: path.to_owned(),
            vi: format!("không có lớp “{wanted}”; các lớp: {layers}."),
            en: format!("there is no layer “{wanted}”; its layers: {layers}."),
        });
    }
    match spatial.as_slice() {
        [] => Err(ImportError::NoGeometry {
            path: path.to_owned(),
        }),
        [(index, _)] => Ok(*index),
        several => several
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(&options.theme))
            .map(|(index, _)| *index)
            .ok_or_else(|| ImportError::Layers {
                path: path.to_owned(),
                layers: several
                    .iter()
                    .map(|(_, name)| name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
    }
}

/// Describes `layer`; the format's GDAL name and the encoding the file names are the caller's to add.
pub fn describe(layer: &OwnedLayer, kinds: &[Kind], format: Format, bytes: bool) -> Description {
    let names = ogr::column_names(layer.defn());
    let columns = names
        .into_iter()
        .zip(kinds)
        .map(|(name, kind)| SourceColumn {
            name: characters(name, bytes),
            text: *kind == Kind::Text,
        })
        .collect();
    // A count that must be made by reading the file through is no promise of the file's.
    let expected = format
        .counts()
        .then(|| layer.try_feature_count())
        .flatten()
        .filter(|&count| count > 0);
    Description {
        format: String::new(),
        layer: layer.name(),
        columns,
        bytes,
        declared_encoding: None,
        crs: layer.spatial_ref().map_or(DeclaredCrs::None, |srs| {
            if matches!(format, Format::MapInfoTab | Format::MapInfoMif) {
                srs::read_mapinfo(&srs)
            } else {
                srs::read(&srs)
            }
        }),
        expected,
    }
}

/// What the `.cpg` beside a shapefile says; Latin code pages say nothing, because legacy fonts hide behind them.
pub fn code_page(path: &Path) -> Option<Encoding> {
    let text = ["cpg", "CPG"]
        .iter()
        .find_map(|e| std::fs::read_to_string(path.with_extension(e)).ok())?;
    let name: String = text
        .trim()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match name.as_str() {
        "utf8" | "65001" => Some(Encoding::Unicode),
        "1258" | "cp1258" | "ansi1258" | "windows1258" => Some(Encoding::Cp1258),
        _ => None,
    }
}

/// Marks the columns that only say how a placemark is drawn as ignored.
pub fn leave_out_kml_columns(kinds: &mut [Kind], columns: &[SourceColumn]) {
    for (kind, column) in kinds.iter_mut().zip(columns) {
        if KML_DRAWING.contains(&column.name.as_str()) {
            *kind = Kind::Ignored;
        }
    }
}
