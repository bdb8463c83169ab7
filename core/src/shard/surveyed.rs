//! `surveyed.fgb`: the legal record. Read in place from the mapped file, one verified feature at a time.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use flatgeobuf::{
    ColumnType, GeometryType, size_prefixed_root_as_feature, size_prefixed_root_as_header,
};
use jiff::Timestamp;
use memmap2::Mmap;

use super::ShardError;
use super::map::{let_go, map};
use super::properties::{self, Slot};
use super::rings::{self, Ring};
use super::shape::Shape;
use super::walk::Walk;
use crate::feature::Value;
use crate::theme::Theme;

/// The FlatGeobuf magic: `fgb`, major version 3, `fgb`, patch level.
const MAGIC: [u8; 7] = *b"fgb\x03fgb";
/// Names of the columns that are not the theme's.
pub(super) const ID_COLUMN: &str = "id";
pub(super) const EXTRA_COLUMN: &str = "extra";
pub(super) const SINCE_COLUMN: &str = "valid_from";
pub(super) const UNTIL_COLUMN: &str = "valid_to";

/// The open file.
pub struct Surveyed {
    map: Mmap,
    slots: Arc<[(Slot, ColumnType)]>,
    fields: usize,
    geometry_type: GeometryType,
    features: Range<usize>,
    count: u64,
}

impl std::fmt::Debug for Surveyed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Surveyed({} features)", self.count)
    }
}

impl Surveyed {
    /// Opens the file and reads its header; columns are matched to the theme's fields by name.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path, theme: &Theme) -> Result<Self, ShardError> {
        let map = map(path)?;
        let corrupt = |reason: &str| ShardError::corrupt(path, reason);
        if map.get(..7) != Some(&MAGIC[..]) {
            return Err(corrupt("it is not a FlatGeobuf file of version 3"));
        }
        let header_bytes = sized(&map, 8).ok_or_else(|| corrupt("the header is cut off"))?;
        let header = size_prefixed_root_as_header(&map[header_bytes.clone()])
            .map_err(|e| ShardError::corrupt(path, format!("the header cannot be read: {e}")))?;
        let slots = header
            .columns()
            .map(|columns| {
                columns
                    .iter()
                    .map(|c| (slot(c.name(), theme), c.type_()))
                    .collect()
            })
            .unwrap_or_default();
        let count = header.features_count();
        let index = index_size(count, header.index_node_size())
            .ok_or_else(|| corrupt("the index does not fit"))?;
        let start = header_bytes.end + index;
        if start > map.len() {
            return Err(corrupt("the index is cut off"));
        }
        let geometry_type = header.geometry_type();
        let features = start..map.len();
        Ok(Self {
            slots,
            fields: theme.fields.len(),
            geometry_type,
            features,
            count,
            map,
        })
    }

    /// Whether its records say since when they stand.
    pub(super) fn has_periods(&self) -> bool {
        self.slots.iter().any(|(slot, _)| *slot == Slot::Since)
    }

    /// Where each feature lies, and the end of the last: one offset more than features.
    ///
    /// # Errors
    /// [`ShardError::Corrupt`] where the file ends before its last feature.
    pub(crate) fn offsets(&self, path: &Path) -> Result<Vec<u64>, ShardError> {
        self.walk(path)?.next(self.count())
    }

    /// A walk over where its features lie; `path` is its own.
    ///
    /// # Errors
    /// [`ShardError::Io`].
    pub(super) fn walk(&self, path: &Path) -> Result<Walk, ShardError> {
        let Range { start, end } = self.features;
        Walk::over(path, start as u64..end as u64, self.count)
    }

    /// How many features its header says it holds.
    pub(super) fn count(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    /// Has what was read of it leave memory.
    pub(crate) fn let_go(&self) {
        let_go(&self.map);
    }

    /// Whether the place, in the working CRS, belongs to the polygons of these rings of the file, boundary included.
    pub fn covers(&self, rings: &[Ring], place: geo::Coord<f64>) -> bool {
        rings::covers(&self.map, rings, place)
    }

    /// The coordinates of these rings of the file, in the working CRS, and whether each is a hole.
    pub(crate) fn runs<'a>(
        &'a self,
        rings: &'a [Ring],
    ) -> impl Iterator<Item = (bool, rings::Run<'a>)> + 'a {
        rings::runs(&self.map, rings)
    }

    /// Has these rings of the file fetched from memory.
    pub(super) fn prefetch(&self, rings: &[Ring]) {
        rings::prefetch_rings(&self.map, rings);
    }

    /// These bytes of the file; none where they do not lie in it.
    pub(crate) fn raw(&self, range: Range<usize>) -> &[u8] {
        self.map.get(range).unwrap_or_default()
    }

    /// The feature in these bytes of the file.
    ///
    /// # Errors
    /// [`ShardError::Corrupt`] where they hold none.
    pub fn feature(&self, range: Range<usize>) -> Result<SurveyedFeature<'_>, ShardError> {
        let corrupt =
            |reason: String| ShardError::corrupt(Path::new(super::files::SURVEYED), reason);
        let bytes = self
            .map
            .get(range.clone())
            .ok_or_else(|| corrupt(format!("no feature lies at byte {}", range.start)))?;
        let feature = size_prefixed_root_as_feature(bytes).map_err(|e| {
            corrupt(format!(
                "the feature at byte {} cannot be read: {e}",
                range.start
            ))
        })?;
        Ok(SurveyedFeature {
            feature,
            file: self,
        })
    }
}

