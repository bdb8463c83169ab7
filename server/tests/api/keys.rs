//! Who may edit, and what everybody else is told.

use axum::http::{Method, StatusCode};

use crate::editing::{GRID, ITEMS, parcel};
use crate::register::Register;

#[tokio::test]
async fn nobody_edits_without_a_key() {
    let (register, home) = Register::editable();
    let body = parcel("99").to_string();
    let json = ("content-type", "application/geo+json");
    for headers in [
        vec![json],
        vec![json, ("authorization", "Bearer diaba_wrong")],
        vec![json, ("x-api-key", "")],
        vec![json, ("authorization", "Basic YTpi")],
    ] {
        let answer = register
            .send(Method::POST, ITEMS, &headers, body.clone())
            .await
            .expect(StatusCode::UNAUTHORIZED);
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    assert!(home.authors().is_empty());
    let key = home.key("văn phòng");
    let headers = [json, ("x-api-key", key.as_str()), ("content-crs", GRID)];
    register
        .send(Method::POST, ITEMS, &headers, body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(home.authors()[0].who, "văn phòng");
}

#[tokio::test]
async fn guessing_keys_is_stopped() {
    let (register, _home) = Register::editable();
    let headers = [
        ("content-type", "application/geo+json"),
        ("x-api-key", "diaba_wrong"),
    ];
    let mut last = None;
    for _ in 0..40 {
        last = Some(register.send(Method::POST, ITEMS, &headers, "{}").await);
    }
    let last = last.unwrap().expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(!last.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_data_directory_says_how_to_get_editing() {
    let register = Register::province();
    for (method, path) in [
        (Method::POST, ITEMS.to_owned()),
        (Method::PUT, format!("{ITEMS}/1")),
        (Method::PATCH, format!("{ITEMS}/1")),
        (Method::DELETE, format!("{ITEMS}/1")),
        (Method::POST, "/collections/land_parcels/split/1".to_owned()),
        (Method::POST, "/collections/land_parcels/merge".to_owned()),
    ] {
        let answer = register
            .ask(method, &path, &[])
            .await
            .expect(StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.json()["type"], "urn:diaba:problem:editing-off");
        assert!(answer.text().contains("--editing"), "{}", answer.text());
        assert_eq!(answer.header("allow"), "GET,HEAD,OPTIONS");
    }
}
