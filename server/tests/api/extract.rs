//! The extract of a parcel: corners, neighbours, what touches and what does not, as JSON, page and PDF.

use axum::http::StatusCode;
use diaba_core::feature::{NewFeature, Value};
use geo::{Geometry, LineString, Polygon};

use crate::register::{ORIGIN, Register, dike, pack, parcels, record};

/// Two zones of one plan over the first two parcels: the boundary cuts the first at a quarter of its breadth.
pub fn register() -> Register {
    Register::with(|store, catalogue| {
        parcels(store, catalogue, "to-12", 0..12);
        dike(store, catalogue);
        let theme = catalogue.theme("urban_plan_zones").unwrap();
        let zone = |mark: &str, function: &str, west: f64, east: f64| {
            let corner = |x: f64, y: f64| (ORIGIN[0] + x, ORIGIN[1] + y);
            let ring = vec![
                corner(west, -5.0),
                corner(east, -5.0),
                corner(east, 15.0),
                corner(west, 15.0),
            ];
            let mut values = vec![None; theme.fields.len()];
            for (name, text) in [
                ("ma_ho_so_qh", "24QPK1000003"),
                ("ky_hieu", mark),
                ("chuc_nang", function),
            ] {
                values[theme.field_index(name).unwrap()] = Some(Value::Text(text.to_owned()));
            }
            NewFeature {
                geometry: Geometry::Polygon(Polygon::new(LineString::from(ring), vec![])),
                values,
                extra: serde_json::Map::new(),
            }
        };
        pack(
            store,
            theme,
            "qpk",
            [
                zone("A-1", "DAT_O_Nhomnhao", -10.0, 5.0),
                zone("A-2", "DAT_Coquan", 5.0, 60.0),
            ],
        );
    })
}

async fn first(register: &Register) -> u64 {
    let page = register
        .json("/collections/land_parcels/items?so_thua=1")
        .await;
    page["features"][0]["id"].as_u64().unwrap()
}

fn touch<'a>(extract: &'a serde_json::Value, theme: &str) -> &'a serde_json::Value {
    let all = extract["touching"].as_array().unwrap();
    all.iter().find(|t| t["theme"] == theme).unwrap()
}

fn close(value: &serde_json::Value, expected: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() < 1e-3
}

