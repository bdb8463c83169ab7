//! How features become a map: what is joined, thinned, named, and left out for want of bytes, and that it is said.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use diaba_core::crs::{Crs, Transform};
use diaba_core::feature::{NewFeature, Value};
use diaba_core::registry::Registry;
use diaba_core::render::{self, RenderedTile};
use diaba_core::shard::Provenance;
use diaba_core::space::{LonLat, TileCoord, TilePx, World};
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;
use diaba_core::tile::validate::{Geometry, Layer, Scalar, read};
use diaba_core::view::LayerView;
use geo::{Coord, LineString, Point, Rect, polygon};

const WEST: f64 = 416_000.0;
const SOUTH: f64 = 2_353_000.0;

type Values<'v> = &'v [(&'v str, Value)];

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// The layer of these records, packed into a store of its own.
fn layer(
    theme: &str,
    records: &[(geo::Geometry<f64>, Values<'_>)],
) -> (tempfile::TempDir, Arc<LayerView>) {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let store = DirectoryStore::open(folder.path(), Arc::clone(&catalogue)).unwrap();
    let known = catalogue.theme(theme).unwrap();
    let staging = store.stage(known, "d").unwrap();
    let mut writer = staging.writer().unwrap();
    for (geometry, said) in records {
        let mut values = vec![None; known.fields.len()];
        for (name, value) in *said {
            values[known.field_index(name).unwrap()] = Some(value.clone());
        }
        let record = NewFeature {
            geometry: geometry.clone(),
            values,
            extra: serde_json::Map::new(),
        };
        writer.push(&record).unwrap();
    }
    staging.seal(writer, Provenance::default()).unwrap();
    let registry = Registry::open(Box::new(store), catalogue).unwrap();
    let view = Arc::clone(&registry.snapshot().layers[theme]);
    (folder, view)
}

/// The place `x`, `y` metres from the corner, on the map.
fn place(x: f64, y: f64) -> World {
    let to_lonlat = Transform::new(Crs::WORKING, Crs::LONLAT).unwrap();
    let [lon, lat] = to_lonlat.point([WEST + x, SOUTH + y]).unwrap();
    World::from_lonlat(LonLat { lon, lat })
}

fn tile_at(z: u8, x: f64, y: f64) -> TileCoord {
    TileCoord::holding(z, place(x, y)).unwrap()
}

/// The layers of a tile, which must be valid.
fn layers(tile: &RenderedTile) -> BTreeMap<String, Layer> {
    let (layers, violations) = read(&tile.mvt);
    assert_eq!(violations, []);
    layers
        .into_iter()
        .map(|layer| (layer.name.clone(), layer))
        .collect()
}

/// What a feature says.
fn said(layer: &Layer, feature: usize) -> BTreeMap<&str, String> {
    let tags = layer.features[feature].tags.iter();
    tags.map(|(key, value)| {
        let value = match &layer.values[*value] {
            Scalar::Text(v) => v.clone(),
            Scalar::Integer(v) => v.to_string(),
            Scalar::Real(v) => v.to_string(),
            Scalar::Bool(v) => v.to_string(),
        };
        (layer.keys[*key].as_str(), value)
    })
    .collect()
}

fn line(points: &[(f64, f64)]) -> geo::Geometry<f64> {
    let points = points.iter().map(|(x, y)| Coord {
        x: WEST + x,
        y: SOUTH + y,
    });
    points.collect::<LineString>().into()
}

/// A sheet of parcels 20 m wide; those of the middle column are 40 m wide.
fn parcels(side: u32) -> (tempfile::TempDir, Arc<LayerView>) {
    let numbers: Vec<[(&str, Value); 4]> = (0..side * side)
        .map(|i| {
            let (number, area) = (
                text(&i.to_string()),
                Value::Real(400.0 + f64::from(i) / 8.0),
            );
            [
                ("ma_xa", text("07210")),
                ("so_thua", number),
                ("dien_tich", area),
                ("loai_dat", text("LUC")),
            ]
        })
        .collect();
    let records: Vec<_> = (0..side * side)
        .map(|i| {
            let (x, y) = (
                WEST + f64::from(i % side) * 20.0,
                SOUTH + f64::from(i / side) * 20.0,
            );
            let west = if i % side == side / 2 { x - 20.0 } else { x };
            let shape = Rect::new((west, y), (x + 20.0, y + 20.0)).to_polygon();
            (shape.into(), &numbers[i as usize][..])
        })
        .collect();
    layer("land_parcels", &records)
}

#[test]
fn a_tile_keeps_to_its_bytes_and_says_what_it_left_out() {
    let (_folder, view) = parcels(20);
    let views = [view];
    let coord = tile_at(16, 200.0, 200.0);
    let whole = render::tile(&views, coord).unwrap();
    let all = whole.summary[0].shown;
    assert!(!layers(&whole).contains_key("diaba"));
    let mut before = whole.mvt.len();
    assert_eq!(
        render::tile_within(&views, coord, before + 400).unwrap(),
        whole
    );
    for budget in [
        whole.mvt.len() - 800,
        whole.mvt.len() / 2,
        whole.mvt.len() / 4,
        1200,
    ] {
        let tile = render::tile_within(&views, coord, budget).unwrap();
        assert!(
            tile.mvt.len() <= budget && tile.mvt.len() < before,
            "{budget}: {}",
            tile.mvt.len()
        );
        before = tile.mvt.len();
        let read = layers(&tile);
        let drawn = read.get("land_parcels").map_or(0, |l| l.features.len()) as u64;
        let summary = |name: &str| tile.summary.iter().find(|layer| layer.theme == name);
        let parcels = summary("land_parcels").unwrap();
        assert_eq!((parcels.shown, parcels.total), (drawn, all));
        // Labels go first, and what is gone is counted.
        let labels = read
            .get("land_parcels_nhan")
            .map_or(0, |l| l.features.len()) as u64;
        assert!(labels == 0 || drawn == all);
        let named = summary("land_parcels_nhan").unwrap();
        assert!(named.truncated() && named.shown == labels);
        let left: BTreeMap<String, String> = (0..read["diaba"].features.len())
            .map(|i| said(&read["diaba"], i))
            .map(|said| (said["chu_de"].clone(), said["so_luong"].clone()))
            .collect();
        assert_eq!(
            left["land_parcels_nhan"],
            (named.total - labels).to_string()
        );
        assert_eq!(
            left.get("land_parcels"),
            (drawn < all).then(|| (all - drawn).to_string()).as_ref()
        );
        assert_ne!(
            render::version_within(&views, coord, budget),
            render::version(&views, coord)
        );
        assert_eq!(render::tile_within(&views, coord, budget).unwrap(), tile);
    }
    // The larger parcels stay longest.
    let few = render::tile_within(&views, coord, whole.mvt.len() / 4).unwrap();
    let read = layers(&few);
    let parcels = &read["land_parcels"];
    let kept: Vec<u32> = (0..parcels.features.len())
        .map(|i| said(parcels, i)["so_thua"].parse().unwrap())
        .collect();
    let wide = layers(&whole);
    let wide = &wide["land_parcels"];
    let all_wide = (0..wide.features.len())
        .map(|i| said(wide, i)["so_thua"].parse::<u32>().unwrap())
        .filter(|n| n % 20 == 10);
    assert!(all_wide.clone().count() > 0 && all_wide.clone().all(|n| kept.contains(&n)));
}

#[test]
fn tiles_carry_what_is_read_at_their_zoom() {
    let (_folder, view) = parcels(6);
    let views = [view];
    let keys = |z: u8| {
        let tile = render::tile(&views, tile_at(z, 60.0, 60.0)).unwrap();
        let read = layers(&tile);
        (
            read["land_parcels"].keys.clone(),
            read.contains_key("land_parcels_nhan"),
        )
    };
    assert_eq!(
        keys(15),
        (vec!["ma_xa".to_owned(), "loai_dat".to_owned()], false)
    );
    let (keys, named) = keys(16);
    assert!(named && keys.contains(&"so_thua".to_owned()), "{keys:?}");
}

#[test]
fn chainage_stones_stand_at_their_place_and_each_in_one_tile() {
    // From K1+250 to K5+750, in two stretches that meet at K3; the second is drawn against its chainage.
    let bend = [(0.0, 0.0), (1000.0, 40.0), (1750.0, 0.0)];
    let back = [(4500.0, 0.0), (3000.0, 25.0), (1750.0, 0.0)];
    let stretch = |from: f64, to: f64| {
        [
            ("cap", text("I")),
            ("ly_trinh_dau_m", Value::Real(from)),
            ("ly_trinh_cuoi_m", Value::Real(to)),
        ]
    };
    let (first, second) = (stretch(1250.0, 3000.0), stretch(5750.0, 3000.0));
    let (_folder, view) = layer(
        "dikes",
        &[(line(&bend), &first[..]), (line(&back), &second[..])],
    );
    let views = [view];
    let to_lonlat = Transform::new(Crs::WORKING, Crs::LONLAT).unwrap();
    for (z, step) in [(13, 1000), (16, 100)] {
        let mut stones: BTreeMap<String, Vec<World>> = BTreeMap::new();
        let (west, east) = (tile_at(z, -500.0, 300.0), tile_at(z, 5000.0, -300.0));
        for x in west.x()..=east.x() {
            for y in west.y()..=east.y() {
                let coord = TileCoord::new(z, x, y).unwrap();
                let tile = render::tile(&views, coord).unwrap();
                let read = layers(&tile);
                let Some(layer) = read.get("dikes_ly_trinh") else {
                    continue;
                };
                for (i, feature) in layer.features.iter().enumerate() {
                    let Geometry::Points(points) = &feature.geometry else {
                        panic!("no point")
                    };
                    let (x, y) = coord.origin();
                    let on = |origin: u64, v: i32| {
                        (origin as i64 + (i64::from(v) << coord.bits() >> 12)) as u32
                    };
                    let place = World {
                        x: on(x, points[0].x),
                        y: on(y, points[0].y),
                    };
                    let said = said(layer, i);
                    stones
                        .entry(said["ly_trinh"].clone())
                        .or_default()
                        .push(place);
                }
            }
        }
        let expected: Vec<u32> = (1250u32.div_ceil(step)..=5750 / step)
            .map(|n| n * step)
            .collect();
        assert_eq!(stones.len(), expected.len(), "z{z}: {:?}", stones.keys());
        for metres in expected {
            let name = match metres % 1000 {
                0 => format!("K{}", metres / 1000),
                rest => format!("K{}+{rest:03}", metres / 1000),
            };
            let found = &stones[&name];
            assert_eq!(found.len(), 1, "{name}");
            // Lengths in the plane are those on the ground to a part in ten thousand, here.
            let path: &[(f64, f64)] = if metres <= 3000 { &bend } else { &back };
            let (from, to) = if metres <= 3000 {
                (1250.0, 3000.0)
            } else {
                (5750.0, 3000.0)
            };
            let length: f64 = path
                .windows(2)
                .map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1))
                .sum();
            let mut rest = (f64::from(metres) - from) / (to - from) * length;
            let mut at = path[0];
            for w in path.windows(2) {
                let leg = (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1);
                let share = (rest / leg).clamp(0.0, 1.0);
                at = (
                    w[0].0 + (w[1].0 - w[0].0) * share,
                    w[0].1 + (w[1].1 - w[0].1) * share,
                );
                rest -= leg;
                if rest <= 0.0 {
                    break;
                }
            }
            let [lon, lat] = to_lonlat.point([WEST + at.0, SOUTH + at.1]).unwrap();
            let true_place = World::from_lonlat(LonLat { lon, lat });
            let apart = found[0]
                .x
                .abs_diff(true_place.x)
                .max(found[0].y.abs_diff(true_place.y));
            let grid = 1u32 << (32 - u32::from(z)) >> 12;
            assert!(apart <= grid + 60, "{name} at z{z} is {apart} off");
        }
    }
}

#[test]
fn points_are_thinned_alike_on_both_sides_of_a_border() {
    let sizes = ["nho", "vua", "lon"].map(text);
    let values: Vec<[(&str, Value); 2]> = (0..900)
        .map(|i| [("loai", text("tram_bom")), ("quy_mo", sizes[i % 3].clone())])
        .collect();
    let records: Vec<_> = (0..900)
        .map(|i| {
            let (x, y) = (i % 30, i / 30);
            let spot = Point::new(
                WEST + f64::from(x as u32) * 1900.0 + f64::from((i * 37 % 500) as u32),
                SOUTH + f64::from(y as u32) * 500.0,
            );
            (spot.into(), &values[i][..])
        })
        .collect();
    let (_folder, view) = layer("irrigation_works", &records);
    let views = [view];
    let west = tile_at(10, 28_000.0, 7_000.0);
    let east = TileCoord::new(10, west.x() + 1, west.y()).unwrap();
    let points = |coord: TileCoord| -> Vec<(u64, TilePx)> {
        let tile = render::tile(&views, coord).unwrap();
        let summary = &tile.summary[0];
        assert!(summary.shown < summary.total, "{summary:?}");
        let read = layers(&tile);
        let layer = &read["irrigation_works"];
        let mut out = Vec::new();
        for feature in &layer.features {
            let Geometry::Points(points) = &feature.geometry else {
                panic!("no point")
            };
            out.extend(points.iter().map(|p| (feature.id.unwrap(), *p)));
        }
        let here = out
            .iter()
            .filter(|(_, p)| (0..4096).contains(&p.x) && (0..4096).contains(&p.y))
            .count();
        assert_eq!(here as u64, summary.shown);
        out
    };
    let strip = |points: Vec<(u64, TilePx)>, from: i32| -> Vec<(u64, i32, i32)> {
        let near = |p: &TilePx| (-60..60).contains(&(p.x - from)) && (0..4096).contains(&p.y);
        let mut out: Vec<_> = points
            .into_iter()
            .filter(|(_, p)| near(p))
            .map(|(id, p)| (id, p.x - from, p.y))
            .collect();
        out.sort_unstable();
        out
    };
    let (a, b) = (points(west), points(east));
    assert!(a.len() > 50);
    assert_eq!(strip(a, 4096), strip(b, 0));
}

#[test]
fn pieces_of_one_road_are_one_line_and_lesser_roads_wait() {
    let main = [("cap_duong", text("quoc_lo")), ("ten", text("QL 31"))];
    let lane = [("cap_duong", text("duong_thon"))];
    let wave = |k: u32| {
        let at = |i: u32| {
            (
                f64::from(k * 10 + i) * 100.0,
                f64::from((k * 10 + i) % 3) * 20.0,
            )
        };
        line(&(0..=10).map(at).collect::<Vec<_>>())
    };
    let mut records: Vec<_> = (0..8).map(|k| (wave(k), &main[..])).collect();
    records.push((line(&[(0.0, 500.0), (3000.0, 700.0)]), &lane[..]));
    let (_folder, view) = layer("roads", &records);
    let views = [view];
    let tile = render::tile(&views, tile_at(9, 2000.0, 0.0)).unwrap();
    let read = layers(&tile);
    let roads = &read["roads"];
    assert_eq!(roads.features.len(), 1);
    let said = said(roads, 0);
    assert_eq!(
        (
            said["cap_duong"].as_str(),
            said["ten"].as_str(),
            said["so_luong"].as_str()
        ),
        ("quoc_lo", "QL 31", "8")
    );
    let Geometry::Lines(lines) = &roads.features[0].geometry else {
        panic!("no line")
    };
    assert!(lines.len() == 1 && lines[0].len() < 8, "{lines:?}");
    assert_eq!((tile.summary[0].shown, tile.summary[0].total), (8, 9));
    // From the detail zoom on each is itself.
    let near = render::tile(&views, tile_at(13, 2000.0, 300.0)).unwrap();
    assert!(layers(&near)["roads"].features.len() > 1);
}

#[test]
fn communes_keep_their_common_border_when_they_are_simplified() {
    let border: Vec<(f64, f64)> = (0..=400)
        .map(|i| (f64::from(i) * 25.0, f64::from(i * 7919 % 97) * 2.0))
        .collect();
    let ring = |far: f64| {
        let mut ring = border.clone();
        ring.extend([(10_000.0, far), (0.0, far)]);
        let ring: LineString<f64> = ring
            .iter()
            .map(|(x, y)| Coord {
                x: WEST + x,
                y: SOUTH + y,
            })
            .collect();
        let mut shape = polygon![];
        shape.exterior_mut(|exterior| *exterior = ring.clone());
        shape
    };
    let [north, south] = ["07210", "07213"].map(|code| {
        [
            ("ma_dvhc", text(code)),
            ("cap", text("xa")),
            ("danh_muc", text("2025-07")),
        ]
    });
    let records = [
        (ring(9000.0).into(), &north[..]),
        (ring(-9000.0).into(), &south[..]),
    ];
    let (_folder, view) = layer("admin_units", &records);
    let views = [view];
    // A border of 401 vertices needs fewer, the farther away it is seen.
    for (z, most) in [(8, 8), (9, 80), (10, 200)] {
        let tile = render::tile(&views, tile_at(z, 5000.0, 0.0)).unwrap();
        let read = layers(&tile);
        let rings: Vec<Vec<TilePx>> = read["admin_units"]
            .features
            .iter()
            .map(|feature| match &feature.geometry {
                Geometry::Polygons(polygons) => polygons[0][0].clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(rings.len(), 2);
        let shared = rings[0].iter().filter(|p| rings[1].contains(p)).count();
        // All but the far corners of each, and where their far sides leave the tile.
        for ring in &rings {
            assert!(shared > 1 && ring.len() <= shared + 6, "z{z}: {rings:?}");
        }
        for ring in &rings {
            assert!(ring.len() <= most, "z{z}: {} vertices", ring.len());
        }
    }
}
