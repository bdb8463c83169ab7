//! The elements of a drawing, by GDAL.

use std::ops::ControlFlow;
use std::path::Path;

use diaba_core::feature::Value;
use gdal::vector::{LayerAccess, OwnedLayer};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use geo::Geometry;

use super::Kind;
use crate::error::ImportError;
use crate::source::columns::{self, characters};
use crate::source::{SourceColumn, gdal as records, ogr};

/// One element.
#[derive(Debug, Clone)]
pub struct Element {
    /// The level or layer it is on.
    pub layer: String,
    /// What it says, as it came.
    pub text: Option<String>,
    /// Where it is, in the drawing's coordinates; `None` where it has no place or GDAL cannot tell it.
    pub geometry: Option<Geometry<f64>>,
    /// Everything GDAL says of it, one value a column.
    pub values: Vec<Option<Value>>,
}

/// The one layer GDAL makes of a drawing.
pub struct Elements {
    layer: OwnedLayer,
    kind: Kind,
}

impl Elements {
    /// Opens the drawing at `path`.
    ///
    /// # Errors
    /// [`ImportError::Read`] with what GDAL says.
    pub fn open(path: &Path, kind: Kind) -> Result<Self, ImportError> {
        records::quiet();
        let refused = |error: &gdal::errors::GdalError| ImportError::Read {
            path: path.to_owned(),
            reason: records::message(error),
        };
        let layer = Dataset::open_ex(
            path,
            DatasetOptions {
                open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
                allowed_drivers: Some(&[kind.driver()]),
                open_options: None,
                sibling_files: None,
            },
        )
        .and_then(|dataset| dataset.into_layer(0))
        .map_err(|error| refused(&error))?;
        Ok(Self { layer, kind })
    }

    /// The name GDAL gives the layer.
    pub fn name(&self) -> String {
        self.layer.name()
    }

    /// What GDAL says of elements.
    pub fn columns(&self) -> Vec<SourceColumn> {
        let bytes = self.kind.bytes();
        ogr::column_names(self.layer.defn())
            .into_iter()
            .zip(columns::kinds(self.layer.defn()))
            .map(|(name, kind)| SourceColumn {
                name: characters(name, bytes),
                text: kind == columns::Kind::Text,
            })
            .collect()
    }

    /// Hands every element to `take` until it breaks; where one cannot be read GDAL's reason is kept.
    pub fn each(&mut self, mut take: impl FnMut(Element) -> ControlFlow<()>) -> Option<String> {
        let names = ogr::column_names(self.layer.defn());
        let column = |wanted: &str| names.iter().position(|name| name == wanted.as_bytes());
        let (layer, text) = (column(self.kind.layer_field()), column("Text"));
        let kinds = columns::kinds(self.layer.defn());
        let bytes = self.kind.bytes();
        let mut complaint = None;
        ogr::clear_error();
        self.layer.reset_feature_reading();
        for feature in self.layer.features() {
            let read = |column: Option<usize>| {
                let column = column.filter(|&c| ogr::has_value(&feature, c))?;
                let text = characters(ogr::text(&feature, column)?, bytes);
                (!text.is_empty()).then_some(text)
            };
            let geometry = ogr::geometry(&feature).and_then(|g| records::shape(g).ok());
            let element = Element {
                layer: read(layer).unwrap_or_default(),
                text: read(text),
                geometry: geometry.map(|shape| shape.geometry),
                values: kinds
                    .iter()
                    .enumerate()
                    .map(|(index, &kind)| columns::value(&feature, index, kind, bytes))
                    .collect(),
            };
            complaint = complaint.or_else(ogr::last_error);
            ogr::clear_error();
            if take(element).is_break() {
                break;
            }
        }
        complaint.or_else(ogr::last_error)
    }
}
