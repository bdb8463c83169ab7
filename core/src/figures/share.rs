//! What one feature adds to the figures of its theme.

use std::borrow::Borrow;

use geo::{Area, Euclidean, Geometry, Length};

use super::Sum;
use crate::feature::Value;
use crate::theme::Theme;

/// What one feature adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// Code of its commune; empty where it has none.
    pub commune: Box<str>,
    /// Its classes, for each field the theme is counted by; none where the field is empty, several of a list.
    pub classes: Vec<Vec<Box<str>>>,
    /// Its count, area and length.
    pub sum: Sum,
}

impl Share {
    /// What a feature with this geometry (working CRS) and these values adds; none where its theme is not counted.
    pub fn of<V: Borrow<Value>>(
        theme: &Theme,
        geometry: &Geometry<f64>,
        value: impl Fn(usize) -> Option<V>,
    ) -> Option<Self> {
        let statistics = theme.statistics.as_ref()?;
        let commune = statistics.commune.and_then(&value);
        let commune = commune.as_ref().and_then(|v| v.borrow().as_text());
        Some(Self {
            commune: commune.unwrap_or_default().into(),
            classes: statistics
                .by
                .iter()
                .map(|i| classes(value(*i).as_ref().map(Borrow::borrow)))
                .collect(),
            sum: Sum {
                count: 1,
                square_millimetres: (geometry.unsigned_area() * 1e6).round() as i64,
                millimetres: (length(geometry) * 1e3).round() as i64,
            },
        })
    }
}

fn classes(value: Option<&Value>) -> Vec<Box<str>> {
    match value {
        Some(Value::Text(text)) => vec![text.as_str().into()],
        Some(Value::Json(serde_json::Value::Array(list))) => {
            let mut classes: Vec<Box<str>> = list
                .iter()
                .filter_map(|item| item.as_str().map(Into::into))
                .collect();
            classes.sort_unstable();
            classes.dedup();
            classes
        }
        _ => Vec::new(),
    }
}

/// Length of lines in metres, in the plane; 0 of everything else.
fn length(geometry: &Geometry<f64>) -> f64 {
    match geometry {
        Geometry::Line(line) => Euclidean.length(line),
        Geometry::LineString(line) => Euclidean.length(line),
        Geometry::MultiLineString(lines) => Euclidean.length(lines),
        Geometry::GeometryCollection(members) => members.iter().map(length).sum(),
        _ => 0.0,
    }
}
