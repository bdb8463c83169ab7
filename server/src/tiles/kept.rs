//! A request for a tile that may be kept, read without the router.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use diaba_core::grid::TileGrid;
use diaba_core::space::TileCoord;

use super::format::TileFormat;
use super::representation::{Representation, Vary};
use super::tile;
use crate::app::App;

/// Longest address read here, bytes; longer ones are the router's.
const LONGEST: usize = 512;

/// The plain address of a tile, whose row says its format: `/tiles/{themes}/{z}/{x}/{y}.mvt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptTile<'r> {
    /// As written, so that only sorted themes that exist are found.
    themes: &'r str,
    coord: TileCoord,
    representation: Representation,
}

impl<'r> KeptTile<'r> {
    /// The route that answers such addresses.
    pub const ROUTE: &'static str = "/tiles/{themes}/{z}/{x}/{y}";

    /// What a request asks for; `None` for any other address, one with a query, with encoded letters, or that is no tile's.
    pub fn asked(uri: &'r Uri, headers: &HeaderMap) -> Option<Self> {
        let path = uri.path();
        if path.len() > LONGEST || uri.query().is_some() {
            return None;
        }
        let mut rest = path.strip_prefix("/tiles/")?.split('/');
        let (themes, z, x, last) = (rest.next()?, rest.next()?, rest.next()?, rest.next()?);
        if rest.next().is_some() {
            return None;
        }
        let (row, format) = TileFormat::split(last)?;
        Some(Self {
            themes,
            coord: tile::coord(z, x, row).ok()?,
            representation: Representation::named(format, headers),
        })
    }

    /// The answer, where the tile is kept and right.
    pub fn answer(self, app: &App, headers: &HeaderMap) -> Option<Response> {
        let place = (TileGrid::default(), self.coord);
        app.tiles
            .kept(app, self.themes, place, self.representation, |tile| {
                tile.respond(headers, Vary::Coding)
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(address: &str) -> Option<(String, TileCoord)> {
        let uri: Uri = address.parse().unwrap();
        let asked = KeptTile::asked(&uri, &HeaderMap::new())?;
        Some((asked.themes.to_owned(), asked.coord))
    }

    #[test]
    fn only_plain_addresses_are_read() {
        let tile = TileCoord::new(14, 13021, 7137).unwrap();
        let plain = "/tiles/dikes,roads/14/13021/7137";
        assert_eq!(
            asked(&format!("{plain}.mvt")),
            Some(("dikes,roads".into(), tile))
        );
        assert!(asked(&format!("{plain}.mlt")).is_some());
        for other in ["", ".png", ".mvt/", ".mvt?", ".mvt?datetime=2020-01-01"] {
            assert_eq!(asked(&format!("{plain}{other}")), None, "{other}");
        }
        assert_eq!(asked("/tiles/dikes/14/99999/7137.mvt"), None);
        assert_eq!(asked("/tiles/dikes/vn2000/14/13021/7137.mvt"), None);
        assert_eq!(asked("/dikes/14/13021/7137.mvt"), None);
    }

    proptest! {
        #[test]
        fn any_address_is_read_or_left(path in "/tiles/[a-z,%/0-9.]{0,60}") {
            if let Ok(uri) = path.parse::<Uri>() {
                let _ = KeptTile::asked(&uri, &HeaderMap::new());
            }
        }
    }
}
