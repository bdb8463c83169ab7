//! The numbers of a real commune, met within tolerance; land use that clusters.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::HashMap;

use diaba_samples::province::Province;
use diaba_samples::register::communes::JOINED;
use diaba_samples::register::parcels::{Parcel, area};
use diaba_samples::register::{defects, survey};

fn parcels(size: usize, seed: u64) -> Vec<Parcel> {
    let province = Province::new(size, seed).unwrap();
    province
        .members
        .iter()
        .flat_map(|m| survey::survey(&province, m).parcels)
        .collect()
}

/// The value a share `p` of the sorted list lies below.
fn quantile(mut values: Vec<f64>, p: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * p) as usize]
}

fn share(parcels: &[Parcel], f: impl Fn(&Parcel) -> bool) -> f64 {
    parcels.iter().filter(|p| f(p)).count() as f64 / parcels.len() as f64
}

#[test]
fn sizes_and_vertices_are_those_of_a_real_commune() {
    let parcels = parcels(60_000, 24);
    assert!(
        (54_000..66_000).contains(&parcels.len()),
        "{} parcels",
        parcels.len()
    );
    let vertices: Vec<f64> = parcels
        .iter()
        .map(|p| p.rings.iter().map(Vec::len).sum::<usize>() as f64)
        .collect();
    let areas: Vec<f64> = parcels.iter().map(|p| p.area).collect();
    let near = |what: &str, value: f64, low: f64, high: f64| {
        assert!(
            (low..=high).contains(&value),
            "{what}: {value}, not {low} to {high}"
        );
    };
    near(
        "median vertices (real: 7)",
        quantile(vertices.clone(), 0.5),
        6.0,
        8.0,
    );
    near(
        "p95 of vertices (15)",
        quantile(vertices.clone(), 0.95),
        12.0,
        19.0,
    );
    near("p99 of vertices (27)", quantile(vertices, 0.99), 20.0, 34.0);
    near(
        "p5 of area (97)",
        quantile(areas.clone(), 0.05),
        75.0,
        125.0,
    );
    near(
        "median area (495)",
        quantile(areas.clone(), 0.5),
        400.0,
        600.0,
    );
    near(
        "p95 of area (2669)",
        quantile(areas.clone(), 0.95),
        2_000.0,
        3_400.0,
    );
    near(
        "largest, ha (38.9)",
        quantile(areas, 1.0) / 10_000.0,
        8.0,
        80.0,
    );
    near(
        "with holes (0.44 %)",
        share(&parcels, |p| p.rings.len() > 1),
        0.002,
        0.007,
    );
    let ratio = |p: &Parcel| p.declared / p.area;
    near(
        "declared within 0.9995-1.0006 (98 %)",
        share(&parcels, |p| (0.9995..1.0006).contains(&ratio(p))),
        0.965,
        0.995,
    );
    near(
        "two purposes",
        share(&parcels, |p| p.land.second.is_some()),
        0.02,
        0.25,
    );
    near(
        "rice",
        share(&parcels, |p| p.land.code.starts_with("LU")),
        0.2,
        0.7,
    );
}

#[test]
fn sheets_hold_about_three_hundred_and_number_every_parcel_once() {
    let parcels = parcels(30_000, 3);
    let mut sheets: HashMap<(&str, u32), Vec<u32>> = HashMap::new();
    for p in &parcels {
        sheets
            .entry((p.commune.code, p.sheet))
            .or_default()
            .push(p.number);
    }
    let sizes: Vec<f64> = sheets.values().map(|s| s.len() as f64).collect();
    assert!((230.0..330.0).contains(&quantile(sizes.clone(), 0.5)));
    assert!(quantile(sizes, 1.0) < 700.0);
    for numbers in sheets.values_mut() {
        numbers.sort_unstable();
        assert!(
            numbers.iter().zip(1..).all(|(&n, k)| n == k),
            "numbers run from 1 without a gap"
        );
    }
    let known = |code: &str| JOINED.iter().any(|(c, _)| *c == code);
    assert!(
        parcels
            .iter()
            .all(|p| p.commune.code.len() == 5 && known(p.commune.joined))
    );
    assert!(parcels.iter().all(|p| p.name.len() == 12));
}

