//! Figures by commune and class, held against the features themselves.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use diaba_core::crs::{Crs, Transform, transform_geometry};
use diaba_core::feature::Value as Field;
use geo::{Area, Geometry, Point};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::editing::{first, send};
use crate::register::{ORIGIN, Register, SIDE, pack, record};

/// Count and area in m² by commune and class, from the features of a collection.
async fn counted(
    register: &Register,
    theme: &str,
    by: &str,
) -> BTreeMap<(String, String), (i64, f64)> {
    let page = register
        .json(&format!("/collections/{theme}/items?limit=1000"))
        .await;
    let mut all: BTreeMap<(String, String), (i64, f64)> = BTreeMap::new();
    let to_working = Transform::new(Crs::LONLAT, Crs::WORKING).unwrap();
    for feature in page["features"].as_array().unwrap() {
        let text = |name: &str| {
            feature["properties"][name]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let geometry: geojson_geometry::Polygon =
            serde_json::from_value(feature["geometry"].clone()).unwrap();
        let mut geometry = geometry.into_geo();
        transform_geometry(&to_working, &mut geometry).unwrap();
        let sum = all.entry((text("ma_xa"), text(by))).or_default();
        sum.0 += 1;
        sum.1 += geometry.unsigned_area();
    }
    all
}

/// As much of GeoJSON as the register's parcels need.
mod geojson_geometry {
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(tag = "type", content = "coordinates")]
    pub enum Polygon {
        Polygon(Vec<Vec<[f64; 2]>>),
        MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
    }

    impl Polygon {
        pub fn into_geo(self) -> geo::Geometry<f64> {
            let polygons = match self {
                Self::Polygon(one) => vec![one],
                Self::MultiPolygon(several) => several,
            };
            let ring = |ring: &Vec<[f64; 2]>| geo::LineString::from(ring.clone());
            let polygon = |rings: &Vec<Vec<[f64; 2]>>| {
                geo::Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect())
            };
            geo::MultiPolygon(polygons.iter().map(polygon).collect()).into()
        }
    }
}

/// The same from `/stats`, whose own sums must agree.
async fn told(register: &Register, theme: &str) -> BTreeMap<(String, String), (i64, f64)> {
    let stats = register.json(&format!("/stats?theme={theme}")).await;
    let stats = &stats["themes"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let measure = |value: &Value| {
        (
            value["count"].as_i64().unwrap(),
            value["area_m2"].as_f64().unwrap(),
        )
    };
    let mut all = BTreeMap::new();
    let mut sum = (0, 0.0);
    for commune in stats["communes"].as_array().unwrap() {
        let own = measure(commune);
        let mut parts = (0, 0.0);
        for class in commune["classes"].as_array().unwrap() {
            let figures = measure(class);
            all.insert((text(&commune["commune"]), text(&class["class"])), figures);
            parts = (parts.0 + figures.0, parts.1 + figures.1);
        }
        assert_eq!(own.0, parts.0);
        assert!((own.1 - parts.1).abs() < 1e-5, "{own:?} {parts:?}");
        sum = (sum.0 + own.0, sum.1 + own.1);
    }
    let total = measure(&stats["total"]);
    assert_eq!(total.0, sum.0);
    assert!((total.1 - sum.1).abs() < 1e-5, "{total:?} {sum:?}");
    all
}

async fn agree(register: &Register) {
    let (told, counted) = (
        told(register, "land_parcels").await,
        counted(register, "land_parcels", "loai_dat").await,
    );
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        counted.keys().collect::<Vec<_>>()
    );
    for (key, (count, area)) in &told {
        let other = counted[key];
        assert_eq!(*count, other.0, "{key:?}");
        assert!((area - other.1).abs() < 1e-3, "{key:?}: {area} {other:?}");
    }
}

#[tokio::test]
async fn answers() {
    let register = Register::province();
    assert_json_snapshot!("stats", register.json("/stats").await);
    let one = register
        .json("/stats?theme=land_parcels&commune=07228")
        .await;
    assert_eq!(one["themes"][0]["total"]["count"], 0);
    let none = Register::empty().json("/stats").await;
    assert_eq!(none, json!({ "themes": [] }));
}

