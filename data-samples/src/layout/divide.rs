//! Dividing the land between the great lines: roads and canals first, lanes and ditches next, then blocks.

use super::{Draft, Land, Way, WayKind};
use crate::ground::plane::Ring;
use crate::ground::terrain::Zone;
use crate::ground::warp::{P, along, between, direction};

/// Above this area, m², land is divided by roads and canals.
const GREAT: f64 = 420_000.0;
/// Above this area by lanes and ditches.
const MIDDLE: f64 = 95_000.0;

/// The way that divides land of this area and zone: kind, land-use code, width in metres.
fn way(area: f64, zone: Zone, wet: bool) -> (WayKind, &'static str, f64) {
    let built = matches!(zone, Zone::Town | Zone::Village);
    match zone {
        Zone::Forest | Zone::Protected => (WayKind::Lane, "DGT", 4.0),
        _ if area > GREAT && wet && !built => (WayKind::Canal, "DTL", 6.0),
        Zone::Town if area > GREAT => (WayKind::Road, "DGT", 10.0),
        _ if area > GREAT => (WayKind::Road, "DGT", 6.5),
        Zone::Town if area > MIDDLE => (WayKind::Road, "DGT", 7.0),
        Zone::Village if area > MIDDLE => (WayKind::Lane, "DGT", 4.5),
        Zone::Orchard => (WayKind::Lane, "DGT", 3.0),
        _ if area > MIDDLE && wet => (WayKind::Ditch, "DTL", 3.5),
        _ if area > MIDDLE => (WayKind::Lane, "DGT", 3.5),
        Zone::Town => (WayKind::Lane, "DGT", 4.5),
        Zone::Village => (WayKind::Lane, "DGT", 2.6),
        _ if wet => (WayKind::Ditch, "DTL", 1.8),
        _ => (WayKind::Lane, "DGT", 2.2),
    }
}

/// Area in m² at which land of a zone is one block.
const fn block_area(zone: Zone) -> f64 {
    match zone {
        Zone::Town => 9_500.0,
        Zone::Village => 15_000.0,
        Zone::Paddy => 42_000.0,
        Zone::Crops => 30_000.0,
        Zone::Ponds => 40_000.0,
        Zone::Orchard => 55_000.0,
        Zone::Forest => 190_000.0,
        Zone::Protected => 320_000.0,
    }
}

/// A face after a strip was cut out of it.
#[derive(Debug)]
pub struct Parts {
    /// The land on one side.
    pub one: Ring,
    /// The strip and its middle line, unless it came out too thin.
    pub strip: Option<(Ring, [P; 2])>,
    /// The land on the other side.
    pub other: Ring,
}

impl Draft<'_> {
    /// Divides `face` into blocks and the blocks into parcels.
    pub fn divide(&mut self, face: Ring) {
        let mut open = vec![face];
        while let Some(face) = open.pop() {
            let ring = self.plane.expand(&face);
            let (area, centre) = self.plane.area_and_centre(&ring);
            let zone = self.zone_of(&ring, centre);
            if self.reservoirs.is_empty()
                && self.wants_reservoir(area, zone)
                && let Some(around) = self.reservoir(&ring, centre)
            {
                open.extend(around);
                continue;
            }
            let limit = block_area(zone) * self.between(0.8, 1.45);
            if area <= limit {
                self.block(face, zone);
            } else if let Some([one, other]) = self.divide_by_way(&face, area, zone) {
                open.push(other);
                open.push(one);
            } else {
                self.block(face, zone);
            }
        }
    }

    /// The zone most of the face lies in: its centre and the middles towards four of its vertices are asked.
    fn zone_of(&self, ring: &[u32], centre: P) -> Zone {
        let first = self.terrain.zone(centre);
        let votes: Vec<Zone> = (0..5)
            .filter_map(|k| ring.get(k * ring.len() / 5))
            .map(|&v| self.terrain.zone(between(centre, self.plane.place(v), 0.6)))
            .collect();
        let count = |z: Zone| votes.iter().filter(|&&v| v == z).count();
        votes
            .iter()
            .copied()
            .find(|&z| count(z) >= 3)
            .unwrap_or(first)
    }

    /// Lays a way across the long axis of `face`; the land on both sides of it.
    fn divide_by_way(&mut self, face: &[u32], area: f64, zone: Zone) -> Option<[Ring; 2]> {
        let wet = matches!(zone, Zone::Paddy | Zone::Ponds) && self.chance(0.6);
        let (kind, code, width) = way(area, zone, wet);
        let slant = match zone {
            Zone::Paddy | Zone::Ponds | Zone::Crops | Zone::Town => 0.05,
            Zone::Village => 0.16,
            Zone::Orchard | Zone::Forest | Zone::Protected => 0.28,
        };
        let parts = self.strip_across(face, width, slant)?;
        if let Some((ground, [from, to])) = parts.strip {
            self.settle_long(ground, Land::of(code), 120.0);
            let dir = direction(from, to);
            let (from, to) = (along(from, dir, -3.0), along(to, dir, 3.0));
            self.ways.push(Way {
                kind,
                from,
                to,
                width,
                zone,
            });
        }
        Some([parts.one, parts.other])
    }

    /// Cuts a strip of `width` metres out of `face` near the middle of its long axis.
    pub fn strip_across(&mut self, face: &[u32], width: f64, slant: f64) -> Option<Parts> {
        let ring = self.plane.expand(face);
        let axis = self.plane.long_axis(&ring);
        let (low, high) = self.plane.extent(&ring, axis);
        let at = low + (high - low) * self.between(0.40, 0.60);
        let slant = self.between(-slant, slant);
        let near = self.cut_across(face, axis, at - width / 2.0, slant)?;
        Some(
            match self.parallel_cut(&near.right, near.from, near.to, width) {
                Some(far) => {
                    let middle = [
                        between(near.from, far.from, 0.5),
                        between(near.to, far.to, 0.5),
                    ];
                    Parts {
                        one: near.left,
                        strip: Some((far.left, middle)),
                        other: far.right,
                    }
                }
                None => Parts {
                    one: near.left,
                    strip: None,
                    other: near.right,
                },
            },
        )
    }

    /// Cuts `face` along the line `width` metres to the right of the line `from` → `to`.
    fn parallel_cut(
        &mut self,
        face: &[u32],
        from: P,
        to: P,
        width: f64,
    ) -> Option<crate::ground::plane::Cut> {
        let dir = direction(from, to);
        let right = [dir[1], -dir[0]];
        self.plane
            .cut(face, along(from, right, width), dir, super::SNAP)
    }

    /// Makes `face` a block of its zone and parcels it out.
    fn block(&mut self, face: Ring, zone: Zone) {
        self.next_block();
        match zone {
            Zone::Town => self.town_block(face),
            Zone::Village => self.village_block(face),
            Zone::Paddy => self.paddy_block(face),
            Zone::Crops => self.crop_block(face),
            Zone::Ponds => self.pond_block(face),
            Zone::Orchard => self.orchard_block(face),
            Zone::Forest => self.forest_block(face, "RSX"),
            Zone::Protected => self.forest_block(face, "RPH"),
        }
    }
}
