//! The parcels are a planar partition of the ground, to the last vertex.

use std::collections::HashMap;

use diaba_samples::ground::warp::{P, twice_area};
use diaba_samples::province::Province;
use diaba_samples::register::parcels::Parcel;
use diaba_samples::register::survey::survey;
use diaba_samples::themes::{admin_units, polygon};
use geo::Validation;
use proptest::prelude::*;

fn parcels(province: &Province) -> Vec<Parcel> {
    province
        .members
        .iter()
        .flat_map(|m| survey(province, m).parcels)
        .collect()
}

/// Exact bits: neighbours must share vertices as they are, not about.
fn bits(p: P) -> (u64, u64) {
    (p[0].to_bits(), p[1].to_bits())
}

fn edges(ring: &[P]) -> impl Iterator<Item = (P, P)> {
    ring.iter()
        .copied()
        .zip(ring.iter().copied().cycle().skip(1))
        .take(ring.len())
}

fn check(province: &Province) {
    let parcels = parcels(province);
    let mut seen: HashMap<_, u32> = HashMap::new();
    for ring in parcels.iter().flat_map(|p| &p.rings) {
        for (a, b) in edges(ring) {
            assert_ne!(bits(a), bits(b), "an edge of no length at {a:?}");
            *seen.entry((bits(a), bits(b))).or_default() += 1;
        }
    }
    let squares: Vec<_> = province
        .members
        .iter()
        .flat_map(|m| m.squares.clone())
        .collect();
    let ground = admin_units::boundary(province, &squares);
    let rim: std::collections::HashSet<_> = ground
        .iter()
        .flat_map(|r| edges(r))
        .map(|(a, b)| (bits(a), bits(b)))
        .collect();
    for (&(a, b), &count) in &seen {
        assert_eq!(count, 1, "an edge is used twice in one direction");
        let has_twin = seen.contains_key(&(b, a));
        assert_ne!(
            has_twin,
            rim.contains(&(a, b)),
            "an edge is neither shared nor on the rim, or both"
        );
    }
    let covered: f64 = parcels.iter().map(|p| p.area).sum();
    let whole: f64 = ground.iter().map(|r| twice_area(r)).sum::<f64>() / 2.0;
    assert!(
        (covered - whole).abs() < 1e-6 * whole,
        "{covered} m² of parcels on {whole} m² of ground"
    );
    for p in &parcels {
        assert!(p.area > 1.0, "a parcel of {} m²", p.area);
        let shape = polygon(&p.rings);
        assert!(
            shape.is_valid(),
            "{}/{}/{}: {:?}",
            p.commune.code,
            p.sheet,
            p.number,
            shape
        );
    }
}

#[test]
fn a_province_is_a_partition() {
    check(&Province::new(12_000, 24).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_seed_gives_a_partition(seed in any::<u64>(), size in 1_000usize..2_500) {
        check(&Province::new(size, seed).unwrap());
    }
}

#[test]
fn communes_tile_the_ground_along_parcel_edges() {
    let province = Province::new(3_000, 7).unwrap();
    for member in &province.members {
        let own: std::collections::HashSet<_> = survey(&province, member)
            .parcels
            .iter()
            .flat_map(|p| {
                p.rings
                    .iter()
                    .flat_map(|r| edges(r))
                    .map(|(a, b)| (bits(a), bits(b)))
                    .collect::<Vec<_>>()
            })
            .collect();
        let boundary = admin_units::boundary(&province, &member.squares);
        assert!(
            boundary
                .iter()
                .flat_map(|r| edges(r))
                .all(|(a, b)| own.contains(&(bits(a), bits(b))))
        );
    }
}
