//! Where the features of a tile come from: packed in shards, or among the edits since.

use std::ops::ControlFlow;

use either::Either;
use smallvec::SmallVec;

use super::RenderError;
use crate::edits::Edited;
use crate::grid::TileGrid;
use crate::shard::draw::DrawnGeometry;
use crate::shard::{Box2, DrawnFeatures, Near, Shard, Wanted};
use crate::space::WorldBox;
use crate::tile::{Dictionary, Drawn, Tag};
use crate::view::{Body, LayerView, Lens, Part};

/// What a tile may say of a feature: positions among the tile's fields, with values as tiles have them.
pub(super) type Tags<'v> = SmallVec<[(u32, &'v [u8]); 16]>;

/// What a tile draws of a shard.
pub(super) struct Sheet<'v> {
    /// Number of the part of the view the shard belongs to.
    pub part: usize,
    shard: &'v Shard,
    drawn: DrawnFeatures<'v>,
    dictionary: Dictionary<'v>,
    near: Vec<Near<'v>>,
}

impl<'v> Sheet<'v> {
    /// Its features, by id.
    pub fn found(&'v self) -> impl Iterator<Item = (u64, Source<'v>)> {
        let near = self.near.iter();
        near.map(move |near| (near.id, Source::Packed(self, near)))
    }

    /// Has one of them fetched, to be laid soon.
    pub fn prefetch(&self, near: &Near<'v>) {
        self.drawn.prefetch(near);
    }

    /// How many they are.
    pub const fn len(&self) -> usize {
        self.near.len()
    }

    /// What a tile with these fields says of one of them.
    pub fn coded<'t>(
        &'v self,
        near: &Near<'v>,
        fields: &'t [u32],
    ) -> impl Iterator<Item = (u32, Tag<'v>)> + use<'v, 't> {
        self.drawn.coded(near.ordinal, &self.dictionary, fields)
    }
}

/// Where a tile looks for its features.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area<'a> {
    /// In the working plane.
    pub working: &'a Box2,
    /// As drawn on Web Mercator.
    pub mercator: &'a WorldBox,
    /// The box the tile is cut to, on the square it is cut from.
    pub tile: &'a WorldBox,
}

/// Finds what the tile draws of the shards of a view, in the order of the view's parts.
pub(super) fn sheets<'v>(
    view: &'v LayerView,
    area: Area<'_>,
    wanted: Wanted<'_>,
) -> Vec<Sheet<'v>> {
    // The drawn box is the narrower one, so that of the surveyed form need not come from memory as well; but on the grid
    // of the working plane.
    let drawn_decides = view.grid() == TileGrid::WebMercatorQuad;
    let parts = view.parts().iter().enumerate();
    let lenses = parts.flat_map(|(number, part)| part.lenses().map(move |lens| (number, lens)));
    let sheet = |(number, (part, lens)): (u32, (usize, Lens<'v>))| {
        let ordinals = ordinals(&lens, area, drawn_decides);
        let drawn = lens.shard.drawn().features();
        (!ordinals.is_empty()).then(|| Sheet {
            part,
            shard: lens.shard,
            drawn,
            dictionary: drawn.dictionary(number),
            near: drawn.near(&ordinals, lens.shard.index().ids(), area.tile, wanted),
        })
    };
    (0..).zip(lenses).filter_map(sheet).collect()
}

fn ordinals(lens: &Lens<'_>, area: Area<'_>, drawn_decides: bool) -> Vec<u32> {
    let (index, boxes) = (lens.shard.index(), lens.shard.drawn().boxes());
    let mut near = Vec::new();
    index.tree().candidates(area.working, |ordinal| {
        if let Some(bbox) = boxes.get(ordinal as usize)
            && bbox.intersects(area.mercator)
            && (drawn_decides || index.bbox(ordinal).intersects(area.working))
            && lens.shows(ordinal)
        {
            near.push(ordinal);
        }
        ControlFlow::Continue(())
    });
    near
}

/// Finds what the tile draws of the edits of a part, as [`sheets`] does.
pub(super) fn edited<'v>(
    part: &'v Part,
    area: Area<'_>,
) -> impl Iterator<Item = (u64, Source<'v>)> {
    let changed = !part.edits().changes_nothing();
    let rows = changed.then(|| part.edits().search(area.working));
    let rows = rows.into_iter().flatten();
    rows.filter(move |row| row.drawn_bbox().intersects(area.mercator))
        .map(|row| (row.id().get(), Source::Edited(row)))
}

/// Where a feature of a tile lies.
#[derive(Clone, Copy)]
pub(super) enum Source<'v> {
    /// In a shard.
    Packed(&'v Sheet<'v>, &'v Near<'v>),
    /// Among the edits.
    Edited(&'v Edited),
}

impl<'v> Source<'v> {
    /// All that tiles may say of it, read as it is asked for.
    pub fn tags(self) -> impl Iterator<Item = (u32, &'v [u8])> {
        match self {
            Self::Packed(sheet, near) => {
                Either::Left(sheet.drawn.tags(near.ordinal, sheet.drawn.fields()))
            }
            Self::Edited(row) => Either::Right(row.tags()),
        }
    }

    /// What a tile with these fields says of it.
    pub fn tags_of<'t>(
        self,
        fields: &'t [u32],
    ) -> impl Iterator<Item = (u32, &'v [u8])> + use<'v, 't> {
        match self {
            Self::Packed(sheet, near) => {
                Either::Left(sheet.drawn.tags(near.ordinal, fields.iter().copied()))
            }
            Self::Edited(row) => {
                Either::Right(row.tags().filter(|(field, _)| fields.contains(field)))
            }
        }
    }

    fn body(self) -> Body<'v> {
        match self {
            Self::Packed(sheet, near) => Body::Packed(sheet.shard, near.ordinal),
            Self::Edited(row) => Body::Edited(row),
        }
    }
}

/// A feature on the square the tile is cut from.
pub(super) enum Drawing<'v> {
    /// As its shard or its edit holds it.
    Held(Drawn<'v>),
    /// Drawn anew from its legal geometry.
    Anew(u64, DrawnGeometry),
}

impl<'v> Drawing<'v> {
    /// The feature with this id; `None` where its record cannot be drawn.
    pub fn of(
        view: &LayerView,
        id: u64,
        source: Source<'v>,
        wanted: Wanted<'_>,
    ) -> Result<Option<Self>, RenderError> {
        if let Some(drawn) = view.redrawn(source.body()) {
            return Ok(Some(Self::Anew(id, drawn?)));
        }
        Ok(match source {
            Source::Packed(sheet, near) => sheet.drawn.ready(near.ordinal, id, wanted),
            Source::Edited(row) => Some(row.drawn()),
        }
        .map(Self::Held))
    }

    /// The feature.
    pub fn feature(&self) -> Drawn<'_> {
        match self {
            Self::Held(drawn) => *drawn,
            Self::Anew(id, drawn) => drawn.feature(*id),
        }
    }
}
