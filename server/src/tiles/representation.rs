//! The representation of a tile a request is answered with (RFC 9110, 3.2): a format, and a coding of its bytes.

use axum::http::{HeaderMap, HeaderValue};

use super::format::TileFormat;
use crate::response::Coding;

/// A format of tiles in a coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Representation {
    /// The encoding of the tile.
    pub format: TileFormat,
    /// The coding of its bytes.
    pub coding: Coding,
}

impl Representation {
    /// The format an address names, in the coding the client likes best.
    pub fn named(format: TileFormat, request: &HeaderMap) -> Self {
        Self {
            format,
            coding: Coding::of(request),
        }
    }

    /// Both as the client likes best.
    pub fn liked(request: &HeaderMap) -> Self {
        Self::named(TileFormat::of(request), request)
    }
}

/// Which headers of the request an answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vary {
    /// The address names the format.
    Coding,
    /// `Accept` chooses it.
    Format,
}

impl Vary {
    /// The header.
    pub const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Coding => "accept-encoding",
            Self::Format => "accept, accept-encoding",
        })
    }
}
