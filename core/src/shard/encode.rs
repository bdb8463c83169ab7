//! A feature as the bytes of FlatGeobuf, made by whichever thread has the feature.

use std::cell::RefCell;
use std::sync::Arc;

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Feature, FeatureArgs, Geometry as FgbGeometry, GeometryArgs, GeometryType};
use geo::{Geometry, LineString, Polygon};
use jiff::Timestamp;
use smallvec::SmallVec;

use super::ShardError;
use super::ids::business_key;
use super::packed_rtree::Box2;
use crate::feature::{FeatureId, NewFeature, Value};
use crate::theme::{FieldType, GeometryKind, Theme};

/// Makes the bytes of features of a theme; shared by threads.
#[derive(Debug, Clone)]
pub struct FeatureEncoder {
    theme: Arc<Theme>,
    kind: GeometryType,
    /// Whether only what the checks between features ask for is kept.
    ground: bool,
}

/// The bytes of a feature that has no id yet.
#[derive(Debug)]
pub struct EncodedFeature {
    bytes: Vec<u8>,
    id_at: usize,
    bbox: Box2,
    key: String,
}

impl EncodedFeature {
    /// Its business key, as written.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Its box.
    pub(super) fn bbox(&self) -> Box2 {
        self.bbox
    }

    /// Its bytes under `id`.
    pub(super) fn under(&mut self, id: FeatureId) -> &[u8] {
        if let Some(place) = self.bytes.get_mut(self.id_at..self.id_at + 8) {
            place.copy_from_slice(&id.get().to_le_bytes());
        }
        &self.bytes
    }
}

thread_local! {
    /// Used again and again: a new one is a kilobyte of zeros.
    static BUILDER: RefCell<FlatBufferBuilder<'static>> = RefCell::default();
}

/// Since when and until when a row stood.
pub(super) type Stood = (Option<Timestamp>, Option<Timestamp>);

/// The geometry type the file of a theme declares; features of `Unknown` each say their own.
pub(super) const fn file_type(theme: &Theme) -> GeometryType {
    match theme.geometry {
        GeometryKind::Point | GeometryKind::Any => GeometryType::Unknown,
        GeometryKind::Line => GeometryType::MultiLineString,
        GeometryKind::Polygon => GeometryType::MultiPolygon,
    }
}

impl FeatureEncoder {
    /// For features of `theme`.
    pub fn new(theme: &Arc<Theme>) -> Self {
        Self {
            theme: Arc::clone(theme),
            kind: file_type(theme),
            ground: false,
        }
    }

    /// For features that are only checked against each other: of their values the key and the commune are kept.
    pub(crate) fn of_ground(theme: &Arc<Theme>) -> Self {
        Self {
            ground: true,
            ..Self::new(theme)
        }
    }

    fn keeps(&self, field: usize) -> bool {
        let commune = self
            .theme
            .topology
            .as_ref()
            .and_then(|t| t.commune.as_ref());
        !self.ground
            || self.theme.key.contains(&field)
            || commune.is_some_and(|rule| rule.field == field)
    }

    /// The bytes of a feature; `record` is what an error calls it.
    ///
    /// # Errors
    /// [`ShardError::Record`] where its geometry or a value cannot be kept.
    pub fn encode(&self, record: u64, feature: &NewFeature) -> Result<EncodedFeature, ShardError> {
        self.encode_row(record, feature, None)
    }

    /// The bytes of a feature with the period it stood.
    pub(super) fn encode_row(
        &self,
        record: u64,
        feature: &NewFeature,
        stood: Option<Stood>,
    ) -> Result<EncodedFeature, ShardError> {
        let refuse = |reason: String| ShardError::Record { record, reason };
        let (values, fields) = (feature.values.len(), self.theme.fields.len());
        if values != fields {
            return Err(refuse(format!(
                "it has {values} values, the theme {fields} fields"
            )));
        }
        BUILDER.with_borrow_mut(|fbb| {
            fbb.reset();
            self.build(fbb, feature, stood).map_err(refuse)
        })
    }

