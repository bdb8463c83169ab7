//! By place and by parcel key.

use insta::assert_json_snapshot;
use serde_json::Value;

use crate::register::{Register, ring};

/// A place in the first parcel: 10 m east and north of its south-western corner.
async fn place(register: &Register) -> (f64, f64) {
    let page = register
        .json("/collections/land_parcels/items?so_thua=1")
        .await;
    let ring = ring(&page["features"][0]);
    let middle = |axis: usize| {
        f64::midpoint(
            ring[0][axis].as_f64().unwrap(),
            ring[2][axis].as_f64().unwrap(),
        )
    };
    (middle(0), middle(1))
}

#[tokio::test]
async fn identify() {
    let register = Register::province();
    let (lon, lat) = place(&register).await;
    let found = register
        .json(&format!("/identify?lon={lon:.9}&lat={lat:.9}"))
        .await;
    assert_json_snapshot!("identify", found);
}

#[tokio::test]
async fn the_grid_is_named_as_on_certificates_northing_first() {
    let found = Register::empty()
        .json("/identify?lon=106.1946&lat=21.2731")
        .await;
    assert_eq!(found["vn2000"]["epsg"], 9214);
    assert!(
        (found["vn2000"]["x"].as_f64().unwrap() - 2_353_402.453_1).abs() < 1e-4,
        "{found}"
    );
    assert!(
        (found["vn2000"]["y"].as_f64().unwrap() - 416_226.771_6).abs() < 1e-4,
        "{found}"
    );
    assert_eq!(found["features"], serde_json::json!([]));
}

#[tokio::test]
async fn a_line_is_found_within_the_tolerance() {
    let register = Register::province();
    let (lon, lat) = place(&register).await;
    let themes = |found: &Value| -> Vec<String> {
        let features = found["features"].as_array().unwrap();
        features
            .iter()
            .map(|feature| feature["theme"].as_str().unwrap().to_owned())
            .collect()
    };
    let near = register
        .json(&format!(
            "/identify?lon={lon}&lat={lat}&tolerance=25&themes=dikes"
        ))
        .await;
    assert_eq!(themes(&near), ["dikes"]);
    let far = register
        .json(&format!(
            "/identify?lon={lon}&lat={lat}&tolerance=5&themes=dikes,land_parcels"
        ))
        .await;
    assert_eq!(themes(&far), ["land_parcels"]);
}

#[tokio::test]
async fn anywhere_on_earth_is_a_place() {
    let register = Register::province();
    for (lon, lat) in [
        (0, 0),
        (180, 90),
        (-180, -90),
        (-73, 40),
        (107, -21),
        (-73, 0),
        (17, 0),
    ] {
        let found = register
            .json(&format!("/identify?lon={lon}&lat={lat}"))
            .await;
        assert_eq!(found["features"], serde_json::json!([]), "{lon} {lat}");
    }
}

#[tokio::test]
async fn a_parcel_is_found_by_the_commune_of_today_and_by_the_one_it_was_surveyed_under() {
    let register = Register::province();
    let found = async |path: &str| -> Vec<(String, String)> {
        let answer = register.json(path).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parcels = answer["parcels"].as_array().unwrap();
        parcels
            .iter()
            .map(|parcel| {
                (
                    text(&parcel["era"]),
                    text(&parcel["properties"]["ma_xa_goc"]),
                )
            })
            .collect()
    };
    let pair = |era: &str, surveyed: &str| (era.to_owned(), surveyed.to_owned());
    // Surveyed in Ngô Quyền, which is part of the ward of today.
    assert_eq!(found("/parcels/07207/12/1").await, [pair("2023", "07207")]);
    assert_eq!(found("/parcels/07210/12/1").await, [pair("2025", "07207")]);
    assert!(found("/parcels/07210/12/1?era=2023").await.is_empty());
    assert!(found("/parcels/07207/12/1?era=2025").await.is_empty());
    // Surveyed in Hoàng Văn Thụ, whose code the ward of today took over.
    assert_eq!(found("/parcels/07210/12/5").await, [pair("2025", "07210")]);
    assert_eq!(
        found("/parcels/07210/12/5?era=2023").await,
        [pair("2023", "07210")]
    );
    // Surveyed under the code of the ward of today.
    assert!(found("/parcels/07210/12/9?era=2023").await.is_empty());
    // Keys are not unique.
    assert_eq!(found("/parcels/07210/12/11").await.len(), 2);
    assert!(found("/parcels/07210/99/1").await.is_empty());
    assert!(found("/parcels/khong/co/gi").await.is_empty());
}

#[tokio::test]
async fn parcels() {
    assert_json_snapshot!(
        "parcels",
        Register::province().json("/parcels/07207/12/1").await
    );
    assert_eq!(
        Register::empty().json("/parcels/07207/12/1").await,
        serde_json::json!({ "parcels": [] })
    );
}
