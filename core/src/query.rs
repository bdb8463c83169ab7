//! Asking a layer for a page of features.

use std::fmt;
use std::ops::ControlFlow;
use std::str::FromStr;

use thiserror::Error;

use crate::crs::CrsError;
use crate::feature::{FeatureId, Value};
use crate::shard::{Box2, ShardError};
use crate::view::{Body, FeatureRef, LayerView, Lens, Part};

/// Vertices each side of a box in degrees is given in the working plane, where its sides are curves.
const SIDE_VERTICES: u32 = 16;
/// Candidates looked at one by one before the shard is walked in the order of ids instead.
const FEW: usize = 20_000;

/// What is asked of a layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Only features that share a place with this box: west, south, east, north, degrees on WGS 84.
    pub bbox_lonlat: Option<[f64; 4]>,
    /// Only features whose value of the field at this position is written so.
    pub filters: Vec<(usize, String)>,
    /// At most so many features.
    pub limit: usize,
    /// Only features after this place in the order.
    pub after: Option<Cursor>,
}

/// A place in the order of a layer: (dataset, id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    dataset: String,
    id: FeatureId,
}

/// A text that is no [`Cursor`].
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{0:?} is no cursor of this layer; take it from the link to the next page")]
pub struct CursorError(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.dataset, self.id)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parse = || {
            let (dataset, id) = text.rsplit_once('~')?;
            let id = FeatureId::new(id.parse().ok()?)?;
            (crate::store::dataset_slug(dataset) == dataset).then(|| Self {
                dataset: dataset.to_owned(),
                id,
            })
        };
        parse().ok_or_else(|| CursorError(text.to_owned()))
    }
}

/// A query cannot be answered.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The box is no box.
    #[error(
        "the box {0:?} is no box: give west,south,east,north in degrees, each within its range"
    )]
    Box([f64; 4]),
    /// A record cannot be read.
    #[error(transparent)]
    Shard(#[from] ShardError),
    /// The box has no image in the working plane.
    #[error(transparent)]
    Crs(#[from] CrsError),
}

/// One page of an answer, in (dataset, id) order.
#[derive(Debug)]
pub struct Page<'v> {
    /// The features.
    pub features: Vec<FeatureRef<'v>>,
    /// Where the next page begins, where there is one.
    pub next: Option<Cursor>,
    /// How many features the whole answer has, where that is known without counting them.
    pub matched: Option<u64>,
}

impl LayerView {
    /// Answers a query.
    ///
    /// # Errors
    /// [`QueryError`].
    pub fn query(&self, query: &Query) -> Result<Page<'_>, QueryError> {
        let area = query.bbox_lonlat.map(|b| Area::new(b, self)).transpose()?;
        let mut features = Vec::new();
        // One more than asked for shows whether there is a next page.
        let wanted = query.limit.saturating_add(1);
        for part in self.parts() {
            let dataset = part.dataset();
            let after = match &query.after {
                Some(cursor) if dataset < cursor.dataset.as_str() => continue,
                Some(cursor) if dataset == cursor.dataset => Some(cursor.id),
                _ => None,
            };
            for body in candidates(part, after, area.as_ref(), self, &query.filters) {
                let feature = FeatureRef::new(self, part, body);
                if matches(&feature, area.as_ref(), &query.filters)? {
                    features.push(feature);
                    if features.len() == wanted {
                        break;
                    }
                }
            }
            if features.len() == wanted {
                break;
            }
        }
        let more = features.len() == wanted;
        features.truncate(query.limit);
        let next = match features.last() {
            Some(last) if more => Some(Cursor {
                dataset: last.dataset().to_owned(),
                id: last.id(),
            }),
            _ => None,
        };
        let unfiltered = area.is_none() && query.filters.is_empty();
        let matched = if unfiltered {
            Some(self.len())
        } else if query.after.is_none() && next.is_none() {
            Some(features.len() as u64)
        } else {
            None
        };
        Ok(Page {
            features,
            next,
            matched,
        })
    }
}

