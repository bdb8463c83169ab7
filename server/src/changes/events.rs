//! `GET /events`: changes as they happen (server-sent events).
//!
//! A stream makes its next event when the connection takes it, out of the journal that is there anyway: a slow client
//! costs its token and nothing else. One that falls too far behind is told to read everything again, and let go.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use diaba_core::registry::Token;
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::watch;
use utoipa::IntoParams;

use super::document::{Themes, token};
use super::pulse::Pulse;
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::Query;
use crate::metrics::OpenStream;

/// Changes a client may be behind of what is served before it is told to read everything again.
const FARTHEST_BEHIND: u64 = 5_000;
/// Most streams at once.
const MOST_STREAMS: usize = 10_000;
/// How often a comment keeps an idle connection open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// What a client waits before it connects again, milliseconds.
const RETRY: Duration = Duration::from_secs(2);
/// Changes of one moment are one event.
const GATHERED: Duration = Duration::from_millis(50);
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// From where, and of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsParams {
    /// Token of an earlier answer or event; `Last-Event-ID` goes before it. Without either the stream begins now.
    since: Option<String>,
    /// Identifiers of themes, separated by commas; all without it.
    themes: Option<String>,
}

/// Changes as they happen.
///
/// Server-sent events. `ready` comes first. `change` has what `/changes` answers, its `id` is the token, so that a
/// browser that lost its connection goes on where it was. `state` says when the store is out of reach and when it is
/// back. `reload` says that too much has happened to be told one by one: read everything again; the stream then ends.
#[utoipa::path(get, path = "/events", tag = "changes", params(EventsParams,
        ("Last-Event-ID" = Option<String>, Header, description = "Token of the last event, sent by browsers")),
    responses((status = 200, description = "The stream", body = String, content_type = "text/event-stream"),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such theme"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Too many streams")))]
pub async fn events(
    State(app): State<AppState>,
    Query(asked): Query<EventsParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let themes = Themes::read(&app, asked.themes.as_deref())?;
    let last = headers
        .get(LAST_EVENT_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| !id.is_empty());
    let pulse = app.beat.now().ok_or(ApiError::Busy)?;
    let seen = match (last, asked.since.as_deref()) {
        (Some(id), _) => token("Last-Event-ID", id)?,
        (None, Some(since)) => token("since", since)?,
        (None, None) => pulse.token,
    };
    let open = app
        .metrics
        .streams
        .open(MOST_STREAMS)
        .ok_or(ApiError::Busy)?;
    let follower = Follower {
        wake: app.beat.listen(),
        app,
        themes,
        seen,
        stale: pulse.stale,
        stage: Stage::Ready,
        _open: open,
    };
    let stream = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    let mut response = Sse::new(stream)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold events back.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

/// Where a stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing was sent.
    Ready,
    /// It tells what happens.
    Following,
    /// `reload` was sent.
    Over,
}

/// One client.
struct Follower {
    app: AppState,
    wake: watch::Receiver<Option<Pulse>>,
    themes: Themes,
    seen: Token,
    stale: bool,
    stage: Stage,
    _open: OpenStream,
}

impl Follower {
    /// The next event; none where the stream ends.
    async fn next(&mut self) -> Option<Event> {
        match self.stage {
            Stage::Over => return None,
            Stage::Ready => {
                self.stage = Stage::Following;
                let said =
                    serde_json::json!({ "token": self.seen.to_string(), "stale": self.stale });
                return Some(
                    Event::default()
                        .event("ready")
                        .id(self.seen.to_string())
                        .retry(RETRY)
                        .data(said.to_string()),
                );
            }
            Stage::Following => {}
        }
        loop {
            let pulse = self.wake.borrow_and_update().clone()?;
            if pulse.stale != self.stale {
                self.stale = pulse.stale;
                let said = serde_json::json!({ "stale": pulse.stale });
                return Some(Event::default().event("state").data(said.to_string()));
            }
            if pulse.token != self.seen {
                if let Some(event) = self.changed(&pulse) {
                    return Some(event);
                }
                continue;
            }
            self.wake.changed().await.ok()?;
            tokio::time::sleep(GATHERED).await;
        }
    }

    /// What happened after what was seen; none where it is of other themes.
    fn changed(&mut self, pulse: &Pulse) -> Option<Event> {
        let behind = pulse.token.number.saturating_sub(self.seen.number);
        let changes = if behind > FARTHEST_BEHIND {
            None
        } else {
            self.app.changes(self.seen, &self.themes).ok().flatten()
        };
        let Some(changes) = changes else {
            self.stage = Stage::Over;
            self.app.metrics.streams.reloaded();
            let said = serde_json::json!({ "token": pulse.token.to_string() });
            return Some(
                Event::default()
                    .event("reload")
                    .id(pulse.token.to_string())
                    .data(said.to_string()),
            );
        };
        // It was written by the server itself a moment ago.
        self.seen = changes.token.parse().unwrap_or(pulse.token);
        if changes.changes.is_empty() {
            return None;
        }
        self.app.metrics.streams.sent();
        let text = serde_json::to_string(&changes).unwrap_or_default();
        Some(
            Event::default()
                .event("change")
                .id(&changes.token)
                .data(text),
        )
    }
}
