//! The bare axum server: a table of bodies and nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// A copy of an answer: the header fields that say how to read it, and the bytes.
type Copies = Arc<HashMap<String, (HeaderMap, Bytes)>>;

/// A bare server with its own runtime, on a free port of the loopback.
#[derive(Debug)]
pub struct Bare {
    address: String,
    mean_bytes: usize,
    _runtime: tokio::runtime::Runtime,
}

impl Bare {
    /// Copies what the server at `origin` answers at `paths` to someone who takes gzip, and serves it.
    ///
    /// # Errors
    /// A path that cannot be asked for or is answered by an error, and a loopback without a free port.
    pub fn copying(origin: &str, paths: &[String]) -> Result<Self> {
        let client = reqwest::blocking::Client::new();
        let mut copies = HashMap::new();
        let mut total = 0;
        for path in paths {
            let answer = client
                .get(format!("{origin}{path}"))
                .header(header::ACCEPT_ENCODING, "gzip")
                .send()?
                .error_for_status()
                .with_context(|| format!("cannot copy {path}"))?;
            let headers = kept(answer.headers());
            let body = answer.bytes()?;
            total += body.len();
            copies.insert(path.clone(), (headers, body));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
        let address = format!("http://{}", listener.local_addr()?);
        let copies: Copies = Arc::new(copies);
        runtime.spawn(async move {
            axum::serve(listener, Router::new().fallback(answer).with_state(copies)).await
        });
        Ok(Self {
            address,
            mean_bytes: total / paths.len().max(1),
            _runtime: runtime,
        })
    }

    /// `http://127.0.0.1:…`, without a slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Mean length of a body as sent.
    pub fn mean_bytes(&self) -> usize {
        self.mean_bytes
    }
}

fn kept(headers: &HeaderMap) -> HeaderMap {
    let keep: [HeaderName; 2] = [header::CONTENT_TYPE, header::CONTENT_ENCODING];
    let value = |name: &HeaderName| -> Option<HeaderValue> { headers.get(name).cloned() };
    keep.into_iter()
        .filter_map(|name| value(&name).map(|value| (name, value)))
        .collect()
}

async fn answer(State(copies): State<Copies>, uri: Uri) -> Response {
    let Some((headers, body)) = uri
        .path_and_query()
        .and_then(|path| copies.get(path.as_str()))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    (headers.clone(), body.clone()).into_response()
}
