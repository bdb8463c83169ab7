//! Features drawn as themselves.

use super::boundaries::Boundaries;
use super::chainage::Stones;
use super::draft::Draft;
use super::labels::Labels;
use super::lines::Lines;
use super::points::Points;
use super::rank::{Ranks, Weight, extent, size};
use super::source::{Area, Drawing, Sheet, Source, edited, sheets};
use super::{COUNT, LayerSummary, RenderError};
use crate::grid::TileGrid;
use crate::shard::{Near, Wanted};
use crate::space::{TileCoord, WorldBox};
use crate::theme::Theme;
use crate::tile::{Added, Drawn, DrawnKind, LayerBuilder, Stencil, TileSpec};
use crate::view::LayerView;

/// How many features ahead of the one that is drawn others are fetched.
const AHEAD: usize = 6;

/// The place, in the square the tile is cut from, of all that has a say in the features of a tile.
pub(super) fn reach(theme: &Theme, coord: TileCoord) -> WorldBox {
    let mut reach = TileSpec::new(coord).world_box();
    if let Some(cells) = thinned(theme, coord) {
        // What lies in a cell beside the tile may keep a point of the buffer out.
        reach.union(&coord.world_box(1, u32::from(cells)));
    }
    reach
}

/// Cells to a tile's side that points are thinned on.
fn thinned(theme: &Theme, coord: TileCoord) -> Option<u8> {
    theme
        .generalise
        .thin
        .filter(|_| coord.z() < theme.zooms.detail)
}

/// Draws features: from the detail zoom on each as itself. Below it lower ranks and what is too small to be seen are left
/// out, and what the theme says is joined, thinned or simplified together.
pub(super) fn features(
    view: &LayerView,
    coord: TileCoord,
) -> Result<(Vec<Draft>, LayerSummary), RenderError> {
    let theme = view.theme();
    let world = reach(theme, coord);
    let working = view.working_box(&world)?;
    let Some(mercator) = view.mercator_box(&world) else {
        return Ok(Painter::new(view, coord).finish(theme));
    };
    #[expect(
        clippy::needless_late_init,
        reason = "whoever paints borrows from them, and must be gone before they are"
    )]
    let packed;
    let mut painter = Painter::new(view, coord);
    let area = Area {
        working: &working,
        mercator: &mercator,
        tile: &TileSpec::new(coord).world_box(),
    };
    packed = sheets(view, area, painter.wanted());
    painter.reserve(packed.iter().map(Sheet::len).sum());
    let mut found: Vec<(u64, Source<'_>)> = Vec::new();
    let mut sheets = packed.iter().peekable();
    for (number, part) in view.parts().iter().enumerate() {
        found.clear();
        while let Some(sheet) = sheets.next_if(|sheet| sheet.part == number) {
            found.extend(sheet.found());
        }
        found.extend(edited(part, area));
        found.sort_unstable_by_key(|(id, _)| *id);
        for (at, &(id, source)) in found.iter().enumerate() {
            if let Some((_, Source::Packed(_, near))) = found.get(at + 2 * AHEAD) {
                near.prefetch();
            }
            if let Some((_, Source::Packed(sheet, near))) = found.get(at + AHEAD) {
                sheet.prefetch(near);
            }
            if let Source::Packed(sheet, near) = source
                && painter.lay(sheet, near, source)
            {
                continue;
            }
            if let Some(drawing) = Drawing::of(view, id, source, painter.wanted())? {
                painter.add(drawing.feature(), source);
            }
        }
    }
    Ok(painter.finish(theme))
}

/// Draws the features of a theme, one after the other.
struct Painter<'v> {
    coord: TileCoord,
    draft: Draft,
    labels: Labels,
    stones: Option<Stones>,
    ranks: Ranks,
    /// The fields the tile carries, as positions among those of tiles.
    carried: Vec<u32>,
    /// Whether every feature is drawn.
    detailed: bool,
    /// Whether features with a stencil need nothing but that to be drawn.
    lays: bool,
    /// Nothing smaller is drawn, in [`crate::space::World`] units.
    smallest: u64,
    /// What takes the lines, points and polygons that are not drawn one by one.
    lines: Option<Lines>,
    points: Option<Points<'v>>,
    boundaries: Option<Boundaries<'v>>,
    shown: u64,
    total: u64,
}

impl<'v> Painter<'v> {
    fn new(view: &LayerView, coord: TileCoord) -> Self {
        let theme = view.theme();
        let mut keys: Vec<&str> = theme.tile_fields().map(|(_, f)| f.name.as_str()).collect();
        let labels = Labels::new(view, coord, &keys);
        let count = keys.len() as u32;
        keys.push(COUNT);
        let detailed = coord.z() >= theme.zooms.detail;
        let layer = LayerBuilder::new(&theme.id, &keys, TileSpec::new(coord));
        let stones = Stones::new(theme, coord);
        let lays = detailed && stones.is_none() && view.grid() == TileGrid::WebMercatorQuad;
        Self {
            coord,
            draft: Draft::new(theme.id.clone(), layer),
            labels,
            stones,
            ranks: Ranks::new(theme),
            carried: (0..)
                .zip(theme.tile_fields())
                .filter(|(_, (_, field))| coord.z() >= field.tile_from)
                .map(|(position, _)| position)
                .collect(),
            detailed,
            lays,
            smallest: if detailed {
                0
            } else {
                // A pixel is 1/256 of the tile's side.
                (u64::from(theme.generalise.min_pixels) << coord.bits()) >> 8
            },
            lines: Lines::new(theme, coord, count).filter(|_| !detailed),
            points: thinned(theme, coord).map(|cells| Points::new(coord, cells)),
            boundaries: Boundaries::new(theme, coord).filter(|_| !detailed),
            shown: 0,
            total: 0,
        }
    }

