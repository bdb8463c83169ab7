//! Lines below the detail zoom: one feature for all that agree in the theme's `merge` fields, joined and simplified.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::rank::Weight;
use crate::feature::Value;
use crate::space::TileCoord;
use crate::theme::Theme;
use crate::tile::{Added, Drawn, Mesh, TileSpec, encode_value};

/// Lines that agree.
struct Alike {
    /// The least id among them.
    id: u64,
    /// How many they are.
    count: u64,
    rank: u32,
    /// Longer side of the largest of them, world units.
    size: u64,
    tags: Vec<(u32, Vec<u8>)>,
}

/// The lines of a tile.
pub(super) struct Lines {
    mesh: Mesh,
    /// Whether lines are told apart by a field, by its position among the tile's.
    apart: Vec<bool>,
    alike: Vec<Alike>,
    numbers: BTreeMap<Vec<(u32, Vec<u8>)>, usize>,
    /// Position of [`super::COUNT`] among the keys.
    count: u32,
}

impl Lines {
    /// `None` where the theme does not merge its lines.
    pub fn new(theme: &Theme, coord: TileCoord, count: u32) -> Option<Self> {
        let merge = &theme.generalise.merge;
        (!merge.is_empty()).then(|| Self {
            mesh: Mesh::new(TileSpec::new(coord)),
            apart: theme
                .tile_fields()
                .map(|(_, field)| merge.contains(&field.name))
                .collect(),
            alike: Vec::new(),
            numbers: BTreeMap::new(),
            count,
        })
    }

    /// Takes a line; whether anything of it lies in the tile.
    pub fn add<'t>(
        &mut self,
        line: &Drawn<'_>,
        rank: u32,
        size: u64,
        tags: impl Iterator<Item = (u32, &'t [u8])>,
    ) -> bool {
        let tells = |field: u32| self.apart.get(field as usize).is_some_and(|apart| *apart);
        let tags = tags.filter(|(field, _)| tells(*field));
        let tags: Vec<(u32, Vec<u8>)> = tags.map(|(field, v)| (field, v.to_vec())).collect();
        let known = self.numbers.get(&tags).copied();
        let number = known.unwrap_or(self.alike.len());
        if self.mesh.add_lines(line, number as u32) == 0 {
            return false;
        }
        if known.is_none() {
            self.numbers.insert(tags.clone(), number);
            self.alike.push(Alike {
                id: line.id,
                count: 0,
                rank,
                size: 0,
                tags,
            });
        }
        if let Some(alike) = self.alike.get_mut(number) {
            alike.id = alike.id.min(line.id);
            alike.rank = alike.rank.min(rank);
            alike.count += 1;
            alike.size = alike.size.max(size);
        }
        true
    }

    /// Draws them; how many lines are left out.
    pub fn finish(self, draft: &mut Draft) -> u64 {
        let mut paths: Vec<Vec<Vec<[i32; 2]>>> = vec![Vec::new(); self.alike.len()];
        for (key, path) in self.mesh.lines() {
            if let Some(paths) = paths.get_mut(key as usize) {
                paths.push(path);
            }
        }
        let mut left_out = 0;
        for (alike, paths) in self.alike.iter().zip(paths) {
            let count = Value::Integer(i64::try_from(alike.count).unwrap_or(i64::MAX));
            let count = encode_value(&count).unwrap_or_default();
            let tags = alike.tags.iter().map(|(k, v)| (*k, v.as_slice()));
            let tags = tags.chain([(self.count, count.as_slice())]);
            let weight = Weight::feature(alike.rank, alike.size);
            let added = draft.add_paths(alike.id, paths, tags, weight, alike.count);
            if added != Added::Drawn {
                left_out += alike.count;
            }
        }
        left_out
    }
}
