//! How much a feature matters: what is left out first, and what is drawn from which zoom on.

use std::cmp::Reverse;

use crate::feature::Value;
use crate::space::WorldBox;
use crate::theme::{FieldType, Theme};
use crate::tile::{decode_number, encode_value};

/// How much a feature of a tile matters: the greater of two stays longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    /// Labels go before what they name.
    pub shape: bool,
    /// Place of its code in the list of the theme's rank; the last where it has none.
    pub rank: Reverse<u32>,
    /// How large it is, in [`crate::space::World`] units; of points nothing.
    pub size: u64,
}

impl Weight {
    /// What a feature of this rank and size matters.
    pub const fn feature(rank: u32, size: u64) -> Self {
        Self {
            shape: true,
            rank: Reverse(rank),
            size,
        }
    }

    /// What the place of a label matters, by its [`order`].
    pub const fn label(order: u32) -> Self {
        Self {
            shape: false,
            rank: Reverse(order),
            size: 0,
        }
    }
}

/// The rank of a feature that has none.
pub(super) const UNRANKED: u32 = u32::MAX;

/// Ranks of the features of a theme.
#[derive(Debug)]
pub(super) struct Ranks {
    /// Position of the rank's field among the tile's.
    field: Option<u32>,
    /// Codes as tiles have them, with their place in their list and the first zoom they are drawn at.
    codes: Vec<(Vec<u8>, u32, u8)>,
    /// Whether the field is a number, the largest first.
    number: bool,
    /// The first zoom of features whose code is not named.
    others_from: u8,
}

impl Ranks {
    pub fn new(theme: &Theme) -> Self {
        let generalise = &theme.generalise;
        let field = generalise.rank.as_deref().and_then(|rank| {
            let mut fields = theme.tile_fields().enumerate();
            fields.find(|(_, (_, field))| field.name == rank)
        });
        let list = field.and_then(|(_, (_, field))| field.code_list.as_deref());
        let others_from = generalise.rank_zooms.values().copied().max().unwrap_or(0);
        let codes = list.into_iter().flat_map(|list| {
            list.codes().iter().filter_map(move |code| {
                let zoom = generalise.rank_zooms.get(&code.code).copied();
                let place = u32::try_from(list.rank_of(&code.code)?).ok()?;
                let bytes = encode_value(&Value::Text(code.code.clone()))?;
                Some((bytes, place, zoom.unwrap_or(others_from)))
            })
        });
        Self {
            field: field.map(|(position, _)| position as u32),
            codes: codes.collect(),
            number: field.is_some_and(|(_, (_, field))| {
                matches!(field.kind, FieldType::Integer | FieldType::Real)
            }),
            others_from,
        }
    }

    /// The rank of a feature with these tags, 0 the first, and the first zoom it is drawn at below the detail zoom.
    pub fn of<'t>(&self, tags: impl IntoIterator<Item = (u32, &'t [u8])>) -> (u32, u8) {
        let none = (UNRANKED, self.others_from);
        let Some(field) = self.field else {
            return none;
        };
        let Some((_, value)) = tags.into_iter().find(|(key, _)| *key == field) else {
            return none;
        };
        if self.number {
            // The largest number first; what is less than nothing last.
            let number = decode_number(value).unwrap_or(0.0).max(0.0) as u32;
            return (UNRANKED - 1 - number.min(UNRANKED - 1), self.others_from);
        }
        let code = self.codes.iter().find(|(code, _, _)| code == value);
        code.map_or(none, |(_, place, zoom)| (*place, *zoom))
    }
}

/// A number for the labels of a layer, the smallest the most important: by rank, within a rank by size.
pub(super) fn order(rank: u32, size: u64) -> u32 {
    // Sizes have at most 33 bits.
    let smallness = 63 - size.checked_ilog2().unwrap_or(0).min(63);
    rank.min(UNRANKED >> 7) * 64 + smallness
}

/// The longer side of a feature's box, in [`crate::space::World`] units.
pub(super) fn size(bbox: &WorldBox) -> u64 {
    u64::from((bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y))
}

/// The area of a feature's box, in square [`crate::space::World`] units.
pub(super) fn extent(bbox: &WorldBox) -> u64 {
    u64::from(bbox.max_x - bbox.min_x).saturating_mul(u64::from(bbox.max_y - bbox.min_y))
}
