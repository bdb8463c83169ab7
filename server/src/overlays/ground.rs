//! What is laid, brought into the working plane.

use std::collections::BTreeSet;

use diaba_core::crs::{Transform, transform_geometry};
use diaba_core::geometry::{mend, own_judge};
use diaba_core::overlay::{Outline, outline_of};
use diaba_core::theme::GeometryKind;
use diaba_core::view::{FeatureRef, LayerView};
use serde_json::Value;

use super::rows::Subject;
use crate::editing::geometry;
use crate::error::{ApiError, FieldProblem};

/// Most features that are laid at once.
pub const MOST_LAID: usize = 20_000;

/// The areas of a GeoJSON document, each as one thing to lay.
pub fn areas(
    document: &Value,
    to_working: &Transform,
) -> Result<Vec<(Subject, Outline)>, ApiError> {
    let kind = document.get("type").and_then(Value::as_str);
    let members: Vec<(Option<&Value>, &Value)> = match kind {
        Some("FeatureCollection") => {
            let features = document.get("features").and_then(Value::as_array);
            let features = features.map(Vec::as_slice).unwrap_or_default();
            features.iter().map(member).collect()
        }
        Some("Feature") => vec![member(document)],
        _ => vec![(None, document)],
    };
    if members.is_empty() || members.len() > MOST_LAID {
        return Err(ApiError::bad(
            "of.area",
            format!("expected 1 to {MOST_LAID} areas"),
        ));
    }
    let mut laid = Vec::new();
    for (i, (properties, shape)) in members.into_iter().enumerate() {
        let outline = area(shape, to_working)?;
        let name =
            properties.and_then(|p| ["name", "ten", "ky_hieu"].iter().find_map(|n| p.get(n)));
        let label = name.and_then(Value::as_str).map(str::to_owned);
        laid.push((
            Subject {
                id: None,
                label: label.unwrap_or_else(|| (i + 1).to_string()),
                class: None,
            },
            outline,
        ));
    }
    Ok(laid)
}

fn member(feature: &Value) -> (Option<&Value>, &Value) {
    (
        feature.get("properties"),
        feature.get("geometry").unwrap_or(&Value::Null),
    )
}

fn area(shape: &Value, to_working: &Transform) -> Result<Outline, ApiError> {
    let invalid = |problem: FieldProblem| ApiError::Invalid(vec![problem]);
    let mut repairs = BTreeSet::new();
    let mut read = geometry::read(shape, &mut repairs).map_err(invalid)?;
    transform_geometry(to_working, &mut read).map_err(|error| ApiError::bad("of.area", error))?;
    let mended = mend(read, GeometryKind::Polygon, own_judge)
        .map_err(|flaw| invalid(FieldProblem::new("of.area", flaw.reason())))?;
    Ok(Outline::of(&mended.geometry))
}

/// These features with their outlines.
pub fn features(found: &[FeatureRef<'_>]) -> Result<Vec<(Subject, Outline)>, ApiError> {
    let laid = found
        .iter()
        .map(|feature| Ok((Subject::of(feature)?, outline_of(feature))));
    laid.collect()
}

/// The features of a layer with this number, or whose business key begins so.
pub fn named<'v>(
    layer: &'v LayerView,
    id: Option<super::request::FeatureNumber>,
    key: Option<&[String]>,
) -> Result<Vec<FeatureRef<'v>>, ApiError> {
    let mut found = match (id, key) {
        (Some(id), None) => layer.get(id.0).into_iter().collect(),
        (None, Some(key)) if !key.is_empty() => {
            let parts: Vec<&str> = key.iter().map(String::as_str).collect();
            layer.by_key(&parts)
        }
        _ => return Err(ApiError::bad("of", "name either `id` or `key`")),
    };
    found.sort_by(|a, b| a.order().cmp(&b.order()));
    if found.is_empty() {
        let theme = &layer.theme().id;
        return Err(ApiError::NotFound(format!("'{theme}' has no such feature")));
    }
    if found.len() > MOST_LAID {
        return Err(ApiError::bad(
            "of",
            format!("more than {MOST_LAID} features"),
        ));
    }
    Ok(found)
}
