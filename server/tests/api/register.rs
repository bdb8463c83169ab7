//! A register made for a test.

use std::path::Path;
use std::sync::Arc;

use crate::memory::MemoryStore;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use diaba_core::feature::{NewFeature, Value};
use diaba_core::shard::{Counts, Provenance};
use diaba_core::store::DirectoryStore;
use diaba_core::theme::{Catalogue, Theme};
use diaba_server::app::AppState;
use diaba_server::config::{Config, RawConfig};
use diaba_server::front::Front;
use diaba_server::serve;
use geo::{Geometry, LineString, Polygon};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tower::ServiceExt;

/// South-western corner of the first parcel in EPSG:9214, metres: Bắc Giang city.
pub const ORIGIN: [f64; 2] = [416_226.0, 2_353_402.0];
/// Side of a parcel, metres.
pub const SIDE: f64 = 20.0;

/// A data directory and the service over it.
pub struct Register {
    pub dir: TempDir,
    pub app: AppState,
    front: Front,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Register {
    /// A register without data.
    pub fn empty() -> Self {
        Self::with(|_, _| {})
    }

    /// Twelve parcels in three rows of four, one of them twice under one key, and a dike along their south.
    pub fn province() -> Self {
        Self::with(|store, catalogue| {
            parcels(store, catalogue, "to-12", 0..12);
            dike(store, catalogue);
        })
    }

    /// A register with what `fill` puts in.
    pub fn with(fill: impl FnOnce(&DirectoryStore, &Catalogue)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let catalogue = Arc::new(Catalogue::load(None).unwrap());
        let store = DirectoryStore::create(dir.path(), Arc::clone(&catalogue)).unwrap();
        fill(&store, &catalogue);
        let app = serve::app(config(dir.path())).unwrap();
        Self {
            dir,
            front: Front::new(Arc::clone(&app)),
            app,
        }
    }

    /// The province in a home whose features can be changed, with editing switched on, and the home.
    pub fn editable() -> (Self, MemoryStore) {
        let dir = tempfile::tempdir().unwrap();
        let catalogue = Arc::new(Catalogue::load(None).unwrap());
        let store = DirectoryStore::create(dir.path(), Arc::clone(&catalogue)).unwrap();
        parcels(&store, &catalogue, "to-12", 0..12);
        dike(&store, &catalogue);
        let manual = catalogue.theme("land_parcels").unwrap();
        pack(&store, manual, "manual", []);
        let home = MemoryStore::over(dir.path(), &catalogue);
        let raw = RawConfig {
            data: Some(dir.path().to_owned()),
            editing: Some(true),
            ..RawConfig::default()
        };
        let app =
            serve::app_over(Box::new(home.clone()), catalogue, raw.resolve().unwrap()).unwrap();
        let register = Self {
            dir,
            front: Front::new(Arc::clone(&app)),
            app,
        };
        (register, home)
    }

    /// Takes over what was edited, as the follower does.
    pub fn look_again(&self) {
        if self.app.registry.refresh().unwrap() {
            self.app.publish();
        }
    }

    /// The answer to a GET of `path`, with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers).await
    }

    /// The answer to a GET of `path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// The JSON at `path`, which must be there.
    pub async fn json(&self, path: &str) -> serde_json::Value {
        self.get(path).await.expect(StatusCode::OK).json()
    }

    /// The answer to any request without a body.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, Body::empty()).await
    }

    /// The answer to any request.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "diaba.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.front.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Answer {
    /// This answer, where it has that status.
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header's value, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// The outer ring of a polygon or of the first polygon of several.
pub fn ring(feature: &serde_json::Value) -> &serde_json::Value {
    let geometry = &feature["geometry"];
    match geometry["type"].as_str() {
        Some("MultiPolygon") => &geometry["coordinates"][0][0],
        _ => &geometry["coordinates"][0],
    }
}

fn config(data: &Path) -> Config {
    RawConfig {
        data: Some(data.to_owned()),
        ..RawConfig::default()
    }
    .resolve()
    .unwrap()
}

/// Packs parcels as a new revision of `dataset`. Their numbers go up from west to east, then north; the first row was
/// surveyed in Phường Ngô Quyền (07207), the second in Phường Hoàng Văn Thụ (07210), the third in the new ward.
pub fn parcels(
    store: &DirectoryStore,
    catalogue: &Catalogue,
    dataset: &str,
    numbers: std::ops::Range<u32>,
) {
    let theme = catalogue.theme("land_parcels").unwrap();
    let features = numbers.map(|number| {
        let (surveyed, version) = match number / 4 {
            0 => ("07207", "2023"),
            1 => ("07210", "2023"),
            _ => ("07210", "2025"),
        };
        // The last parcel carries the number of the one before it: real keys are not unique.
        let shown = if number == 11 { 11 } else { number + 1 };
        record(
            theme,
            square(number % 4, number / 4),
            &[
                ("ma_xa", Value::Text("07210".into())),
                ("ma_xa_goc", Value::Text(surveyed.into())),
                ("danh_muc_ma_xa_goc", Value::Text(version.into())),
                ("so_to", Value::Text("12".into())),
                ("so_thua", Value::Text(shown.to_string())),
                (
                    "loai_dat",
                    Value::Text(if number % 2 == 0 { "LUC" } else { "ONT" }.into()),
                ),
                ("dien_tich", Value::Real(SIDE * SIDE)),
                ("ghi_chu", Value::Text("<b>chỉ nội bộ</b>".into())),
            ],
        )
    });
    pack(store, theme, dataset, features);
}

pub fn dike(store: &DirectoryStore, catalogue: &Catalogue) {
    let theme = catalogue.theme("dikes").unwrap();
    let [x, y] = ORIGIN;
    let line = LineString::from(vec![(x - 50.0, y - 10.0), (x + 150.0, y - 10.0)]);
    let name = Value::Text("Đê hữu Thương <thử>".into());
    pack(
        store,
        theme,
        "de-chinh",
        [record(theme, line.into(), &[("ten_tuyen", name)])],
    );
}

/// Packs features as a new revision of `dataset`.
pub fn pack(
    store: &DirectoryStore,
    theme: &Arc<Theme>,
    dataset: &str,
    features: impl IntoIterator<Item = NewFeature>,
) {
    let staging = store.stage(theme, dataset).unwrap();
    let mut writer = staging.writer().unwrap();
    let mut counts = Counts::default();
    for feature in features {
        writer.push(&feature).unwrap();
        counts.imported += 1;
    }
    let provenance = Provenance {
        source_crs: Some(9214),
        operation: "none".into(),
        imported_at: "2026-01-01T00:00:00Z".into(),
        counts,
        ..Provenance::default()
    };
    staging.seal(writer, provenance).unwrap();
}

/// A record with these fields and no other.
pub fn record(theme: &Theme, geometry: Geometry<f64>, fields: &[(&str, Value)]) -> NewFeature {
    let mut values = vec![None; theme.fields.len()];
    for (name, value) in fields {
        values[theme
            .field_index(name)
            .unwrap_or_else(|| panic!("no field {name}"))] = Some(value.clone());
    }
    NewFeature {
        geometry,
        values,
        extra: serde_json::Map::new(),
    }
}

fn square(column: u32, row: u32) -> Geometry<f64> {
    let (x, y) = (
        ORIGIN[0] + SIDE * f64::from(column),
        ORIGIN[1] + SIDE * f64::from(row),
    );
    let corners = vec![
        (x, y),
        (x + SIDE, y),
        (x + SIDE, y + SIDE),
        (x, y + SIDE),
        (x, y),
    ];
    Polygon::new(LineString::from(corners), Vec::new()).into()
}
