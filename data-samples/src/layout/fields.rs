//! Fields: paddy in rows between bunds, vegetable plots, ponds, orchards on slopes, forest.

use super::{Draft, Land};
use crate::chance::spread;
use crate::ground::plane::Ring;
use crate::ground::warp::{between, distance, left_of};
use rand::Rng;

/// How a block is sliced into rows and the rows into plots.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Depth of a row, metres.
    pub depth: f64,
    /// Area of a plot in the middle, m².
    pub area: f64,
    /// How much single plots differ: 0 all alike, 1 like all parcels of a commune.
    pub uneven: f64,
    /// Greatest tangent of the angle of the cuts.
    pub slant: f64,
}

impl Draft<'_> {
    /// Slices `face` into rows along its long axis and each row into plots.
    pub fn rows(&mut self, face: Ring, rule: Rows) -> Vec<Ring> {
        let ring = self.plane.expand(&face);
        let axis = self.plane.long_axis(&ring);
        let across = left_of(axis);
        let (low, high) = self.plane.extent(&ring, across);
        let count = ((high - low) / rule.depth).round().max(1.0);
        let depth = (high - low) / count;
        let mut rows = Vec::new();
        let mut rest = face;
        for k in 1..count as usize {
            // Cut along the long axis: what lies beyond is the rest.
            match self.cut_across(&rest, across, low + depth * k as f64, 0.0) {
                Some(cut) => {
                    rows.push(cut.left);
                    rest = cut.right;
                }
                None => break,
            }
        }
        rows.push(rest);
        let mut plots = Vec::new();
        for row in rows {
            self.slice(row, axis, rule, &mut plots);
        }
        plots
    }

    /// Slices a row into plots across `axis`.
    fn slice(
        &mut self,
        row: Ring,
        axis: crate::ground::warp::P,
        rule: Rows,
        plots: &mut Vec<Ring>,
    ) {
        let ring = self.plane.expand(&row);
        let (area, _) = self.plane.area_and_centre(&ring);
        let (low, high) = self.plane.extent(&ring, axis);
        let length = high - low;
        let depth = (area / length.max(1.0)).max(1.0);
        let mut at = low;
        let mut rest = row;
        loop {
            let size = rule.area * (1.0 - rule.uneven + rule.uneven * self.spread().min(6.0));
            let width = (size / depth).max(2.5);
            at += width;
            if high - at < width * 0.6 {
                break;
            }
            let slant = self.between(-rule.slant, rule.slant);
            if let Some(cut) = self.cut_across(&rest, axis, at, slant) {
                plots.push(cut.left);
                rest = cut.right;
            }
        }
        plots.push(rest);
    }

    /// A size factor with the spread of real parcels, median 1.
    pub fn spread(&mut self) -> f64 {
        spread(self.rng.random::<f64>())
    }

    /// Divides `face` in two, again and again, until the parts are about `area` m².
    pub fn halves(&mut self, face: Ring, area: f64, slant: f64) -> Vec<Ring> {
        let mut open = vec![face];
        let mut done = Vec::new();
        while let Some(face) = open.pop() {
            let ring = self.plane.expand(&face);
            let (size, _) = self.plane.area_and_centre(&ring);
            if size < area * self.between(0.9, 2.1) {
                done.push(face);
                continue;
            }
            let axis = self.plane.long_axis(&ring);
            let (low, high) = self.plane.extent(&ring, axis);
            let at = low + (high - low) * self.between(0.36, 0.64);
            let turn = self.between(-slant, slant);
            match self.cut_across(&face, axis, at, turn) {
                Some(cut) => {
                    open.push(cut.right);
                    open.push(cut.left);
                }
                None => done.push(face),
            }
        }
        done
    }

    /// Wet rice: rows of plots between bunds, all much alike within a block; now and then graves, a pond.
    pub fn paddy_block(&mut self, face: Ring) {
        if self.chance(0.018) {
            self.next_block();
            for plot in self.halves(face, 5_200.0, 0.2) {
                let land = if self.chance(0.5) {
                    Land::of("NTD")
                } else {
                    Land::of("LUK")
                };
                self.settle(plot, land);
            }
            return;
        }
        let area = (880.0 * self.spread()).clamp(270.0, 2_500.0);
        let depth = self.between(24.0, 41.0) * if area > 1_300.0 { 1.4 } else { 1.0 };
        let main = if self.chance(0.8) { "LUC" } else { "LUK" };
        let rule = Rows {
            depth,
            area,
            uneven: 0.42,
            slant: 0.06,
        };
        for plot in self.rows(face, rule) {
            let code = match self.rng.random::<f64>() {
                x if x < 0.94 => main,
                x if x < 0.97 => "HNK",
                x if x < 0.985 => "NTS",
                _ => "DTL",
            };
            self.plot(plot, Land::of(code), "NTD");
        }
    }

    /// Vegetables, maize, groundnut: narrow plots.
    pub fn crop_block(&mut self, face: Ring) {
        let area = (700.0 * self.spread()).clamp(160.0, 2_400.0);
        let depth = self.between(19.0, 38.0);
        for plot in self.rows(
            face,
            Rows {
                depth,
                area,
                uneven: 0.5,
                slant: 0.1,
            },
        ) {
            let code = if self.chance(0.93) { "HNK" } else { "CLN" };
            self.plot(plot, Land::of(code), "NTD");
        }
    }

    /// Fish ponds with their banks.
    pub fn pond_block(&mut self, face: Ring) {
        let area = self.between(1_500.0, 4_800.0);
        for plot in self.halves(face, area, 0.12) {
            let code = if self.chance(0.82) { "NTS" } else { "LUC" };
            self.plot(plot, Land::of(code), "NKH");
        }
    }

    /// Orchards on a slope: litchi and other fruit, houses among the trees here and there.
    pub fn orchard_block(&mut self, face: Ring) {
        let area = (1_450.0 * self.spread()).clamp(520.0, 4_000.0);
        for plot in self.halves(face, area, 0.3) {
            let land = match self.rng.random::<f64>() {
                x if x < 0.87 => Land::of("CLN"),
                x if x < 0.92 => Land {
                    code: "ONT",
                    second: Some(("CLN", 0.72)),
                },
                x if x < 0.95 => Land::of("HNK"),
                x if x < 0.97 => Land::of("NTS"),
                _ => Land::of("RSX"),
            };
            let inside = if land.code == "CLN" { "ONT" } else { "CLN" };
            self.plot(plot, land, inside);
        }
    }

    /// Forest: few, large parcels.
    pub fn forest_block(&mut self, face: Ring, code: &'static str) {
        let area = if code == "RPH" {
            self.between(90_000.0, 260_000.0)
        } else {
            self.between(9_000.0, 70_000.0)
        };
        for plot in self.halves(face, area, 0.4) {
            let land = match self.rng.random::<f64>() {
                x if x < 0.95 || code == "RPH" => Land::of(code),
                x if x < 0.985 => Land::of("CLN"),
                _ => Land::of("DCS"),
            };
            self.plot(plot, land, "CLN");
        }
    }

    /// The foreshore between river and dike: silt fields, a few ponds and brick yards gone wild.
    pub fn foreshore(&mut self, face: Ring) {
        for part in self.halves(face, 21_000.0, 0.1) {
            self.next_block();
            let area = (900.0 * self.spread()).clamp(300.0, 2_800.0);
            for plot in self.rows(
                part,
                Rows {
                    depth: 42.0,
                    area,
                    uneven: 0.4,
                    slant: 0.12,
                },
            ) {
                let code = match self.rng.random::<f64>() {
                    x if x < 0.74 => "HNK",
                    x if x < 0.86 => "CLN",
                    x if x < 0.94 => "NTS",
                    _ => "BCS",
                };
                self.settle(plot, Land::of(code));
            }
        }
    }

    /// Makes a plot a parcel; now and then with an island parcel of use `inside` in its middle.
    pub fn plot(&mut self, face: Ring, land: Land, inside: &'static str) {
        if !self.chance(0.0075) {
            self.settle(face, land);
            return;
        }
        let ring = self.plane.expand(&face);
        let (area, centre) = self.plane.area_and_centre(&ring);
        let around: f64 = (0..ring.len())
            .filter_map(|k| Some((*ring.get(k)?, *ring.get((k + 1) % ring.len())?)))
            .map(|(a, b)| distance(self.plane.place(a), self.plane.place(b)))
            .sum();
        // An island needs room: a square has 0.0625, a needle next to nothing.
        if area < 260.0 || area < 0.032 * around * around {
            self.settle(face, land);
            return;
        }
        let share = self.between(0.25, 0.42);
        let step = ring.len().div_ceil(7).max(1);
        let island: Ring = ring
            .iter()
            .step_by(step)
            .map(|&v| between(centre, self.plane.place(v), share))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|p| self.plane.add(p))
            .collect();
        if island.len() < 3 || self.plane.area_and_centre(&island).0 < 12.0 {
            self.settle(face, land);
            return;
        }
        let hole: Ring = island.iter().rev().copied().collect();
        self.settle(face, land);
        if let Some(piece) = self.pieces.last_mut() {
            piece.holes.push(hole);
        }
        self.settle(island, Land::of(inside));
    }
}
