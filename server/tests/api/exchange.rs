//! What every exchange keeps: ETags, codings, methods, headers.

use std::io::Read;

use axum::http::{Method, StatusCode};

use crate::register::{Register, ring};

const TILE: &str = "/tiles/land_parcels/16/52100/28670.mvt";

/// A tile that holds parcels, found where the first parcel lies.
async fn full_tile(register: &Register) -> String {
    let identified = register
        .json("/collections/land_parcels/items?limit=1")
        .await;
    let corner = &ring(&identified["features"][0])[0];
    let place = diaba_core::space::LonLat {
        lon: corner[0].as_f64().unwrap(),
        lat: corner[1].as_f64().unwrap(),
    };
    let coord =
        diaba_core::space::TileCoord::holding(16, diaba_core::space::World::from_lonlat(place))
            .unwrap();
    format!("/tiles/land_parcels/16/{}/{}.mvt", coord.x(), coord.y())
}

#[tokio::test]
async fn a_document_a_client_has_is_not_sent_again() {
    let register = Register::province();
    for path in [
        "/collections",
        "/themes",
        "/collections/land_parcels/items",
        "/openapi.json",
        "/code-lists/land_use",
    ] {
        let first = register.get(path).await.expect(StatusCode::OK);
        let etag = first.header("etag").to_owned();
        assert!(!etag.is_empty(), "{path}");
        let again = register.get_with(path, &[("if-none-match", &etag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), etag);
        let other = register
            .get_with(path, &[("if-none-match", "\"other\"")])
            .await;
        assert_eq!(other.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_tile_is_sent_in_gzip_to_those_who_take_it_and_once() {
    let register = Register::province();
    let path = full_tile(&register).await;
    let plain = register.get(&path).await.expect(StatusCode::OK);
    assert_eq!(plain.header("content-encoding"), "");
    let packed = register
        .get_with(&path, &[("accept-encoding", "gzip")])
        .await
        .expect(StatusCode::OK);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_ne!(packed.header("etag"), plain.header("etag"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..])
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.body);

    let weak = format!("W/{}", packed.header("etag"));
    let asked = [
        ("accept-encoding", "gzip"),
        ("if-none-match", weak.as_str()),
    ];
    let again = register.get_with(&path, &asked).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
}

#[tokio::test]
async fn documents_are_compressed_for_those_who_take_it() {
    let register = Register::province();
    let packed = register
        .get_with("/themes", &[("accept-encoding", "gzip, br")])
        .await
        .expect(StatusCode::OK);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(
        packed
            .headers
            .get_all("vary")
            .iter()
            .any(|vary| vary == "accept-encoding")
    );
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let register = Register::province();
    let tile = full_tile(&register).await;
    for path in [
        "/",
        "/collections",
        "/health",
        "/identify?lon=106.1946&lat=21.2731",
        tile.as_str(),
    ] {
        let get = register.get(path).await;
        let head = register.ask(Method::HEAD, path, &[]).await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_empty_tile_has_no_content() {
    let register = Register::province();
    let answer = register.get("/tiles/land_parcels/16/0/0.mvt").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.body.is_empty());
    assert!(!answer.header("etag").is_empty());
    let none = Register::empty().get(TILE).await;
    assert_eq!(none.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn any_page_of_any_host_may_read() {
    let register = Register::province();
    let answer = register
        .get_with("/collections", &[("origin", "https://bando.example.vn")])
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let preflight = register
        .ask(
            Method::OPTIONS,
            "/collections",
            &[
                ("origin", "https://bando.example.vn"),
                ("access-control-request-method", "GET"),
            ],
        )
        .await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("GET")
    );
}

#[tokio::test]
async fn pages_carry_a_strict_policy_and_everything_its_type() {
    let register = Register::province();
    let page = register
        .get("/collections?f=html")
        .await
        .expect(StatusCode::OK);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    for path in ["/", "/health", "/no/such", "/pages.css"] {
        assert_eq!(
            register.get(path).await.header("x-content-type-options"),
            "nosniff",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_request_keeps_its_name() {
    let register = Register::empty();
    assert_eq!(
        register
            .get_with("/health", &[("x-request-id", "abc.1")])
            .await
            .header("x-request-id"),
        "abc.1"
    );
    assert!(
        !register
            .get("/no/such")
            .await
            .header("x-request-id")
            .is_empty()
    );
}

#[tokio::test]
async fn requests_are_counted() {
    let register = Register::province();
    register.get("/collections/land_parcels").await;
    register.get("/no/such").await;
    let text = register.get("/metrics").await.expect(StatusCode::OK).text();
    let counted =
        r#"diaba_http_requests_total{route="/collections/{collectionId}",status="2xx"} 1"#;
    assert!(text.contains(counted), "{text}");
    assert!(text.contains(r#"diaba_http_requests_total{route="unmatched",status="4xx"} 1"#));
    assert!(text.contains("diaba_features 13"));
    assert!(!text.contains("/no/such"));
}

#[tokio::test]
async fn a_problem_is_readable_whatever_coding_is_taken() {
    let register = Register::province();
    for path in [
        "/collections/nothing",
        "/collections/land_parcels/items?no_such_field=1",
        "/no/such",
    ] {
        let answer = register
            .get_with(path, &[("accept-encoding", "gzip")])
            .await;
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        assert_eq!(answer.json()["status"], answer.status.as_u16(), "{path}");
    }
}

#[tokio::test]
async fn no_reference_of_the_openapi_document_leads_nowhere() {
    let document = Register::empty().json("/openapi.json").await;
    let text = document.to_string();
    for reference in text
        .split("\"$ref\":\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}
