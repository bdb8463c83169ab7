//! The rows a layer should show, changed at random, and the log of the changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use diaba_core::crs::{Crs, Transform};
use diaba_core::edits::{EditBatch, Entry, Operation, Row, Superseded};
use diaba_core::feature::{FeatureId, NewFeature, Value};
use diaba_core::shard::{Box2, Origin, Provenance, Shard};
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::store::{DirectoryStore, FromDatabase};
use diaba_core::theme::{Catalogue, Theme};
use geo::{BoundingRect, Coord, CoordsIter, Geometry, Rect, Translate};
use jiff::{SignedDuration, Timestamp};

/// Side of a parcel, metres.
const SIDE: f64 = 20.0;

/// Numbers that look random and are the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % n.max(1)
    }

    pub fn real(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * f64::from(self.below(1 << 20)) / f64::from(1 << 20)
    }
}

/// A corner of four tiles of zoom 13, in the working CRS: the sheets lie around it.
pub fn middle() -> Coord<f64> {
    let place = World::from_lonlat(LonLat {
        lon: 106.2,
        lat: 21.28,
    });
    let [west, south, ..] = TileCoord::holding(13, place).unwrap().lonlat_bounds();
    let from_lonlat = Transform::new(Crs::LONLAT, Crs::WORKING).unwrap();
    let [x, y] = from_lonlat.point([west, south]).unwrap();
    Coord { x, y }
}

/// Where shards are packed.
pub struct Home {
    catalogue: Arc<Catalogue>,
    pub theme: Arc<Theme>,
    folders: std::cell::RefCell<Vec<tempfile::TempDir>>,
}

impl Home {
    pub fn new(catalogue: &Arc<Catalogue>, theme: &Arc<Theme>) -> Self {
        Self {
            catalogue: Arc::clone(catalogue),
            theme: Arc::clone(theme),
            folders: std::cell::RefCell::default(),
        }
    }

    /// The model's rows as they are, with the log as packed marks.
    pub fn pack(&self, dataset: &str, model: &Model) -> Shard {
        let rows = model.rows.values().map(|row| (row, None));
        self.pack_rows(dataset, rows, &model.log)
    }

    pub fn pack_rows<'r>(
        &self,
        dataset: &str,
        rows: impl Iterator<Item = (&'r Row, Option<Timestamp>)>,
        entries: &[Entry],
    ) -> Shard {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::create(folder.path(), Arc::clone(&self.catalogue)).unwrap();
        let staging = store.stage(&self.theme, dataset).unwrap();
        let mut writer = staging.row_writer().unwrap();
        for (row, until) in rows {
            writer.push(row, until).unwrap();
        }
        let read = FromDatabase {
            revision: "r000007",
            origin: Origin {
                epoch: "e".into(),
                moment: "m".into(),
            },
            entries,
        };
        let packed: PathBuf = staging
            .seal_rows(writer, Provenance::default(), &read)
            .unwrap();
        let shard = Shard::open(&packed, &self.theme).unwrap();
        self.folders.borrow_mut().push(folder);
        shard
    }
}

/// Rows and what was done to them.
pub struct Model {
    theme: Arc<Theme>,
    pub rows: BTreeMap<FeatureId, Row>,
    pub log: Vec<Entry>,
    pub history: Vec<Superseded>,
    pub now: Timestamp,
    /// Entries and history that no batch has taken yet begin here.
    told: (usize, usize),
    next: u64,
    moment: u32,
}

impl Model {
    pub fn sheet(theme: &str, columns: u32, rows: u32, first_id: u64) -> Self {
        let catalogue = Catalogue::load(None).unwrap();
        let mut model = Self {
            theme: Arc::clone(catalogue.theme(theme).unwrap()),
            rows: BTreeMap::new(),
            log: Vec::new(),
            history: Vec::new(),
            now: "2025-07-01T00:00:00Z".parse().unwrap(),
            told: (0, 0),
            next: FeatureId::RESERVED + first_id,
            moment: 0,
        };
        let middle = middle();
        let mut random = Random::new(first_id + 77);
        for i in 0..columns * rows {
            let x = middle.x + SIDE * (f64::from(i % columns) - f64::from(columns) / 2.0);
            let y = middle.y + SIDE * (f64::from(i / columns) - f64::from(rows) / 2.0);
            let geometry = Rect::new((x, y), (x + SIDE, y + SIDE)).to_polygon().into();
            let feature = model.record(geometry, &mut random);
            // Ids in no order of places.
            let id = FeatureId::new(first_id + u64::from(i) * 7919 % 1_000_003).unwrap();
            let since = Some(model.now);
            model.rows.insert(id, Row { id, feature, since });
        }
        model
    }

