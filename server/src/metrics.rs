//! Counters and timings in Prometheus form.
//!
//! Every handle is made once, at start, so that counting a request is a look-up by the route's template and two
//! atomic additions. Labels are route templates and status classes, never what was asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{
    BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use rustc_hash::FxHashMap;

/// Bounds of the timing histograms, seconds.
const BUCKETS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 2.5, 10.0,
];
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Label of requests no route took.
const UNMATCHED: &str = "unmatched";
static METADATA: Metadata<'static> = Metadata::new("diaba", Level::INFO, Some(module_path!()));

/// What is counted.
pub struct Metrics {
    handle: PrometheusHandle,
    routes: FxHashMap<String, Route>,
    unmatched: Route,
    /// Tiles answered from the cache.
    pub tile_hits: Counter,
    /// Tiles that had to be made.
    pub tile_misses: Counter,
    /// Time to cut, encode and compress a tile, seconds.
    pub tile_seconds: Histogram,
    /// Bytes held by the cache of made tiles.
    pub tile_cache_bytes: Gauge,
    /// Features served.
    pub features: Gauge,
    /// Shards served.
    pub shards: Gauge,
    /// Problems of the data directory.
    pub problems: Gauge,
    /// 1 while the store is out of reach.
    pub stale: Gauge,
    /// Streams of events.
    pub streams: Streams,
}

struct Route {
    answers: [Counter; CLASSES.len()],
    seconds: Histogram,
}

impl Metrics {
    /// Handles for these route templates.
    pub fn new<'a>(routes: impl Iterator<Item = &'a str>) -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets(BUCKETS)?
            .build_recorder();
        describe(&recorder);
        let gauge =
            |name: &'static str| recorder.register_gauge(&Key::from_static_name(name), &METADATA);
        let counter =
            |name: &'static str| recorder.register_counter(&Key::from_static_name(name), &METADATA);
        Ok(Self {
            routes: routes
                .map(|template| (template.to_owned(), Route::new(&recorder, template)))
                .collect(),
            unmatched: Route::new(&recorder, UNMATCHED),
            tile_hits: counter("diaba_tile_cache_hits_total"),
            tile_misses: counter("diaba_tile_cache_misses_total"),
            tile_seconds: recorder
                .register_histogram(&Key::from_static_name("diaba_tile_seconds"), &METADATA),
            tile_cache_bytes: gauge("diaba_tile_cache_bytes"),
            features: gauge("diaba_features"),
            shards: gauge("diaba_shards"),
            problems: gauge("diaba_data_problems"),
            stale: gauge("diaba_stale"),
            streams: Streams {
                open: gauge("diaba_event_streams"),
                count: Arc::default(),
                sent: counter("diaba_events_sent_total"),
                reloads: counter("diaba_event_streams_reloaded_total"),
            },
            handle: recorder.handle(),
        })
    }

    /// Counts an answered request.
    pub fn answered(&self, route: Option<&str>, status: StatusCode, took: Duration) {
        let route = route
            .and_then(|template| self.routes.get(template))
            .unwrap_or(&self.unmatched);
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = route.answers.get(class) {
            counter.increment(1);
        }
        route.seconds.record(took.as_secs_f64());
    }

    /// The exposition text.
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds recorded timings into their buckets. Between two calls every timing is held singly, so this is called
    /// regularly whether or not anyone reads the metrics.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }
}

/// Counts streams of events.
pub struct Streams {
    open: Gauge,
    count: Arc<AtomicUsize>,
    sent: Counter,
    reloads: Counter,
}

/// One stream that is counted as open.
pub struct OpenStream {
    open: Gauge,
    count: Arc<AtomicUsize>,
}

impl Streams {
    /// Counts one more, unless there are `most` already.
    pub fn open(&self, most: usize) -> Option<OpenStream> {
        let one_more = |count| (count < most).then_some(count + 1);
        self.count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .ok()?;
        self.open.increment(1.0);
        Some(OpenStream {
            open: self.open.clone(),
            count: Arc::clone(&self.count),
        })
    }

    /// Counts an event that was sent.
    pub fn sent(&self) {
        self.sent.increment(1);
    }

    /// Counts a client that fell too far behind.
    pub fn reloaded(&self) {
        self.reloads.increment(1);
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        self.open.decrement(1.0);
    }
}

impl Route {
    fn new(recorder: &PrometheusRecorder, template: &str) -> Self {
        let route = Label::new("route", template.to_owned());
        let answers = CLASSES.map(|class| {
            let labels = vec![route.clone(), Label::new("status", class)];
            recorder.register_counter(
                &Key::from_parts("diaba_http_requests_total", labels),
                &METADATA,
            )
        });
        let key = Key::from_parts("diaba_http_request_seconds", vec![route]);
        Self {
            answers,
            seconds: recorder.register_histogram(&key, &METADATA),
        }
    }
}

fn describe(recorder: &PrometheusRecorder) {
    let counter = |name: &'static str, text: &'static str| {
        recorder.describe_counter(
            KeyName::from_const_str(name),
            Some(Unit::Count),
            text.into(),
        );
    };
    let gauge = |name: &'static str, unit: Unit, text: &'static str| {
        recorder.describe_gauge(KeyName::from_const_str(name), Some(unit), text.into());
    };
    let timing = |name: &'static str, text: &'static str| {
        recorder.describe_histogram(
            KeyName::from_const_str(name),
            Some(Unit::Seconds),
            text.into(),
        );
    };
    counter(
        "diaba_http_requests_total",
        "Requests answered, by route and class of status",
    );
    timing(
        "diaba_http_request_seconds",
        "Time to the head of the answer, by route",
    );
    counter(
        "diaba_tile_cache_hits_total",
        "Tiles answered from the cache",
    );
    counter("diaba_tile_cache_misses_total", "Tiles that had to be made");
    timing(
        "diaba_tile_seconds",
        "Time to cut, encode and compress a tile",
    );
    gauge(
        "diaba_tile_cache_bytes",
        Unit::Bytes,
        "Bytes held by the cache of made tiles",
    );
    gauge("diaba_features", Unit::Count, "Features served");
    gauge("diaba_shards", Unit::Count, "Shards served");
    gauge(
        "diaba_stale",
        Unit::Count,
        "1 while the store is out of reach and what is served may be old",
    );
    gauge("diaba_event_streams", Unit::Count, "Open streams of events");
    counter(
        "diaba_events_sent_total",
        "Events of changes sent, over all streams",
    );
    counter(
        "diaba_event_streams_reloaded_total",
        "Streams ended because the client fell too far behind",
    );
    gauge(
        "diaba_data_problems",
        Unit::Count,
        "Problems of the data directory",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_template_and_class() {
        let metrics = Metrics::new(["/a/{b}"].into_iter()).unwrap();
        metrics.answered(Some("/a/{b}"), StatusCode::OK, Duration::from_millis(1));
        metrics.answered(
            Some("/never/registered"),
            StatusCode::NOT_FOUND,
            Duration::from_millis(1),
        );
        metrics.fold();
        let text = metrics.render();
        assert!(
            text.contains(r#"diaba_http_requests_total{route="/a/{b}",status="2xx"} 1"#),
            "{text}"
        );
        assert!(
            text.contains(r#"diaba_http_requests_total{route="unmatched",status="4xx"} 1"#),
            "{text}"
        );
        assert!(text.contains("# HELP diaba_http_request_seconds"), "{text}");
    }
}
