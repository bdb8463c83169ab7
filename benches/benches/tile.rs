//! Cutting and encoding tiles from the *as drawn* form: one core, not compressed, five properties a parcel.
//!
//! The parcels are a partition whose neighbours share their bent edges, made here; `z14` is a dense delta
//! commune (about 3,000 parcels in the tile's box), `z16` the same kind of land with about 300.

#![expect(clippy::print_stdout, reason = "a bench says what it measured")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use diaba_core::feature::Value;
use diaba_core::space::{LonLat, TileCoord, World, WorldBox};
use diaba_core::tile::validate::validate;
use diaba_core::tile::{Drawn, DrawnKind, LayerBuilder, Part, Ready, TileSpec, encode_value};

const KEYS: [&str; 5] = ["ma_xa", "so_to", "so_thua", "loai_dat", "dien_tich"];

struct Parcel {
    bbox: WorldBox,
    parts: Vec<Part>,
    coords: Vec<World>,
    values: [Vec<u8>; KEYS.len()],
}

/// A number in 0..1 that depends on where it is asked for, and on nothing else.
fn noise(x: i64, y: i64, salt: i64) -> f64 {
    let mut h = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (y as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ (salt as u64).wrapping_mul(0x1656_67B1_9E37_79F9);
    h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 32)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (h ^ (h >> 31)) as f64 / u64::MAX as f64
}

/// Corner `i`, `j` of a partition whose cells are `side` wide.
fn corner(i: i64, j: i64, side: f64, origin: (f64, f64)) -> (f64, f64) {
    let bend = |salt| (noise(i, j, salt) - 0.5) * 0.5;
    (
        origin.0 + (i as f64 + bend(1)) * side,
        origin.1 + (j as f64 + bend(2)) * side,
    )
}

/// The vertices of the edge between two corners, the second left out, the same from either side.
fn edge(a: (i64, i64), b: (i64, i64), side: f64, origin: (f64, f64), out: &mut Vec<World>) {
    let (p, q) = (a.min(b), a.max(b));
    let (from, to) = (
        corner(p.0, p.1, side, origin),
        corner(q.0, q.1, side, origin),
    );
    let across = q.0 - p.0;
    let inner = 1 + (noise(p.0, p.1, 3 + across) * 3.0) as usize;
    let mut points = vec![from];
    for k in 1..=inner {
        let t = k as f64 / (inner + 1) as f64;
        let off = (noise(p.0 * 8 + k as i64, p.1, 5 + across) - 0.5) * 0.12 * side;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let len = dx.hypot(dy);
        points.push((
            from.0 + dx * t - dy / len * off,
            from.1 + dy * t + dx / len * off,
        ));
    }
    points.push(to);
    if a > b {
        points.reverse();
    }
    points.pop();
    out.extend(points.iter().map(|&(x, y)| World {
        x: x as u32,
        y: y as u32,
    }));
}

/// The parcels that touch the tile's box, `across` of them along the tile's side.
fn parcels(spec: &TileSpec, across: i64) -> Vec<Parcel> {
    let world = spec.world_box();
    let side = (1u64 << spec.coord.bits()) as f64 / across as f64;
    let (x, y) = spec.coord.origin();
    let origin = (x as f64, y as f64);
    let mut parcels = Vec::new();
    for j in -2..across + 2 {
        for i in -2..across + 2 {
            let mut coords = Vec::new();
            let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)];
            for pair in corners.windows(2) {
                edge(pair[0], pair[1], side, origin, &mut coords);
            }
            let mut bbox = WorldBox::EMPTY;
            for &p in &coords {
                bbox.extend(p);
            }
            if !bbox.intersects(&world) {
                continue;
            }
            let use_code =
                ["LUC", "ONT", "CLN", "RSX", "NTS"][(noise(i / 6, j / 6, 9) * 5.0) as usize];
            let area = (noise(i, j, 10) * 20_000.0).round() / 10.0;
            let values = [
                Value::Text("07321".into()),
                Value::Integer(j / 20 + 1),
                Value::Integer((i + 2) * 20 + j % 20),
                Value::Text(use_code.into()),
                Value::Real(area),
            ];
            parcels.push(Parcel {
                bbox,
                parts: Part::new(coords.len() as u32, false).into_iter().collect(),
                coords,
                values: values.map(|v| encode_value(&v).unwrap_or_default()),
            });
        }
    }
    parcels
}

fn drawn(id: usize, parcel: &Parcel) -> Drawn<'_> {
    let Parcel {
        bbox,
        parts,
        coords,
        ..
    } = parcel;
    Drawn {
        id: id as u64 * 1_000_003 + (1 << 40),
        kind: DrawnKind::Polygon,
        bbox: *bbox,
        parts,
        coords,
        ready: Ready::default(),
    }
}

/// Cuts the tile.
fn cut(spec: TileSpec, parcels: &[Parcel]) -> LayerBuilder {
    let mut layer = LayerBuilder::new("land_parcels", &KEYS, spec);
    for (id, parcel) in parcels.iter().enumerate() {
        let tags = parcel.values.iter().enumerate();
        layer.add(
            &drawn(id, parcel),
            tags.map(|(key, value)| (key as u32, value.as_slice())),
        );
    }
    layer
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("tile");
    for (z, across) in [(14u8, 54), (16, 17)] {
        let place = World::from_lonlat(LonLat {
            lon: 106.2,
            lat: 21.28,
        });
        let Ok(coord) = TileCoord::holding(z, place) else {
            continue;
        };
        let spec = TileSpec::new(coord);
        let parcels = parcels(&spec, across);
        let layer = cut(spec, &parcels);
        let counts = layer.counts();
        let bytes = layer.finish().unwrap_or_default();
        assert!(validate(&bytes).is_empty(), "the tile is not valid");
        let mut vertices: Vec<_> = parcels.iter().map(|p| p.coords.len()).collect();
        vertices.sort_unstable();
        let median = vertices.get(vertices.len() / 2);
        println!(
            "z{z}: {} parcels, median vertices {median:?}, {} bytes, {counts:?}",
            parcels.len(),
            bytes.len()
        );
        group.bench_function(format!("z{z}"), |b| {
            b.iter(|| cut(black_box(spec), black_box(&parcels)).finish());
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
