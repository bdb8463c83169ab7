//! Drawings: elements on levels, written as MicroStation DGN version 7.

use std::path::Path;
use std::process::Command;

use geo_types::Geometry;
use geozero::ToJson;
use serde_json::json;

use super::convert::ConvertError;
use super::tcvn3;

/// An element of a drawing.
#[derive(Debug, Clone)]
pub struct Element {
    /// The level it is on.
    pub level: u8,
    /// Colour number of the drawing's table.
    pub color: u8,
    /// What it says.
    pub text: Option<String>,
    /// Where it is: a line, or a point with a text. EPSG:9214, metres, whole millimetres.
    pub shape: Geometry<f64>,
}

/// Where the design plane begins, so that a northing of 2.3 million metres fits 32 bits of millimetres.
const ORIGIN: &str = "ORIGIN=-416000,-2353000,0";
const PLANE: [&str; 4] = [
    "MASTER_UNIT_NAME=m",
    "SUB_UNIT_NAME=mm",
    "SUB_UNITS_PER_MASTER_UNIT=1000",
    "UOR_PER_SUB_UNIT=1",
];
/// GDAL cuts coordinates to whole units: half a unit more brings each to its own.
const HALF: f64 = 0.000_5;
/// The element type of texts.
const TEXT: u8 = 17;
/// In a text element of a plane drawing: where its length and its characters are.
const LENGTH_AT: usize = 58;
const CHARACTERS_AT: usize = 60;

/// Writes `elements` to the DGN file `to`, text in TCVN3.
pub fn write_dgn(elements: &[Element], to: &Path) -> Result<(), ConvertError> {
    let refused = |path: &Path, source| ConvertError::File {
        path: path.to_owned(),
        source,
    };
    let work = tempfile::tempdir().map_err(|e| refused(to, e))?;
    let from = work.path().join("elements.geojson");
    let features: Vec<_> = elements
        .iter()
        .map(|element| {
            let shape = geo::MapCoords::map_coords(&element.shape, |c| geo_types::Coord {
                x: c.x + HALF,
                y: c.y + HALF,
            });
            let shape: serde_json::Value = shape
                .to_json()
                .ok()
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            json!({
                "type": "Feature",
                "properties": {
                    "Level": element.level,
                    "ColorIndex": element.color,
                    "Text": element.text.as_deref().map(tcvn3::encode),
                },
                "geometry": shape,
            })
        })
        .collect();
    let collection = json!({"type": "FeatureCollection", "features": features});
    std::fs::write(&from, collection.to_string()).map_err(|e| refused(&from, e))?;
    if to.exists() {
        std::fs::remove_file(to).map_err(|e| refused(to, e))?;
    }
    let mut command = Command::new("ogr2ogr");
    command.args(["-f", "DGN", "-nln", "elements", "-dsco", ORIGIN]);
    for option in PLANE {
        command.args(["-dsco", option]);
    }
    let output = command
        .arg(to)
        .arg(&from)
        .output()
        .map_err(ConvertError::Missing)?;
    if !output.status.success() {
        return Err(ConvertError::Failed {
            path: to.to_owned(),
            message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    let mut bytes = std::fs::read(to).map_err(|e| refused(to, e))?;
    to_single_bytes(&mut bytes);
    std::fs::write(to, bytes).map_err(|e| refused(to, e))
}

/// Makes the UTF-8 texts GDAL wrote into a DGN the single bytes of a font's code: U+00A1 is byte A1.
pub fn to_single_bytes(file: &mut [u8]) {
    let mut at = 0;
    while let Some(&[_, kind, low, high]) = file.get(at..).and_then(|rest| rest.first_chunk::<4>())
    {
        if kind == 0xFF {
            break;
        }
        let size = 4 + 2 * usize::from(u16::from_le_bytes([low, high]));
        if kind & 0x7F == TEXT
            && let Some(element) = file.get_mut(at..at + size)
        {
            one_text(element);
        }
        at += size;
    }
}

fn one_text(element: &mut [u8]) {
    let length = element.get(LENGTH_AT).map_or(0, |n| usize::from(*n));
    let Some(text) = element.get_mut(CHARACTERS_AT..CHARACTERS_AT + length) else {
        return;
    };
    let Ok(read) = std::str::from_utf8(text) else {
        return;
    };
    let single: Vec<u8> = read
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect();
    for (k, byte) in text.iter_mut().enumerate() {
        *byte = single.get(k).copied().unwrap_or(0);
    }
    if let Some(count) = element.get_mut(LENGTH_AT) {
        *count = single.len().min(255) as u8;
    }
}
