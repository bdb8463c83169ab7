//! Collections' items: pages, filters, single features, pages for people.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::Value;

use crate::register::{Register, ring};

const ITEMS: &str = "/collections/land_parcels/items";

async fn ids(register: &Register, query: &str) -> Vec<u64> {
    let page = register.json(&format!("{ITEMS}?{query}")).await;
    page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["id"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn items() {
    let mut page = Register::province()
        .json(&format!("{ITEMS}?limit=2&loai_dat=LUC"))
        .await;
    page["timeStamp"] = "[time]".into();
    assert_json_snapshot!("items", page);
}

#[tokio::test]
async fn item() {
    let register = Register::province();
    let id = ids(&register, "so_thua=1").await[0];
    assert_json_snapshot!("item", register.json(&format!("{ITEMS}/{id}")).await);
}

#[tokio::test]
async fn following_the_next_links_gives_every_feature_once() {
    let register = Register::province();
    let mut seen = Vec::new();
    let mut next = Some(format!("{ITEMS}?limit=5"));
    let mut pages = 0;
    while let Some(path) = next {
        let page = register.json(&path).await;
        assert_eq!(page["numberMatched"], 12);
        assert_eq!(
            page["numberReturned"],
            page["features"].as_array().unwrap().len()
        );
        seen.extend(
            page["features"]
                .as_array()
                .unwrap()
                .iter()
                .map(|feature| feature["id"].as_u64().unwrap()),
        );
        next = page["links"]
            .as_array()
            .unwrap()
            .iter()
            .find(|link| link["rel"] == "next")
            .map(|link| {
                link["href"]
                    .as_str()
                    .unwrap()
                    .strip_prefix("http://diaba.test")
                    .unwrap()
                    .to_owned()
            });
        pages += 1;
    }
    assert_eq!(pages, 3);
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    assert_eq!(seen.len(), 12);
}

#[tokio::test]
async fn a_box_keeps_the_features_that_meet_it() {
    let register = Register::province();
    let all = register.json(&format!("{ITEMS}?limit=100")).await;
    let ring = ring(&all["features"][0]);
    let middle = |axis: usize| {
        f64::midpoint(
            ring[0][axis].as_f64().unwrap(),
            ring[2][axis].as_f64().unwrap(),
        )
    };
    let (lon, lat) = (middle(0), middle(1));
    let here = format!(
        "{},{},{},{}",
        lon - 1e-6,
        lat - 1e-6,
        lon + 1e-6,
        lat + 1e-6
    );
    assert_eq!(
        ids(&register, &format!("bbox={here}")).await,
        [all["features"][0]["id"].as_u64().unwrap()]
    );
    let crs = "bbox-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    assert_eq!(
        ids(&register, &format!("limit=100&{crs}&bbox=-180,-90,180,90"))
            .await
            .len(),
        12
    );
    assert_eq!(ids(&register, "bbox=10,10,-5,11,11,5").await.len(), 0);
    assert_eq!(
        ids(&register, "limit=100&bbox=100,20,0,110,25,9")
            .await
            .len(),
        12
    );
    assert_eq!(ids(&register, "bbox=0,0,1,1").await.len(), 0);
    assert_eq!(
        ids(&register, "limit=100&bbox=100,20,-100,25").await.len(),
        12,
        "over the antimeridian"
    );
}

#[tokio::test]
async fn fields_filter_by_value() {
    let register = Register::province();
    assert_eq!(ids(&register, "loai_dat=ONT").await.len(), 6);
    assert_eq!(ids(&register, "loai_dat=ONT&so_thua=2").await.len(), 1);
    assert_eq!(ids(&register, "dien_tich=400.0&limit=100").await.len(), 12);
    assert_eq!(
        ids(&register, "ma_xa=07210&so_to=12&so_thua=11")
            .await
            .len(),
        2
    );
    assert_eq!(ids(&register, "loai_dat=luc").await.len(), 0);
}

#[tokio::test]
async fn a_validity_is_checked_and_leaves_what_has_none() {
    let register = Register::province();
    assert_eq!(
        ids(&register, "limit=100&datetime=2025-07-01T00:00:00Z/..")
            .await
            .len(),
        12
    );
    register
        .get(&format!("{ITEMS}?datetime=yesterday"))
        .await
        .expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn more_than_the_most_is_the_most() {
    let register = Register::province();
    assert_eq!(ids(&register, "limit=999999").await.len(), 12);
}

#[tokio::test]
async fn what_is_internal_is_never_answered() {
    let register = Register::province();
    let page = register
        .get(&format!("{ITEMS}?limit=100"))
        .await
        .expect(StatusCode::OK);
    assert!(!page.text().contains("nội bộ") && !page.text().contains("ghi_chu"));
    let refused = register
        .get(&format!("{ITEMS}?ghi_chu=x"))
        .await
        .expect(StatusCode::BAD_REQUEST)
        .json();
    assert_eq!(refused["type"], "urn:diaba:problem:unknown-parameter");
}

#[tokio::test]
async fn coordinates_keep_a_tenth_of_a_millimetre() {
    let page = Register::province().json(&format!("{ITEMS}?limit=1")).await;
    let text = ring(&page["features"][0])[0][0].to_string();
    let decimals = text.split_once('.').unwrap().1.len();
    assert!((8..=10).contains(&decimals), "{text}");
}

#[tokio::test]
async fn pages_for_people_are_vietnamese_first_and_escaped() {
    let register = Register::province();
    let dikes = register.json("/collections/dikes/items").await;
    let id = dikes["features"][0]["id"].as_u64().unwrap();
    for path in [
        "/collections?f=html".to_owned(),
        "/collections/dikes?f=html".to_owned(),
        "/collections/dikes/items?f=html".to_owned(),
        format!("/collections/dikes/items/{id}?f=html"),
        "/conformance?f=html".to_owned(),
        "/collections/land_parcels/items?f=html&limit=3".to_owned(),
    ] {
        let page = register.get(&path).await.expect(StatusCode::OK);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let text = page.text();
        assert!(text.contains("<html lang=\"vi\">"), "{path}");
        assert!(
            !text.contains("<thử>") && !text.contains("<script") && !text.contains("style="),
            "{path}: {text}"
        );
    }
    let items = register.get("/collections/dikes/items?f=html").await.text();
    assert!(items.contains("Đê hữu Thương &lt;thử&gt;"), "{items}");
}

#[tokio::test]
async fn browsers_get_the_page_and_programs_the_json() {
    let register = Register::province();
    let page = register
        .get_with(ITEMS, &[("accept", "text/html,*/*;q=0.8")])
        .await;
    assert!(page.header("content-type").starts_with("text/html"));
    let json: Value = register.get_with(ITEMS, &[("accept", "*/*")]).await.json();
    assert_eq!(json["type"], "FeatureCollection");
}