#[test]
fn defects_are_as_frequent_as_in_a_real_commune() {
    use geo::Validation;
    let mut parcels = parcels(30_000, 5);
    let before = parcels.clone();
    defects::spoil(&mut parcels, 5);
    let rate = |n: usize| n as f64 / parcels.len() as f64 * 9_777.0;
    let doubles = rate(
        before
            .iter()
            .zip(&parcels)
            .filter(|(a, b)| a.number != b.number)
            .count(),
    );
    assert!(
        (12.0..34.0).contains(&doubles),
        "{doubles} double numbers in 9,777"
    );
    let broken: Vec<_> = before
        .iter()
        .zip(&parcels)
        .filter(|(a, b)| a.rings != b.rings)
        .map(|(_, b)| b)
        .collect();
    assert!(
        (2.0..12.0).contains(&rate(broken.len())),
        "{} crossed",
        broken.len()
    );
    let invalid = broken
        .iter()
        .filter(|p| !diaba_samples::themes::polygon(&p.rings).is_valid())
        .count();
    assert!(
        invalid * 10 >= broken.len() * 9,
        "{invalid} of {} are invalid",
        broken.len()
    );
}

#[test]
fn moved_parcels_are_as_many_and_lie_as_far_as_was_asked() {
    let before = parcels(6_000, 24);
    let jitter = defects::Jitter {
        metres: 0.3,
        share: 0.01,
    };
    let mut after = before.clone();
    defects::shift(&mut after, jitter, 24);
    let moved: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(a, b)| a.rings != b.rings)
        .collect();
    let share = moved.len() as f64 / before.len() as f64;
    assert!((0.006..0.014).contains(&share), "{share} of the parcels");
    let mut north = 0;
    for (a, b) in &moved {
        let ([ax, ay], [bx, by]) = (a.rings[0][0], b.rings[0][0]);
        assert!(((bx - ax).hypot(by - ay) - 0.3).abs() < 1e-6);
        assert!((area(&a.rings) - area(&b.rings)).abs() < 1e-3);
        north += usize::from(by > ay);
    }
    assert!(
        (moved.len() / 4..moved.len() * 3 / 4).contains(&north),
        "{north} of {} moved northward",
        moved.len()
    );
}

/// The group a code belongs to, as generalised maps show it.
fn group(code: &str) -> &str {
    match code {
        "LUC" | "LUK" => "rice",
        "ONT" | "ODT" => "homes",
        "RSX" | "RPH" => "forest",
        other => other,
    }
}

#[test]
fn land_use_clusters() {
    let parcels = parcels(30_000, 24);
    // Land use on squares of 60 m, by the parcel whose first corner lies there.
    let mut cells: HashMap<(i64, i64), &str> = HashMap::new();
    for p in &parcels {
        let [x, y] = p.rings[0][0];
        cells.insert(
            ((x / 60.0).floor() as i64, (y / 60.0).floor() as i64),
            group(p.land.code),
        );
    }
    let mut same = 0;
    let mut pairs = 0;
    let mut totals: HashMap<&str, f64> = HashMap::new();
    for (&(i, j), use_here) in &cells {
        *totals.entry(use_here).or_default() += 1.0;
        if let Some(use_there) = cells.get(&(i + 1, j)) {
            pairs += 1;
            same += usize::from(use_here == use_there);
        }
    }
    let n = cells.len() as f64;
    let by_chance: f64 = totals.values().map(|t| (t / n) * (t / n)).sum();
    let found = f64::from(same as u32) / f64::from(pairs);
    assert!(
        found > 0.5 && found > by_chance * 1.6,
        "neighbours alike: {found}, by chance {by_chance}"
    );
}
