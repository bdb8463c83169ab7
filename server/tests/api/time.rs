//! The register as it stood.

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::editing::{first, send, square};
use crate::register::{Register, ring};

const ITEMS: &str = "/collections/land_parcels/items";

/// A register whose first parcel was changed, and the instant before.
async fn changed() -> (Register, u64, String) {
    let (register, home) = Register::editable();
    let (id, ..) = first(&register).await;
    let before = Timestamp::now().to_string();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let patch = json!({ "properties": { "dien_tich": 555 } });
    let path = format!("{ITEMS}/{id}");
    send(
        &register,
        &home,
        Method::PATCH,
        &path,
        &[("if-match", "*")],
        &patch,
    )
    .await
    .expect(StatusCode::OK);
    register.look_again();
    (register, id, before)
}

fn area(feature: &Value) -> &Value {
    &feature["properties"]["dien_tich"]
}

#[tokio::test]
async fn every_way_in_answers_as_of_a_time() {
    let (register, id, before) = changed().await;
    let now = register.json(&format!("{ITEMS}/{id}")).await;
    let then = register
        .json(&format!("{ITEMS}/{id}?datetime={before}"))
        .await;
    assert_eq!((area(&now), area(&then)), (&json!(555.0), &json!(400.0)));
    let middle = |axis: usize| {
        let of = |corner: usize| ring(&now)[corner][axis].as_f64().unwrap();
        f64::midpoint(of(0), of(2))
    };
    let page = |datetime: &str| format!("{ITEMS}?so_thua=1&datetime={datetime}");
    for (path, list) in [
        (page(&before), "features"),
        (page(&format!("../{before}")), "features"),
        (format!("/parcels/07210/12/1?datetime={before}"), "parcels"),
        (
            format!(
                "/identify?lon={}&lat={}&themes=land_parcels&datetime={before}",
                middle(0),
                middle(1)
            ),
            "features",
        ),
    ] {
        let answer = register.json(&path).await;
        let found = answer[list]
            .as_array()
            .unwrap()
            .iter()
            .find(|feature| feature["id"] == id)
            .unwrap_or_else(|| panic!("{path}: {answer}"));
        assert_eq!(area(found), &json!(400.0), "{path}");
    }
    for newest in ["2099-01-01T00:00:00Z", &format!("{before}/..")] {
        let answer = register.json(&page(newest)).await;
        assert_eq!(area(&answer["features"][0]), &json!(555.0), "{newest}");
    }
}

#[tokio::test]
async fn etags_hold_the_time_asked_for() {
    let (register, id, before) = changed().await;
    for path in [format!("{ITEMS}?so_thua=1"), format!("{ITEMS}/{id}")] {
        let now = register.get(&path).await;
        let mark = if path.contains('?') { '&' } else { '?' };
        let then = register
            .get(&format!("{path}{mark}datetime={before}"))
            .await;
        assert_ne!(now.header("etag"), then.header("etag"), "{path}");
        assert!(
            then.header("etag").starts_with("W/"),
            "no If-Match for a state that is past"
        );
    }
}

#[tokio::test]
async fn a_tile_of_the_past_is_cut_where_features_are_drawn_as_themselves() {
    let (register, id, before) = changed().await;
    let feature = register.json(&format!("{ITEMS}/{id}")).await;
    let corner = &ring(&feature)[0];
    let place = diaba_core::space::LonLat {
        lon: corner[0].as_f64().unwrap(),
        lat: corner[1].as_f64().unwrap(),
    };
    let world = diaba_core::space::World::from_lonlat(place);
    let tile = diaba_core::space::TileCoord::holding(16, world).unwrap();
    let path = format!("/tiles/land_parcels/16/{}/{}.mvt", tile.x(), tile.y());
    let now = register.get(&path).await.expect(StatusCode::OK);
    let then = register
        .get(&format!("{path}?datetime={before}"))
        .await
        .expect(StatusCode::OK);
    assert_ne!(now.header("etag"), then.header("etag"));
    let again = register
        .get_with(
            &format!("{path}?datetime={before}"),
            &[("if-none-match", then.header("etag"))],
        )
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let low = register
        .get(&format!(
            "/tiles/land_parcels/10/814/450.mvt?datetime={before}"
        ))
        .await
        .expect(StatusCode::BAD_REQUEST);
    assert!(low.text().contains("zoom"), "{}", low.text());
    register
        .get("/tiles/dikes/10/814/450.mvt?datetime=yesterday")
        .await
        .expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_page_shows_where_a_parcel_came_from_and_what_became_of_it() {
    let (register, home) = Register::editable();
    let (id, _, etag) = first(&register).await;
    let part = |east: f64, wide: f64| json!({ "type": "Feature", "geometry": square(east, 0.0, wide), "properties": {} });
    let parts =
        json!({ "type": "FeatureCollection", "features": [part(0.0, 0.4), part(0.4, 0.6)] });
    let headers = [("content-crs", "EPSG:9214"), ("if-match", etag.as_str())];
    let path = format!("/collections/land_parcels/split/{id}");
    let made = send(&register, &home, Method::POST, &path, &headers, &parts)
        .await
        .expect(StatusCode::CREATED)
        .json();
    register.look_again();
    let child = made["created"][0]["id"].as_u64().unwrap();
    let page = register
        .get(&format!("{ITEMS}/{child}?f=html"))
        .await
        .expect(StatusCode::OK)
        .text();
    assert!(
        page.contains(&format!("href=\"{ITEMS}/{id}?f=html\"")),
        "{page}"
    );
    let gone = register
        .get(&format!("{ITEMS}/{id}?f=html"))
        .await
        .expect(StatusCode::GONE)
        .text();
    assert!(
        gone.contains(&format!("href=\"{ITEMS}/{child}?f=html\"")),
        "{gone}"
    );
    register
        .get(&format!("{ITEMS}/{id}"))
        .await
        .expect(StatusCode::NOT_FOUND);
}
