//! Wrong requests: a 4xx with a problem document that names what is wrong.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;

use crate::register::{Answer, Register};

fn problem(answer: &Answer, status: StatusCode) -> serde_json::Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let document = answer.json();
    assert_eq!(document["status"], status.as_u16());
    document
}

#[tokio::test]
async fn each_kind_of_problem() {
    let register = Register::province();
    let mut documents = Vec::new();
    for (path, status) in [
        (
            "/collections/land_parcels/items?bbox=1,2,3",
            StatusCode::BAD_REQUEST,
        ),
        (
            "/collections/land_parcels/items?no_such=1",
            StatusCode::BAD_REQUEST,
        ),
        ("/collections?no_such=1", StatusCode::BAD_REQUEST),
        ("/identify?lon=abc&lat=21", StatusCode::BAD_REQUEST),
        ("/tiles/land_parcels/3/8/0.mvt", StatusCode::BAD_REQUEST),
        ("/collections/nothing", StatusCode::NOT_FOUND),
        ("/no/such/address", StatusCode::NOT_FOUND),
    ] {
        documents.push(problem(&register.get(path).await, status));
    }
    let wrong_method = register.ask(Method::POST, "/collections", &[]).await;
    assert!(wrong_method.header("allow").contains("GET"));
    documents.push(problem(&wrong_method, StatusCode::METHOD_NOT_ALLOWED));
    let too_long = register
        .get(&format!("/collections?f={}", "x".repeat(9000)))
        .await;
    documents.push(problem(&too_long, StatusCode::URI_TOO_LONG));
    assert_json_snapshot!("problems", documents);
}

#[tokio::test]
async fn every_wrong_parameter_is_refused() {
    let register = Register::province();
    for path in [
        "/?f=pdf",
        "/conformance?x=1",
        "/collections/land_parcels?x=1",
        "/collections/land_parcels/items?limit=0",
        "/collections/land_parcels/items?limit=-1",
        "/collections/land_parcels/items?limit=1&limit=2",
        "/collections/land_parcels/items?bbox=106,22,107,21",
        "/collections/land_parcels/items?bbox=0,0,NaN,1",
        "/collections/land_parcels/items?bbox-crs=EPSG:4326",
        "/collections/land_parcels/items?cursor=%00",
        "/collections/land_parcels/items?crs=http://www.opengis.net/def/crs/EPSG/0/9214",
        "/collections/land_parcels/items?dien_tich=big",
        "/collections/land_parcels/items?ngay_hieu_luc=1/2/2025",
        "/identify?lon=106",
        "/identify?lon=106&lat=21&x=1",
        "/identify?lon=NaN&lat=21",
        "/identify?lon=106&lat=91",
        "/identify?lon=106&lat=21&tolerance=-1",
        "/identify?lon=106&lat=21&tolerance=501",
        "/identify?lon=106&lat=21&themes=dikes,dikes",
        "/parcels/07210/12/1?era=1999",
        "/tiles/land_parcels/23/0/0.mvt",
        "/tiles/land_parcels/0/0/x",
        "/tiles/land_parcels/0/0/0.pbf",
        "/tiles/land_parcels/00/0/0.mvt",
        "/fonts/Nothing/1-2.pbf",
        "/collections/%ff",
    ] {
        problem(&register.get(path).await, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let register = Register::province();
    for path in [
        "/collections/",
        "/collections/roads/items",
        "/collections/land_parcels/items/1",
        "/collections/land_parcels/items/abc",
        "/collections/land_parcels/items/9007199254740992",
        "/collections/land_parcels/tiles/Nothing/0/0/0",
        "/tileMatrixSets/WorldCRS84Quad",
        "/tiles/nothing",
        "/tiles/land_parcels,nothing/0/0/0.mvt",
        "/tiles//0/0/0.mvt",
        "/styles/nothing",
        "/sprites/nothing.png",
        "/fonts/Nothing/0-255.pbf",
        "/code-lists/nothing",
        "/identify/",
        "/%2e%2e/Cargo.toml",
    ] {
        problem(&register.get(path).await, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_host_that_would_break_out_of_links_is_refused() {
    let register = Register::empty();
    for host in ["a\"b", "a<b", "user@host", "a b", "a/b"] {
        let request = axum::http::Request::builder()
            .uri("/collections")
            .header("host", host);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let router = diaba_server::router::router(std::sync::Arc::clone(&register.app));
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{host}");
    }
}
