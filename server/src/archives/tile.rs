//! A tile of an archive, and what maps need to know about its tiles.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use diaba_core::space::TileCoord;
use xxhash_rust::xxh3::xxh3_128;

use super::archive::Archive;
use crate::error::ApiError;
use crate::extract::accepts_gzip;
use crate::response::{conditional, gzip};

/// Most bytes a tile may unpack to; what claims more is damaged.
const LARGEST: usize = 64 << 20;

/// The answer for the tile of `archive` at `coord`: 204 where there is none, 304 where the client has it.
///
/// # Errors
/// [`ApiError`] where it cannot be read.
pub async fn respond(
    archive: &Archive,
    coord: TileCoord,
    request: &HeaderMap,
) -> Result<Response, ApiError> {
    let stored = archive.tile(coord).await.map_err(ApiError::internal)?;
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, no-cache"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let stored = stored.unwrap_or_default();
    let packed = archive.gzip() && !stored.is_empty() && accepts_gzip(request);
    let coding = if packed { "-gzip" } else { "" };
    let etag = HeaderValue::try_from(format!("\"{:032x}{coding}\"", xxh3_128(&stored)))
        .map_err(ApiError::internal)?;
    headers.insert(header::ETAG, etag.clone());
    if conditional::matches(request, &etag) {
        return Ok(answer(StatusCode::NOT_MODIFIED, headers, Bytes::new()));
    }
    if stored.is_empty() {
        return Ok(answer(StatusCode::NO_CONTENT, headers, Bytes::new()));
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(archive.media_type()),
    );
    let body = if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        stored
    } else if archive.gzip() {
        unpacked(&stored).ok_or_else(|| {
            ApiError::internal(anyhow::anyhow!("a tile of an archive does not unpack"))
        })?
    } else {
        stored
    };
    Ok(answer(StatusCode::OK, headers, body))
}

/// What was compressed into `stored`; its last four bytes say how long that is (RFC 1952, 2.3.1).
fn unpacked(stored: &[u8]) -> Option<Bytes> {
    let length = u32::from_le_bytes(*stored.last_chunk()?) as usize;
    if length > LARGEST {
        return None;
    }
    gzip::decompress(stored, length).map(Bytes::from)
}

fn answer(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_compressed_is_unpacked() {
        let plain = b"tile tile tile tile tile tile tile".to_vec();
        let packed = gzip::compress(&plain, 6).unwrap();
        assert_eq!(unpacked(&packed).unwrap(), plain);
        assert_eq!(unpacked(&packed[..packed.len() - 1]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_break_unpacking(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let small = bytes.last_chunk().is_none_or(|n| u32::from_le_bytes(*n) < 1 << 20);
            if small {
                let _ = unpacked(&bytes);
            }
        }
    }
}