/// A box in degrees, in the working plane.
struct Area {
    polygon: geo::Polygon<f64>,
    bbox: Box2,
}

impl Area {
    fn new(lonlat: [f64; 4], view: &LayerView) -> Result<Self, QueryError> {
        let [west, south, east, north] = lonlat;
        let lon = -180.0..=180.0;
        let lat = -90.0..=90.0;
        let valid = lon.contains(&west)
            && lon.contains(&east)
            && lat.contains(&south)
            && lat.contains(&north);
        if !valid || west > east || south > north {
            return Err(QueryError::Box(lonlat));
        }
        // The transverse Mercator plane has no image of the far side of the globe: what is asked for there
        // is cut at the plane's own reach around the layer.
        let Some(reach) = view.extent_lonlat() else {
            return Ok(Self::nothing());
        };
        let (west, east) = (west.max(reach[0] - 1.0), east.min(reach[2] + 1.0));
        let (south, north) = (south.max(reach[1] - 1.0), north.min(reach[3] + 1.0));
        if west > east || south > north {
            return Ok(Self::nothing());
        }
        let mut ring = Vec::new();
        let corners = [(west, south), (east, south), (east, north), (west, north)];
        for (i, &(x0, y0)) in corners.iter().enumerate() {
            let (x1, y1) = corners[(i + 1) % 4];
            for step in 0..SIDE_VERTICES {
                let t = f64::from(step) / f64::from(SIDE_VERTICES);
                ring.push([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t]);
            }
        }
        view.from_lonlat().apply(&mut ring)?;
        let mut bbox = Box2::EMPTY;
        for &[x, y] in &ring {
            bbox.extend(x, y);
        }
        let ring: Vec<geo::Coord<f64>> =
            ring.into_iter().map(|[x, y]| geo::Coord { x, y }).collect();
        Ok(Self {
            polygon: geo::Polygon::new(ring.into(), vec![]),
            bbox,
        })
    }

    fn nothing() -> Self {
        Self {
            polygon: geo::Polygon::new(geo::LineString::new(vec![]), vec![]),
            bbox: Box2::EMPTY,
        }
    }
}

/// Records of a part that may match, in the order of their ids, after `after`.
fn candidates<'v>(
    part: &'v Part,
    after: Option<FeatureId>,
    area: Option<&Area>,
    view: &LayerView,
    filters: &[(usize, String)],
) -> Run<'v> {
    let in_order = |mut bodies: Vec<Body<'v>>| {
        bodies.retain(|body| after.is_none_or(|id| body.id() > id));
        bodies.sort_unstable_by_key(Body::id);
        Box::new(bodies.into_iter())
    };
    if let Some(parts) = key_parts(view, filters) {
        let mut keyed: Vec<Body<'v>> = Vec::new();
        for lens in part.lenses() {
            keyed.extend(shown(lens, lens.shard.keys().prefix(&parts).into_iter()));
        }
        part.edits().with_key_prefix(&parts, |row| {
            keyed.push(Body::Edited(row));
            ControlFlow::Continue(())
        });
        return in_order(keyed);
    }
    if let Some(area) = area
        && let Some(mut near) = few(part, &area.bbox)
    {
        near.extend(part.edits().search(&area.bbox).map(Body::Edited));
        return in_order(near);
    }
    let mut runs: Vec<Run<'v>> = Vec::new();
    for lens in part.lenses() {
        let index = lens.shard.index();
        let ordinals = index.by_id();
        let start = after.map_or(0, |id| ordinals.partition_point(|o| index.id(*o) <= id));
        let ordinals = ordinals.get(start..).unwrap_or_default();
        runs.push(Box::new(shown(lens, ordinals.iter().copied())));
    }
    if !part.edits().changes_nothing() {
        runs.push(Box::new(part.edits().rows_after(after).map(Body::Edited)));
    }
    merged(runs)
}

/// Records in the order of their ids.
type Run<'v> = Box<dyn Iterator<Item = Body<'v>> + 'v>;

