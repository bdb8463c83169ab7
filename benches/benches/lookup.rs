//! Finding parcels: by a place, by a key, by id, a page of them.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has nothing to measure"
)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use diaba_benches::{CORNER, SIDE, open, pack, sheet};
use diaba_core::query::Query;
use diaba_core::theme::Catalogue;
use geo::Coord;

const PARCELS: u32 = 100_000;

fn lookups(c: &mut Criterion) {
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let theme = catalogue.theme("land_parcels").unwrap();
    let dir = tempfile::tempdir().unwrap();
    pack(dir.path(), &catalogue, theme, sheet(theme, PARCELS)).unwrap();
    let view = open(dir.path(), &catalogue).unwrap().unwrap();

    let mut group = c.benchmark_group("lookup");
    group.throughput(Throughput::Elements(1));
    let side = f64::from(PARCELS).sqrt() * SIDE;
    let mut i = 0u32;
    let mut next = move || {
        i = i.wrapping_add(0x9e37_79b9);
        Coord {
            x: CORNER.x + side * f64::from(i >> 16) / 65536.0,
            y: CORNER.y + side * f64::from(i & 0xffff) / 65536.0,
        }
    };
    group.bench_function("point", |b| {
        b.iter(|| view.at_point(black_box(next()), 0.0).unwrap().len());
    });
    let mut at = 0u32;
    group.bench_function("key", |b| {
        b.iter(|| {
            at = (at + 7919) % PARCELS;
            let (so_to, so_thua) = ((at / 300 + 1).to_string(), (at % 300 + 1).to_string());
            black_box(view.by_key(&["07210", &so_to, &so_thua]).len())
        });
    });
    let page = Query {
        limit: 100,
        bbox_lonlat: view.extent_lonlat(),
        ..Query::default()
    };
    group.bench_function("page of 100", |b| {
        b.iter(|| view.query(black_box(&page)).unwrap().features.len());
    });
    group.finish();
}

criterion_group!(benches, lookups);
criterion_main!(benches);