    /// What it asks of features.
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            zoom: self.coord.z(),
            labels: self.labels.any(),
            fields: &self.carried,
        }
    }

    /// Makes room for about so many features.
    fn reserve(&mut self, features: usize) {
        self.draft.reserve(features);
        self.labels.reserve(features);
    }

    /// Draws a polygon by its stencil and the place of its label alone; `false` where that cannot be.
    fn lay(&mut self, sheet: &'v Sheet<'v>, near: &'v Near<'v>, source: Source<'v>) -> bool {
        let named = self.labels.any();
        if !self.lays || near.stencil.is_empty() || (named && near.label.is_none()) {
            return false;
        }
        let (rank, _) = self.ranks.of(source.tags());
        let stencil = Stencil {
            zoom: self.coord.z(),
            bytes: near.stencil,
        };
        let weight = Weight::feature(rank, extent(&near.bbox));
        let tags = sheet.coded(near, &self.carried);
        let laid = self.draft.lay(near.id, &near.bbox, stencil, tags, weight);
        if laid {
            self.shown += 1;
            self.total += 1;
            if let Some(label) = near.label {
                let tags = |fields| sheet.coded(near, fields);
                self.labels
                    .place(near.id, size(&near.bbox), label, rank, tags);
            }
        }
        laid
    }

    fn add(&mut self, drawn: Drawn<'_>, source: Source<'v>) {
        let (rank, from) = self.ranks.of(source.tags());
        if let Some(stones) = &mut self.stones {
            stones.add(&drawn, source.tags());
        }
        // Short pieces of a line that is joined are no gaps in it.
        let whole = match drawn.kind {
            DrawnKind::Point => true,
            DrawnKind::Line => self.lines.is_some(),
            DrawnKind::Polygon => false,
        };
        let small = !whole && size(&drawn.bbox) < self.smallest;
        if small || (!self.detailed && self.coord.z() < from) {
            self.total += 1;
            return;
        }
        let weight = Weight::feature(rank, extent(&drawn.bbox));
        match drawn.kind {
            DrawnKind::Line if let Some(lines) = &mut self.lines => {
                let taken = lines.add(&drawn, rank, size(&drawn.bbox), source.tags());
                // What has no length on the tile's grid belongs to the tile where it lies in it.
                let near = TileSpec::new(self.coord).world_box();
                self.shown += u64::from(taken);
                self.total += u64::from(taken || drawn.bbox.is_in(&near));
            }
            DrawnKind::Point if let Some(points) = &mut self.points => {
                points.add(&drawn, rank, source);
            }
            DrawnKind::Polygon if let Some(boundaries) = &mut self.boundaries => {
                boundaries.add(&drawn, weight, source.tags().collect());
                self.name(&drawn, rank, source);
            }
            _ => self.one(&drawn, weight, rank, source),
        }
    }

    /// Draws a feature as itself.
    fn one(&mut self, drawn: &Drawn<'_>, weight: Weight, rank: u32, source: Source<'v>) {
        let tags = source.tags_of(&self.carried);
        match self.draft.add(drawn, tags, weight) {
            Added::Drawn => {
                self.shown += 1;
                self.total += 1;
                self.name(drawn, rank, source);
            }
            Added::Degenerate => self.total += 1,
            Added::Empty => {}
        }
    }

    fn name(&mut self, drawn: &Drawn<'_>, rank: u32, source: Source<'v>) {
        self.labels.add(drawn, rank, source);
    }

    fn finish(mut self, theme: &Theme) -> (Vec<Draft>, LayerSummary) {
        let carried = self.carried;
        if let Some(boundaries) = self.boundaries {
            let carries = |field| carried.contains(&field);
            let (shown, total) = boundaries.finish(&mut self.draft, carries);
            self.shown += shown;
            self.total += total;
        }
        if let Some(lines) = self.lines {
            self.shown -= lines.finish(&mut self.draft);
        }
        if let Some(points) = self.points {
            let draft = &mut self.draft;
            let (shown, total) = points.finish(|point, weight, tags| {
                let tags = tags
                    .into_iter()
                    .filter(|(field, _)| carried.contains(field));
                draft.add(point, tags, weight);
            });
            self.shown += shown;
            self.total += total;
        }
        let mut drafts = vec![self.draft, self.labels.finish()];
        drafts.extend(self.stones.map(Stones::finish));
        let summary = LayerSummary {
            theme: theme.id.clone(),
            shown: self.shown,
            total: self.total,
            generalised: false,
        };
        (drafts, summary)
    }
}