#[tokio::test]
async fn the_parts_of_a_plan_and_the_rest_sum_to_the_parcel() {
    let register = register();
    let id = first(&register).await;
    let extract = register
        .json(&format!("/collections/land_parcels/items/{id}/extract"))
        .await;
    assert!(close(&extract["area"]["working"], 400.0), "{extract}");
    let group = &touch(&extract, "urban_plan_zones")["groups"][0];
    assert_eq!(group["key"], "24QPK1000003");
    let parts = group["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2);
    // 15 m of the parcel's 20 lie north to south in the zones: 15 × 15 and 5 × 15, the rest 20 × 5.
    assert!(
        close(&parts[0]["area"], 225.0) && close(&parts[1]["area"], 75.0),
        "{group}"
    );
    assert!(close(&group["outside"], 100.0));
    assert!(close(&parts[0]["percent"], 56.25));
    assert_eq!(parts[0]["class"]["code"], "DAT_Coquan");
}

#[tokio::test]
async fn corners_neighbours_and_what_does_not_touch() {
    let register = register();
    let id = first(&register).await;
    let extract = register
        .json(&format!(
            "/collections/land_parcels/items/{id}/extract?f=json"
        ))
        .await;
    let corners = extract["survey"]["rings"][0]["corners"].as_array().unwrap();
    assert_eq!(extract["survey"]["epsg"], 9214);
    assert_eq!(corners[0]["number"], 1);
    assert!(close(&corners[0]["x"], ORIGIN[1] + 20.0) && close(&corners[0]["y"], ORIGIN[0]));
    assert!(corners.iter().all(|corner| close(&corner["length"], 20.0)));
    let beside = extract["neighbours"].as_array().unwrap();
    assert!(
        beside.iter().all(|n| close(&n["length"], 20.0)),
        "{extract}"
    );
    assert_eq!(beside.len(), 2);
    let without: Vec<_> = extract["no_data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| &t["theme"])
        .collect();
    assert!(
        without.contains(&&serde_json::json!("crop_zones")),
        "{without:?}"
    );
    // A dike lies along the south: it is looked at, and says something or that it does not touch.
    let named = extract.to_string();
    assert!(named.contains("\"dikes\""));
}

#[tokio::test]
async fn the_page_and_the_document_are_for_people() {
    let register = register();
    let here = format!(
        "/collections/land_parcels/items/{}/extract",
        first(&register).await
    );
    let page = register.get_with(&here, &[("accept", "text/html")]).await;
    let text = String::from_utf8(page.body).unwrap();
    assert!(
        text.contains("225,0 m²") && text.contains("Ngoài quy hoạch này") && text.contains("f=pdf")
    );
    let pdf = register
        .get_with(&here, &[("accept", "application/pdf")])
        .await;
    if register.app.portal.file("index.html").is_some() {
        assert_eq!(pdf.status, StatusCode::OK);
        assert!(pdf.body.starts_with(b"%PDF-") && pdf.headers["content-type"] == "application/pdf");
    } else {
        // The font comes with the portal.
        assert_eq!(pdf.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_has_no_extract_says_so() {
    let register = register();
    let id = first(&register).await;
    let status = async |path: String| register.get(&path).await.status;
    let dikes = register.json("/collections/dikes/items").await;
    let dike = dikes["features"][0]["id"].as_u64().unwrap();
    assert_eq!(
        status(format!("/collections/dikes/items/{dike}/extract")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        status("/collections/land_parcels/items/1/extract".to_owned()).await,
        StatusCode::NOT_FOUND
    );
    let wrong = format!("/collections/land_parcels/items/{id}/extract?f=docx");
    assert_eq!(status(wrong).await, StatusCode::BAD_REQUEST);
}

/// A canal across the first parcel, a pump 30 m west of it and one 80 m west; nobody has recorded how far they are protected.
fn works(breadth: Option<f64>) -> Register {
    Register::with(|store, catalogue| {
        parcels(store, catalogue, "to-12", 0..12);
        let theme = catalogue.theme("irrigation_works").unwrap();
        let [x, y] = ORIGIN;
        let work = |name: &str, kind: &str, geometry: Geometry<f64>| {
            let text = |text: &str| Value::Text(text.to_owned());
            let mut values = vec![("ten", text(name)), ("loai", text(kind))];
            values.extend(breadth.map(|b| ("pham_vi_bao_ve_m", Value::Real(b))));
            record(theme, geometry, &values)
        };
        let canal = LineString::from(vec![(x + 5.0, y - 50.0), (x + 5.0, y + 50.0)]);
        let pump = |west: f64| Geometry::Point((x - west, y + 5.0).into());
        let all = [
            work("Kênh N5", "kenh", canal.into()),
            work("Trạm bơm gần", "tram_bom", pump(30.0)),
            work("Trạm bơm xa", "tram_bom", pump(80.0)),
        ];
        pack(store, theme, "ct", all);
    })
}

#[tokio::test]
async fn a_work_whose_breadth_nobody_recorded_is_said_to_have_no_corridor() {
    let register = works(None);
    let id = first(&register).await;
    let path = format!("/collections/land_parcels/items/{id}/extract");
    let extract = register.json(&format!("{path}?f=json")).await;
    let unmeasured = extract["unmeasured"].as_array().unwrap();
    let said: Vec<(&str, f64)> = unmeasured
        .iter()
        .map(|one| {
            assert_eq!(one["theme"], "irrigation_works");
            (
                one["label"].as_str().unwrap(),
                one["distance"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(said, [("Kênh N5", 0.0), ("Trạm bơm gần", 30.0)]);
    let named = |list: &str| {
        let list = extract[list].as_array().unwrap();
        list.iter().any(|one| one["theme"] == "irrigation_works")
    };
    assert!(!named("touching") && !named("not_touching"), "{extract}");
    let page = register.get(&format!("{path}?f=html")).await;
    let page = String::from_utf8(page.body.clone()).unwrap();
    assert!(page.contains("chưa ghi phạm vi bảo vệ"), "{page}");
    assert!(page.contains("cách thửa đất 30,0 m"), "{page}");

    // With a breadth there is a corridor, and nothing is left to remark.
    let register = works(Some(3.0));
    let id = first(&register).await;
    let path = format!("/collections/land_parcels/items/{id}/extract?f=json");
    let extract = register.json(&path).await;
    assert_eq!(extract["unmeasured"], serde_json::json!([]));
    let corridor = touch(&extract, "irrigation_works");
    let area = corridor["area"].as_f64().unwrap();
    // Six metres across a parcel's side.
    assert!((area - 6.0 * crate::register::SIDE).abs() < 1e-3, "{area}");
}
