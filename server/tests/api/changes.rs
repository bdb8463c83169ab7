//! `/changes` and `/events`: what those hear who keep a copy.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use diaba_core::store::{Author, Edit, Editor};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::editing::{first, send};
use crate::memory::MemoryStore;
use crate::register::Register;

/// Changes the first parcel, and takes that over.
async fn edit(register: &Register, home: &MemoryStore, area: f64) -> u64 {
    let (id, _, _) = first(register).await;
    let path = format!("/collections/land_parcels/items/{id}");
    let patch = json!({ "properties": { "dien_tich": area } });
    let answer = send(
        register,
        home,
        Method::PATCH,
        &path,
        &[("if-match", "*")],
        &patch,
    )
    .await;
    assert!(answer.status.is_success(), "{}", answer.text());
    register.look_again();
    id
}

#[tokio::test]
async fn what_changed_since_is_told_with_the_boxes_it_touches() {
    let (register, home) = Register::editable();
    let start = register.json("/changes").await;
    assert_eq!(start["changes"], json!([]));
    let since = format!("/changes?since={}", start["token"].as_str().unwrap());
    assert_eq!(register.json(&since).await["changes"], json!([]));

    let id = edit(&register, &home, 401.0).await;
    let told = register.json(&since).await;
    assert_eq!(told["changes"][0]["id"], id);
    assert_eq!(told["changes"][0]["operation"], "update");
    assert_eq!(told["changes"].as_array().unwrap().len(), 1);
    assert_eq!(told["more"], false);
    let [west, south, east, north] =
        [0, 1, 2, 3].map(|at| told["boxes"]["land_parcels"][0][at].as_f64().unwrap());
    assert!(
        west < east && south < north && east - west < 0.001,
        "{told}"
    );
    let dikes = register.json(&format!("{since}&themes=dikes")).await;
    assert_eq!(dikes["changes"], json!([]));
    assert_eq!(
        dikes["token"], told["token"],
        "the place moves on all the same"
    );
}

#[tokio::test]
async fn a_token_nobody_knows_is_gone() {
    let register = Register::province();
    let old = register
        .get("/changes?since=1.0")
        .await
        .expect(StatusCode::GONE);
    assert_eq!(old.json()["type"], "urn:diaba:problem:gone");
    for wrong in ["since=abc", "since=", "since=1", "x=1"] {
        register
            .get(&format!("/changes?{wrong}"))
            .await
            .expect(StatusCode::BAD_REQUEST);
    }
    register
        .get("/changes?themes=nothing")
        .await
        .expect(StatusCode::NOT_FOUND);
}

/// A stream of events, read one by one.
struct Stream {
    body: Body,
    left: String,
}

impl Stream {
    async fn open(register: &Register, path: &str, last: Option<&str>) -> Self {
        let mut request = Request::builder().uri(path).header("host", "diaba.test");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let router = diaba_server::router::router(Arc::clone(&register.app));
        let request = request.body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body(),
            left: String::new(),
        }
    }

    /// The next event: its name, id and data; none where the stream has ended.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        loop {
            if let Some((event, rest)) = self.left.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or_default().trim().to_owned()
                };
                let data = serde_json::from_str(&field("data:")).unwrap_or_default();
                let read = (field("event:"), field("id:"), data);
                self.left = rest.to_string();
                if read.0.is_empty() {
                    continue;
                }
                return Some(read);
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.body.frame());
            let frame = frame.await.expect("an event in time")?.unwrap();
            self.left
                .push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }
}

