//! The communes the store knows: where a record should lie that names one.

use std::path::Path;
use std::sync::Arc;

use diaba_core::feature::{NewFeature, Value};
use diaba_core::shard::{Box2, Shard};
use diaba_core::store::{DirectoryStore, PostgisStore, Store};
use diaba_core::theme::{Catalogue, Theme};
use geo::{
    BoundingRect, Coord, Distance, Euclidean, Geometry, Intersects, LineString, MultiPolygon,
    Point, Polygon,
};
use rustc_hash::FxHashMap;

use crate::job::Home;

/// The theme communes are in, its code and its name.
pub const THEME: &str = "admin_units";
const CODE: &str = "ma_dvhc";
const NAME: &str = "ten";
/// How far outside its commune a record may begin, m: old and new official boundaries differ by a median of 29 m.
const TOLERANCE: f64 = 100.0;

/// Administrative units by code, of every era; working CRS.
#[derive(Debug, Default)]
pub struct Communes {
    units: Vec<Unit>,
    by_code: FxHashMap<String, Vec<usize>>,
}

/// One unit.
#[derive(Debug)]
pub struct Unit {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    ground: MultiPolygon<f64>,
    bbox: Box2,
}

impl Communes {
    /// Those of a home; none where it holds none, or cannot be read: the import itself will say so.
    pub fn load(home: &Home, catalogue: &Arc<Catalogue>) -> Self {
        let mut communes = Self::default();
        let Some(theme) = catalogue.theme(THEME) else {
            return communes;
        };
        match home {
            Home::Directory(data) => communes.of_directory(data, catalogue, theme),
            Home::Database(url) => {
                let taken = PostgisStore::connect(url, Path::new(""), Arc::clone(catalogue))
                    .and_then(|store| store.rows(theme, |feature| communes.push(theme, &feature)));
                if let Err(error) = taken {
                    tracing::info!(%error, "the communes of the database cannot be read");
                }
            }
        }
        communes
    }

    fn of_directory(&mut self, data: &Path, catalogue: &Arc<Catalogue>, theme: &Arc<Theme>) {
        let listing = DirectoryStore::open(data, Arc::clone(catalogue))
            .and_then(|store| store.layers())
            .unwrap_or_default();
        for shard in listing.shards.iter().filter(|s| s.theme == theme.id) {
            let Ok(open) = Shard::open(&shard.folder, theme) else {
                continue;
            };
            for ordinal in 0..open.index().len() as u32 {
                let Ok(found) = open.feature(ordinal) else {
                    continue;
                };
                if let Ok(geometry) = found.geometry() {
                    let feature = NewFeature {
                        geometry,
                        values: found.values(),
                        extra: serde_json::Map::new(),
                    };
                    self.push(theme, &feature);
                }
            }
        }
    }

    /// Takes a feature of the theme in.
    pub fn push(&mut self, theme: &Theme, feature: &NewFeature) {
        let text = |field: &str| {
            let at = theme.field_index(field)?;
            feature.values.get(at)?.as_ref().and_then(Value::as_text)
        };
        let ground = match &feature.geometry {
            Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon.clone()]),
            Geometry::MultiPolygon(parts) => parts.clone(),
            _ => return,
        };
        let (Some(code), Some(bbox)) = (text(CODE), ground.bounding_rect()) else {
            return;
        };
        self.by_code
            .entry(code.to_owned())
            .or_default()
            .push(self.units.len());
        self.units.push(Unit {
            code: code.to_owned(),
            name: text(NAME).unwrap_or(code).to_owned(),
            bbox: Box2 {
                min_x: bbox.min().x - TOLERANCE,
                min_y: bbox.min().y - TOLERANCE,
                max_x: bbox.max().x + TOLERANCE,
                max_y: bbox.max().y + TOLERANCE,
            },
            ground,
        });
    }

    /// Whether a unit with this code is known.
    pub fn knows(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// Whether the point lies in a unit with this code, or no more than a hundred metres off.
    pub fn holds(&self, code: &str, point: [f64; 2]) -> bool {
        let units = self.by_code.get(code).into_iter().flatten();
        let mut units = units.filter_map(|&at| self.units.get(at));
        units.any(|unit| unit.is_near(point))
    }

    /// The smallest unit the point lies in.
    pub fn at(&self, point: [f64; 2]) -> Option<&Unit> {
        let place = Coord {
            x: point[0],
            y: point[1],
        };
        let around = self.units.iter().filter(|unit| unit.in_box(point));
        around
            .filter(|unit| unit.ground.intersects(&place))
            .min_by(|a, b| a.size().total_cmp(&b.size()))
    }

    /// Names and outlines of units whose box meets `extent`, the smallest first, at most `limit`; provinces and
    /// districts around them are left out.
    pub fn around(
        &self,
        extent: geo::Rect<f64>,
        limit: usize,
    ) -> Vec<(String, Vec<LineString<f64>>)> {
        let meets = |unit: &&Unit| {
            unit.bbox.min_x <= extent.max().x
                && extent.min().x <= unit.bbox.max_x
                && unit.bbox.min_y <= extent.max().y
                && extent.min().y <= unit.bbox.max_y
        };
        let mut units: Vec<&Unit> = self.units.iter().filter(meets).collect();
        units.sort_by(|a, b| a.size().total_cmp(&b.size()));
        let smallest = units.first().map_or(0.0, |unit| unit.size());
        units
            .into_iter()
            .filter(|unit| unit.size() <= smallest * 25.0)
            .take(limit)
            .map(|unit| {
                let rings = unit.ground.iter().map(Polygon::exterior);
                let rings = rings.map(crate::report::picture::thinned).collect();
                (unit.name.clone(), rings)
            })
            .collect()
    }
}

impl Unit {
    fn in_box(&self, [x, y]: [f64; 2]) -> bool {
        let b = &self.bbox;
        b.min_x <= x && x <= b.max_x && b.min_y <= y && y <= b.max_y
    }

    fn is_near(&self, point: [f64; 2]) -> bool {
        let place = Coord {
            x: point[0],
            y: point[1],
        };
        self.in_box(point)
            && (self.ground.intersects(&place)
                || Euclidean.distance(&Point(place), &self.ground) <= TOLERANCE)
    }

    fn size(&self) -> f64 {
        (self.bbox.max_x - self.bbox.min_x) * (self.bbox.max_y - self.bbox.min_y)
    }
}
