//! The contract every store passes: what is put in is found again, by every way in, and nothing half-made is seen.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diaba_core::crs::{Crs, Transform};
use diaba_core::feature::{NewFeature, Value};
use diaba_core::query::Query;
use diaba_core::registry::Registry;
use diaba_core::shard::{Manifest, Provenance};
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::store::{DirectoryStore, Store, StoreError};
use diaba_core::theme::{Catalogue, Theme};
use diaba_core::view::LayerView;
use diaba_core::{render, tile};
use geo::{Contains, Rect};

const WEST: f64 = 416_000.0;
const SOUTH: f64 = 2_353_000.0;
const SIDE: f64 = 20.0;

fn record(theme: &Theme, geometry: geo::Geometry<f64>, values: &[(&str, Value)]) -> NewFeature {
    let mut all = vec![None; theme.fields.len()];
    for (name, value) in values {
        all[theme.field_index(name).unwrap()] = Some(value.clone());
    }
    NewFeature {
        geometry,
        values: all,
        extra: serde_json::Map::new(),
    }
}

/// A sheet of `columns` × `rows` square parcels of 20 m, numbered row by row from the south-west.
fn sheet(theme: &Theme, columns: u32, rows: u32, so_to: &str) -> Vec<NewFeature> {
    (0..columns * rows)
        .map(|i| {
            let (x, y) = (
                WEST + SIDE * f64::from(i % columns),
                SOUTH + SIDE * f64::from(i / columns),
            );
            let code = if i % 3 == 0 { "ONT" } else { "LUC" };
            record(
                theme,
                Rect::new((x, y), (x + SIDE, y + SIDE)).to_polygon().into(),
                &[
                    ("ma_xa", Value::Text("07210".into())),
                    ("so_to", Value::Text(so_to.into())),
                    ("so_thua", Value::Text((i + 1).to_string())),
                    ("loai_dat", Value::Text(code.into())),
                    ("dien_tich", Value::Real(400.0)),
                ],
            )
        })
        .collect()
}

/// A kind of store: how one is opened in a folder of its own, and how records get into it.
#[derive(Clone, Copy)]
struct Kind {
    open: fn(&Home) -> Box<dyn Store>,
    import: fn(&Home, &Arc<Theme>, &str, &[NewFeature]) -> Manifest,
}

const DIRECTORY: Kind = Kind {
    open: |home| Box::new(home.directory()),
    import: |home, theme, dataset, records| {
        let staging = home.directory().stage(theme, dataset).unwrap();
        let mut writer = staging.writer().unwrap();
        for record in records {
            writer.push(record).unwrap();
        }
        staging.seal(writer, Provenance::default()).unwrap()
    },
};

/// A store of its own for one test, and the catalogue it is read under.
struct Home {
    kind: Kind,
    dir: tempfile::TempDir,
    catalogue: Arc<Catalogue>,
}

impl Home {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            dir: tempfile::tempdir().unwrap(),
            catalogue: Arc::new(Catalogue::load(None).unwrap()),
        }
    }

    fn theme(&self, id: &str) -> &Arc<Theme> {
        self.catalogue.theme(id).unwrap()
    }

    /// Its folder as a directory store.
    fn directory(&self) -> DirectoryStore {
        DirectoryStore::open(self.dir.path(), Arc::clone(&self.catalogue)).unwrap()
    }

    fn import(&self, theme: &str, dataset: &str, records: &[NewFeature]) -> Manifest {
        (self.kind.import)(self, self.theme(theme), dataset, records)
    }

    /// Imports a sheet of parcels as a dataset.
    fn parcels(&self, dataset: &str, columns: u32, rows: u32, so_to: &str) -> Manifest {
        let records = sheet(self.theme("land_parcels"), columns, rows, so_to);
        self.import("land_parcels", dataset, &records)
    }

    fn register(&self) -> Registry {
        let store = (self.kind.open)(self);
        Registry::open(store, Arc::clone(&self.catalogue)).unwrap()
    }

    /// The layer as it is published now.
    fn view(&self, theme: &str) -> Arc<LayerView> {
        Arc::clone(&self.register().snapshot().layers[theme])
    }

    /// A file of the first revision of a dataset of parcels.
    fn file(&self, dataset: &str, name: &str) -> PathBuf {
        let parcels = self.dir.path().join("land_parcels");
        parcels.join(dataset).join("r000001").join(name)
    }
}

