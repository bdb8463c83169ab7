//! A drawing taken as it is: each line, closed shape or point one record, its layer and text as columns.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use diaba_core::theme::GeometryKind;
use geo::{Geometry, Polygon};

use super::Kind;
use super::drawing::{Drawing, DrawnLayer};
use super::elements::{Element, Elements};
use super::made::plain;
use crate::error::ImportError;
use crate::job::Job;
use crate::source::{DeclaredCrs, Description, Record, Source};

/// A drawing whose elements are the records.
pub struct GenericSource {
    elements: Elements,
    wanted: Vec<String>,
    kind: GeometryKind,
    description: Description,
    drawing: Drawing,
}

impl GenericSource {
    /// Opens the drawing of `job`. With `--layer A,B` only elements of those layers or levels are taken.
    ///
    /// # Errors
    /// [`ImportError`] where it cannot be read, or has nothing of the theme's kind on those layers.
    pub fn open(job: &Job, drawn: Kind) -> Result<Self, ImportError> {
        let mut elements = Elements::open(&job.file, drawn)?;
        let wanted: Vec<String> = job
            .layer
            .iter()
            .flat_map(|layers| layers.split(','))
            .map(|layer| layer.trim().to_owned())
            .filter(|layer| !layer.is_empty())
            .collect();
        let kind = job.theme.geometry;
        let mut layers: BTreeMap<String, DrawnLayer> = BTreeMap::new();
        let (mut taken, mut unfit) = (0_u64, 0_u64);
        let complaint = elements.each(|element| {
            let on_wanted = is_wanted(&wanted, &element.layer);
            let fits = fit(element.geometry, kind).is_some();
            let layer = layers
                .entry(element.layer.clone())
                .or_insert_with(|| DrawnLayer {
                    name: element.layer,
                    became: "not_used",
                    ..DrawnLayer::default()
                });
            layer.elements += 1;
            if on_wanted && fits {
                layer.became = "taken";
                taken += 1;
            } else if on_wanted {
                unfit += 1;
            }
            ControlFlow::Continue(())
        });
        let mut drawing = Drawing {
            layers: layers.into_values().collect(),
            ..Drawing::default()
        };
        if let Some(complaint) = complaint {
            drawing.remark(
                format!("GDAL báo khi đọc bản vẽ: {complaint}"),
                format!("GDAL said while reading the drawing: {complaint}"),
            );
        }
        if unfit > 0 {
            drawing.remark(
                format!("{unfit} đối tượng của bản vẽ không phải loại hình của chuyên đề (chữ, điểm, đường hở…), không dùng"),
                format!("{unfit} elements of the drawing are not of the theme's kind (texts, points, open lines …) and were not used"),
            );
        }
        if taken == 0 {
            let has = drawing.layers_in_words();
            return Err(ImportError::Nothing {
                path: job.file.clone(),
                vi: format!(
                    "không có đối tượng nào dùng được cho chuyên đề này ở các lớp đã chọn; các lớp (số đối tượng): {has}."
                ),
                en: format!(
                    "nothing on the chosen layers fits this theme; its layers (elements): {has}."
                ),
            });
        }
        Ok(Self {
            description: Description {
                format: drawn.driver().to_owned(),
                layer: elements.name(),
                columns: elements.columns(),
                bytes: drawn.bytes(),
                declared_encoding: None,
                crs: DeclaredCrs::None,
                expected: Some(taken),
            },
            elements,
            wanted,
            kind,
            drawing,
        })
    }
}

/// Whether `layer` is one of `wanted`, all where none is named.
fn is_wanted(wanted: &[String], layer: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|w| w.eq_ignore_ascii_case(layer))
}

/// `geometry` as the theme takes it: a closed line is the outline of an area; `None` where it is of another kind.
fn fit(geometry: Option<Geometry<f64>>, kind: GeometryKind) -> Option<Geometry<f64>> {
    let geometry = geometry?;
    let closed = match geometry {
        Geometry::LineString(line)
            if kind == GeometryKind::Polygon && line.is_closed() && line.0.len() > 3 =>
        {
            Polygon::new(line, Vec::new()).into()
        }
        other => other,
    };
    let fits = matches!(
        (&closed, kind),
        (_, GeometryKind::Any)
            | (
                Geometry::Point(_) | Geometry::MultiPoint(_),
                GeometryKind::Point
            )
            | (
                Geometry::LineString(_) | Geometry::MultiLineString(_),
                GeometryKind::Line
            )
            | (
                Geometry::Polygon(_) | Geometry::MultiPolygon(_),
                GeometryKind::Polygon
            )
    );
    fits.then_some(closed)
}

impl Source for GenericSource {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&mut self, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), ImportError> {
        let (wanted, kind) = (&self.wanted, self.kind);
        let mut number = 0;
        self.elements.each(|element| {
            let Element {
                layer,
                geometry,
                values,
                ..
            } = element;
            let geometry = fit(geometry, kind).filter(|_| is_wanted(wanted, &layer));
            let Some(geometry) = geometry else {
                return ControlFlow::Continue(());
            };
            number += 1;
            take(Record {
                number,
                shape: Some(Ok(plain(geometry))),
                values,
            })
        });
        Ok(())
    }

    fn drawing(&self) -> Option<&Drawing> {
        Some(&self.drawing)
    }
}
