//! A GeoJSON feature as it is sent, into a feature of a theme.

use std::collections::BTreeSet;
use std::sync::Arc;

use diaba_core::crs::{Crs, area_in};
use diaba_core::feature::NewFeature;
use diaba_core::geometry::areas::{Agreement, Declared, plane};
use diaba_core::theme::Theme;
use geo::Geometry;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::carry::{Anchors, SentCrs, carry, in_words};
use super::geometry;
use super::properties::{self, Read};
use crate::app::App;
use crate::error::{ApiError, FieldProblem, Reason};

/// What a client should know about what it has sent.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Told {
    /// Properties that were not kept because they tell who a person is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<FieldProblem>,
    /// What was changed or is doubtful, by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<FieldProblem>,
    /// What was done to the geometry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Reason>,
}

impl Told {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.dropped.is_empty() && self.notes.is_empty() && self.repairs.is_empty()
    }
}

/// How documents are read for one request.
pub struct Reader<'a> {
    /// The server.
    pub app: &'a App,
    /// The theme.
    pub theme: &'a Arc<Theme>,
    /// The reference system of what is sent.
    pub sent: SentCrs,
    /// Corners that stand already.
    pub anchors: Anchors,
}

impl Reader<'_> {
    /// A whole feature; `before` is what it takes the place of.
    ///
    /// # Errors
    /// [`ApiError::BadBody`] where it is no feature, [`ApiError::Invalid`] where it cannot be kept.
    pub fn whole(
        &self,
        document: &Json,
        before: Option<&NewFeature>,
    ) -> Result<(NewFeature, Told), ApiError> {
        let (sent, shape) = self.parts(document)?;
        let read = properties::whole(self.theme, &sent, before)?;
        let (geometry, repairs) = shape.ok_or_else(no_geometry)?;
        Ok(self.together(geometry, repairs, read))
    }

    /// `before` with what the document says in its place (JSON merge patch, RFC 7396).
    ///
    /// # Errors
    /// As [`Reader::whole`].
    pub fn patch(
        &self,
        document: &Json,
        before: &NewFeature,
    ) -> Result<(NewFeature, Told), ApiError> {
        let (sent, shape) = self.parts(document)?;
        let read = properties::patched(self.theme, &sent, before)?;
        let (geometry, repairs) = shape.unwrap_or_else(|| (before.geometry.clone(), Vec::new()));
        Ok(self.together(geometry, repairs, read))
    }

    /// Properties and geometry of a feature document, the geometry in the working plane.
    fn parts(&self, document: &Json) -> Result<Parts, ApiError> {
        let bad = |what: &str| ApiError::BadBody(what.to_owned());
        let document = document
            .as_object()
            .ok_or_else(|| bad("expected a GeoJSON feature"))?;
        match document.get("type").map(Json::as_str) {
            None | Some(Some("Feature")) => {}
            Some(_) => return Err(bad("expected a GeoJSON object of type 'Feature'")),
        }
        let sent = match document.get("properties") {
            None | Some(Json::Null) => Map::new(),
            Some(Json::Object(sent)) => sent.clone(),
            Some(_) => return Err(bad("'properties' is no object")),
        };
        let shape = match document.get("geometry") {
            None => None,
            Some(Json::Null) => return Err(no_geometry()),
            Some(shape) => Some(self.shape(shape)?),
        };
        Ok((sent, shape))
    }

    fn shape(&self, shape: &Json) -> Result<(Geometry<f64>, Vec<Reason>), ApiError> {
        let invalid = |problem| ApiError::Invalid(vec![problem]);
        let mut repairs = BTreeSet::new();
        let shape = geometry::read(shape, &mut repairs).map_err(invalid)?;
        let kind = self.theme.geometry;
        let mended = carry(self.app, shape, self.sent, kind, &self.anchors).map_err(invalid)?;
        repairs.extend(mended.repairs);
        Ok((mended.geometry, in_words(&repairs)))
    }

    fn together(
        &self,
        geometry: Geometry<f64>,
        repairs: Vec<Reason>,
        read: Read,
    ) -> (NewFeature, Told) {
        let feature = NewFeature {
            geometry,
            values: read.values,
            extra: read.extra,
        };
        let mut notes = read.notes;
        notes.extend(self.compare_area(&feature));
        let told = Told {
            dropped: read.dropped,
            notes,
            repairs,
        };
        (feature, told)
    }

    /// What there is to say where the declared area is not the geometry's, in the plane it was sent in.
    fn compare_area(&self, feature: &NewFeature) -> Option<FieldProblem> {
        let declared = Declared::of(self.theme)?;
        let plane = plane(self.sent.0, Crs::WORKING);
        let computed = area_in(&feature.geometry, Crs::WORKING, plane).ok()?;
        let compared = declared.compare(&feature.values, computed)?;
        if compared.agreement == Agreement::Agrees {
            return None;
        }
        let (said, is, epsg) = (compared.declared, compared.computed, plane.epsg());
        let field = self.theme.fields.get(declared.field)?;
        Some(FieldProblem::new(
            &field.name,
            Reason::new(
                format!("diện tích ghi {said} m², theo hình {is:.2} m² (EPSG:{epsg}); giữ cả hai"),
                format!(
                    "declared {said} m², the geometry's is {is:.2} m² (EPSG:{epsg}); both stay"
                ),
            ),
        ))
    }
}

/// Properties, and the geometry with what was done to it.
type Parts = (Map<String, Json>, Option<(Geometry<f64>, Vec<Reason>)>);

fn no_geometry() -> ApiError {
    ApiError::Invalid(vec![FieldProblem::new(
        geometry::FIELD,
        Reason::new("thiếu hình học", "the feature has no geometry"),
    )])
}
