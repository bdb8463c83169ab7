//! The lie of the land: hills rise to the north-east, villages stand on rises in the plain, towns at their
//! market. Land use follows from it, and so it clusters as real land use does.

use super::warp::{P, distance};
use crate::chance::{hash, octaves, signed, unit};

/// What a piece of land is mainly used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Town: shop houses and offices.
    Town,
    /// Village: houses in gardens.
    Village,
    /// Wet rice.
    Paddy,
    /// Vegetables, maize, groundnut.
    Crops,
    /// Fish ponds in low ground.
    Ponds,
    /// Litchi and other fruit on hillsides.
    Orchard,
    /// Planted forest.
    Forest,
    /// Protective forest on the high ground.
    Protected,
}

/// A town: its market and how far it reaches.
#[derive(Debug, Clone, Copy)]
pub struct Town {
    /// The market, on the board.
    pub centre: P,
    /// Reach in metres.
    pub reach: f64,
}

/// The land of one province.
#[derive(Debug, Clone)]
pub struct Terrain {
    seed: u64,
    half: P,
    /// Wavelength of hills and valleys, metres.
    wave: f64,
    towns: Vec<Town>,
}

/// Distance of village centres, metres.
const VILLAGE_STEP: f64 = 820.0;

impl Terrain {
    /// The land of a board with half-size `half`, metres.
    pub fn new(seed: u64, half: P, towns: Vec<Town>) -> Self {
        let wave = (half[0].min(half[1]) / 2.2).clamp(500.0, 5_200.0);
        Self {
            seed: seed ^ 0x5445_5252,
            half,
            wave,
            towns,
        }
    }

    /// How high and steep the land is: below 0.45 plain, above 0.62 mountain.
    pub fn height(&self, p: P) -> f64 {
        let ramp = 0.5 * (p[0] / self.half[0].max(1.0)) + 0.5 * (p[1] / self.half[1].max(1.0));
        let relief = octaves(self.seed, p[0] / self.wave, p[1] / self.wave, 4) - 0.5;
        0.42 + 0.24 * ramp + 0.78 * relief
    }

    /// Number of the nearest village and how deep inside it the place lies: positive inside, 1 at its heart.
    pub fn village(&self, p: P) -> (u64, f64) {
        let (i, j) = (
            (p[0] / VILLAGE_STEP).floor() as i64,
            (p[1] / VILLAGE_STEP).floor() as i64,
        );
        let (mut best, mut name) = (f64::NEG_INFINITY, 0);
        for a in i - 1..=i + 1 {
            for b in j - 1..=j + 1 {
                let h = hash(self.seed ^ 0x5649, a, b);
                let at = [
                    (a as f64 + 0.5 + 0.33 * signed(h)) * VILLAGE_STEP,
                    (b as f64 + 0.5 + 0.33 * signed(h.rotate_left(21))) * VILLAGE_STEP,
                ];
                let height = self.height(at);
                let reach = 130.0 + 170.0 * unit(h.rotate_left(43));
                let reach = if height > 0.62 {
                    0.0
                } else {
                    reach * (1.0 - 0.6 * ((height - 0.42).max(0.0) / 0.2))
                };
                let ragged =
                    0.55 + 0.9 * octaves(self.seed ^ 0x5241, p[0] / 210.0, p[1] / 210.0, 2);
                let depth = if reach > 0.0 {
                    1.0 - distance(p, at) / (reach * ragged)
                } else {
                    -9.0
                };
                if depth > best {
                    (best, name) = (depth, h);
                }
            }
        }
        (name, best)
    }

    /// How deep in a town the place lies: positive inside, 1 at the market.
    pub fn town(&self, p: P) -> f64 {
        let ragged = 0.7 + 0.6 * octaves(self.seed ^ 0x544F, p[0] / 400.0, p[1] / 400.0, 2);
        self.towns
            .iter()
            .map(|t| 1.0 - distance(p, t.centre) / (t.reach * ragged))
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// What the land is used for at a place.
    pub fn zone(&self, p: P) -> Zone {
        if self.town(p) > 0.0 {
            return Zone::Town;
        }
        if self.village(p).1 > 0.0 {
            return Zone::Village;
        }
        let height = self.height(p);
        if height > 0.62 {
            return if height > 0.74 {
                Zone::Protected
            } else {
                Zone::Forest
            };
        }
        let soil = octaves(self.seed ^ 0x534F, p[0] / 900.0, p[1] / 900.0, 2);
        if height > 0.475 {
            return if soil < 0.30 {
                Zone::Paddy
            } else {
                Zone::Orchard
            };
        }
        match soil {
            s if s > 0.70 => Zone::Crops,
            s if s < 0.235 => Zone::Ponds,
            _ => Zone::Paddy,
        }
    }

    /// Parcels per square kilometre to expect in a zone.
    pub const fn density(zone: Zone) -> f64 {
        match zone {
            Zone::Town => 4_600.0,
            Zone::Village => 1_750.0,
            Zone::Paddy => 1_290.0,
            Zone::Crops => 1_400.0,
            Zone::Ponds => 420.0,
            Zone::Orchard => 640.0,
            Zone::Forest => 28.0,
            Zone::Protected => 14.0,
        }
    }
}
