//! What an export consists of: which layers, at which state, and which tiles of them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use diaba_core::registry::Registry;
use diaba_core::render;
use diaba_core::space::TileCoord;
use diaba_core::theme::Theme;
use diaba_core::view::LayerView;
use pmtiles::TileId;
use serde::{Deserialize, Serialize};

use super::area::{Area, COMMUNES};
use super::error::ExportError;
use super::request::Request;

/// What an export consists of.
#[derive(Debug)]
pub struct Plan {
    /// Names what comes of it.
    pub identity: Identity,
    /// The layers with data, by theme.
    pub layers: Vec<Arc<LayerView>>,
    /// Their themes and those without data, in the same order.
    pub themes: Vec<Arc<Theme>>,
    /// The tiles that may hold something, in the order of [`TileId`]: by zoom, then along the Hilbert curve.
    pub tiles: Vec<(u64, TileCoord)>,
    /// West, south, east, north of what is in it, degrees.
    pub bounds: [f64; 4],
    /// First and last zoom.
    pub zooms: RangeInclusive<u8>,
}

/// Names an archive's content: with the same identity the same bytes come out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The version: names the state of all layers, whatever part of them is exported. It is that of the tile 0/0/0, which
    /// everything touches.
    pub version: String,
    /// Identifiers of the themes, sorted.
    pub themes: Vec<String>,
    /// First and last zoom.
    pub zooms: [u8; 2],
    /// The ground: `all`, `bbox …` or `commune …`.
    pub area: String,
    /// Names the boundary of the commune.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ground: String,
    /// Number of tiles visited.
    pub tiles: u64,
    /// The version whose unchanged tiles are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// The version of some layers: equal wherever the same records are published under the same themes.
pub fn version(layers: &[Arc<LayerView>]) -> String {
    TileCoord::new(0, 0, 0).map_or_else(|_| String::new(), |world| render::version(layers, world))
}

impl Plan {
    /// Plans `request` over the newest state of `registry`.
    ///
    /// # Errors
    /// [`ExportError`] where the request cannot be, or the state lacks something that cannot be read.
    pub fn new(registry: &Registry, request: &Request) -> Result<Self, ExportError> {
        let snapshot = registry.snapshot();
        let themes = themes(registry, &request.themes)?;
        let layers: Vec<_> = themes
            .iter()
            .filter_map(|theme| snapshot.layers.get(&theme.id).cloned())
            .collect();
        if let Some(problem) = snapshot.problems.first() {
            return Err(ExportError::Incomplete {
                path: problem.path.clone(),
                reason: problem.reason.clone(),
            });
        }
        let communes = snapshot.layers.get(COMMUNES).map(AsRef::as_ref);
        let area = Area::new(&request.area, communes)?;
        Self::over(themes, layers, &area, request.zooms.clone())
    }

    /// The plan of these layers on that ground.
    ///
    /// # Errors
    /// [`ExportError::Usage`] where nothing lies there.
    pub fn over(
        themes: Vec<Arc<Theme>>,
        layers: Vec<Arc<LayerView>>,
        area: &Area,
        zooms: Option<RangeInclusive<u8>>,
    ) -> Result<Self, ExportError> {
        let extent = layers.iter().filter_map(|layer| layer.extent_lonlat());
        let extent = extent.reduce(around);
        let bounds = extent.and_then(|extent| match area.bounds {
            Some(asked) => common(extent, asked),
            None => Some(extent),
        });
        let Some(bounds) = bounds else {
            return Err(ExportError::usage(
                "Không có dữ liệu nào ở đó.",
                "There are no data there.",
            ));
        };
        let first = themes.iter().map(|theme| theme.zooms.min).min();
        let last = themes.iter().map(|theme| theme.zooms.max).max();
        let zooms = zooms.unwrap_or(first.unwrap_or_default()..=last.unwrap_or_default());
        let found = render::covering(&layers, zooms.clone(), |coord| area.holds(coord));
        let mut tiles: Vec<_> = found.into_iter().map(|at| (tile_id(at), at)).collect();
        tiles.sort_unstable();
        Ok(Self {
            identity: Identity {
                version: version(&layers),
                themes: themes.iter().map(|theme| theme.id.clone()).collect(),
                zooms: [*zooms.start(), *zooms.end()],
                area: area.name.clone(),
                ground: area.ground.clone(),
                tiles: tiles.len() as u64,
                since: None,
            },
            layers,
            themes,
            tiles,
            bounds,
            zooms,
        })
    }
}

/// The themes asked for, each once, sorted as the server sorts those of a tile; none means those with data.
fn themes(registry: &Registry, asked: &[String]) -> Result<Vec<Arc<Theme>>, ExportError> {
    let (catalogue, snapshot) = (registry.catalogue(), registry.snapshot());
    let mut ids: Vec<&str> = if asked.is_empty() {
        snapshot.layers.keys().map(String::as_str).collect()
    } else {
        asked.iter().map(String::as_str).collect()
    };
    ids.sort_unstable();
    ids.dedup();
    let theme = |id: &&str| {
        catalogue.theme(id).cloned().ok_or_else(|| {
            let known: Vec<_> = catalogue.themes().map(|theme| theme.id.as_str()).collect();
            let known = known.join(", ");
            ExportError::usage(
                format!("Không có chuyên đề '{id}'; có: {known}."),
                format!("There is no theme '{id}'; there are: {known}."),
            )
        })
    };
    ids.iter().map(theme).collect()
}

/// The tile's place in the order of PMTiles.
pub fn tile_id(coord: TileCoord) -> u64 {
    // Every address of ours is one of theirs: their zooms go further.
    pmtiles::TileCoord::new(coord.z(), coord.x(), coord.y())
        .map_or(0, |coord| TileId::from(coord).value())
}

/// The box around two boxes.
fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}

/// What two boxes have in common.
fn common(a: [f64; 4], b: [f64; 4]) -> Option<[f64; 4]> {
    let common = [
        a[0].max(b[0]),
        a[1].max(b[1]),
        a[2].min(b[2]),
        a[3].min(b[3]),
    ];
    (common[0] <= common[2] && common[1] <= common[3]).then_some(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_numbered_as_pmtiles_numbers_them() {
        let id = |z, x, y| tile_id(TileCoord::new(z, x, y).unwrap());
        assert_eq!(id(0, 0, 0), 0);
        assert_eq!(id(1, 1, 0), 4);
        assert_eq!(id(2, 1, 3), 11);
        assert_eq!(id(22, 0, 0), 5_864_062_014_805);
    }

    #[test]
    fn boxes_have_a_common_part_or_none() {
        let a = [0.0, 0.0, 2.0, 2.0];
        assert_eq!(common(a, [1.0, 1.0, 3.0, 3.0]), Some([1.0, 1.0, 2.0, 2.0]));
        assert_eq!(common(a, [3.0, 0.0, 4.0, 1.0]), None);
        assert_eq!(around(a, [3.0, 0.0, 4.0, 1.0]), [0.0, 0.0, 4.0, 2.0]);
    }
}
