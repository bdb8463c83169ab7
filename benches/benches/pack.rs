//! Packing a sheet into a shard: everything from the records to the seal.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has nothing to measure"
)]

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use diaba_benches::{pack, sheet};
use diaba_core::theme::Catalogue;

const PARCELS: u32 = 20_000;

fn packing(c: &mut Criterion) {
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let theme = catalogue.theme("land_parcels").unwrap();
    let records: Vec<_> = sheet(theme, PARCELS).collect();
    let mut group = c.benchmark_group("pack");
    group.sample_size(10);
    group.throughput(Throughput::Elements(u64::from(PARCELS)));
    group.bench_function("sheet", |b| {
        b.iter_with_setup(
            || tempfile::tempdir().unwrap(),
            |dir| pack(dir.path(), &catalogue, theme, &records).unwrap(),
        );
    });
    group.finish();
}

criterion_group!(benches, packing);
criterion_main!(benches);
