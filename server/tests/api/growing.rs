//! Growing areas: the sheet of one, and the workbook of a filter.

use axum::http::StatusCode;
use diaba_core::feature::Value;
use geo::{Geometry, LineString, Point, Polygon};
use serde_json::json;

use crate::register::{ORIGIN, Register, SIDE, pack, parcels, record};

/// Parcels of [`Register::province`], an area over the southern half of the first two and open ground west of them, a
/// pumping station 30 m west of that, and two observations: one within it, one that names it from elsewhere.
fn register() -> Register {
    Register::with(|store, catalogue| {
        parcels(store, catalogue, "to-12", 0..12);
        let [x, y] = ORIGIN;
        let text = |text: &str| Value::Text(text.into());
        let ring = vec![
            (x - 20.0, y),
            (x + 2.0 * SIDE, y),
            (x + 2.0 * SIDE, y + SIDE / 2.0),
            (x - 20.0, y + SIDE / 2.0),
            (x - 20.0, y),
        ];
        let zone: Geometry<f64> = Polygon::new(LineString::from(ring), Vec::new()).into();
        let zones = catalogue.theme("crop_zones").unwrap();
        let values = [
            ("ma_vung", text("VT-1")),
            ("ten", text("Vải thiều Đông")),
            ("cay", text("vai_thieu")),
            ("thi_truong", Value::Json(json!(["CN", "JP"]))),
            ("ma_xa", text("07210")),
        ];
        pack(store, zones, "vung", [record(zones, zone, &values)]);
        let works = catalogue.theme("irrigation_works").unwrap();
        let station = Geometry::Point(Point::new(x - 50.0, y));
        let values = [("ten", text("Trạm bơm")), ("loai", text("tram_bom"))];
        pack(store, works, "ct", [record(works, station, &values)]);
        let seen = catalogue.theme("pest_observations").unwrap();
        let one = |place: [f64; 2], code: Option<&str>, day: &str| {
            let mut values = vec![
                ("ngay_dieu_tra", text(day)),
                ("dich_hai", text("Nhện lông nhung")),
            ];
            values.extend(code.map(|code| ("ma_vung", text(code))));
            record(seen, Geometry::Point(place.into()), &values)
        };
        let observations = [
            one([x + 5.0, y + 5.0], None, "2026-05-20"),
            one([x + 900.0, y], Some("VT-1"), "2026-05-21"),
            one([x + 900.0, y], None, "2026-05-22"),
        ];
        pack(store, seen, "dh", observations);
    })
}

#[tokio::test]
async fn the_sheet_tells_parcels_works_and_what_was_seen() {
    let register = register();
    let zones = register.json("/collections/crop_zones/items").await;
    let id = &zones["features"][0]["id"];
    let sheet = register.json(&format!("/growing-zones/{id}")).await;
    assert_eq!(sheet["properties"]["ma_vung"], "VT-1");
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    assert!((number(&sheet["area_m2"]) - 600.0).abs() < 1e-6, "{sheet}");
    assert_eq!(sheet["parcels"]["count"], 2);
    assert!(
        (number(&sheet["parcels"]["area_m2"]) - 400.0).abs() < 1e-6,
        "{sheet}"
    );
    let uses = sheet["parcels"]["uses"].as_array().unwrap();
    assert_eq!(uses.len(), 2);
    assert!(
        uses.iter()
            .all(|used| (number(&used["area_m2"]) - 200.0).abs() < 1e-6)
    );
    assert_eq!(sheet["works"][0]["name"], "Trạm bơm");
    assert!((number(&sheet["works"][0]["distance_m"]) - 30.0).abs() < 0.01);
    let days: Vec<&serde_json::Value> = sheet["observations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seen| &seen["properties"]["ngay_dieu_tra"])
        .collect();
    assert_eq!(days, ["2026-05-21", "2026-05-20"]);
}

#[tokio::test]
async fn the_workbook_takes_the_filters_of_the_collection() {
    let register = register();
    let all = register
        .get("/growing-zones.xlsx")
        .await
        .expect(StatusCode::OK);
    assert!(all.body.starts_with(b"PK"), "a workbook is an archive");
    assert!(all.header("content-type").contains("spreadsheetml"));
    let none = register.get("/growing-zones.xlsx?cay=nhan").await;
    assert!(none.expect(StatusCode::OK).body.len() < all.body.len());
    register
        .get("/growing-zones.xlsx?mau=do")
        .await
        .expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_no_growing_area_is_not_found() {
    register()
        .get("/growing-zones/1")
        .await
        .expect(StatusCode::NOT_FOUND);
    register()
        .get("/growing-zones/x")
        .await
        .expect(StatusCode::BAD_REQUEST);
    let empty = Register::empty();
    empty
        .get("/growing-zones/1")
        .await
        .expect(StatusCode::NOT_FOUND);
    empty
        .get("/growing-zones.xlsx")
        .await
        .expect(StatusCode::NOT_FOUND);
}
