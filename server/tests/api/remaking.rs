//! Split and merge: one operation that keeps lineage.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::editing::{first, send, square};
use crate::register::Register;

const GRID: (&str, &str) = ("content-crs", "EPSG:9214");

fn collection(parts: &[Value]) -> Value {
    json!({ "type": "FeatureCollection", "features": parts })
}

fn part(east: f64, wide: f64, number: &str) -> Value {
    json!({ "type": "Feature", "geometry": square(east, 0.0, wide), "properties": { "so_thua": number } })
}

#[tokio::test]
async fn a_parcel_is_split_and_merged_again() {
    let (register, home) = Register::editable();
    let (id, _, etag) = first(&register).await;
    let whole = home.row("land_parcels", id).unwrap();
    let path = format!("/collections/land_parcels/split/{id}");
    let parts = collection(&[part(0.0, 0.4, "101"), part(0.4, 0.6, "102")]);
    let headers = [GRID, ("if-match", etag.as_str())];
    let answer = send(&register, &home, Method::POST, &path, &headers, &parts)
        .await
        .expect(StatusCode::CREATED)
        .json();
    assert_eq!(answer["gone"], json!([id]));
    let created = answer["created"].as_array().unwrap();
    assert_eq!(created.len(), 2);
    let ids: Vec<u64> = created
        .iter()
        .map(|one| one["id"].as_u64().unwrap())
        .collect();
    let row = home.row("land_parcels", ids[0]).unwrap();
    assert_eq!(row.extra["parents"], json!([id]));
    assert!(home.row("land_parcels", id).is_none());

    register.look_again();
    let read = register
        .json(&format!("/collections/land_parcels/items/{}", ids[0]))
        .await;
    assert_eq!(read["properties"]["so_thua"], "101");
    assert_eq!(read["properties"]["ma_xa"], "07210", "inherited");
    assert_eq!(
        read["properties"]["dien_tich"],
        Value::Null,
        "not inherited"
    );

    let merging = json!({
        "features": created.iter().map(|one| json!({ "id": one["id"], "etag": one["etag"] })).collect::<Vec<_>>(),
        "into": { "type": "Feature", "properties": { "so_thua": "103", "dien_tich": 400 } }
    });
    let answer = send(
        &register,
        &home,
        Method::POST,
        "/collections/land_parcels/merge",
        &[],
        &merging,
    )
    .await
    .expect(StatusCode::CREATED)
    .json();
    let merged = answer["created"][0]["id"].as_u64().unwrap();
    let row = home.row("land_parcels", merged).unwrap();
    assert_eq!(row.extra["parents"], json!(ids));
    let area = geo::Area::unsigned_area;
    assert!((area(&row.geometry) - area(&whole.geometry)).abs() < 1e-9);
    let corners: Vec<_> = geo::CoordsIter::coords_iter(&whole.geometry).collect();
    let kept = geo::CoordsIter::coords_iter(&row.geometry)
        .filter(|c| corners.contains(c))
        .count();
    assert!(kept >= 5, "{:?}", row.geometry);
}

#[tokio::test]
async fn parts_must_tile_the_whole() {
    let (register, home) = Register::editable();
    let (id, _, etag) = first(&register).await;
    let path = format!("/collections/land_parcels/split/{id}");
    for (parts, said) in [
        ([part(0.0, 0.5, "1"), part(0.4, 0.6, "2")], "each other"),
        ([part(0.0, 0.4, "1"), part(0.5, 0.5, "2")], "do not cover"),
        ([part(0.0, 0.4, "1"), part(0.4, 0.7, "2")], "beyond"),
    ] {
        let headers = [GRID, ("if-match", etag.as_str())];
        let answer = send(
            &register,
            &home,
            Method::POST,
            &path,
            &headers,
            &collection(&parts),
        )
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(said), "{}", answer.text());
    }
    let one = collection(&[part(0.0, 1.0, "1")]);
    let headers = [GRID, ("if-match", etag.as_str())];
    send(&register, &home, Method::POST, &path, &headers, &one)
        .await
        .expect(StatusCode::BAD_REQUEST);
    send(&register, &home, Method::POST, &path, &[GRID], &one)
        .await
        .expect(StatusCode::PRECONDITION_REQUIRED);
    assert!(home.authors().is_empty());
}

#[tokio::test]
async fn what_lies_apart_or_was_changed_is_not_merged() {
    let (register, home) = Register::editable();
    let page = register
        .json("/collections/land_parcels/items?limit=20")
        .await;
    let ids: Vec<u64> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| ["1", "3"].contains(&one["properties"]["so_thua"].as_str().unwrap()))
        .map(|one| one["id"].as_u64().unwrap())
        .collect();
    let merge = async |etags: [&str; 2]| {
        let merging = json!({ "features": [
            { "id": ids[0], "etag": etags[0] }, { "id": ids[1], "etag": etags[1] } ] });
        send(
            &register,
            &home,
            Method::POST,
            "/collections/land_parcels/merge",
            &[],
            &merging,
        )
        .await
    };
    let apart = merge(["*", "*"])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(apart.text().contains("giáp nhau"), "{}", apart.text());
    merge(["*", "\"0\""])
        .await
        .expect(StatusCode::PRECONDITION_FAILED);
    let none = json!({ "features": [{ "id": ids[0] }, { "id": ids[1] }] });
    let path = "/collections/land_parcels/merge";
    send(&register, &home, Method::POST, path, &[], &none)
        .await
        .expect(StatusCode::PRECONDITION_REQUIRED);
    let lines = "/collections/dikes/merge";
    send(&register, &home, Method::POST, lines, &[], &none)
        .await
        .expect(StatusCode::NOT_FOUND);
}
