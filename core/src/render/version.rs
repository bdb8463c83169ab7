//! Naming a tile's bytes before they are made.

use std::hash::Hasher;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use crate::space::TileCoord;
use crate::view::LayerView;

/// Changes whenever the same data would give other bytes: part of every tile's ETag.
const ENCODER: &str = "diaba-tile-2";

/// Names the tile's bytes before they are made: equal on every replica and after a restart, and different only
/// where a shard that touches the tile, its theme or the encoder has changed.
pub fn version(layers: &[Arc<LayerView>], coord: TileCoord) -> String {
    let mut hash = Xxh3::new();
    hash.write(ENCODER.as_bytes());
    for number in [u32::from(coord.z()), coord.x(), coord.y()] {
        hash.write_u32(number);
    }
    let [west, south, east, north] = coord.lonlat_bounds();
    // Cells up to an eighth of the tile away have a say in a generalised tile.
    let (dx, dy) = ((east - west) / 4.0, (north - south) / 4.0);
    let reach = [west - dx, south - dy, east + dx, north + dy];
    for view in layers {
        hash.write(view.theme().hash.as_bytes());
        for shard in view.shards() {
            let manifest = shard.manifest();
            if manifest
                .extent_lonlat
                .is_some_and(|extent| overlaps(&extent, &reach))
            {
                hash.write(manifest.dataset.as_bytes());
                hash.write(manifest.content.as_bytes());
            }
        }
    }
    format!("{:032x}", hash.digest128())
}

fn overlaps(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}