    fn record(&self, geometry: Geometry<f64>, random: &mut Random) -> NewFeature {
        let mut values = vec![None; self.theme.fields.len()];
        let codes = ["LUC", "ONT", "CLN", "NTS", "RSX", "BHK"];
        for (name, value) in [
            ("ma_xa", Value::Text("07210".into())),
            ("so_to", Value::Text(random.below(4).to_string())),
            ("so_thua", Value::Text(random.below(60).to_string())),
            (
                "ma_cong_trinh",
                Value::Text(format!("CT-{}", random.below(60))),
            ),
            (
                "loai_dat",
                Value::Text(codes[random.below(6) as usize].into()),
            ),
            // Whole numbers come back as reals.
            ("dien_tich", Value::Integer(random.below(900).into())),
        ] {
            if let Some(i) = self.theme.field_index(name)
                && random.below(12) > 0
            {
                values[i] = Some(value);
            }
        }
        let mut extra = serde_json::Map::new();
        if random.below(3) == 0 {
            extra.insert("ghi_chu".into(), random.real(0.0, 1e-7).into());
        }
        NewFeature {
            geometry,
            values,
            extra,
        }
    }

    fn place(random: &mut Random) -> Coord<f64> {
        let middle = middle();
        // Now and then far away.
        let far = if random.below(40) == 0 {
            6_000.0
        } else {
            300.0
        };
        Coord {
            x: middle.x + random.real(-far, far),
            y: middle.y + random.real(-far, far),
        }
    }

    fn shape(&self, random: &mut Random) -> Geometry<f64> {
        let c = Self::place(random);
        let (w, h) = (random.real(0.1, 60.0), random.real(0.1, 60.0));
        let rect = Rect::new((c.x, c.y), (c.x + w, c.y + h)).to_polygon();
        let any = self.theme.id == "irrigation_works";
        match random.below(if any { 8 } else { 4 }) {
            0 => {
                let hole = Rect::new(
                    (c.x + w * 0.3, c.y + h * 0.3),
                    (c.x + w * 0.6, c.y + h * 0.6),
                );
                let hole = hole.to_polygon().exterior().clone();
                geo::Polygon::new(rect.exterior().clone(), vec![hole]).into()
            }
            1 => {
                let other = rect.translate(w * 2.0, 0.0);
                geo::MultiPolygon::new(vec![rect, other]).into()
            }
            4 => geo::Point(c).into(),
            5 => geo::MultiPoint::new(vec![geo::Point(c), geo::Point::new(c.x + w, c.y)]).into(),
            6 => geo::LineString::from(vec![(c.x, c.y), (c.x + w, c.y + h), (c.x, c.y + h)]).into(),
            7 => {
                let line = geo::LineString::from(vec![(c.x, c.y), (c.x + w, c.y + h)]);
                geo::MultiLineString::new(vec![line.clone(), line.translate(5.0, 0.0)]).into()
            }
            _ => rect.into(),
        }
    }

