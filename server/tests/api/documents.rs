//! Documents that are promised to others.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;

use crate::register::Register;

#[tokio::test]
async fn landing() {
    assert_json_snapshot!("landing", Register::empty().json("/").await);
}

#[tokio::test]
async fn conformance() {
    assert_json_snapshot!("conformance", Register::empty().json("/conformance").await);
}

#[tokio::test]
async fn collections() {
    assert_json_snapshot!(
        "collections",
        Register::province().json("/collections").await
    );
}

#[tokio::test]
async fn a_register_without_data_has_no_collections() {
    let register = Register::empty();
    assert_eq!(
        register.json("/collections").await["collections"],
        serde_json::json!([])
    );
    let themes = register.json("/themes").await;
    assert!(
        themes.as_array().is_some_and(|themes| themes.len() >= 10),
        "{themes}"
    );
    assert_eq!(register.json("/health").await["status"], "ok");
}

#[tokio::test]
async fn tile_documents() {
    let register = Register::province();
    assert_json_snapshot!(
        "tilejson",
        register.json("/tiles/land_parcels,dikes.json").await
    );
    assert_json_snapshot!(
        "tileset",
        register
            .json("/collections/land_parcels/tiles/WebMercatorQuad")
            .await
    );
    assert_eq!(
        register.json("/tiles/dikes,land_parcels").await,
        register.json("/tiles/land_parcels,dikes.json").await
    );
    let sets = register.json("/collections/land_parcels/tiles").await;
    assert_eq!(sets["tilesets"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn the_grid_is_the_one_of_the_registry() {
    let set = Register::empty()
        .json("/tileMatrixSets/WebMercatorQuad")
        .await;
    let mut short = set.clone();
    short["tileMatrices"].as_array_mut().unwrap().truncate(2);
    assert_json_snapshot!("tile_matrix_set", short);
    assert_eq!(set["tileMatrices"].as_array().map(Vec::len), Some(25));
}

#[tokio::test]
async fn a_theme_says_what_there_is_of_it() {
    let themes = Register::province().json("/themes").await;
    let mut parcels = themes
        .as_array()
        .unwrap()
        .iter()
        .find(|theme| theme["id"] == "land_parcels")
        .unwrap()
        .clone();
    assert!(
        parcels["fields"]
            .as_array()
            .unwrap()
            .iter()
            .all(|field| field["name"] != "ghi_chu")
    );
    parcels["fields"] = "[fields]".into();
    assert_json_snapshot!("theme", parcels);
}

#[tokio::test]
async fn a_code_list_has_names_colours_and_classes() {
    let list = Register::empty().json("/code-lists/land_use").await;
    let rice = list["codes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|code| code["code"] == "LUC")
        .unwrap();
    assert_eq!(rice["color"], "#FFFC8C");
    assert_eq!(rice["title"]["vi"], "Đất chuyên trồng lúa");
    assert!(
        list["classes"]
            .as_array()
            .is_some_and(|classes| !classes.is_empty())
    );
    let lists = Register::empty().json("/code-lists").await;
    assert!(
        lists["code_lists"]
            .as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["id"] == "land_use")
    );
}

#[tokio::test]
async fn openapi() {
    let register = Register::empty();
    let document = register.json("/openapi.json").await;
    let summary: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, item)| {
            format!(
                "{path}: {}",
                item.as_object()
                    .unwrap()
                    .iter()
                    .filter_map(|(method, operation)| Some(format!(
                        "{method} {}",
                        operation["summary"].as_str()?
                    )))
                    .collect::<Vec<_>>()
                    .join(" | ")
            )
        })
        .collect();
    assert_json_snapshot!("openapi", summary);
    assert_eq!(document["openapi"], "3.1.0");
    let plain = register
        .get_with("/openapi.json", &[("accept", "application/json")])
        .await;
    assert_eq!(plain.header("content-type"), "application/json");
}

/// Every address that is answered is in the document, and every one in the document is answered.
#[tokio::test]
async fn the_openapi_document_lists_every_route() {
    let register = Register::province();
    let document = register.json("/openapi.json").await;
    let listed: BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let source = include_str!("../../src/router.rs");
    assert_eq!(source.matches(".routes(routes!(").count(), listed.len());
    assert_eq!(
        source.matches(".route(").count(),
        0,
        "routes are registered with their annotations"
    );

    // A stream has no end.
    for path in listed.into_iter().filter(|path| *path != "/events") {
        let methods = document["paths"][path].as_object().unwrap();
        let asked = path
            .replace("{collectionId}", "land_parcels")
            .replace("{featureId}", "1")
            .replace("{tileMatrixSetId}", "WebMercatorQuad")
            .replace("{tileMatrix}/{tileRow}/{tileCol}", "0/0/0")
            .replace("{themes}/{z}/{x}/{y}", "land_parcels/0/0/0.mvt")
            .replace("{themes}", "land_parcels")
            .replace("{id}", "land_use")
            .replace("{ma_xa}/{so_to}/{so_thua}", "07210/12/1");
        let method = if methods.contains_key("get") {
            Method::GET
        } else {
            Method::POST
        };
        let answer = register.ask(method, &asked, &[]).await;
        let named = answer.text().contains("nothing is served at this address");
        assert!(
            !named
                && (answer.status != StatusCode::METHOD_NOT_ALLOWED
                    || answer.text().contains("editing-off")),
            "{path} as {asked}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn styles_name_this_server() {
    let register = Register::empty();
    let list = register.json("/styles").await;
    for style in list["styles"].as_array().unwrap() {
        let id = style["id"].as_str().unwrap();
        let document = register.json(&format!("/styles/{id}")).await;
        for source in document["sources"].as_object().unwrap().values() {
            let url = source["url"]
                .as_str()
                .or(source["tiles"][0].as_str())
                .unwrap_or("http://diaba.test");
            assert!(url.starts_with("http://diaba.test"), "{url}");
        }
    }
}

#[tokio::test]
async fn the_portal_or_how_to_build_it_is_at_the_root() {
    let page = Register::empty()
        .get_with("/", &[("accept", "text/html")])
        .await
        .expect(StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().contains("Địa bạ"), "{}", page.text());
}
