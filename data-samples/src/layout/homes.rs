//! Where people live: village houses in gardens with ponds, shop houses in town, and public buildings.

use rand::Rng;

use super::fields::Rows;
use super::{Draft, Land};
use crate::ground::plane::Ring;

/// Public uses of a village block, the most frequent first.
const VILLAGE_PUBLIC: [&str; 8] = ["DGD", "DVH", "TSC", "DTT", "TON", "DYT", "DCH", "DKV"];
/// Public uses of a town block.
const TOWN_PUBLIC: [&str; 8] = ["TSC", "DGD", "TMD", "DCH", "DKV", "DYT", "DVH", "SKC"];

impl Draft<'_> {
    /// A village block: house plots in rows, gardens, ponds; sometimes the school, the communal house.
    pub fn village_block(&mut self, face: Ring) {
        if self.chance(0.075) {
            self.public_block(face, &VILLAGE_PUBLIC);
            return;
        }
        let area = (540.0 * self.spread()).clamp(160.0, 1_100.0);
        let depth = self.between(21.0, 34.0);
        for plot in self.rows(
            face,
            Rows {
                depth,
                area,
                uneven: 0.55,
                slant: 0.16,
            },
        ) {
            let land = match self.rng.random::<f64>() {
                x if x < 0.30 => Land::of("ONT"),
                x if x < 0.72 => Land {
                    code: "ONT",
                    second: Some(("CLN", self.between(0.25, 0.7))),
                },
                x if x < 0.84 => Land::of("CLN"),
                x if x < 0.92 => Land::of("NTS"),
                x if x < 0.97 => Land::of("HNK"),
                x if x < 0.985 => Land::of("TIN"),
                _ => Land::of("SKC"),
            };
            let inside = if land.code == "ONT" { "NTS" } else { "ONT" };
            self.plot(plot, land, inside);
        }
    }

    /// A town block: narrow shop houses back to back; sometimes offices, a market, a park.
    pub fn town_block(&mut self, face: Ring) {
        if self.chance(0.13) {
            self.public_block(face, &TOWN_PUBLIC);
            return;
        }
        let area = (118.0 * self.spread()).clamp(68.0, 360.0);
        let depth = self.between(15.0, 21.0);
        for plot in self.rows(
            face,
            Rows {
                depth,
                area,
                uneven: 0.35,
                slant: 0.03,
            },
        ) {
            let land = match self.rng.random::<f64>() {
                x if x < 0.86 => Land::of("ODT"),
                x if x < 0.93 => Land {
                    code: "ODT",
                    second: Some(("TMD", self.between(0.2, 0.6))),
                },
                x if x < 0.96 => Land::of("TMD"),
                x if x < 0.98 => Land::of("CLN"),
                _ => Land::of("DKV"),
            };
            self.settle(plot, land);
        }
    }

    fn public_block(&mut self, face: Ring, uses: &[&'static str]) {
        let area = self.between(1_800.0, 7_500.0);
        for plot in self.halves(face, area, 0.08) {
            // The lower of two draws: the first of the list are the frequent ones.
            let draw = self.rng.random::<f64>().min(self.rng.random::<f64>());
            let code = uses
                .get((draw * uses.len() as f64) as usize)
                .copied()
                .unwrap_or("DGD");
            self.settle(plot, Land::of(code));
        }
    }
}
