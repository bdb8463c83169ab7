//! Coordinates told by where records should lie: the communes of the store against the communes the records name.

use gdal::vector::{FieldValue, OGRFieldType, OGRwkbGeometryType};

use crate::common::{Bench, Layer, Outcome, PARCEL_COLUMNS, parcel, square};

/// A store that knows two communes side by side, 07210 and 07213, each four kilometres wide.
fn with_communes() -> Bench {
    let bench = Bench::new();
    let text = OGRFieldType::OFTString;
    let layer = Layer {
        driver: "GPKG",
        epsg: Some(9214),
        kind: OGRwkbGeometryType::wkbPolygon,
        options: &[],
        columns: &[("ma_dvhc", text), ("ten", text)],
    };
    let rows: Vec<_> = [
        (414_000.0, "07210", "Bắc Giang"),
        (418_000.0, "07213", "Đa Mai"),
    ]
    .into_iter()
    .map(|(x, code, name)| {
        let values = [code, name].map(|v| Some(FieldValue::StringValue(v.to_owned())));
        (Some(square(x, 2_351_000.0, 4_000.0)), values.to_vec())
    })
    .collect();
    let file = bench.path("xa.gpkg");
    layer.write(&file, &rows);
    let outcome = bench.import(&file, "admin_units", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    bench
}

/// Imports parcels of commune 07210 whose coordinates in EPSG:9214 are `corners`, written in `epsg`, said to be `said`.
fn parcels(
    bench: &Bench,
    corners: &[(f64, f64)],
    epsg: u32,
    said: Option<u32>,
    swap: bool,
    more: &[&str],
) -> Outcome {
    use diaba_core::crs::{Crs, Transform};
    let there = Transform::new(Crs::WORKING, Crs::from_epsg(epsg).expect("a grid")).expect("made");
    let rows: Vec<_> = corners
        .iter()
        .enumerate()
        .map(|(i, &(x, y))| {
            let ring: Vec<String> = [
                (0.0, 0.0),
                (20.0, 0.0),
                (20.0, 20.0),
                (0.0, 20.0),
                (0.0, 0.0),
            ]
            .iter()
            .map(|(dx, dy)| {
                let [e, n] = there.point([x + dx, y + dy]).expect("carried");
                let (a, b) = if swap { (n, e) } else { (e, n) };
                format!("{a:.9} {b:.9}")
            })
            .collect();
            let shape = format!("POLYGON (({}))", ring.join(", "));
            (Some(shape), parcel(i as u32 + 1, "LUC", 400.0, "lúa"))
        })
        .collect();
    let file = bench.path("thua.gpkg");
    let _ = std::fs::remove_file(&file);
    let layer = Layer {
        driver: "GPKG",
        epsg: said,
        kind: OGRwkbGeometryType::wkbPolygon,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    layer.write(&file, &rows);
    bench.import(&file, "land_parcels", more)
}

/// Corners in the commune.
fn at_home() -> Vec<(f64, f64)> {
    (0..40)
        .map(|i| {
            (
                414_300.0 + f64::from(i % 8) * 400.0,
                2_351_500.0 + f64::from(i / 8) * 600.0,
            )
        })
        .collect()
}

#[test]
fn a_file_that_says_no_grid_is_read_in_the_one_that_brings_it_home() {
    for (epsg, swap) in [(9214, false), (9209, false), (9209, true), (9212, false)] {
        let bench = with_communes();
        let outcome = parcels(&bench, &at_home(), epsg, None, swap, &[]);
        assert_eq!(outcome.code, Some(0), "{epsg} {swap}: {}", outcome.stderr);
        let crs = &outcome.report["crs"];
        assert_eq!(crs["epsg"], epsg, "{crs}");
        assert_eq!(crs["scored"], true);
        assert_eq!(crs["axes_swapped"], swap);
        assert_eq!(crs["in_commune"], 1.0);
        assert_eq!(crs["scores"][0]["epsg"], epsg);
        assert_eq!(outcome.report["counts"]["imported"], 40);
        assert!(outcome.stderr.contains(&format!("EPSG:{epsg}")));
    }
}

#[test]
fn no_winner_no_import() {
    // The two systems of degrees are 224 m apart: in a commune of four kilometres nobody can tell.
    let bench = with_communes();
    let before = bench.listing();
    let outcome = parcels(&bench, &at_home(), 4326, None, false, &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    for told in ["EPSG:4326", "EPSG:4756", "--source-crs", "--commune"] {
        assert!(outcome.stderr.contains(told), "{told}: {}", outcome.stderr);
    }
    assert!(
        outcome.report["crs"]["scores"]
            .as_array()
            .is_some_and(|s| s.len() >= 2)
    );
    assert_eq!(bench.listing(), before);
}

#[test]
fn records_of_another_commune_are_refused_with_the_likely_reason() {
    let bench = with_communes();
    let before = bench.listing();
    let elsewhere: Vec<_> = at_home().iter().map(|(x, y)| (x + 4_000.0, *y)).collect();
    let outcome = parcels(&bench, &elsewhere, 9214, Some(9214), false, &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    for told in ["Đa Mai", "07213", "--force-area"] {
        assert!(outcome.stderr.contains(told), "{told}: {}", outcome.stderr);
    }
    assert_eq!(bench.listing(), before);
    let named = parcels(
        &bench,
        &elsewhere,
        9214,
        Some(9214),
        false,
        &["--commune", "07213"],
    );
    assert_eq!(named.code, Some(0), "{}", named.stderr);
    let forced = parcels(
        &bench,
        &elsewhere,
        9214,
        Some(9214),
        false,
        &["--force-area"],
    );
    assert_eq!(forced.code, Some(0), "{}", forced.stderr);
}

#[test]
fn a_wrong_declaration_is_found_out() {
    let bench = with_communes();
    // Written in 9214, said to be in 9215: 26 km further east, still within the province.
    let outcome = parcels(&bench, &at_home(), 9214, Some(9215), false, &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("EPSG:9214"), "{}", outcome.stderr);
}

#[test]
fn a_few_strays_are_remarked_upon_and_taken() {
    let bench = with_communes();
    let mut corners = at_home();
    for corner in corners.iter_mut().take(4) {
        corner.0 += 4_000.0;
    }
    let outcome = parcels(&bench, &corners, 9214, Some(9214), false, &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("90 %"), "{}", outcome.stderr);
    assert_eq!(outcome.report["crs"]["found_in"][1]["code"], "07213");
}