/// Changes a sealed file.
fn damage(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_parcel_is_found_by_every_way_in() {
    let home = Home::new(DIRECTORY);
    home.parcels("to-12", 30, 30, "12");
    let (theme, view) = (home.theme("land_parcels"), home.view("land_parcels"));
    assert_eq!(view.len(), 900);

    let place = geo::coord! { x: WEST + 45.0, y: SOUTH + 25.0 };
    let found = view.at_point(place, 0.0).unwrap();
    assert_eq!(found.len(), 1);
    let so_thua = theme.field_index("so_thua").unwrap();
    assert_eq!(
        found[0].values().unwrap()[so_thua],
        Some(Value::Text("33".into()))
    );
    assert!(found[0].geometry().unwrap().contains(&geo::Point(place)));

    let corner = geo::coord! { x: WEST + SIDE, y: SOUTH + SIDE };
    assert_eq!(
        view.at_point(corner, 0.0).unwrap().len(),
        4,
        "a corner belongs to all who share it"
    );

    let by_key = view.by_key(&["7210", "12", "33"]);
    assert_eq!(by_key.len(), 1);
    assert_eq!(by_key[0].id(), found[0].id());
    assert_eq!(
        view.by_key_prefix(&["07210", "12", "3"], 100).len(),
        11 + 100 - 11
    );
    assert_eq!(view.get(found[0].id()).unwrap().id(), found[0].id());

    let near = view
        .nearest(geo::coord! { x: WEST - 30.0, y: SOUTH + 10.0 }, 3, 100.0)
        .unwrap();
    assert!((near[0].1 - 30.0).abs() < 1e-9 && near.len() == 3);
    let area = Rect::new((WEST + 1.0, SOUTH + 1.0), (WEST + 39.0, SOUTH + 19.0))
        .to_polygon()
        .into();
    assert_eq!(view.intersecting(&area).unwrap().len(), 2);
}

#[test]
fn a_theme_of_points_lines_and_polygons_keeps_each_as_it_is() {
    let home = Home::new(DIRECTORY);
    let theme = home.theme("irrigation_works");
    let line = geo::LineString::from(vec![(WEST, SOUTH), (WEST + 100.0, SOUTH)]);
    let square = Rect::new((WEST, SOUTH + 10.0), (WEST + 50.0, SOUTH + 60.0)).to_polygon();
    let geometries: [geo::Geometry<f64>; 3] = [
        geo::Point::new(WEST + 30.0, SOUTH + 5.0).into(),
        line.into(),
        square.into(),
    ];
    let records: Vec<NewFeature> = geometries
        .iter()
        .enumerate()
        .map(|(i, g)| {
            record(
                theme,
                g.clone(),
                &[("ma_cong_trinh", Value::Text(format!("CT-{i}")))],
            )
        })
        .collect();
    home.import("irrigation_works", "d", &records);
    let view = home.view("irrigation_works");
    for (i, geometry) in geometries.iter().enumerate() {
        let found = view.by_key(&[&format!("ct-{i}")]);
        assert_eq!(found[0].geometry().unwrap(), *geometry);
    }
    let near = |tolerance| {
        view.at_point(geo::coord! { x: WEST + 30.0, y: SOUTH + 4.0 }, tolerance)
            .unwrap()
            .len()
    };
    assert_eq!([near(0.0), near(1.0), near(4.0), near(6.0)], [0, 1, 2, 2]);
}

#[test]
fn pages_follow_one_another_without_gap_or_repeat() {
    let home = Home::new(DIRECTORY);
    home.parcels("to-1", 7, 5, "1");
    home.parcels("to-2", 6, 6, "2");
    let (theme, view) = (home.theme("land_parcels"), home.view("land_parcels"));
    for filters in [
        vec![],
        vec![(theme.field_index("loai_dat").unwrap(), "LUC".to_owned())],
    ] {
        let mut query = Query {
            limit: 10,
            filters,
            ..Query::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = view.query(&query).unwrap();
            seen.extend(
                page.features
                    .iter()
                    .map(|f| (f.dataset().to_owned(), f.id())),
            );
            match page.next {
                Some(next) => query.after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(seen, sorted);
        assert_eq!(
            seen.len(),
            if query.filters.is_empty() {
                71
            } else {
                23 + 24
            }
        );
    }
}

#[test]
fn the_same_records_give_the_same_shard_wherever_they_are_packed() {
    let packed = [0; 2].map(|_| Home::new(DIRECTORY).parcels("d", 20, 20, "3"));
    assert_eq!(packed[0].content, packed[1].content);
}

#[test]
fn a_new_revision_is_seen_at_once_and_an_unsealed_one_never() {
    let home = Home::new(DIRECTORY);
    home.parcels("d", 3, 3, "1");
    let (theme, register) = (home.theme("land_parcels"), home.register());
    assert!(!register.refresh().unwrap());
    let before = register.snapshot();
    {
        let store = home.directory();
        let staging = store.stage(theme, "d").unwrap();
        let mut writer = staging.writer().unwrap();
        writer.push(&sheet(theme, 1, 1, "1")[0]).unwrap();
        assert!(matches!(
            store.stage(theme, "d"),
            Err(StoreError::Busy { .. })
        ));
    }
    register.refresh().unwrap();
    assert_eq!(register.snapshot().layers["land_parcels"].len(), 9);
    home.parcels("d", 2, 2, "1");
    assert!(register.refresh().unwrap());
    assert_eq!(register.snapshot().layers["land_parcels"].len(), 4);
    assert_eq!(
        before.layers["land_parcels"].len(),
        9,
        "a reader keeps the view it took"
    );
    let place = geo::coord! { x: WEST + 50.0, y: SOUTH + 50.0 };
    assert_eq!(
        before.layers["land_parcels"]
            .at_point(place, 0.0)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn damage_and_foreign_files_are_reported_and_the_rest_is_served() {
    let home = Home::new(DIRECTORY);
    for dataset in ["a", "b", "c", "d"] {
        home.parcels(dataset, 3, 3, "1");
    }
    damage(&home.file("a", "surveyed.fgb"), |b| b.truncate(b.len() / 2));
    damage(&home.file("b", "index.bin"), |b| b[300] ^= 1);
    damage(&home.file("c", "manifest.json"), Vec::clear);
    std::fs::write(home.dir.path().join("notes.txt"), "?").unwrap();
    std::fs::create_dir(home.dir.path().join("no_such_theme")).unwrap();
    let snapshot = home.register().snapshot();
    assert_eq!(snapshot.layers["land_parcels"].len(), 9);
    let named: Vec<&str> = snapshot.problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(
        named,
        [
            "land_parcels/a",
            "land_parcels/b",
            "land_parcels/c",
            "no_such_theme",
            "notes.txt"
        ]
    );
}

#[test]
fn ids_stay_when_records_come_again_in_another_order() {
    let home = Home::new(DIRECTORY);
    let id = |so_thua: &str| home.view("land_parcels").by_key(&["07210", "1", so_thua])[0].id();
    let mut records = sheet(home.theme("land_parcels"), 3, 3, "1");
    home.import("land_parcels", "d", &records);
    let before = id("5");
    records.reverse();
    home.import("land_parcels", "d", &records);
    assert_eq!(id("5"), before);
}

#[test]
fn tiles_are_valid_at_every_zoom_and_count_what_they_show() {
    let home = Home::new(DIRECTORY);
    home.parcels("d", 40, 40, "1");
    let (theme, layers) = (home.theme("land_parcels"), [home.view("land_parcels")]);
    let to_lonlat = Transform::new(Crs::WORKING, Crs::LONLAT).unwrap();
    let [lon, lat] = to_lonlat.point([WEST + 400.0, SOUTH + 400.0]).unwrap();
    let place = World::from_lonlat(LonLat { lon, lat });
    for z in theme.zooms.min..=18 {
        let coord = TileCoord::holding(z, place).unwrap();
        let rendered = render::tile(&layers, coord).unwrap();
        assert_eq!(tile::validate::validate(&rendered.mvt), [], "z{z}");
        let summary = &rendered.summary[0];
        assert_eq!(summary.generalised, z < theme.zooms.detail, "z{z}");
        if z <= 13 {
            assert_eq!(summary.total, 1600, "z{z}");
        }
        assert!(!rendered.mvt.is_empty());
        assert_eq!(
            render::tile(&layers, coord).unwrap(),
            rendered,
            "the same tile has the same bytes"
        );
    }
    let version = |z| render::version(&layers, TileCoord::holding(z, place).unwrap());
    assert_ne!(version(14), version(15));
    let far = TileCoord::new(14, 0, 0).unwrap();
    assert_eq!(
        render::tile(&layers, far).unwrap(),
        render::RenderedTile::default()
    );
}

#[test]
fn another_theme_file_packs_the_shard_again() {
    let mut home = Home::new(DIRECTORY);
    home.parcels("d", 3, 3, "1");
    let before = home.theme("land_parcels").hash.clone();
    let overlay = tempfile::tempdir().unwrap();
    std::fs::create_dir(overlay.path().join("themes")).unwrap();
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../styles/themes/land_parcels.toml"),
    );
    std::fs::write(
        overlay.path().join("themes/land_parcels.toml"),
        text.unwrap().replacen("tile = true", "tile = false", 1),
    )
    .unwrap();
    home.catalogue = Arc::new(Catalogue::load(Some(overlay.path())).unwrap());
    assert_ne!(home.theme("land_parcels").hash, before);
    let snapshot = home.register().snapshot();
    assert_eq!(snapshot.problems, []);
    assert_eq!(snapshot.layers["land_parcels"].len(), 9);
    assert_eq!(
        snapshot.layers["land_parcels"].parts()[0]
            .shard()
            .manifest()
            .revision,
        "r000002"
    );
}

#[test]
fn a_shard_of_an_older_version_is_packed_again_and_one_of_a_newer_is_named() {
    let home = Home::new(DIRECTORY);
    let as_if_written_by = |dataset: &str, format: u32| {
        let manifest = home.parcels(dataset, 3, 3, dataset);
        let other = serde_json::to_vec(&Manifest { format, ..manifest }).unwrap();
        damage(&home.file(dataset, "manifest.json"), |b| *b = other);
    };
    as_if_written_by("1", Manifest::FORMAT - 1);
    as_if_written_by("2", Manifest::FORMAT + 1);
    let snapshot = home.register().snapshot();
    let view = &snapshot.layers["land_parcels"];
    let manifests: Vec<_> = view
        .shards()
        .map(|s| (s.manifest().revision.as_str(), s.manifest().format))
        .collect();
    assert_eq!(manifests, [("r000002", Manifest::FORMAT)]);
    assert_eq!(view.by_key(&["07210", "1", "5"]).len(), 1);
    assert_eq!(view.len(), 9);
    assert_eq!(snapshot.problems.len(), 1);
    assert!(snapshot.problems[0].reason.contains("up to"));
}
