//! Features drawn as themselves.

use either::Either;
use smallvec::SmallVec;

use super::boundaries::Boundaries;
use super::chainage::Stones;
use super::draft::Draft;
use super::labels::Labels;
use super::lines::Lines;
use super::points::Points;
use super::rank::{Ranks, Weight, extent, size};
use super::{COUNT, LayerSummary, RenderError};
use crate::shard::Box2;
use crate::shard::draw::DrawnGeometry;
use crate::space::{TileCoord, WorldBox};
use crate::theme::Theme;
use crate::tile::{Added, Drawn, DrawnKind, LayerBuilder, TileSpec};
use crate::view::{Body, LayerView, Lens, Part};

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
    let mut painter = Painter::new(view, coord);
    let Some(mercator) = view.mercator_box(&world) else {
        return Ok(painter.finish(theme));
    };
    let mut found: Vec<(u64, Body<'_>)> = Vec::new();
    for part in view.parts() {
        found.clear();
        for lens in part.lenses() {
            let near = packed(&lens, &working, &mercator, &mut found);
            let carried = |field| carries(&painter.carried, field);
            lens.shard.drawn().fetch(&near, coord.z(), carried);
        }
        edited(part, &working, &mercator, &mut found);
        found.sort_unstable_by_key(|(id, _)| *id);
        for &(id, body) in &found {
            if let Some(drawing) = Drawing::of(view, id, body, coord.z())? {
                painter.add(drawing.feature(), body);
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
    /// Whether the tile carries a field, by its position among the tile's.
    carried: Vec<bool>,
    /// Whether every feature is drawn.
    detailed: bool,
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
        Self {
            coord,
            draft: Draft::new(theme.id.clone(), layer),
            labels,
            stones: Stones::new(theme, coord),
            ranks: Ranks::new(theme),
            carried: theme
                .tile_fields()
                .map(|(_, field)| coord.z() >= field.tile_from)
                .collect(),
            detailed,
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

    fn add(&mut self, drawn: Drawn<'_>, body: Body<'v>) {
        let (rank, from) = self.ranks.of(tags(body));
        if let Some(stones) = &mut self.stones {
            stones.add(&drawn, tags(body));
        }
        // Short pieces of a line that is joined are no gaps in it.
        let whole = match drawn.kind {
            DrawnKind::Point => true,
            DrawnKind::Line => self.lines.is_some(),
            DrawnKind::Polygon => false,
        };
        let small = !whole && size(&drawn) < self.smallest;
        if small || (!self.detailed && self.coord.z() < from) {
            self.total += 1;
            return;
        }
        let weight = Weight::feature(rank, extent(&drawn));
        match drawn.kind {
            DrawnKind::Line if let Some(lines) = &mut self.lines => {
                let taken = lines.add(&drawn, rank, size(&drawn), tags(body));
                // What has no length on the tile's grid belongs to the tile where it lies in it.
                let near = TileSpec::new(self.coord).world_box();
                self.shown += u64::from(taken);
                self.total += u64::from(taken || drawn.bbox.is_in(&near));
            }
            DrawnKind::Point if let Some(points) = &mut self.points => {
                points.add(&drawn, rank, body);
            }
            DrawnKind::Polygon if let Some(boundaries) = &mut self.boundaries => {
                boundaries.add(&drawn, weight, tags(body).collect());
                self.name(&drawn, rank, body);
            }
            _ => self.one(&drawn, weight, rank, body),
        }
    }

    /// Draws a feature as itself.
    fn one(&mut self, drawn: &Drawn<'_>, weight: Weight, rank: u32, body: Body<'v>) {
        let carried = |field| carries(&self.carried, field);
        match self.draft.add(drawn, wanted_tags(body, carried), weight) {
            Added::Drawn => {
                self.shown += 1;
                self.total += 1;
                self.name(drawn, rank, body);
            }
            Added::Degenerate => self.total += 1,
            Added::Empty => {}
        }
    }

    fn name(&mut self, drawn: &Drawn<'_>, rank: u32, body: Body<'v>) {
        self.labels.add(drawn, rank, tags(body));
    }

    fn finish(mut self, theme: &Theme) -> (Vec<Draft>, LayerSummary) {
        let carried = self.carried;
        if let Some(boundaries) = self.boundaries {
            let carries = |field| carries(&carried, field);
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
                    .filter(|(field, _)| carries(&carried, *field));
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

fn carries(carried: &[bool], field: u32) -> bool {
    carried.get(field as usize).is_some_and(|carried| *carried)
}

/// What a tile may say of a feature: positions among the tile's fields, with values as tiles have them.
pub(super) type Tags<'v> = SmallVec<[(u32, &'v [u8]); 16]>;

/// All that tiles may say of a feature, read as it is asked for.
pub(super) fn tags(body: Body<'_>) -> impl Iterator<Item = (u32, &[u8])> {
    wanted_tags(body, |_| true)
}

fn wanted_tags(body: Body<'_>, wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = (u32, &[u8])> {
    match body {
        Body::Packed(shard, ordinal) => Either::Left(shard.drawn().tags(ordinal, wanted)),
        Body::Edited(row) => Either::Right(row.tags().filter(move |(field, _)| wanted(*field))),
    }
}

/// A feature on the square the tile is cut from.
enum Drawing<'v> {
    /// As its shard or its edit holds it.
    Held(Drawn<'v>),
    /// Drawn anew from its legal geometry.
    Anew(u64, DrawnGeometry),
}

impl<'v> Drawing<'v> {
    fn of(
        view: &LayerView,
        id: u64,
        body: Body<'v>,
        zoom: u8,
    ) -> Result<Option<Self>, RenderError> {
        if let Some(drawn) = view.redrawn(body) {
            return Ok(Some(Self::Anew(id, drawn?)));
        }
        Ok(match body {
            Body::Packed(shard, ordinal) => {
                let file = shard.drawn();
                file.feature(ordinal, id).map(|drawn| Drawn {
                    ready: file.ready(ordinal, zoom),
                    ..drawn
                })
            }
            Body::Edited(row) => Some(row.drawn()),
        }
        .map(Self::Held))
    }

    fn feature(&self) -> Drawn<'_> {
        match self {
            Self::Held(drawn) => *drawn,
            Self::Anew(id, drawn) => drawn.feature(*id),
        }
    }
}

/// Finds what the tile draws of a shard: what lies in `working`, and as drawn on Web Mercator in `world`. Returns the
/// positions.
fn packed<'v>(
    lens: &Lens<'v>,
    working: &Box2,
    world: &WorldBox,
    found: &mut Vec<(u64, Body<'v>)>,
) -> Vec<u32> {
    let (ids, boxes) = (lens.shard.index().ids(), lens.shard.drawn().boxes());
    let mut near = Vec::new();
    lens.shard.index().tree().candidates(working, |ordinal| {
        let at = ordinal as usize;
        if let (Some(id), Some(bbox)) = (ids.get(at), boxes.get(at))
            && bbox.intersects(world)
            && lens.shows(ordinal)
        {
            found.push((*id, Body::Packed(lens.shard, ordinal)));
            near.push(ordinal);
        }
        std::ops::ControlFlow::Continue(())
    });
    near
}

/// Finds what the tile draws of the edits of a part, as [`packed`] does.
fn edited<'v>(part: &'v Part, working: &Box2, world: &WorldBox, found: &mut Vec<(u64, Body<'v>)>) {
    if part.edits().changes_nothing() {
        return;
    }
    let edited = part.edits().search(working);
    let edited = edited.filter(|row| row.drawn_bbox().intersects(world));
    found.extend(edited.map(|row| (row.id().get(), Body::Edited(row))));
}
