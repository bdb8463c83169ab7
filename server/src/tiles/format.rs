//! The two encodings of vector tiles.

use axum::http::{HeaderMap, HeaderValue};
use diaba_core::tile::{MltError, mlt_from_mvt};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::prefers;

/// How a vector tile is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TileFormat {
    /// Mapbox Vector Tile 2.1.
    #[default]
    Mvt,
    /// MapLibre Tile.
    Mlt,
}

impl TileFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Mvt, Self::Mlt];

    /// What the client asks for in `Accept`: MVT, unless it names MLT and likes it no less.
    pub fn of(request: &HeaderMap) -> Self {
        if prefers(request, Self::Mlt.media_type(), Self::Mvt.media_type()) {
            Self::Mlt
        } else {
            Self::Mvt
        }
    }

    /// The format a file name's end stands for, and the name without it.
    pub fn split(name: &str) -> Option<(&str, Self)> {
        Self::ALL.into_iter().find_map(|format| {
            let stem = name.strip_suffix(format.extension())?;
            Some((stem.strip_suffix('.')?, format))
        })
    }

    /// The end of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Mvt => "mvt",
            Self::Mlt => "mlt",
        }
    }

    /// The media type. That of MLT is not registered yet; the MapLibre project uses this one.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mvt => "application/vnd.mapbox-vector-tile",
            Self::Mlt => "application/vnd.maplibre-tile",
        }
    }

    /// `Content-Type`.
    pub const fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.media_type())
    }

    /// The tile, which is an MVT, in this format.
    ///
    /// # Errors
    /// [`MltError`] where the tile has something MLT cannot hold.
    pub fn encode(self, mvt: Vec<u8>) -> Result<Vec<u8>, MltError> {
        match self {
            Self::Mvt => Ok(mvt),
            Self::Mlt => mlt_from_mvt(&mvt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_its_format() {
        assert_eq!(
            TileFormat::split("7137.mvt"),
            Some(("7137", TileFormat::Mvt))
        );
        assert_eq!(
            TileFormat::split("7137.mlt"),
            Some(("7137", TileFormat::Mlt))
        );
        for other in ["7137", "7137.png", "7137mvt", "mvt", ""] {
            assert_eq!(TileFormat::split(other), None, "{other}");
        }
    }
}
