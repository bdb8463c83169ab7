//! What an archive says of itself.

use diaba_core::space::TileCoord;
use diaba_core::theme::Theme;
use serde_json::{Map, Value, json};

use super::plan::Plan;
use crate::tiles::tile_json::vector_layers;

/// Removed tiles are named in the metadata of PMTiles, which has no other place for them.
pub const REMOVED: &str = "removed";

/// What an archive says of itself. It names no time of export: the same data give the same bytes.
#[derive(Debug)]
pub struct Metadata {
    /// Titles of the themes, Vietnamese.
    pub name: String,
    /// Titles of the themes in both languages.
    pub description: String,
    /// Layers of the tiles, as in TileJSON.
    pub vector_layers: Value,
    /// What Diaba needs to know: version, themes, area, and what a later version was made from.
    pub diaba: Map<String, Value>,
}

impl Metadata {
    /// That of the archive of `plan`.
    pub fn of(plan: &Plan) -> Self {
        let titles = |title: fn(&Theme) -> &str| {
            let titles: Vec<_> = plan.themes.iter().map(|theme| title(theme)).collect();
            titles.join(", ")
        };
        let vi = titles(|theme| &theme.title.vi);
        let en = titles(|theme| &theme.title.en);
        let identity = &plan.identity;
        let mut diaba = Map::new();
        diaba.insert("version".to_owned(), json!(identity.version));
        diaba.insert("themes".to_owned(), json!(identity.themes));
        diaba.insert("area".to_owned(), json!(identity.area));
        if let Some(since) = &identity.since {
            diaba.insert("since".to_owned(), json!(since));
        }
        Self {
            name: vi.clone(),
            description: format!("{vi} · {en}"),
            vector_layers: json!(vector_layers(plan.themes.iter().map(AsRef::as_ref))),
            diaba,
        }
    }

    /// The metadata of PMTiles.
    pub fn pmtiles(&self, removed: &[TileCoord]) -> String {
        let mut diaba = self.diaba.clone();
        if diaba.contains_key("since") {
            let removed: Vec<_> = removed
                .iter()
                .map(|tile| format!("{}/{}/{}", tile.z(), tile.x(), tile.y()))
                .collect();
            diaba.insert(REMOVED.to_owned(), json!(removed));
        }
        json!({
            "name": self.name,
            "description": self.description,
            "type": "overlay",
            "format": "pbf",
            "generator": concat!("diaba ", env!("CARGO_PKG_VERSION")),
            "vector_layers": self.vector_layers,
            "diaba": diaba,
        })
        .to_string()
    }

    /// The rows of an MBTiles' `metadata`, but for bounds and zooms.
    pub fn mbtiles(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name", self.name.clone()),
            ("format", "pbf".to_owned()),
            ("description", self.description.clone()),
            ("type", "overlay".to_owned()),
            (
                "generator",
                concat!("diaba ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            (
                "json",
                json!({ "vector_layers": self.vector_layers }).to_string(),
            ),
            ("diaba", Value::Object(self.diaba.clone()).to_string()),
        ]
    }
}
