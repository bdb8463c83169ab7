//! The frame of great lines: rivers, highways, main canals and roads that cut the board into squares.
//!
//! Lines number `0..=ny` run along `u` (rivers among them) and lines `0..=nx` along `v`. A square is what
//! four lines enclose; it is laid out on its own, and shares nothing with its neighbours but the vertices
//! this module puts on the lines.

use super::warp::{P, between, distance};
use crate::chance::{hash, signed};

/// What a line of the frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A river with its dikes; the number of its name in [`RIVERS`].
    River(usize),
    /// National highway.
    National,
    /// Provincial road.
    Provincial,
    /// Main canal.
    Canal,
    /// Commune road.
    Commune,
}

/// The rivers, in the order they are met from the north.
pub const RIVERS: [&str; 3] = ["Lục Nam", "Thương", "Cầu"];

impl LineKind {
    /// Half the width of its own ground, metres on the board.
    pub const fn half_width(self) -> f64 {
        match self {
            Self::River(0) => 46.0,
            Self::River(1) => 52.0,
            Self::River(_) => 60.0,
            Self::National => 11.0,
            Self::Provincial => 6.5,
            Self::Canal => 6.0,
            Self::Commune => 3.5,
        }
    }

    /// Which of two crossing lines keeps the ground of the crossing: the lower number.
    pub const fn rank(self) -> u8 {
        match self {
            Self::River(_) => 0,
            Self::National => 1,
            Self::Provincial => 2,
            Self::Canal => 3,
            Self::Commune => 4,
        }
    }
}

/// The frame of one province.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Squares along `u`.
    pub nx: usize,
    /// Squares along `v`.
    pub ny: usize,
    /// Mean side of a square, metres.
    pub side: f64,
    seed: u64,
    along_u: Vec<LineKind>,
    along_v: Vec<LineKind>,
}

/// Distance of the vertices put on a line, metres.
const STEP: f64 = 40.0;

impl Frame {
    /// A frame of `nx` by `ny` squares with sides of about `side` metres.
    pub fn new(nx: usize, ny: usize, side: f64, seed: u64) -> Self {
        let seed = seed ^ 0x4652_414D;
        let rivers = match ny {
            0..=1 => 0,
            2..=5 => 1,
            6..=9 => 2,
            _ => RIVERS.len(),
        };
        let mut along_u: Vec<LineKind> = (0..=ny)
            .map(|j| match j % 4 {
                1 => LineKind::Provincial,
                3 => LineKind::Canal,
                _ => LineKind::Commune,
            })
            .collect();
        for r in 0..rivers {
            // From the north, evenly, never on the rim.
            let j = ny
                - ((2 * r + 1) * ny)
                    .div_ceil(2 * rivers)
                    .clamp(1, ny.saturating_sub(1).max(1));
            let name = if rivers == 1 { 1 } else { r };
            if let Some(kind) = along_u.get_mut(j.clamp(1, ny - 1)) {
                *kind = LineKind::River(name);
            }
        }
        let highway = (nx / 2).max(1);
        let along_v = (0..=nx)
            .map(|i| match () {
                () if i == highway && nx > 1 => LineKind::National,
                () if i.abs_diff(highway) % 4 == 2 => LineKind::Provincial,
                () if i.abs_diff(highway) % 4 == 1 && i > 0 && i < nx => LineKind::Canal,
                () => LineKind::Commune,
            })
            .collect();
        Self {
            nx,
            ny,
            side,
            seed,
            along_u,
            along_v,
        }
    }

    /// Kind of line number `j` along `u`.
    pub fn along_u(&self, j: usize) -> LineKind {
        self.along_u.get(j).copied().unwrap_or(LineKind::Commune)
    }

    /// Kind of line number `i` along `v`.
    pub fn along_v(&self, i: usize) -> LineKind {
        self.along_v.get(i).copied().unwrap_or(LineKind::Commune)
    }

    /// Where line `i` along `v` crosses line `j` along `u`, on the board.
    pub fn corner(&self, i: usize, j: usize) -> P {
        let h = hash(self.seed, i as i64, j as i64);
        [
            (i as f64 - self.nx as f64 / 2.0 + 0.13 * signed(h)) * self.side,
            (j as f64 - self.ny as f64 / 2.0 + 0.13 * signed(h.rotate_left(31))) * self.side,
        ]
    }

    /// Half the board's size along `u` and `v`, metres.
    pub fn half_size(&self) -> P {
        [
            self.nx as f64 * self.side / 2.0,
            self.ny as f64 * self.side / 2.0,
        ]
    }

    /// Vertices of the line along `u` number `j` between crossings `i` and `i + 1`, ends included, eastward.
    pub fn piece_u(&self, i: usize, j: usize) -> Vec<P> {
        vertices(
            self.corner(i, j),
            self.corner(i + 1, j),
            self.along_v(i).half_width(),
            self.along_v(i + 1).half_width(),
        )
    }

    /// The water of the river on line `j` between crossings `i` and `i + 1`, on the board: the same shore
    /// the parcels beside it have, but for the small bends of surveying.
    pub fn river_stretch(&self, i: usize, j: usize) -> Vec<P> {
        let reach = self.along_u(j).half_width();
        let shore = |k: usize, up: bool| {
            let corner = self.corner(k, j);
            let to = if up && j < self.ny {
                self.corner(k, j + 1)
            } else if !up && j > 0 {
                self.corner(k, j - 1)
            } else {
                return corner;
            };
            between(corner, to, reach / distance(corner, to))
        };
        let steps = |a: P, b: P| {
            let n = (distance(a, b) / STEP).ceil().max(1.0) as usize;
            (0..n).map(move |k| between(a, b, k as f64 / n as f64))
        };
        let [a, b, c, d] = [
            shore(i, false),
            shore(i + 1, false),
            shore(i + 1, true),
            shore(i, true),
        ];
        [(a, b), (b, c), (c, d), (d, a)]
            .into_iter()
            .flat_map(|(p, q)| steps(p, q))
            .collect()
    }

    /// Vertices of the line along `v` number `i` between crossings `j` and `j + 1`, ends included, northward.
    pub fn piece_v(&self, i: usize, j: usize) -> Vec<P> {
        vertices(
            self.corner(i, j),
            self.corner(i, j + 1),
            self.along_u(j).half_width(),
            self.along_u(j + 1).half_width(),
        )
    }
}

/// The shared vertices of a line piece: its ends, the places where the crossing lines' own ground ends, and
/// one every [`STEP`] metres or closer between them. A function of the piece, the same from both sides.
fn vertices(a: P, b: P, at_a: f64, at_b: f64) -> Vec<P> {
    let length = distance(a, b);
    let (first, last) = (at_a / length, 1.0 - at_b / length);
    let count = ((last - first) * length / STEP).ceil().max(1.0) as usize;
    let mut out = vec![a];
    out.extend(
        (0..=count).map(|k| between(a, b, first + (last - first) * k as f64 / count as f64)),
    );
    out.push(b);
    out
}
