//! Editing over HTTP: a key made on the command line, an edit by it, on the map and in the history.

use std::process::Command;

use diaba_tests::database::migrated;
use diaba_tests::live::{self, Live};
use diaba_tests::{Database, binary, run};
use serde_json::{Value, json};

const ITEMS: &str = "/collections/land_parcels/items";

fn key(database: &Database, arguments: &[&str]) -> diaba_tests::Outcome {
    let mut command = Command::new(binary("diaba"));
    run(command
        .arg("key")
        .args(arguments)
        .args(["--database", &database.url()]))
}

/// Sends a document with a key; status, ETag and body.
fn send(
    live: &Live,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    document: &Value,
) -> (u16, String, Value) {
    let url = format!("{}{path}", live.server.address());
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = reqwest::blocking::Client::new()
        .request(method, url)
        .header("content-type", "application/geo+json")
        .header("content-crs", "EPSG:9214")
        .body(document.to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().unwrap();
    let status = answer.status().as_u16();
    let etag = answer.headers().get("etag");
    let etag = etag.map_or(String::new(), |tag| tag.to_str().unwrap().to_owned());
    let body = answer.text().unwrap();
    (
        status,
        etag,
        serde_json::from_str(&body).unwrap_or_default(),
    )
}

fn square(east: f64, wide: f64) -> Value {
    let (x, y) = (416_226.0 + east, 2_353_402.0);
    json!({ "type": "Polygon", "coordinates":
        [[[x, y], [x + wide, y], [x + wide, y + 20.0], [x, y + 20.0], [x, y]]] })
}

fn parcel(geometry: &Value) -> Value {
    json!({ "type": "Feature", "geometry": geometry,
        "properties": { "ma_xa": "07210", "so_to": "12", "so_thua": "7", "loai_dat": "LUC", "ten_chu": "Trần Thị B" } })
}

#[test]
fn a_parcel_is_made_changed_split_and_remembered_by_the_name_of_the_key() {
    let Some(database) = migrated() else {
        return;
    };
    let secret = key(&database, &["add", "Phòng Đăng ký"]).ok().stdout;
    let bearer = format!("Bearer {}", secret.trim());
    let who = ("authorization", bearer.as_str());
    assert!(secret.starts_with("diaba_"));
    assert_eq!(
        database.value("SELECT count(*) FROM diaba.api_key WHERE length(hash) = 32"),
        "1"
    );
    let live = live::serve(&database, &["--editing", "--trusted-proxy", "127.0.0.1"]);

    let through_proxy = ("x-forwarded-for", "192.0.2.9, 203.0.113.7");
    let (status, etag, made) = send(
        &live,
        "POST",
        ITEMS,
        &[who, through_proxy],
        &parcel(&square(0.0, 20.0)),
    );
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["dropped"][0]["field"], "ten_chu");
    let id = made["id"].as_u64().unwrap();
    let item = format!("{ITEMS}/{id}");
    live.server
        .wait_until("the parcel", |s| s.get(&item).status == 200);
    assert_eq!(live.server.get(&item).header("etag"), etag);

    let patch = json!({ "properties": { "loai_dat": "ONT" } });
    let (status, next, said) = send(&live, "PATCH", &item, &[who, ("if-match", &etag)], &patch);
    assert!(matches!(status, 200 | 204), "{said}");
    let (status, now, _) = send(&live, "PATCH", &item, &[who, ("if-match", &etag)], &patch);
    assert_eq!((status, &now), (412, &next));

    let part = |east: f64, wide: f64| json!({ "type": "Feature", "geometry": square(east, wide) });
    let parts =
        json!({ "type": "FeatureCollection", "features": [part(0.0, 8.0), part(8.0, 12.0)] });
    let path = format!("/collections/land_parcels/split/{id}");
    let (status, _, remade) = send(&live, "POST", &path, &[who, ("if-match", &next)], &parts);
    assert_eq!(status, 201, "{remade}");
    let child = remade["created"][0]["id"].as_u64().unwrap();
    live.server
        .wait_until("the split", |s| s.get(&item).status == 404);
    let page = live
        .server
        .get(&format!("{item}?f=html"))
        .expect(410)
        .text();
    assert!(page.contains(&child.to_string()), "{page}");
    assert_eq!(
        database.value(
            "SELECT string_agg(DISTINCT who, ',') FROM diaba.change WHERE theme = 'land_parcels'"
        ),
        "Phòng Đăng ký"
    );
    assert_eq!(
        database.value(
            "SELECT string_agg(DISTINCT origin, ',' ORDER BY origin) FROM diaba.change WHERE theme = 'land_parcels'"
        ),
        "127.0.0.1,203.0.113.7"
    );

    let _ = key(&database, &["revoke", "Phòng Đăng ký"]).ok();
    let (status, ..) = send(&live, "POST", ITEMS, &[who], &parcel(&square(50.0, 20.0)));
    assert_eq!(status, 401);
    assert!(key(&database, &["list"]).ok().stdout.contains("revoked"));
}