/// The bytes of the size-prefixed message at `at`, prefix included.
fn sized(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let prefix = bytes.get(at..at.checked_add(4)?)?;
    let len = u32::from_le_bytes(prefix.try_into().ok()?) as usize;
    let end = at.checked_add(4)?.checked_add(len)?;
    (end <= bytes.len()).then_some(at..end)
}

/// Bytes of FlatGeobuf's own index: 40 a node.
fn index_size(features: u64, node_size: u16) -> Option<usize> {
    if features == 0 || node_size == 0 {
        return Some(0);
    }
    let node_size = u64::from(node_size).max(2);
    let (mut level, mut nodes) = (features, features);
    // A tree has a root above its leaves even where there is one leaf.
    loop {
        level = level.div_ceil(node_size);
        nodes = nodes.checked_add(level)?;
        if level == 1 {
            break;
        }
    }
    usize::try_from(nodes.checked_mul(40)?).ok()
}

fn slot(name: &str, theme: &Theme) -> Slot {
    match name {
        ID_COLUMN => Slot::Id,
        EXTRA_COLUMN => Slot::Extra,
        SINCE_COLUMN => Slot::Since,
        UNTIL_COLUMN => Slot::Until,
        _ => theme.field_index(name).map_or(Slot::Unknown, Slot::Field),
    }
}

/// One feature of the legal record, borrowed from the file.
#[derive(Clone, Copy)]
pub struct SurveyedFeature<'a> {
    feature: flatgeobuf::Feature<'a>,
    file: &'a Surveyed,
}

impl<'a> SurveyedFeature<'a> {
    /// Its rings, lines or points, in place.
    pub fn shape(&self) -> Option<Shape<'a>> {
        self.feature
            .geometry()
            .map(|g| Shape::new(g, self.file.geometry_type))
    }

    /// Where the rings of its polygons lie in the file; none for points and lines.
    pub(super) fn rings(&self) -> Vec<Ring> {
        self.shape()
            .map(|s| s.rings(&self.file.map))
            .unwrap_or_default()
    }

    /// Its geometry in the working CRS.
    ///
    /// # Errors
    /// [`ShardError::Corrupt`] where it has none or its rings do not fit its coordinates.
    pub fn geometry(&self) -> Result<geo::Geometry<f64>, ShardError> {
        self.shape().and_then(|s| s.geometry()).ok_or_else(|| {
            ShardError::corrupt(
                Path::new(super::files::SURVEYED),
                "a feature has no readable geometry",
            )
        })
    }

    /// Its id.
    pub fn id(&self) -> Option<u64> {
        properties::walk(self.bytes(), &self.file.slots).find_map(|(slot, raw)| match slot {
            Slot::Id => raw.as_u64(),
            _ => None,
        })
    }

    /// Since when it stands so and when it ceased to, where the file keeps that.
    pub fn stood(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let (mut since, mut until) = (None, None);
        for (slot, raw) in properties::walk(self.bytes(), &self.file.slots) {
            match slot {
                Slot::Since => since = raw.as_timestamp(),
                Slot::Until => until = raw.as_timestamp(),
                _ => {}
            }
        }
        (since, until)
    }

    /// Its values, one per field of the theme.
    pub fn values(&self) -> Vec<Option<Value>> {
        let mut values: Vec<Option<Value>> = (0..self.file.fields).map(|_| None).collect();
        for (slot, raw) in properties::walk(self.bytes(), &self.file.slots) {
            if let Slot::Field(i) = slot
                && let Some(place) = values.get_mut(i)
            {
                *place = raw.to_value();
            }
        }
        values
    }

    /// The value of the field at `index` of the theme.
    pub fn value(&self, index: usize) -> Option<Value> {
        properties::walk(self.bytes(), &self.file.slots).find_map(|(slot, raw)| {
            if slot == Slot::Field(index) {
                raw.to_value()
            } else {
                None
            }
        })
    }

    /// Source fields the theme does not know.
    pub fn extra(&self) -> serde_json::Map<String, serde_json::Value> {
        properties::walk(self.bytes(), &self.file.slots)
            .find_map(|(slot, raw)| match (slot, raw.to_value()) {
                (Slot::Extra, Some(Value::Json(serde_json::Value::Object(map)))) => Some(map),
                _ => None,
            })
            .unwrap_or_default()
    }

    fn bytes(&self) -> &'a [u8] {
        self.feature
            .properties()
            .map(|p| p.bytes())
            .unwrap_or_default()
    }
}
