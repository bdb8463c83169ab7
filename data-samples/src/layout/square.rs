//! One square of the frame: its share of the great lines, then what lies between them.

use crate::chance::stream;
use crate::ground::frame::{Frame, LineKind};
use crate::ground::plane::{Plane, Ring};
use crate::ground::terrain::{Terrain, Zone};
use crate::ground::warp::{P, along, direction, left_of};
use crate::layout::{Draft, Land, Way, WayKind};

/// A side of a square, with its line.
#[derive(Debug, Clone, Copy)]
struct Side {
    kind: LineKind,
    from: P,
    to: P,
}

impl Side {
    /// Direction with the square on the left.
    fn dir(&self) -> P {
        direction(self.from, self.to)
    }
}

/// The four sides, counter-clockwise from the south.
fn sides(frame: &Frame, i: usize, j: usize) -> [Side; 4] {
    let [a, b, c, d] = [
        frame.corner(i, j),
        frame.corner(i + 1, j),
        frame.corner(i + 1, j + 1),
        frame.corner(i, j + 1),
    ];
    [
        Side {
            kind: frame.along_u(j),
            from: a,
            to: b,
        },
        Side {
            kind: frame.along_v(i + 1),
            from: b,
            to: c,
        },
        Side {
            kind: frame.along_u(j + 1),
            from: c,
            to: d,
        },
        Side {
            kind: frame.along_v(i),
            from: d,
            to: a,
        },
    ]
}

/// The outline of square `(i, j)` on the board, counter-clockwise, with the vertices its neighbours share.
pub fn outline(frame: &Frame, i: usize, j: usize) -> Vec<P> {
    let mut out = frame.piece_u(i, j);
    out.pop();
    out.extend(frame.piece_v(i + 1, j));
    out.pop();
    let mut north = frame.piece_u(i, j + 1);
    north.reverse();
    out.extend(north);
    out.pop();
    let mut west = frame.piece_v(i, j);
    west.reverse();
    out.extend(west);
    out.pop();
    out
}

/// Lays out square `(i, j)`.
pub fn lay_out<'a>(
    frame: &Frame,
    terrain: &'a Terrain,
    seed: u64,
    i: usize,
    j: usize,
) -> Draft<'a> {
    let (plane, mut rest) = Plane::new(&outline(frame, i, j));
    let mut draft = Draft::new(plane, terrain, stream(seed ^ 0x5351, i as i64, j as i64));
    let mut sides = sides(frame, i, j);
    sides.sort_by_key(|s| s.kind.rank());
    for side in &sides {
        rest = own_ground(&mut draft, rest, side);
    }
    for side in &sides {
        if let LineKind::River(_) = side.kind {
            rest = bank(&mut draft, rest, side, frame.side);
        }
    }
    draft.divide(rest);
    draft
}

/// Cuts a strip of `width` metres off `rest` along a side, beginning `offset` metres inside it.
///
/// The far edge runs from the vertex at that distance on one neighbouring side to that on the other.
fn strip(draft: &mut Draft<'_>, rest: Ring, side: &Side, inside: f64) -> (Option<Ring>, Ring) {
    let dir = side.dir();
    match draft.plane.cut(
        &rest,
        along(side.from, left_of(dir), inside),
        dir,
        super::SNAP,
    ) {
        Some(cut) => (Some(cut.right), cut.left),
        None => (None, rest),
    }
}

/// The square's half of the line's own ground: water, road or canal.
fn own_ground(draft: &mut Draft<'_>, rest: Ring, side: &Side) -> Ring {
    let code = match side.kind {
        LineKind::River(_) => "SON",
        LineKind::Canal => "DTL",
        LineKind::National | LineKind::Provincial | LineKind::Commune => "DGT",
    };
    let (ground, rest) = strip(draft, rest, side, side.kind.half_width());
    if let Some(ground) = ground {
        draft.next_block();
        match side.kind {
            LineKind::River(_) => draft.settle(ground, Land::of(code)),
            _ => draft.settle_long(ground, Land::of(code), 320.0),
        }
    }
    rest
}

/// How far from the middle of a river the foreshore, the dike and the canal behind it end, for squares of
/// `side` metres: the foreshore narrows in small provinces.
pub fn bank_profile(river_half_width: f64, side: f64) -> [f64; 3] {
    let foreshore = (side * 0.035).clamp(18.0, 75.0);
    let toe = river_half_width + foreshore;
    [toe, toe + 26.0, toe + 26.0 + 5.0]
}

/// The foreshore, the dike and the toe canal along a river.
fn bank(draft: &mut Draft<'_>, rest: Ring, side: &Side, frame_side: f64) -> Ring {
    let [toe, dike, canal] = bank_profile(side.kind.half_width(), frame_side);
    let (foreshore, rest) = strip(draft, rest, side, toe);
    if let Some(face) = foreshore {
        draft.foreshore(face);
    }
    let (ground, rest) = strip(draft, rest, side, dike);
    if let Some(ground) = ground {
        draft.next_block();
        draft.settle_long(ground, Land::of("DPC"), 400.0);
    }
    let (ground, rest) = strip(draft, rest, side, canal);
    if let Some(ground) = ground {
        draft.settle_long(ground, Land::of("DTL"), 320.0);
        let mid = |p: P| along(p, left_of(side.dir()), f64::midpoint(dike, canal));
        draft.ways.push(Way {
            kind: WayKind::Canal,
            from: mid(side.from),
            to: mid(side.to),
            width: canal - dike,
            zone: Zone::Paddy,
        });
    }
    rest
}
