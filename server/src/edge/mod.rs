//! What happens to every request and answer, whatever the route: one thin layer, because cached tiles pass it too.

mod request_id;
mod security;

pub use security::content_policy;

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any as AnyOrigin, CorsLayer};

use crate::app::AppState;
use crate::error::{ApiError, Problem};

/// Longest request target that is read, bytes.
const LONGEST_TARGET: usize = 8 * 1024;
/// An answer that takes longer is logged.
const SLOW: Duration = Duration::from_secs(1);

/// Lays the layer over `router`: outermost the edge, then CORS, then the net that catches panics.
pub fn layer(router: Router, app: AppState) -> Router {
    router
        .layer(CatchPanicLayer::custom(
            |panic: Box<dyn Any + Send + 'static>| panicked(panic.as_ref()),
        ))
        .layer(cors())
        .layer(from_fn_with_state(app, edge))
}

/// Any page of any host may read: what is served is public.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(AnyOrigin)
        .expose_headers([
            header::ETAG,
            header::LINK,
            request_id::NAME,
            HeaderName::from_static("diaba-generalised"),
            HeaderName::from_static("diaba-truncated"),
        ])
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
async fn edge(State(app): State<AppState>, request: Request, next: Next) -> Response {
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
    } else {
        next.run(request).await
    };

    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        complete(&mut response, problem, &uri, head);
    }
    security::add(response.headers_mut(), &app.content_policy);
    response.headers_mut().insert(request_id::NAME, id.clone());

    let took = began.elapsed();
    let route = route.as_ref().map(MatchedPath::as_str);
    app.metrics.answered(route, response.status(), took);
    log(&id, route, response.status().as_u16(), took);
    response
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
