//! The layout of a square: from its frame down to the single parcels.

pub mod divide;
pub mod fields;
pub mod homes;
pub mod reservoir;
pub mod square;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::ground::plane::{Cut, Plane, Ring};
use crate::ground::terrain::{Terrain, Zone};
use crate::ground::warp::{P, along, left_of};

/// Land-use code of the 2024 list, and for parcels of two purposes the second with its share of the area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Land {
    /// Main code.
    pub code: &'static str,
    /// Second code and its share of the area.
    pub second: Option<(&'static str, f64)>,
}

impl Land {
    /// Land of one purpose.
    pub const fn of(code: &'static str) -> Self {
        Self { code, second: None }
    }
}

/// A parcel on the board.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its outline.
    pub outer: Ring,
    /// Holes in it, clockwise.
    pub holes: Vec<Ring>,
    /// What it is used for.
    pub land: Land,
    /// Which block of parcels it belongs to, counted within the square.
    pub block: u32,
}

/// What a line laid through the land is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayKind {
    /// Commune road.
    Road,
    /// Village lane or field track.
    Lane,
    /// Canal.
    Canal,
    /// Field ditch.
    Ditch,
}

/// The middle of a road, lane or canal, straight on the board.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// What it is.
    pub kind: WayKind,
    /// One end.
    pub from: P,
    /// The other end.
    pub to: P,
    /// Width of its ground, metres.
    pub width: f64,
    /// Use of the land it was laid through.
    pub zone: Zone,
}

/// A reservoir in the hills.
#[derive(Debug, Clone)]
pub struct Reservoir {
    /// Shoreline.
    pub shore: Ring,
    /// The dam: from, to, on the board.
    pub dam: [P; 2],
}

/// Everything laid out in one square so far.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The partition.
    pub plane: Plane,
    /// The lie of the land.
    pub terrain: &'a Terrain,
    /// Chance of this square.
    pub rng: ChaCha8Rng,
    /// Parcels.
    pub pieces: Vec<Piece>,
    /// Roads, lanes, canals.
    pub ways: Vec<Way>,
    /// Reservoirs.
    pub reservoirs: Vec<Reservoir>,
    block: u32,
}

/// Cuts closer to a corner than this go through the corner, metres.
pub const SNAP: f64 = 1.2;

impl<'a> Draft<'a> {
    /// A draft on an empty plane.
    pub fn new(plane: Plane, terrain: &'a Terrain, rng: ChaCha8Rng) -> Self {
        Self {
            plane,
            terrain,
            rng,
            pieces: Vec::new(),
            ways: Vec::new(),
            reservoirs: Vec::new(),
            block: 0,
        }
    }

    /// A number between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.rng.random::<f64>()
    }

    /// Whether something that happens with probability `p` happens.
    pub fn chance(&mut self, p: f64) -> bool {
        self.rng.random::<f64>() < p
    }

    /// Makes `face` a parcel.
    pub fn settle(&mut self, face: Ring, land: Land) {
        self.pieces.push(Piece {
            outer: face,
            holes: Vec::new(),
            land,
            block: self.block,
        });
    }

    /// Makes a long strip parcels of about `length` metres each.
    pub fn settle_long(&mut self, face: Ring, land: Land, length: f64) {
        let ring = self.plane.expand(&face);
        let axis = self.plane.long_axis(&ring);
        let (low, high) = self.plane.extent(&ring, axis);
        let count = ((high - low) / length).round().max(1.0);
        let shared: Vec<f64> = ring
            .iter()
            .filter(|&&v| self.plane.is_frozen(v))
            .map(|&v| self.plane.place(v))
            .map(|p| p[0] * axis[0] + p[1] * axis[1])
            .collect();
        let mut rest = face;
        for k in 1..count as usize {
            let ideal = low + (high - low) * k as f64 / count;
            // A shared edge can be cut only at its vertices: go through the nearest one.
            let at = shared
                .iter()
                .copied()
                .min_by(|a, b| (a - ideal).abs().total_cmp(&(b - ideal).abs()));
            let at = at.unwrap_or(ideal);
            if let Some(cut) = self.cut_across(&rest, axis, at, 0.0) {
                self.settle(cut.left, land);
                rest = cut.right;
            }
        }
        self.settle(rest, land);
    }

    /// Begins the next block of parcels.
    pub fn next_block(&mut self) {
        self.block += 1;
    }

    /// Cuts `face` across the direction `axis` at reach `t` along it, turned by `slant` (tangent of the angle).
    pub fn cut_across(&mut self, face: &[u32], axis: P, t: f64, slant: f64) -> Option<Cut> {
        let (_, centre) = self.plane.area_and_centre(&self.plane.expand(face));
        let reach = centre[0] * axis[0] + centre[1] * axis[1];
        let across = left_of(axis);
        let dir = along(across, axis, slant);
        let length = (dir[0] * dir[0] + dir[1] * dir[1]).sqrt();
        self.plane.cut(
            face,
            along(centre, axis, t - reach),
            [dir[0] / length, dir[1] / length],
            SNAP,
        )
    }
}