fn shown(lens: Lens<'_>, ordinals: impl Iterator<Item = u32>) -> impl Iterator<Item = Body<'_>> {
    ordinals
        .filter(move |ordinal| lens.shows(*ordinal))
        .map(move |ordinal| Body::Packed(lens.shard, ordinal))
}

/// Packed records whose box shares a place with `bbox`, where they are few.
fn few<'v>(part: &'v Part, bbox: &Box2) -> Option<Vec<Body<'v>>> {
    let mut few = Vec::new();
    for lens in part.lenses() {
        lens.shard.index().tree().search(bbox, |ordinal| {
            if lens.shows(ordinal) {
                few.push(Body::Packed(lens.shard, ordinal));
            }
            if few.len() > FEW {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }
    (few.len() <= FEW).then_some(few)
}

/// Several runs as one.
fn merged(mut runs: Vec<Run<'_>>) -> Run<'_> {
    if runs.len() == 1 {
        return runs.remove(0);
    }
    let mut runs: Vec<_> = runs.into_iter().map(Iterator::peekable).collect();
    Box::new(std::iter::from_fn(move || {
        let ids = runs.iter_mut().map(|run| run.peek().map(Body::id));
        let next = ids
            .zip(0usize..)
            .filter_map(|(id, at)| Some((id?, at)))
            .min()?;
        runs.get_mut(next.1)?.next()
    }))
}

/// The first parts of the business key, where the filters name them.
fn key_parts<'q>(view: &LayerView, filters: &'q [(usize, String)]) -> Option<Vec<&'q str>> {
    let parts: Vec<&str> = view
        .theme()
        .key
        .iter()
        .map_while(|field| {
            filters
                .iter()
                .find(|(i, _)| i == field)
                .map(|(_, v)| v.as_str())
        })
        .collect();
    (!parts.is_empty()).then_some(parts)
}

fn matches(
    feature: &FeatureRef<'_>,
    area: Option<&Area>,
    filters: &[(usize, String)],
) -> Result<bool, ShardError> {
    if let Some(area) = area
        && !feature.bbox().intersects(&area.bbox)
    {
        return Ok(false);
    }
    let record = feature.read()?;
    for (field, wanted) in filters {
        if !record
            .value(*field)
            .is_some_and(|value| is_written(&value, wanted))
        {
            return Ok(false);
        }
    }
    area.map_or(Ok(true), |area| record.intersects(&area.polygon))
}

/// Whether a value is the one a person wrote: texts to the letter, numbers by value, lists by a member.
fn is_written(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Text(text) => text == wanted,
        Value::Bool(b) => wanted.eq_ignore_ascii_case(if *b { "true" } else { "false" }),
        Value::Integer(n) => wanted.trim().parse() == Ok(*n),
        Value::Real(x) => wanted.trim().parse() == Ok(*x),
        Value::Json(serde_json::Value::Array(members)) => {
            members.iter().any(|m| is_json(m, wanted))
        }
        Value::Json(other) => is_json(other, wanted),
    }
}

/// Texts to the letter, everything else as JSON writes it.
fn is_json(value: &serde_json::Value, wanted: &str) -> bool {
    match value {
        serde_json::Value::String(text) => text == wanted,
        other => {
            let written = other.to_string();
            written == wanted
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_compared_by_value_and_lists_by_member() {
        assert!(is_written(&Value::Real(500.0), "500"));
        assert!(is_written(&Value::Integer(7), " 7"));
        assert!(!is_written(&Value::Text("07".into()), "7"));
        assert!(is_written(
            &Value::Json(serde_json::json!(["CN", "JP"])),
            "JP"
        ));
        assert!(is_written(&Value::Json(serde_json::json!([1, 2])), "2"));
    }

    proptest! {
        #[test]
        fn a_cursor_reads_what_it_writes(dataset in "[a-z0-9]([a-z0-9_]|-[a-z0-9]){0,20}", raw in 0..FeatureId::END) {
            let cursor = Cursor { dataset, id: FeatureId::new(raw).unwrap() };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<Cursor>();
        }
    }
}