    fn build(
        &self,
        fbb: &mut FlatBufferBuilder<'static>,
        feature: &NewFeature,
        stood: Option<Stood>,
    ) -> Result<EncodedFeature, String> {
        let geometry = geometry(fbb, &feature.geometry, self.kind)?;
        let properties = fbb.create_vector(&self.properties(feature, stood));
        // Offsets of a buffer in the making count from its end; the vector's length and the column's number come
        // before the id.
        let id_from_end = properties.value() as usize;
        let made = Feature::create(
            fbb,
            &FeatureArgs {
                geometry: Some(geometry),
                properties: Some(properties),
                ..FeatureArgs::default()
            },
        );
        fbb.finish_size_prefixed(made, None);
        let bytes = fbb.finished_data().to_vec();
        let id_at = (bytes.len() + 6)
            .checked_sub(id_from_end)
            .filter(|at| at + 8 <= bytes.len())
            .ok_or_else(|| "there is no room for an id".to_owned())?;
        let value = |i: &usize| feature.values.get(*i).and_then(Option::as_ref);
        Ok(EncodedFeature {
            bytes,
            id_at,
            bbox: Box2::of(&feature.geometry),
            key: business_key(self.theme.key.iter().map(value)),
        })
    }

    /// Column number and value, one after the other: the id, the fields, what no field takes, the period.
    fn properties(&self, feature: &NewFeature, stood: Option<Stood>) -> Properties {
        let mut out = Properties::new();
        put(&mut out, 0, &[0; 8]);
        for (i, (field, value)) in self.theme.fields.iter().zip(&feature.values).enumerate() {
            if let Some(value) = value
                && self.keeps(i)
            {
                put_value(&mut out, i + 1, field.kind, value);
            }
        }
        let last = self.theme.fields.len() + 1;
        if !self.ground
            && !feature.extra.is_empty()
            && let Ok(extra) = serde_json::to_string(&feature.extra)
        {
            put_text(&mut out, last, &extra);
        }
        let (since, until) = stood.unwrap_or_default();
        for (i, time) in [since, until].into_iter().enumerate() {
            if let Some(time) = time {
                put_text(&mut out, last + 1 + i, &time.to_string());
            }
        }
        out
    }
}

