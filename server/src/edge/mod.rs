//! What happens to every request and answer, whatever the route: one thin layer, because cached tiles pass it too.

mod request_id;
mod security;

pub use security::PagePolicy;

use std::any::Any;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, Any as AnyOrigin, CorsLayer};

use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::follow::STALE;

/// Longest request target that is read, bytes.
const LONGEST_TARGET: usize = 8 * 1024;
/// An answer that takes longer is logged.
const SLOW: Duration = Duration::from_secs(1);

/// Headers that pages of other origins may read.
const EXPOSED: [HeaderName; 7] = [
    header::ETAG,
    header::LINK,
    header::LOCATION,
    request_id::NAME,
    HeaderName::from_static("diaba-generalised"),
    HeaderName::from_static("diaba-truncated"),
    STALE,
];
/// The same as a header.
static EXPOSED_HEADER: LazyLock<HeaderValue> = LazyLock::new(|| {
    let names = EXPOSED.map(|name| name.to_string()).join(",");
    HeaderValue::try_from(names).unwrap_or(HeaderValue::from_static("*"))
});

/// Lays the layer over `router`: outermost the edge, then CORS, then the net that catches panics.
pub fn layer(router: Router, app: AppState) -> Router {
    let router = router.layer(CatchPanicLayer::custom(
        |panic: Box<dyn Any + Send + 'static>| panicked(panic.as_ref()),
    ));
    let editing = app.config.editing;
    let edge_of = Edge {
        plain: router.clone(),
        app,
    };
    router
        .layer(cors(editing))
        .layer(from_fn_with_state(edge_of, edge))
}

/// What the edge knows.
#[derive(Clone)]
struct Edge {
    app: AppState,
    /// The routes without CORS, which takes every OPTIONS for a preflight; the others are the routes' own.
    plain: Router,
}

/// Whether a request asks what may be done with a resource, and is no preflight.
fn asks_methods(request: &Request) -> bool {
    let preflight = header::ACCESS_CONTROL_REQUEST_METHOD;
    request.method() == Method::OPTIONS && !request.headers().contains_key(preflight)
}

/// The methods of a resource.
async fn methods(router: Router, request: Request, editing: bool) -> Response {
    let mut response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let known = response
        .headers()
        .get(header::ALLOW)
        .and_then(|allow| allow.to_str().ok())
        .unwrap_or_default();
    if !known.is_empty() {
        let allowed: Vec<&str> = known
            .split(',')
            .filter(|method| editing || matches!(*method, "GET" | "HEAD"))
            .chain(["OPTIONS"])
            .collect();
        if let Ok(allowed) = HeaderValue::try_from(allowed.join(",")) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    response
}

/// Any page of any host may read: what is served is public. Where editing is on, any page may also edit for whoever
/// gives it a key: nothing but the key lets anybody in, and no browser sends it by itself.
fn cors(editing: bool) -> CorsLayer {
    let methods: &[Method] = if editing {
        &[
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ]
    } else {
        &[Method::GET, Method::HEAD]
    };
    let headers = if editing {
        AllowHeaders::mirror_request()
    } else {
        AllowHeaders::any()
    };
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods(methods.to_vec())
        .allow_headers(headers)
        .expose_headers(EXPOSED)
        .max_age(Duration::from_hours(24))
        .vary([])
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    ApiError::internal(anyhow::anyhow!("panic: {text}")).into_response()
}

/// Names the request, refuses what is too long, completes problem documents, adds the headers every answer has,
/// counts and logs. The log holds the route's template, never the address: who asked about which parcel is nobody's.
async fn edge(State(Edge { app, plain }): State<Edge>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id::of(request.headers());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let uri = request.uri().clone();
    let head = request.method() == Method::HEAD;
    let target = uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());

    let mut response = if target > LONGEST_TARGET {
        ApiError::UriTooLong {
            limit: LONGEST_TARGET,
        }
        .into_response()
    } else if asks_methods(&request) {
        methods(plain, request, app.config.editing).await
    } else {
        next.run(request).await
    };

    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        complete(&mut response, problem, &uri, head);
    }
    let route = route.as_ref().map(MatchedPath::as_str);
    end(&app, &mut response, &id, route, began);
    response
}

/// What `answer` gives for a GET of `route` with these headers, as it would come out of the layer; `None` where it gives
/// nothing.
pub fn at_once(
    app: &App,
    headers: &HeaderMap,
    route: &str,
    answer: impl FnOnce() -> Option<Response>,
) -> Option<Response> {
    let began = Instant::now();
    let mut response = answer()?;
    let given = response.headers_mut();
    given.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    given.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        EXPOSED_HEADER.clone(),
    );
    let id = request_id::of(headers);
    end(app, &mut response, &id, Some(route), began);
    Some(response)
}

/// Adds the headers every answer has, counts and logs.
fn end(app: &App, response: &mut Response, id: &HeaderValue, route: Option<&str>, began: Instant) {
    let headers = response.headers_mut();
    if let Some(since) = app.standing.header() {
        headers.insert(STALE, since);
    }
    security::add(headers, &app.page_policy);
    headers.insert(request_id::NAME, id.clone());
    let (status, took) = (response.status(), began.elapsed());
    app.metrics.answered(route, status, took);
    log(id, route, status.as_u16(), took);
}

/// Writes `problem` again with the path it is about.
fn complete(response: &mut Response, mut problem: Problem, uri: &Uri, head: bool) {
    uri.path()
        .chars()
        .take(256)
        .for_each(|letter| problem.instance.push(letter));
    // The body written here is neither as long nor coded as the one it replaces.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().remove(header::CONTENT_ENCODING);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !head {
        *response.body_mut() = Body::from(problem.body());
    }
}

fn log(id: &HeaderValue, route: Option<&str>, status: u16, took: Duration) {
    let id = id.to_str().unwrap_or_default();
    let ms = took.as_secs_f64() * 1e3;
    if status >= 500 {
        tracing::error!(id, route, status, ms, "request failed");
    } else if took >= SLOW {
        tracing::info!(id, route, status, ms, "request was slow");
    } else {
        tracing::debug!(id, route, status, ms, "request");
    }
}