#[tokio::test]
async fn figures_are_the_sum_of_the_features_after_edits_too() {
    let (register, home) = Register::editable();
    agree(&register).await;
    let (id, _, _) = first(&register).await;
    let path = format!("/collections/land_parcels/items/{id}");
    let headers = [("if-match", "*")];
    let edits = [
        (
            Method::PATCH,
            json!({ "properties": { "loai_dat": "CLN" } }),
        ),
        (
            Method::PATCH,
            json!({ "properties": { "loai_dat": null, "ma_xa": "07228" } }),
        ),
        (Method::DELETE, Value::Null),
    ];
    for (method, document) in edits {
        let answer = send(&register, &home, method, &path, &headers, &document).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        register.look_again();
        agree(&register).await;
    }
    let [x, y] = ORIGIN;
    let far = x + 40.0 * SIDE;
    let ring = [
        [far, y],
        [far + 30.0, y],
        [far + 30.0, y + 10.0],
        [far, y + 10.0],
        [far, y],
    ];
    let new = json!({
        "type": "Feature",
        "properties": { "ma_xa": "07210", "so_to": "12", "so_thua": "900", "loai_dat": "ONT" },
        "geometry": { "type": "Polygon", "coordinates": [ring] },
    });
    let path = "/collections/land_parcels/items?crs=http://www.opengis.net/def/crs/EPSG/0/9214";
    let answer = send(&register, &home, Method::POST, path, &[], &new).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    register.look_again();
    agree(&register).await;
    let figures = told(&register, "land_parcels").await;
    let ont = figures[&("07210".to_owned(), "ONT".to_owned())];
    assert!(
        (ont.1 - (6.0 * SIDE * SIDE + 300.0)).abs() < 1e-6,
        "{ont:?}"
    );
}

#[tokio::test]
async fn parameters_that_cannot_be_used_are_named() {
    let register = Register::province();
    for (wrong, status) in [
        ("theme=nothing", StatusCode::NOT_FOUND),
        ("theme=admin_units", StatusCode::NOT_FOUND),
        ("commune=99999", StatusCode::BAD_REQUEST),
        ("theme=land_parcels&by=ghi_chu", StatusCode::BAD_REQUEST),
        ("x=1", StatusCode::BAD_REQUEST),
    ] {
        register
            .get(&format!("/stats?{wrong}"))
            .await
            .expect(status);
    }
}

/// Two stations of a river, one of them above its second alarm grade.
fn stations() -> Register {
    Register::with(|store, catalogue| {
        let theme = catalogue.theme("hydrological_stations").unwrap();
        let [x, y] = ORIGIN;
        let station = |n: f64, code: &str, level: Option<f64>| {
            let mut values = vec![
                ("ma_tram", Field::Text(code.into())),
                ("ten", Field::Text(format!("Trạm {code}"))),
                ("song", Field::Text("Cầu".into())),
                ("thoi_diem_do", Field::Text("2025-10-06 07:00".into())),
                ("bao_dong_1_m", Field::Real(4.3)),
                ("bao_dong_2_m", Field::Real(5.3)),
            ];
            values.extend(level.map(|level| ("muc_nuoc_m", Field::Real(level))));
            let place = Geometry::Point(Point::new(x + n, y));
            record(theme, place, &values)
        };
        let all = [
            station(0.0, "A", None),
            station(10.0, "B", Some(4.29)),
            station(20.0, "C", Some(5.3)),
        ];
        pack(store, theme, "tram", all);
    })
}

#[tokio::test]
async fn stations_tell_what_was_read_and_the_grade_it_has_reached() {
    let register = stations();
    let mut stats = register.json("/stats?theme=hydrological_stations").await;
    for reading in stats["themes"][0]["readings"].as_array_mut().unwrap() {
        reading["id"] = "…".into();
    }
    assert_json_snapshot!("readings", stats);
    let none = register
        .json("/stats?theme=hydrological_stations&commune=07210")
        .await;
    assert_eq!(none["themes"][0]["readings"], json!([]));
    let parcels = Register::province().json("/stats?theme=land_parcels").await;
    assert!(parcels["themes"][0].get("readings").is_none());
}