fn put(out: &mut Properties, column: usize, bytes: &[u8]) {
    out.extend_from_slice(&(column as u16).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn put_text(out: &mut Properties, column: usize, text: &str) {
    put(out, column, &(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// A value of another type than its field is none.
fn put_value(out: &mut Properties, column: usize, kind: FieldType, value: &Value) {
    match (kind, value) {
        (FieldType::Text | FieldType::Date, Value::Text(v)) => put_text(out, column, v),
        (FieldType::Integer, Value::Integer(v)) => put(out, column, &v.to_le_bytes()),
        (FieldType::Real, Value::Real(v)) => put(out, column, &v.to_le_bytes()),
        (FieldType::Real, Value::Integer(v)) => put(out, column, &(*v as f64).to_le_bytes()),
        (FieldType::Boolean, Value::Bool(v)) => put(out, column, &[u8::from(*v)]),
        (FieldType::Json, Value::Json(v)) => put_text(out, column, &v.to_string()),
        _ => {}
    }
}

/// What is put together of most features without asking for memory.
type Properties = SmallVec<[u8; 512]>;

type Made<'b> = WIPOffset<FgbGeometry<'b>>;

/// A geometry of a file of type `of_file`.
fn geometry<'b>(
    fbb: &mut FlatBufferBuilder<'b>,
    geometry: &Geometry<f64>,
    of_file: GeometryType,
) -> Result<Made<'b>, String> {
    use GeometryType as T;
    let own = |kind: T| {
        if of_file == T::Unknown {
            kind
        } else {
            T::Unknown
        }
    };
    Ok(match (of_file, geometry) {
        (T::MultiPolygon, Geometry::Polygon(p)) => {
            polygons(fbb, std::slice::from_ref(p), T::Unknown)
        }
        (T::MultiPolygon | T::Unknown, Geometry::MultiPolygon(ps)) => {
            polygons(fbb, &ps.0, own(T::MultiPolygon))
        }
        (T::MultiLineString, Geometry::LineString(l)) => lines(fbb, std::iter::once(l), T::Unknown),
        (T::MultiLineString | T::Unknown, Geometry::MultiLineString(ls)) => {
            lines(fbb, ls.iter(), own(T::MultiLineString))
        }
        (T::Unknown, Geometry::LineString(l)) => runs(fbb, std::iter::once(l), T::LineString),
        (T::Unknown, Geometry::Polygon(p)) => runs(fbb, rings(p), T::Polygon),
        (T::Unknown, Geometry::Point(p)) => {
            runs(fbb, std::iter::once(&LineString(vec![p.0])), T::Point)
        }
        (T::Unknown, Geometry::MultiPoint(ps)) => {
            let run = LineString(ps.iter().map(|p| p.0).collect());
            runs(fbb, std::iter::once(&run), T::MultiPoint)
        }
        (T::Unknown, Geometry::GeometryCollection(members)) => {
            let members: Vec<Made<'b>> = members
                .iter()
                .map(|member| self::geometry(fbb, member, T::Unknown))
                .collect::<Result<_, _>>()?;
            whole(fbb, &members, T::GeometryCollection)
        }
        (kind, Geometry::Line(line)) => self::geometry(fbb, &LineString::from(*line).into(), kind)?,
        (kind, Geometry::Rect(rect)) => self::geometry(fbb, &rect.to_polygon().into(), kind)?,
        (kind, Geometry::Triangle(t)) => self::geometry(fbb, &t.to_polygon().into(), kind)?,
        (kind, _) => return Err(format!("a file of {kind:?} takes no such geometry")),
    })
}

fn polygons<'b>(
    fbb: &mut FlatBufferBuilder<'b>,
    polygons: &[Polygon<f64>],
    kind: GeometryType,
) -> Made<'b> {
    let parts: SmallVec<[Made<'b>; 4]> = polygons
        .iter()
        .map(|polygon| runs(fbb, rings(polygon), kind))
        .collect();
    whole(fbb, &parts, kind)
}

fn whole<'b>(fbb: &mut FlatBufferBuilder<'b>, parts: &[Made<'b>], kind: GeometryType) -> Made<'b> {
    let parts = fbb.create_vector(parts);
    let args = GeometryArgs {
        type_: kind,
        parts: Some(parts),
        ..GeometryArgs::default()
    };
    FgbGeometry::create(fbb, &args)
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// Runs of coordinates, with their ends where there are several.
fn runs<'b, 'l>(
    fbb: &mut FlatBufferBuilder<'b>,
    runs: impl Iterator<Item = &'l LineString<f64>>,
    kind: GeometryType,
) -> Made<'b> {
    ended(fbb, runs, kind, 2)
}

/// The lines of a `MultiLineString`: of one line alone, too, GDAL wants to know the end.
fn lines<'b, 'l>(
    fbb: &mut FlatBufferBuilder<'b>,
    lines: impl Iterator<Item = &'l LineString<f64>>,
    kind: GeometryType,
) -> Made<'b> {
    ended(fbb, lines, kind, 1)
}

/// Runs of coordinates, with their ends from so many on.
fn ended<'b, 'l>(
    fbb: &mut FlatBufferBuilder<'b>,
    runs: impl Iterator<Item = &'l LineString<f64>>,
    kind: GeometryType,
    from: usize,
) -> Made<'b> {
    let mut xy: SmallVec<[f64; 64]> = SmallVec::new();
    let mut ends: SmallVec<[u32; 4]> = SmallVec::new();
    for run in runs {
        xy.extend(run.0.iter().flat_map(|c| [c.x, c.y]));
        ends.push((xy.len() / 2) as u32);
    }
    let xy = Some(fbb.create_vector(&xy));
    let ends = (ends.len() >= from).then(|| fbb.create_vector(&ends));
    let args = GeometryArgs {
        xy,
        ends,
        type_: kind,
        ..GeometryArgs::default()
    };
    FgbGeometry::create(fbb, &args)
}
