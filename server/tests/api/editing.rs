//! Create, replace, update, delete: OGC API Features Part 4.

use axum::http::{Method, StatusCode};
use diaba_core::feature::Value as FieldValue;
use serde_json::{Value, json};

use crate::memory::MemoryStore;
use crate::register::{Answer, ORIGIN, Register, SIDE, ring};

pub const ITEMS: &str = "/collections/land_parcels/items";
pub const GRID: &str = "<http://www.opengis.net/def/crs/EPSG/0/9214>";

/// Sends a document as the holder of a key.
pub async fn send(
    register: &Register,
    home: &MemoryStore,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    document: &Value,
) -> Answer {
    let key = format!("Bearer {}", home.key("phong-tnmt"));
    let mut all = vec![
        ("authorization", key.as_str()),
        ("content-type", "application/geo+json"),
    ];
    all.extend_from_slice(headers);
    register
        .send(method, path, &all, document.to_string())
        .await
}

/// A square of the working grid, `east` sides east and `north` sides north of the first parcel.
pub fn square(east: f64, north: f64, wide: f64) -> Value {
    let at = |dx: f64, dy: f64| {
        json!([
            ORIGIN[0] + SIDE * (east + dx),
            ORIGIN[1] + SIDE * (north + dy)
        ])
    };
    json!({ "type": "Polygon", "coordinates": [[at(0.0, 0.0), at(wide, 0.0), at(wide, 1.0), at(0.0, 1.0), at(0.0, 0.0)]] })
}

pub fn parcel(number: &str) -> Value {
    json!({
        "type": "Feature", "geometry": square(10.0, 0.0, 1.0),
        "properties": { "ma_xa": "07210", "so_to": "12", "so_thua": number, "loai_dat": "LUC", "dien_tich": 400 }
    })
}

/// The first parcel as it is read, and its ETag.
pub async fn first(register: &Register) -> (u64, Value, String) {
    let page = register.json(&format!("{ITEMS}?so_thua=1")).await;
    let id = page["features"][0]["id"].as_u64().unwrap();
    let answer = register
        .get(&format!("{ITEMS}/{id}"))
        .await
        .expect(StatusCode::OK);
    (id, answer.json(), answer.header("etag").to_owned())
}

fn value(home: &MemoryStore, id: u64, field: &str) -> Option<FieldValue> {
    let row = home.row("land_parcels", id).unwrap();
    let catalogue = diaba_core::theme::Catalogue::load(None).unwrap();
    let theme = catalogue.theme("land_parcels").unwrap();
    row.values[theme.field_index(field).unwrap()].clone()
}

