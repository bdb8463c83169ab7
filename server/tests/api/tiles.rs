//! Tiles over HTTP.

use axum::http::StatusCode;

use crate::register::{Register, ring};

/// Addresses of the tile that holds the first parcel, at a zoom: plain and OGC.
async fn addresses(register: &Register, themes: &str, z: u8) -> (String, String) {
    use diaba_core::space::{LonLat, TileCoord, World};
    let page = register
        .json("/collections/land_parcels/items?limit=1")
        .await;
    let corner = &ring(&page["features"][0])[0];
    let place = LonLat {
        lon: corner[0].as_f64().unwrap(),
        lat: corner[1].as_f64().unwrap(),
    };
    let tile = TileCoord::holding(z, World::from_lonlat(place)).unwrap();
    let (x, y) = (tile.x(), tile.y());
    (
        format!("/tiles/{themes}/{z}/{x}/{y}.mvt"),
        format!("/collections/{themes}/tiles/WebMercatorQuad/{z}/{y}/{x}"),
    )
}

#[tokio::test]
async fn both_addresses_of_a_tile_are_one_tile() {
    let register = Register::province();
    let (plain, ogc) = addresses(&register, "land_parcels", 16).await;
    let (plain, ogc) = (register.get(&plain).await, register.get(&ogc).await);
    assert_eq!(plain.status, StatusCode::OK);
    assert_eq!(
        plain.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    assert_eq!(plain.body, ogc.body);
    assert_eq!(plain.header("etag"), ogc.header("etag"));
    assert!(!plain.body.is_empty());
    assert!(
        plain
            .body
            .windows(12)
            .any(|window| window == b"land_parcels")
    );
    assert!(
        !plain.text().contains("nội bộ"),
        "tiles carry no internal field"
    );
}

#[tokio::test]
async fn a_tile_is_made_once() {
    let register = Register::province();
    let (address, _) = addresses(&register, "land_parcels,dikes", 15).await;
    let (swapped, _) = addresses(&register, "dikes,land_parcels", 15).await;
    let bodies = [
        register.get(&address).await.body,
        register.get(&swapped).await.body,
        register.get(&address).await.body,
    ];
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let metrics = register.get("/metrics").await.text();
    assert!(
        metrics.contains("diaba_tile_cache_misses_total 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("diaba_tile_cache_hits_total 2"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_generalised_tile_says_so() {
    let register = Register::province();
    let (address, _) = addresses(&register, "land_parcels", 13).await;
    let tile = register.get(&address).await;
    assert_eq!(
        tile.header("diaba-generalised"),
        "land_parcels",
        "{:?}",
        tile.headers
    );
    let (address, _) = addresses(&register, "land_parcels", 16).await;
    assert_eq!(register.get(&address).await.header("diaba-generalised"), "");
}
