//! A province: its frame, its land, and which commune owns which squares.

use thiserror::Error;

use crate::chance::{hash, unit};
use crate::ground::curve::walk;
use crate::ground::frame::Frame;
use crate::ground::terrain::{Terrain, Town};
use crate::ground::warp::{P, Warp, along, between};
use crate::register::communes::{COMMUNES, Commune};

/// A commune of the province and the squares it owns.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name and codes.
    pub commune: &'static Commune,
    /// Its squares, in the order they are laid out.
    pub squares: Vec<(usize, usize)>,
}

/// Everything that follows from size and seed before a parcel is drawn.
#[derive(Debug, Clone)]
pub struct Province {
    /// The seed.
    pub seed: u64,
    /// Great lines.
    pub frame: Frame,
    /// Map from the board to EPSG:9214.
    pub warp: Warp,
    /// Lie of the land.
    pub terrain: Terrain,
    /// Communes.
    pub members: Vec<Member>,
}

/// Why no province can be made.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum ProvinceError {
    /// The number of parcels asked for is out of range.
    #[error("số thửa phải từ {least} đến {most}: {asked} / the number of parcels must be from {least} to {most}: {asked}",
        least = Province::LEAST, most = Province::MOST)]
    Size {
        /// The number asked for.
        asked: usize,
    },
}

impl Province {
    /// Fewest parcels a province can be asked for: less leaves no room for a river and a village.
    pub const LEAST: usize = 1_000;
    /// Most parcels: beyond it the ground would leave the zone of meridian 107°.
    pub const MOST: usize = 5_000_000;

    /// A province of about `parcels` parcels (within a few per cent).
    pub fn new(parcels: usize, seed: u64) -> Result<Self, ProvinceError> {
        if !(Self::LEAST..=Self::MOST).contains(&parcels) {
            return Err(ProvinceError::Size { asked: parcels });
        }
        let per_square = (parcels as f64 / 12.0).clamp(180.0, 3_300.0);
        let squares = (parcels as f64 / per_square).max(6.0);
        let nx = (squares * 1.2).sqrt().round().max(3.0) as usize;
        let ny = ((squares / nx as f64).round() as usize).max(2);
        let wanted = parcels as f64 / (nx * ny) as f64;
        let mut side = 1_500.0;
        // The land use depends a little on the size of the board: three rounds settle it.
        for _ in 0..3 {
            let density = Self::build(nx, ny, side, seed).density();
            side = (wanted / density * 1e6).sqrt().clamp(380.0, 6_000.0);
        }
        Ok(Self::build(nx, ny, side, seed))
    }

    fn build(nx: usize, ny: usize, side: f64, seed: u64) -> Self {
        let frame = Frame::new(nx, ny, side, seed);
        let members = members(nx, ny);
        let towns = members
            .iter()
            .filter(|m| m.commune.is_urban())
            .filter_map(|m| town(&frame, m, seed))
            .collect();
        let terrain = Terrain::new(seed, frame.half_size(), towns);
        Self {
            seed,
            frame,
            warp: Warp::new(seed),
            terrain,
            members,
        }
    }

    /// Parcels per square kilometre to expect, from a sample of the land.
    fn density(&self) -> f64 {
        const N: i32 = 160;
        let half = self.frame.half_size();
        let mut sum = 0.0;
        for a in 0..N {
            for b in 0..N {
                let at = |k: i32, h: f64| (f64::from(k) + 0.5) / f64::from(N) * 2.0 * h - h;
                sum += Terrain::density(self.terrain.zone([at(a, half[0]), at(b, half[1])]));
            }
        }
        sum / f64::from(N * N)
    }
}

/// Shares the squares out among communes: one to a few each, neighbours along the walk.
fn members(nx: usize, ny: usize) -> Vec<Member> {
    let squares = walk(nx, ny);
    let each = if squares.len() > 60 { 2.0 } else { 1.0 };
    let count = ((squares.len() as f64 / each).ceil() as usize).clamp(1, COMMUNES.len());
    // Small provinces lie where plain and litchi hills meet, around the town of Chũ.
    let chu = COMMUNES.iter().position(|c| c.code == "07525").unwrap_or(0);
    let start = chu
        .saturating_sub(count * 2 / 3)
        .min(COMMUNES.len() - count);
    COMMUNES
        .iter()
        .skip(start)
        .take(count)
        .enumerate()
        .map(|(k, commune)| {
            let (from, to) = (k * squares.len() / count, (k + 1) * squares.len() / count);
            Member {
                commune,
                squares: squares.get(from..to).map(<[_]>::to_vec).unwrap_or_default(),
            }
        })
        .collect()
}

/// The town of an urban commune, inside its first square.
fn town(frame: &Frame, member: &Member, seed: u64) -> Option<Town> {
    let &(i, j) = member.squares.first()?;
    let middle: P = between(frame.corner(i, j), frame.corner(i + 1, j + 1), 0.5);
    let h = hash(seed ^ 0x4D4B, i as i64, j as i64);
    let reach = frame.side * (0.22 + 0.12 * unit(h));
    Some(Town {
        centre: along(
            middle,
            [0.6, 0.8],
            frame.side * 0.1 * unit(h.rotate_left(17)),
        ),
        reach: reach.min(750.0),
    })
}
