//! The contract every store passes: what is put in is found again, by every way in, and nothing half-made is seen.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::path::Path;
use std::sync::Arc;

use diaba_core::crs::{Crs, Transform};
use diaba_core::feature::{NewFeature, Value};
use diaba_core::query::Query;
use diaba_core::registry::Registry;
use diaba_core::shard::{Manifest, Provenance};
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::store::{DirectoryStore, StoreError};
use diaba_core::theme::{Catalogue, Theme};
use diaba_core::{render, tile};
use geo::{Contains, Rect};

const WEST: f64 = 416_000.0;
const SOUTH: f64 = 2_353_000.0;
const SIDE: f64 = 20.0;

fn catalogue() -> Arc<Catalogue> {
    Arc::new(Catalogue::load(None).unwrap())
}

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

fn import(
    root: &Path,
    catalogue: &Arc<Catalogue>,
    theme: &str,
    dataset: &str,
    records: &[NewFeature],
) -> Manifest {
    let store = DirectoryStore::create(root, Arc::clone(catalogue)).unwrap();
    let staging = store
        .stage(catalogue.theme(theme).unwrap(), dataset)
        .unwrap();
    let mut writer = staging.writer().unwrap();
    for record in records {
        writer.push(record).unwrap();
    }
    staging.seal(writer, Provenance::default()).unwrap()
}

fn register(root: &Path, catalogue: &Arc<Catalogue>) -> Registry {
    let store = DirectoryStore::open(root, Arc::clone(catalogue)).unwrap();
    Registry::open(Box::new(store), Arc::clone(catalogue)).unwrap()
}

#[test]
fn a_parcel_is_found_by_every_way_in() {
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("land_parcels").unwrap();
    import(
        dir.path(),
        &catalogue,
        "land_parcels",
        "to-12",
        &sheet(theme, 30, 30, "12"),
    );
    let register = register(dir.path(), &catalogue);
    let view = Arc::clone(&register.snapshot().layers["land_parcels"]);
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
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("irrigation_works").unwrap();
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
    import(dir.path(), &catalogue, "irrigation_works", "d", &records);
    let register = register(dir.path(), &catalogue);
    let view = Arc::clone(&register.snapshot().layers["irrigation_works"]);
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
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("land_parcels").unwrap();
    import(
        dir.path(),
        &catalogue,
        "land_parcels",
        "to-1",
        &sheet(theme, 7, 5, "1"),
    );
    import(
        dir.path(),
        &catalogue,
        "land_parcels",
        "to-2",
        &sheet(theme, 6, 6, "2"),
    );
    let register = register(dir.path(), &catalogue);
    let view = Arc::clone(&register.snapshot().layers["land_parcels"]);
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
    let catalogue = catalogue();
    let theme = catalogue.theme("land_parcels").unwrap();
    let records = sheet(theme, 20, 20, "3");
    let packed: Vec<Manifest> = (0..2)
        .map(|_| {
            import(
                tempfile::tempdir().unwrap().path(),
                &catalogue,
                "land_parcels",
                "d",
                &records,
            )
        })
        .collect();
    assert_eq!(packed[0].content, packed[1].content);
}

#[test]
fn a_new_revision_is_seen_at_once_and_an_unsealed_one_never() {
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("land_parcels").unwrap();
    import(
        dir.path(),
        &catalogue,
        "land_parcels",
        "d",
        &sheet(theme, 3, 3, "1"),
    );
    let register = register(dir.path(), &catalogue);
    assert!(!register.refresh().unwrap());
    let before = register.snapshot();
    {
        let store = DirectoryStore::open(dir.path(), Arc::clone(&catalogue)).unwrap();
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
    import(
        dir.path(),
        &catalogue,
        "land_parcels",
        "d",
        &sheet(theme, 2, 2, "1"),
    );
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
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("land_parcels").unwrap();
    for dataset in ["a", "b", "c", "d"] {
        import(
            dir.path(),
            &catalogue,
            "land_parcels",
            dataset,
            &sheet(theme, 3, 3, "1"),
        );
    }
    let file = |dataset: &str, name: &str| {
        dir.path()
            .join("land_parcels")
            .join(dataset)
            .join("r000001")
            .join(name)
    };
    let damage = |path: &Path, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = std::fs::read(path).unwrap();
        change(&mut bytes);
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    damage(&file("a", "surveyed.fgb"), &|b| b.truncate(b.len() / 2));
    damage(&file("b", "index.bin"), &|b| b[300] ^= 1);
    damage(&file("c", "manifest.json"), &|b| b.clear());
    std::fs::write(dir.path().join("notes.txt"), "?").unwrap();
    std::fs::create_dir(dir.path().join("no_such_theme")).unwrap();
    let register = register(dir.path(), &catalogue);
    let snapshot = register.snapshot();
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
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("land_parcels").unwrap();
    let id = |so_thua: &str| {
        let register = register(dir.path(), &catalogue);
        let view = Arc::clone(&register.snapshot().layers["land_parcels"]);
        view.by_key(&["07210", "1", so_thua])[0].id()
    };
    let mut records = sheet(theme, 3, 3, "1");
    import(dir.path(), &catalogue, "land_parcels", "d", &records);
    let before = id("5");
    records.reverse();
    import(dir.path(), &catalogue, "land_parcels", "d", &records);
    assert_eq!(id("5"), before);
}

#[test]
fn tiles_are_valid_at_every_zoom_and_count_what_they_show() {
    let (dir, catalogue) = (tempfile::tempdir().unwrap(), catalogue());
    let theme = catalogue.theme("land_parcels").unwrap();
    import(
        dir.path(),
        &catalogue,
        "land_parcels",
        "d",
        &sheet(theme, 40, 40, "1"),
    );
    let register = register(dir.path(), &catalogue);
    let layers = vec![Arc::clone(&register.snapshot().layers["land_parcels"])];
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
    let dir = tempfile::tempdir().unwrap();
    let plain = catalogue();
    let theme = plain.theme("land_parcels").unwrap();
    import(
        dir.path(),
        &plain,
        "land_parcels",
        "d",
        &sheet(theme, 3, 3, "1"),
    );
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
    let changed = Arc::new(Catalogue::load(Some(overlay.path())).unwrap());
    assert_ne!(changed.theme("land_parcels").unwrap().hash, theme.hash);
    let register = register(dir.path(), &changed);
    let snapshot = register.snapshot();
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
