//! Areas, features and plans laid on a layer: sums, rows, files, and what is refused.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::extract::register;
use crate::register::{Answer, Register};

async fn lay(register: &Register, query: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    let body = Body::from(body.to_string());
    register
        .send(Method::POST, &format!("/overlay{query}"), &headers, body)
        .await
}

fn close(value: &Value, expected: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() < 1e-3
}

fn plan() -> Value {
    json!({"of": {"theme": "urban_plan_zones", "key": ["24QPK1000003"]}, "on": {"theme": "land_parcels"}})
}

#[tokio::test]
async fn a_plan_on_parcels_is_summed_by_function_and_land_use() {
    let register = register();
    let table = lay(&register, "", &plan()).await.json();
    // Three parcels of the first row lie under the zones, which end at 60 m: 60 × 15.
    assert!(close(&table["area"], 900.0), "{table}");
    assert_eq!(
        (&table["pairs"], &table["features"]),
        (&json!(4), &json!(3))
    );
    let sums = table["by"].as_array().unwrap();
    let area = |of: &str, on: &str| {
        let one = sums
            .iter()
            .find(|s| s["of_class"]["code"] == of && s["class"]["code"] == on);
        one.map_or(0.0, |s| s["area"].as_f64().unwrap())
    };
    assert!((area("DAT_O_Nhomnhao", "LUC") - 75.0).abs() < 1e-3);
    assert!((area("DAT_Coquan", "LUC") - (225.0 + 300.0)).abs() < 1e-3);
    assert!((area("DAT_Coquan", "ONT") - 300.0).abs() < 1e-3);
    let rows: f64 = table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["area"].as_f64().unwrap())
        .sum();
    assert!((rows - 900.0).abs() < 1e-3);
}

#[tokio::test]
async fn a_drawn_area_is_laid_too() {
    let register = register();
    let page = register
        .json("/collections/land_parcels/items?so_thua=1")
        .await;
    let drawn = &page["features"][0]["geometry"];
    let asked = json!({"of": {"area": drawn}, "on": {"theme": "land_parcels"}, "least": 1.0});
    let table = lay(&register, "", &asked).await.json();
    // It went to degrees and back, by a datum operation whose inverse is true to a millimetre: 80 m of boundary times that.
    let area = table["area"].as_f64().unwrap();
    assert!((area - 400.0).abs() < 0.08, "{table}");
    assert_eq!(table["pairs"], 1);
}

#[tokio::test]
async fn a_plan_is_compared_with_a_plan() {
    let register = register();
    let mut asked = plan();
    asked["on"] = asked["of"].clone();
    let table = lay(&register, "", &asked).await.json();
    // On itself every function stays what it is.
    assert!(close(&table["area"], table["laid_area"].as_f64().unwrap()));
    let same = |s: &Value| s["of_class"]["code"] == s["class"]["code"];
    assert!(table["by"].as_array().unwrap().iter().all(same), "{table}");
}

#[tokio::test]
async fn files_hold_every_pair() {
    let register = register();
    let csv = lay(&register, "?f=csv", &plan()).await;
    let text = String::from_utf8(csv.body).unwrap();
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(
        text.lines()
            .next()
            .unwrap()
            .ends_with("ma_xa,so_to,so_thua,ma_xa_goc,class,area_m2,percent")
    );
    let features = lay(&register, "?f=geojson", &plan()).await.json();
    let shares = features["features"].as_array().unwrap();
    assert_eq!(shares.len(), 4);
    assert!(
        shares
            .iter()
            .all(|f| f["overlay"]["area"].is_number() && f["properties"]["loai_dat"].is_string())
    );
    let book = lay(&register, "?f=xlsx", &plan()).await;
    assert!(book.body.starts_with(b"PK"));
    let package = lay(&register, "?f=gpkg", &plan()).await;
    assert!(package.body.starts_with(b"SQLite format 3\0"));
    assert_eq!(&package.body[68..72], b"GPKG");
    let few = lay(
        &register,
        "",
        &json!({"of": plan()["of"], "on": plan()["on"], "limit": 1}),
    )
    .await
    .json();
    assert_eq!(
        (few["rows"].as_array().unwrap().len(), &few["truncated"]),
        (1, &json!(true))
    );
}

#[tokio::test]
async fn what_cannot_be_laid_is_refused() {
    let register = register();
    let on = json!({"theme": "land_parcels"});
    let status = async |of: Value| {
        lay(&register, "", &json!({"of": of, "on": on}))
            .await
            .status
    };
    assert_eq!(
        status(json!({"area": {"type": "Point", "coordinates": [106.2, 21.2]}})).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        status(json!({"area": {"type": "Polygon"}})).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        status(json!({"theme": "urban_plan_zones", "key": ["24QPK9999999"]})).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        status(json!({"theme": "urban_plan_zones"})).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        status(json!({"theme": "crop_zones", "id": 1})).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(status(json!("all")).await, StatusCode::BAD_REQUEST);
    assert_eq!(
        status(json!({"area": {"type": "FeatureCollection", "features": []}})).await,
        StatusCode::BAD_REQUEST
    );
}