    /// One change as a person makes it.
    pub fn change(&mut self, random: &mut Random) {
        self.now += SignedDuration::from_micros(i64::from(1 + random.below(3_000_000)));
        match (random.below(7), self.any(random)) {
            (0, _) | (_, None) => {
                let shape = self.shape(random);
                let feature = self.record(shape, random);
                self.insert(feature, random);
            }
            (1 | 2, Some(id)) => {
                let mut feature = self.rows[&id].feature.clone();
                let far = if random.below(30) == 0 { 5_000.0 } else { 90.0 };
                let by = (random.real(-far, far), random.real(-far, far));
                feature.geometry = feature.geometry.translate(by.0, by.1);
                self.update(id, feature, random);
            }
            (3, Some(id)) => {
                let geometry = self.rows[&id].feature.geometry.clone();
                let feature = self.record(geometry, random);
                self.update(id, feature, random);
            }
            (4, Some(id)) => {
                let Some(whole) = self.rows[&id].feature.geometry.bounding_rect() else {
                    return;
                };
                self.delete(id, random);
                for half in whole.split_x() {
                    let feature = self.record(half.to_polygon().into(), random);
                    self.insert(feature, random);
                }
            }
            (5, Some(id)) => {
                let near = self.rows.range(..id).next_back().map(|(id, _)| *id);
                let Some(other) = near else { return };
                let of = |id| self.rows[id].feature.geometry.bounding_rect();
                let (Some(a), Some(b)) = (of(&id), of(&other)) else {
                    return;
                };
                let low = (a.min().x.min(b.min().x), a.min().y.min(b.min().y));
                let high = (a.max().x.max(b.max().x), a.max().y.max(b.max().y));
                self.delete(id, random);
                self.delete(other, random);
                let whole = Rect::new(low, high).to_polygon().into();
                let feature = self.record(whole, random);
                self.insert(feature, random);
            }
            (_, Some(id)) => self.delete(id, random),
        }
    }

    /// What happened since the last batch.
    pub fn batch(&mut self, random: &mut Random) -> EditBatch {
        self.moment += 1;
        let mut entries = self.log[self.told.0..].to_vec();
        if random.below(2) == 0 {
            entries.reverse();
        }
        let named: BTreeSet<FeatureId> = entries.iter().map(|e| e.id).collect();
        let rows = named.iter().filter_map(|id| self.rows.get(id)).cloned();
        let batch = EditBatch {
            theme: self.theme.id.clone(),
            dataset: "d".into(),
            moment: format!("m{}", self.moment),
            entries,
            rows: rows.collect(),
            superseded: self.history[self.told.1..].to_vec(),
        };
        self.told = (self.log.len(), self.history.len());
        batch
    }

    pub fn any(&self, random: &mut Random) -> Option<FeatureId> {
        let at = random.below(self.rows.len() as u32) as usize;
        self.rows.keys().nth(at).copied()
    }

    fn insert(&mut self, feature: NewFeature, random: &mut Random) {
        self.next += 1;
        let id = FeatureId::new(self.next).unwrap();
        let since = Some(self.now);
        let new = bbox(&feature.geometry);
        self.rows.insert(id, Row { id, feature, since });
        self.log(id, Operation::Insert, None, Some(new), random);
    }

    fn update(&mut self, id: FeatureId, feature: NewFeature, random: &mut Random) {
        let since = Some(self.now);
        let new = bbox(&feature.geometry);
        let old = self.rows.insert(id, Row { id, feature, since }).unwrap();
        let was = bbox(&old.feature.geometry);
        self.supersede(old);
        self.log(id, Operation::Update, Some(was), Some(new), random);
    }

    fn delete(&mut self, id: FeatureId, random: &mut Random) {
        let old = self.rows.remove(&id).unwrap();
        let was = bbox(&old.feature.geometry);
        self.supersede(old);
        self.log(id, Operation::Delete, Some(was), None, random);
    }

    fn supersede(&mut self, row: Row) {
        // What stood for no time never stood.
        if row.since < Some(self.now) {
            self.history.push(Superseded {
                serial: self.history.len() as u64,
                row,
                until: self.now,
            });
        }
    }

    fn log(
        &mut self,
        id: FeatureId,
        operation: Operation,
        old: Option<Box2>,
        new: Option<Box2>,
        random: &mut Random,
    ) {
        self.log.push(Entry {
            // Unique, and in no order.
            serial: u64::from(random.below(1 << 20)) << 32 | self.log.len() as u64,
            id,
            operation,
            old,
            new,
        });
    }
}

pub fn bbox(geometry: &Geometry<f64>) -> Box2 {
    let mut bbox = Box2::EMPTY;
    for c in geometry.coords_iter() {
        bbox.extend(c.x, c.y);
    }
    bbox
}