#[tokio::test]
async fn changes_come_as_they_happen_and_go_on_where_a_client_was() {
    let (register, home) = Register::editable();
    let mut stream = Stream::open(&register, "/events?themes=land_parcels", None).await;
    let mut others = Stream::open(&register, "/events?themes=dikes", None).await;
    let (name, ready, data) = stream.next().await.unwrap();
    assert_eq!((name.as_str(), &data["stale"]), ("ready", &json!(false)));
    others.next().await.unwrap();

    let id = edit(&register, &home, 401.0).await;
    let (name, seen, data) = stream.next().await.unwrap();
    assert_eq!(name, "change");
    assert_eq!(data["changes"][0]["id"], id);
    assert_eq!(data["token"], seen);
    let none = tokio::time::timeout(Duration::from_millis(300), others.next()).await;
    assert!(none.is_err(), "other themes stay quiet");

    drop(stream);
    edit(&register, &home, 402.0).await;
    let mut again = Stream::open(&register, "/events", Some(&seen)).await;
    assert_eq!(again.next().await.unwrap().0, "ready");
    let (name, _, data) = again.next().await.unwrap();
    assert_eq!(name, "change");
    assert_eq!(
        data["changes"].as_array().unwrap().len(),
        1,
        "only what was missed"
    );
    let mut both = Stream::open(&register, &format!("/events?since={ready}"), None).await;
    both.next().await.unwrap();
    let (.., data) = both.next().await.unwrap();
    assert_eq!(data["changes"].as_array().unwrap().len(), 2);

    let metrics = register.get("/metrics").await.text();
    assert!(metrics.contains("diaba_event_streams 3"), "{metrics}");
    drop((again, both, others));
    let metrics = register.get("/metrics").await.text();
    assert!(metrics.contains("diaba_event_streams 0"), "{metrics}");
}

#[tokio::test]
async fn who_is_too_slow_is_told_to_read_everything_and_let_go() {
    let (register, home) = Register::editable();
    let mut slow = Stream::open(&register, "/events", None).await;
    slow.next().await.unwrap();
    let (id, ..) = first(&register).await;
    let theme = register.app.theme("land_parcels").unwrap();
    let author = Author {
        who: "test".into(),
        from: String::new(),
    };
    let mut feature = home.row("land_parcels", id).unwrap();
    let area = theme.field_index("dien_tich").unwrap();
    for round in 0..5_100_u32 {
        feature.values[area] = Some(diaba_core::feature::Value::Real(f64::from(round)));
        let edit = Edit::Replace {
            id: diaba_core::feature::FeatureId::new(id).unwrap(),
            tag: None,
            feature: feature.clone(),
        };
        home.edit(&theme, edit, &author).unwrap();
    }
    register.look_again();
    let (name, token, _) = slow.next().await.unwrap();
    assert_eq!(name, "reload");
    assert!(slow.next().await.is_none(), "the stream ends");
    let mut again = Stream::open(&register, "/events", Some(&token)).await;
    assert_eq!(again.next().await.unwrap().0, "ready");
    let metrics = register.get("/metrics").await.text();
    assert!(metrics.contains("diaba_event_streams_reloaded_total 1"));
}

#[tokio::test]
async fn a_stream_of_another_run_begins_with_reload_and_a_stopping_server_ends_all() {
    let (register, _home) = Register::editable();
    let mut old = Stream::open(&register, "/events", Some("1.7")).await;
    assert_eq!(old.next().await.unwrap().0, "ready");
    assert_eq!(old.next().await.unwrap().0, "reload");
    let mut waiting = Stream::open(&register, "/events", None).await;
    waiting.next().await.unwrap();
    register.app.beat.stop();
    assert!(waiting.next().await.is_none());
}

#[tokio::test]
async fn a_home_out_of_reach_is_said_everywhere_and_reading_goes_on() {
    let (register, home) = Register::editable();
    let mut stream = Stream::open(&register, "/events", None).await;
    stream.next().await.unwrap();
    home.out_of_reach(true);
    assert!(register.app.registry.refresh().is_err());
    register.app.tell_state();
    let page = register
        .get("/collections/land_parcels/items")
        .await
        .expect(StatusCode::OK);
    assert!(page.header("diaba-stale").ends_with('Z'));
    assert_eq!(register.json("/health").await["status"], "degraded");
    let (name, _, data) = stream.next().await.unwrap();
    assert_eq!((name.as_str(), &data["stale"]), ("state", &json!(true)));

    home.out_of_reach(false);
    register.look_again();
    register.app.tell_state();
    let page = register.get("/collections/land_parcels/items").await;
    assert_eq!(page.header("diaba-stale"), "");
    assert_eq!(stream.next().await.unwrap().2["stale"], false);
}
