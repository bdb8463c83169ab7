//! The search box.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::editing::{first, send};
use crate::register::Register;

/// A text as it stands in an address.
fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn search(register: &Register, text: &str) -> Value {
    register.json(&format!("/search?q={}", escaped(text))).await
}

/// Vietnamese titles of what was found.
async fn titles(register: &Register, text: &str) -> Vec<String> {
    let found = search(register, text).await;
    let results = found["results"].as_array().unwrap();
    let title = |item: &Value| item["title"]["vi"].as_str().unwrap().to_owned();
    results.iter().map(title).collect()
}

#[tokio::test]
async fn answers() {
    let register = Register::province();
    assert_json_snapshot!("search-parcel", search(&register, "07210/12/5").await);
    assert_json_snapshot!("search-name", search(&register, "de huu thuong").await);
    assert_json_snapshot!("search-unit", search(&register, "nghia trung").await);
    assert_json_snapshot!(
        "search-place",
        search(&register, "X=2353412 Y=416236").await
    );
    assert_json_snapshot!("search-nothing", search(&register, " ").await);
}

#[tokio::test]
async fn a_parcel_is_found_in_every_spelling() {
    let register = Register::province();
    for text in [
        "07210/12/5",
        "tờ 12 thửa 5 xã 07210",
        "thửa 5 tờ 12 phường Bắc Giang",
        "thua 5 to 12 bac giang",
        "thửa 5, tờ bản đồ 12, p. Bắc Gianng",
        "12/5 hoàng văn thụ",
        "tờ 12 thửa 5",
    ] {
        assert_eq!(titles(&register, text).await[0], "Thửa 5 · tờ 12", "{text}");
    }
    // The number may go on; the parcel of this number comes first.
    let begun = titles(&register, "07210/12/1").await;
    assert_eq!(begun[0], "Thửa 1 · tờ 12");
    assert!(begun.contains(&"Thửa 10 · tờ 12".to_owned()), "{begun:?}");
    assert_eq!(titles(&register, "07210/12").await.len(), 10);
    // Surveyed in Ngô Quyền, which is part of the ward of today.
    let old = search(&register, "07207/12/1").await;
    assert_eq!(old["results"][0]["era"], "2023");
    assert!(titles(&register, "07210/99/1").await.is_empty());
}

#[tokio::test]
async fn units_of_both_eras_are_found_and_the_past_says_what_it_became() {
    let register = Register::empty();
    let first = async |text: &str| search(&register, text).await["results"][0].clone();
    assert_eq!(first("luc ngan").await["title"]["vi"], "Xã Lục Ngạn");
    assert_eq!(first("lucngan").await["title"]["vi"], "Xã Lục Ngạn");
    assert_eq!(first("lục nagn").await["title"]["vi"], "Xã Lục Ngạn");
    assert_eq!(first("phuc hoa").await["title"]["vi"], "Xã Phúc Hoà");
    assert_eq!(first("Phúc Hòa").await["title"]["vi"], "Xã Phúc Hoà");
    let past = first("hoàng văn thụ").await;
    let told = past["subtitle"]["vi"].as_str().unwrap();
    assert!(
        told.contains("trước 01/07/2025") && told.contains("Phường Bắc Giang"),
        "{told}"
    );
    let coded = search(&register, "07210").await;
    let names: Vec<&Value> = (0..2)
        .map(|i| &coded["results"][i]["title"]["vi"])
        .collect();
    assert_eq!(names, ["Phường Bắc Giang", "Phường Hoàng Văn Thụ"]);
}

#[tokio::test]
async fn coordinates_are_taken_in_the_grid_they_land_in() {
    let register = Register::province();
    let first = async |text: &str| search(&register, text).await["results"][0].clone();
    for text in [
        "2353402.4531 416226.7716",
        "416226,7716; 2353402,4531",
        "2353345.9812 571883.6736 KTT 105°30'",
        "21.2731, 106.1946",
        "21°16'23.16\"N 106°11'40.56\"E",
    ] {
        let hit = first(text).await;
        assert_eq!(hit["kind"], "place", "{text}");
        let at = |i: usize| hit["point"][i].as_f64().unwrap();
        assert!(
            (at(0) - 106.1946).abs() < 1e-7 && (at(1) - 21.2731).abs() < 1e-7,
            "{text}: {hit}"
        );
    }
    // Without its meridian a pair is taken where it lands in the register.
    let guessed = first("2353345.9812 571883.6736").await;
    assert_eq!(guessed["subtitle"]["en"], "VN-2000 / TM-3 105-30");
}

#[tokio::test]
async fn what_is_edited_is_found_at_once_and_what_is_gone_is_not() {
    let (register, home) = Register::editable();
    let (id, _, _) = first(&register).await;
    let path = format!("/collections/land_parcels/items/{id}");
    assert_eq!(titles(&register, "07210/12/777").await.len(), 0);
    assert_eq!(titles(&register, "AB12CD34EF56").await.len(), 0);
    let headers = [("if-match", "*")];
    let patch = json!({ "properties": { "so_thua": "777", "ma_thua_dat": "AB12CD34EF56" } });
    let answer = send(&register, &home, Method::PATCH, &path, &headers, &patch).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    register.look_again();
    assert_eq!(
        titles(&register, "07210/12/777").await,
        ["Thửa 777 · tờ 12"]
    );
    assert_eq!(titles(&register, "ab12cd34").await, ["AB12CD34EF56"]);
    let answer = send(
        &register,
        &home,
        Method::DELETE,
        &path,
        &headers,
        &Value::Null,
    )
    .await;
    assert!(answer.status.is_success(), "{}", answer.text());
    register.look_again();
    assert!(titles(&register, "07210/12/777").await.is_empty());
    assert!(titles(&register, "AB12CD34EF56").await.is_empty());
}

#[tokio::test]
async fn what_lies_in_view_comes_first() {
    let register = Register::province();
    let page = register
        .json("/collections/land_parcels/items?so_thua=11")
        .await;
    let feature = &page["features"][1];
    let corner = &crate::register::ring(feature)[0];
    let (lon, lat) = (corner[0].as_f64().unwrap(), corner[1].as_f64().unwrap());
    let bbox = format!(
        "{},{},{},{}",
        lon + 2e-5,
        lat + 2e-5,
        lon + 6e-5,
        lat + 6e-5
    );
    let found = register
        .json(&format!("/search?q=07210/12/11&bbox={bbox}"))
        .await;
    assert_eq!(found["results"].as_array().unwrap().len(), 2);
    assert_eq!(found["results"][0]["id"], feature["id"]);
}

#[tokio::test]
async fn parameters_that_cannot_be_used_are_named() {
    let register = Register::empty();
    let long = "a".repeat(201);
    for wrong in [
        "",
        "q=a&limit=0",
        "q=a&limit=x",
        "q=a&bbox=1,2",
        "q=a&x=1",
        &format!("q={long}"),
    ] {
        register
            .get(&format!("/search?{wrong}"))
            .await
            .expect(StatusCode::BAD_REQUEST);
    }
}