#[tokio::test]
async fn a_feature_is_created_exactly_and_served() {
    let (register, home) = Register::editable();
    let created = send(
        &register,
        &home,
        Method::POST,
        ITEMS,
        &[("content-crs", GRID)],
        &parcel("99"),
    )
    .await
    .expect(StatusCode::CREATED);
    let document = created.json();
    let id = document["id"].as_u64().unwrap();
    assert_eq!(
        created.header("location"),
        format!("http://diaba.test{ITEMS}/{id}")
    );
    let row = home.row("land_parcels", id).unwrap();
    let corner = geo::CoordsIter::coords_iter(&row.geometry).next().unwrap();
    assert_eq!([corner.x, corner.y], [ORIGIN[0] + SIDE * 10.0, ORIGIN[1]]);
    assert_eq!(home.authors()[0].who, "phong-tnmt");

    register.look_again();
    let read = register
        .get(&format!("{ITEMS}/{id}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(read.header("etag"), created.header("etag"));
    assert_eq!(read.json()["dataset"], "manual");
    assert_eq!(read.json()["properties"]["ma_xa_goc"], "07210");
}

#[tokio::test]
async fn what_was_read_and_sent_back_changes_nothing() {
    let (register, home) = Register::editable();
    let (id, document, etag) = first(&register).await;
    let before = home.row("land_parcels", id).unwrap();
    let path = format!("{ITEMS}/{id}");
    let answer = send(
        &register,
        &home,
        Method::PUT,
        &path,
        &[("if-match", &etag)],
        &document,
    )
    .await
    .expect(StatusCode::NO_CONTENT);
    assert_eq!(answer.header("etag"), etag);
    assert_eq!(home.row("land_parcels", id).unwrap(), before);
    assert!(home.authors().is_empty(), "nothing was written");
}

#[tokio::test]
async fn a_replaced_feature_keeps_the_corners_and_what_is_not_shown() {
    let (register, home) = Register::editable();
    let (id, mut document, etag) = first(&register).await;
    let before = home.row("land_parcels", id).unwrap();
    document["properties"]["loai_dat"] = "ONT".into();
    let path = format!("{ITEMS}/{id}");
    let answer = send(
        &register,
        &home,
        Method::PUT,
        &path,
        &[("if-match", &etag)],
        &document,
    )
    .await;
    assert!(answer.status.is_success(), "{}", answer.text());
    assert_ne!(answer.header("etag"), etag);
    assert_eq!(
        home.row("land_parcels", id).unwrap().geometry,
        before.geometry
    );
    assert_eq!(
        value(&home, id, "ghi_chu"),
        Some(FieldValue::Text("<b>chỉ nội bộ</b>".into()))
    );
    assert_eq!(
        value(&home, id, "loai_dat"),
        Some(FieldValue::Text("ONT".into()))
    );

    // Whoever has read the state before is told.
    let late = send(
        &register,
        &home,
        Method::PUT,
        &path,
        &[("if-match", &etag)],
        &document,
    )
    .await
    .expect(StatusCode::PRECONDITION_FAILED);
    assert_eq!(late.header("etag"), answer.header("etag"));
    assert_eq!(late.json()["type"], "urn:diaba:problem:changed-meanwhile");
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_no_bit_more() {
    let (register, home) = Register::editable();
    let (id, _, etag) = first(&register).await;
    let before = home.row("land_parcels", id).unwrap();
    let patch = json!({ "properties": { "dien_tich": 401.5, "so_thua_cu": "7", "mau_so": 3 } });
    let path = format!("{ITEMS}/{id}");
    let headers = [
        ("if-match", etag.as_str()),
        ("content-type", "application/merge-patch+json"),
    ];
    let answer = send(&register, &home, Method::PATCH, &path, &headers, &patch).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    let after = home.row("land_parcels", id).unwrap();
    assert_eq!(after.geometry, before.geometry);
    assert_eq!(value(&home, id, "dien_tich"), Some(FieldValue::Real(401.5)));
    assert_eq!(after.extra["mau_so"], 3);
    let changed = after
        .values
        .iter()
        .zip(&before.values)
        .filter(|(a, b)| a != b)
        .count();
    assert_eq!(changed, 2);

    let undo = json!({ "properties": { "so_thua_cu": null, "mau_so": null, "dien_tich": 400 } });
    let headers = [("if-match", answer.header("etag"))];
    let undone = send(&register, &home, Method::PATCH, &path, &headers, &undo).await;
    assert_eq!(undone.header("etag"), etag, "{}", undone.text());
    assert_eq!(home.row("land_parcels", id).unwrap(), before);
}

#[tokio::test]
async fn a_deleted_feature_is_gone() {
    let (register, home) = Register::editable();
    let (id, _, etag) = first(&register).await;
    let path = format!("{ITEMS}/{id}");
    let none = Value::Null;
    send(&register, &home, Method::DELETE, &path, &[], &none)
        .await
        .expect(StatusCode::PRECONDITION_REQUIRED);
    send(
        &register,
        &home,
        Method::DELETE,
        &path,
        &[("if-match", &etag)],
        &none,
    )
    .await
    .expect(StatusCode::NO_CONTENT);
    register.look_again();
    register.get(&path).await.expect(StatusCode::NOT_FOUND);
    send(
        &register,
        &home,
        Method::DELETE,
        &path,
        &[("if-match", "*")],
        &none,
    )
    .await
    .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_is_named_by_field_in_both_languages() {
    let (register, home) = Register::editable();
    let mut problems = Vec::new();
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut document = parcel("99");
        change(&mut document);
        document
    };
    let bow_tie = json!({ "type": "Polygon", "coordinates":
        [[[416_226, 2_353_402], [416_246, 2_353_422], [416_246, 2_353_402], [416_226, 2_353_422], [416_226, 2_353_402]]] });
    for document in [
        wrong(&|d| {
            d["properties"]["loai_dat"] = "XYZ".into();
        }),
        wrong(&|d| {
            d["properties"]["ma_xa"] = Value::Null;
        }),
        wrong(&|d| {
            d["properties"]["dien_tich"] = "nhiều".into();
        }),
        wrong(&|d| {
            d["properties"]["parents"] = json!(1);
        }),
        wrong(&|d| {
            d["properties"]["khac"] = json!({ "cccd": "001099012345" });
        }),
        wrong(&|d| {
            d["geometry"] = Value::Null;
        }),
        wrong(&|d| {
            d["geometry"] = json!({ "type": "Point", "coordinates": [ORIGIN[0], ORIGIN[1]] });
        }),
        wrong(&|d| {
            d["geometry"] =
                json!({ "type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]] });
        }),
        wrong(&|d| {
            d["geometry"] = bow_tie.clone();
        }),
    ] {
        let answer = send(
            &register,
            &home,
            Method::POST,
            ITEMS,
            &[("content-crs", GRID)],
            &document,
        )
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(!answer.text().contains("001099012345"));
        problems.push(answer.json()["errors"].clone());
    }
    insta::assert_json_snapshot!("edit_problems", problems);
    assert!(home.authors().is_empty());
}

#[tokio::test]
async fn what_is_personal_is_dropped_and_named() {
    let (register, home) = Register::editable();
    let mut document = parcel("99");
    document["properties"]["ten_chu"] = "Nguyễn Văn A".into();
    document["properties"]["ghi_chu"] = "gọi 0912345678 trước khi đo".into();
    document["properties"]["ghi_chep"] = "001099012345".into();
    let answer = send(
        &register,
        &home,
        Method::POST,
        ITEMS,
        &[("content-crs", GRID)],
        &document,
    )
    .await
    .expect(StatusCode::CREATED);
    let dropped: Vec<&str> = answer.json()["dropped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap().to_owned())
        .collect::<Vec<_>>()
        .leak()
        .iter()
        .map(String::as_str)
        .collect();
    for name in ["ten_chu", "ghi_chu", "ghi_chep"] {
        assert!(dropped.contains(&name), "{dropped:?}");
    }
    let row = home
        .row("land_parcels", answer.json()["id"].as_u64().unwrap())
        .unwrap();
    let kept = format!("{row:?}");
    for personal in ["Nguyễn", "0912345678", "001099012345"] {
        assert!(!kept.contains(personal), "{kept}");
    }
}

#[tokio::test]
async fn bodies_have_limits() {
    let (register, home) = Register::editable();
    let key = home.key("a");
    let headers = [
        ("content-type", "application/json"),
        ("x-api-key", key.as_str()),
    ];
    let post = async |headers: &[(&str, &str)], body: Vec<u8>| {
        register
            .send(Method::POST, ITEMS, headers, body)
            .await
            .status
    };
    assert_eq!(
        post(&headers, vec![b' '; (4 << 20) + 1]).await,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        post(&headers, b"{\"type\":".to_vec()).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        post(&headers, b"[]".to_vec()).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        post(&headers, b"{\"type\":\"Point\"}".to_vec()).await,
        StatusCode::BAD_REQUEST
    );
    let text = [("content-type", "text/plain"), headers[1]];
    assert_eq!(
        post(&text, b"{}".to_vec()).await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[tokio::test]
async fn a_database_out_of_reach_is_no_answer_and_reading_goes_on() {
    let (register, home) = Register::editable();
    let (id, document, etag) = first(&register).await;
    let key = home.key("a");
    home.out_of_reach(true);
    let headers = [
        ("content-type", "application/geo+json"),
        ("x-api-key", key.as_str()),
        ("if-match", etag.as_str()),
    ];
    let path = format!("{ITEMS}/{id}");
    let answer = register
        .send(Method::PUT, &path, &headers, document.to_string())
        .await
        .expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.header("retry-after").is_empty());
    register.get(&path).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_resource_says_its_methods() {
    let (register, _home) = Register::editable();
    let allow = async |register: &Register, path: &str| {
        let answer = register.ask(Method::OPTIONS, path, &[]).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
        answer.header("allow").to_owned()
    };
    assert_eq!(allow(&register, ITEMS).await, "GET,HEAD,POST,OPTIONS");
    let item = format!("{ITEMS}/1");
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert!(allow(&register, &item).await.contains(method));
    }
    assert_eq!(allow(&register, "/collections").await, "GET,HEAD,OPTIONS");
    let read_only = Register::province();
    assert_eq!(allow(&read_only, ITEMS).await, "GET,HEAD,OPTIONS");
    let conformance = register.json("/conformance").await.to_string();
    assert!(conformance.contains("ogcapi-features-4/1.0/conf/create-replace-delete"));
    let conformance = read_only.json("/conformance").await.to_string();
    assert!(!conformance.contains("ogcapi-features-4"));
}

#[tokio::test]
async fn a_corner_that_is_moved_moves_alone() {
    let (register, home) = Register::editable();
    let (id, mut document, etag) = first(&register).await;
    let before = home.row("land_parcels", id).unwrap();
    let lon = ring(&document)[0][0].as_f64().unwrap();
    let geometry = &mut document["geometry"];
    let ring = match geometry["type"].as_str() {
        Some("MultiPolygon") => &mut geometry["coordinates"][0][0],
        _ => &mut geometry["coordinates"][0],
    };
    let last = ring.as_array().unwrap().len() - 1;
    ring[0][0] = (lon - 1e-6).into();
    ring[last][0] = (lon - 1e-6).into();
    let path = format!("{ITEMS}/{id}");
    let answer = send(
        &register,
        &home,
        Method::PUT,
        &path,
        &[("if-match", &etag)],
        &document,
    )
    .await;
    assert!(answer.status.is_success(), "{}", answer.text());
    let after = home.row("land_parcels", id).unwrap();
    let moved = geo::CoordsIter::coords_iter(&after.geometry)
        .zip(geo::CoordsIter::coords_iter(&before.geometry))
        .filter(|(a, b)| a != b)
        .count();
    assert_eq!(moved, 2, "the first corner, which closes the ring");
}
