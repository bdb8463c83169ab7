//! Arbitrary requests: never a 5xx, never a panic, and a problem document for every refusal.

use proptest::prelude::*;

use crate::register::{Answer, Register};

/// Addresses made of words the router knows and of noise.
fn address() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::sample::select(vec![
            "collections", "items", "tiles", "land_parcels", "dikes", "nothing", "WebMercatorQuad", "tileMatrixSets",
            "identify", "parcels", "07210", "12", "1", "0", "14", "13024", "7218", "0.mvt", "7218.mvt", "styles",
            "fonts", "sprites", "0-255.pbf", "themes", "code-lists", "land_use", "health", "metrics", "openapi.json",
            "conformance", "land_parcels,dikes", "land_parcels.json", "..", "%2e%2e", "%00", "%ff", "",
        ]).prop_map(str::to_owned),
        1 => "[!-~]{0,12}".prop_map(|text| text.replace(['?', '#', '/'], "")),
        1 => "\\PC{0,6}".prop_map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect()),
    ];
    let name = prop_oneof![
        4 => prop::sample::select(vec![
            "f", "limit", "bbox", "bbox-crs", "datetime", "cursor", "lon", "lat", "themes", "tolerance", "era",
            "so_thua", "dien_tich", "loai_dat", "ngay_hieu_luc",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,8}".prop_map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect()),
    ];
    let value = prop_oneof![
        3 => prop::sample::select(vec![
            "json", "html", "1", "0", "-1", "1e309", "NaN", "inf", "106.1946", "21.2731", "106,21,107,22",
            "1,2,3,4,5,6", "170,-10,-170,10", "2025-07-01", "../2025-07-01T00:00:00Z", "to-12~5", "LUC", "2023",
            "land_parcels", "99999999999999999999", "%", "%ff", "",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}".prop_map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect()),
    ];
    let path = prop::collection::vec(word, 0..8).prop_map(|words| format!("/{}", words.join("/")));
    let query = prop::collection::vec((name, value), 0..5).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("&")
    });
    (path, query).prop_map(|(path, query)| {
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    })
}

fn check(address: &str, answer: &Answer) {
    assert!(
        answer.status.as_u16() < 500,
        "{address}: {} {}",
        answer.status,
        answer.text()
    );
    if answer.status.is_client_error() {
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{address}"
        );
        assert_eq!(answer.json()["status"], answer.status.as_u16(), "{address}");
    }
}

#[test]
fn no_address_is_answered_with_a_failure() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let register = Register::province();
    proptest!(ProptestConfig::with_cases(1500), |(address in address())| {
        if address.parse::<axum::http::Uri>().is_ok() {
            check(&address, &runtime.block_on(register.get(&address)));
        }
    });
}

#[test]
fn no_header_is_answered_with_a_failure() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let register = Register::province();
    let names = [
        "accept",
        "accept-encoding",
        "if-none-match",
        "x-request-id",
        "origin",
        "x-forwarded-host",
    ];
    let path = prop::sample::select(vec![
        "/",
        "/collections",
        "/collections/land_parcels/items",
        "/no/such",
        "/tiles/land_parcels/14/13024/7218.mvt",
        "/pages.css",
        "/identify?lon=106&lat=21",
    ]);
    proptest!(ProptestConfig::with_cases(500), |(path in path, name in prop::sample::select(names.to_vec()), value in "[ -~]{0,60}")| {
        check(path, &runtime.block_on(register.get_with(path, &[(name, &value)])));
    });
}
