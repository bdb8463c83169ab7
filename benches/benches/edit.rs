//! An edit laid over a shard of a million parcels: taking it over, renewing the levels it touches (the tile of every zoom
//! that shows it, and all tiles it has a say in), naming tiles, and what look-ups cost beside many edits.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has nothing to measure"
)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use diaba_benches::{CORNER, SIDE, open, pack, sheet};
use diaba_core::edits::{EditBatch, Entry, Operation, Row};
use diaba_core::feature::Value;
use diaba_core::render;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::theme::Catalogue;
use diaba_core::view::{LayerView, Part};
use geo::Coord;

const PARCELS: u32 = 1_000_000;

/// Edits of as many parcels: another use, the same place.
fn batch(view: &LayerView, count: u32, serial: u64) -> EditBatch {
    let mut batch = EditBatch::default();
    let field = view.theme().field_index("loai_dat").unwrap();
    for i in 0..count {
        let at = (serial as u32 + i * 19) % PARCELS;
        let (so_to, so_thua) = ((at / 300 + 1).to_string(), (at % 300 + 1).to_string());
        let found = view.by_key(&["07210", &so_to, &so_thua]);
        let Some(parcel) = found.first() else {
            continue;
        };
        let mut feature = parcel.content().unwrap();
        feature.values[field] = Some(Value::Text(["NTS", "RSX"][serial as usize % 2].into()));
        batch.entries.push(Entry {
            serial: serial * 1_000_000 + u64::from(i),
            id: parcel.id(),
            operation: Operation::Update,
            old: Some(parcel.bbox()),
            new: Some(parcel.bbox()),
        });
        batch.rows.push(Row {
            id: parcel.id(),
            feature,
            since: None,
        });
    }
    batch
}

fn edited(view: &LayerView, batch: &EditBatch) -> LayerView {
    let part = &view.parts()[0];
    let edits = part
        .edits()
        .apply(part.shard(), view.theme(), batch)
        .unwrap();
    view.next(vec![Part::new(Arc::clone(part.shard()), Arc::new(edits))])
}

fn edits(c: &mut Criterion) {
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let theme = catalogue.theme("land_parcels").unwrap();
    let dir = tempfile::tempdir().unwrap();
    pack(dir.path(), &catalogue, theme, sheet(theme, PARCELS)).unwrap();
    let plain = open(dir.path(), &catalogue).unwrap().unwrap();
    let many = edited(&plain, &batch(&plain, 5_000, 1));
    let one = batch(&plain, 1, 50_158);
    let place = {
        let geometry = one.rows[0].feature.geometry.clone();
        let c = geo::CoordsIter::coords_iter(&geometry).next().unwrap();
        let [lon, lat] = plain.to_lonlat().point([c.x, c.y]).unwrap();
        World::from_lonlat(LonLat { lon, lat })
    };
    let tile = |z| TileCoord::holding(z, place).unwrap();
    let zooms = theme.zooms.min..=13;
    let draw = |view: &LayerView| {
        for z in zooms.clone() {
            black_box(view.classes(tile(z)).unwrap());
        }
    };

    // As a server does after every publication.
    let ahead = |view: &LayerView| {
        let missing = view.levels_missing();
        for coord in &missing {
            black_box(view.classes(*coord).unwrap());
        }
        missing.len()
    };

    let mut group = c.benchmark_group("edit");
    for (name, view) in [("alone", &*plain), ("beside 5,000", &many)] {
        ahead(view);
        let reached = edited(view, &one).levels_missing().len();
        group.bench_function(format!("taken over, {name}"), |b| {
            b.iter(|| edited(view, black_box(&one)));
        });
        group.bench_function(
            format!("taken over and drawn at every generalised zoom, {name}"),
            |b| {
                b.iter(|| draw(&edited(view, black_box(&one))));
            },
        );
        group.bench_function(
            format!("taken over and all {reached} tiles it reaches renewed, {name}"),
            |b| {
                b.iter(|| ahead(&edited(view, black_box(&one))));
            },
        );
        group.bench_function(
            format!("drawn again at every generalised zoom, {name}"),
            |b| {
                b.iter(|| draw(black_box(view)));
            },
        );
    }
    for (name, view) in [
        ("no edits", Arc::clone(&plain)),
        ("one edit", Arc::new(edited(&plain, &one))),
        ("5,000 edits", Arc::new(many)),
    ] {
        let layers = [Arc::clone(&view)];
        for z in [10, 16] {
            group.bench_function(format!("version at z{z}, {name}"), |b| {
                b.iter(|| render::version(black_box(&layers), tile(z)));
            });
        }
        let side = f64::from(PARCELS).sqrt() * SIDE;
        let mut i = 0u32;
        group.bench_function(format!("point, {name}"), |b| {
            b.iter(|| {
                i = i.wrapping_add(0x9e37_79b9);
                let at = Coord {
                    x: CORNER.x + side * f64::from(i >> 16) / 65536.0,
                    y: CORNER.y + side * f64::from(i & 0xffff) / 65536.0,
                };
                view.at_point(black_box(at), 0.0).unwrap().len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, edits);
criterion_main!(benches);
