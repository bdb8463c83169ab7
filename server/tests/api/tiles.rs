//! Tiles over HTTP.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use diaba_server::front::Front;
use diaba_server::router;
use futures_util::future::Either;
use http_body_util::BodyExt;
use tower::{Service, ServiceExt};

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

/// A GET of `path` with these headers.
fn question(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().uri(path).header("host", "diaba.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

/// Status, headers in their order by name, and bytes; without the name of the request.
async fn read(response: Response) -> (StatusCode, Vec<(String, HeaderValue)>, Vec<u8>) {
    let (parts, body) = response.into_parts();
    let named = parts.headers.contains_key("x-request-id");
    assert!(named, "{:?}", parts.headers);
    let headers = parts.headers.iter();
    let mut headers: Vec<_> = headers
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    headers.sort();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, headers, body.to_vec())
}

#[tokio::test]
async fn a_kept_tile_is_answered_before_the_router_and_as_the_router_would() {
    let register = Register::province();
    for (themes, z) in [
        ("dikes,land_parcels", 15),
        ("land_parcels", 13),
        ("roads", 9),
    ] {
        let (address, _) = addresses(&register, themes, z).await;
        let etag = register.get(&address).await.header("etag").to_owned();
        let kinds: [&[(&str, &str)]; 6] = [
            &[],
            &[("accept-encoding", "gzip")],
            &[("accept-encoding", "br, zstd;q=0.1")],
            &[("if-none-match", &etag)],
            &[("origin", "https://qgis.vn")],
            &[("accept", "text/html"), ("x-request-id", "abc")],
        ];
        for (stale, headers) in [false, true]
            .into_iter()
            .flat_map(|s| kinds.map(|k| (s, k)))
        {
            register.app.standing.looked(!stale);
            // Makes it, where this is another representation of it.
            register.get_with(&address, headers).await;
            let question = || question(&address, headers);
            let at_once = match Front::new(Arc::clone(&register.app)).call(question()) {
                Either::Left(answer) => answer.await.unwrap(),
                Either::Right(_) => panic!("{address} with {headers:?} went to the router"),
            };
            let routed = router::router(Arc::clone(&register.app));
            let routed = routed.oneshot(question()).await.unwrap();
            assert_eq!(
                read(at_once).await,
                read(routed).await,
                "{address} with {headers:?}"
            );
        }
        register.app.standing.looked(true);
    }
    // One more each: made, at once and by the router, of two times six kinds, beside those made for the ETag.
    let metrics = register.get("/metrics").await.text();
    let counted: u32 = metrics
        .lines()
        .filter(|line| {
            line.starts_with("diaba_http_requests_total{route=\"/tiles/{themes}/{z}/{x}/{y}\"")
        })
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u32>().ok())
        .sum();
    assert_eq!(counted, 3 * (1 + 3 * 12), "{metrics}");
}

#[tokio::test]
async fn what_is_no_kept_tile_goes_to_the_router() {
    let register = Register::province();
    let (address, _) = addresses(&register, "land_parcels", 16).await;
    let routed = |request: Request<Body>| {
        let answer = Front::new(Arc::clone(&register.app)).call(request);
        matches!(answer, Either::Right(_))
    };
    assert!(routed(question(&address, &[])), "not made yet");
    register.get(&address).await;
    assert!(!routed(question(&address, &[])));
    assert!(
        routed(question(&address, &[("accept-encoding", "gzip")])),
        "another representation"
    );
    assert!(routed(question(
        &format!("{address}?datetime=2025-01-01T00:00:00Z"),
        &[]
    )));
    assert!(routed(question(
        &address.replace("land_parcels", "land%5Fparcels"),
        &[]
    )));
    let mut head = question(&address, &[]);
    *head.method_mut() = Method::HEAD;
    assert!(routed(head));
    register.app.publish();
    let other = register.app.published().number;
    assert!(
        routed(question(&address, &[])),
        "not known to be right in publication {other}"
    );
    register.get(&address).await;
    assert!(!routed(question(&address, &[])));
}
