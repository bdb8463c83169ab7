//! Reservoirs: a lake with a ragged shore in a fold of the hills, the land around it cut along rays.

use super::{Draft, Land, Reservoir};
use crate::ground::plane::Ring;
use crate::ground::terrain::Zone;
use crate::ground::warp::{P, between};

/// Rays of a lake at most.
const RAYS: usize = 18;

impl Draft<'_> {
    /// Whether a face of this size and use takes the square's reservoir.
    pub fn wants_reservoir(&mut self, area: f64, zone: Zone) -> bool {
        matches!(zone, Zone::Orchard | Zone::Forest)
            && (60_000.0..380_000.0).contains(&area)
            && self.chance(0.12)
    }

    /// Puts a lake into the convex `face` around `centre` and returns the land around it, cut along rays so
    /// that every part is convex; `None` where the face has too few vertices.
    pub fn reservoir(&mut self, face: &[u32], centre: P) -> Option<Vec<Ring>> {
        let mut ring = face.to_vec();
        while ring.len() < 10 {
            let (k, a, b) = self.longest_edge(&ring)?;
            let v = self.plane.split_edge(a, b)?;
            ring.insert(k + 1, v);
        }
        let count = ring.len().min(RAYS);
        // Positions in the ring where rays end, evenly by number of vertices.
        let feet: Vec<usize> = (0..count).map(|k| k * ring.len() / count).collect();
        let mut depth = self.between(0.45, 0.7);
        let mut shore = Ring::with_capacity(count);
        for &k in &feet {
            depth = (depth + self.between(-0.17, 0.17)).clamp(0.28, 0.82);
            let foot = self.plane.place(*ring.get(k)?);
            shore.push(self.plane.add(between(centre, foot, depth)));
        }
        let mut around = Vec::with_capacity(count);
        for k in 0..count {
            let next = (k + 1) % count;
            let (from, to) = (*feet.get(k)?, *feet.get(next)?);
            let mut part: Ring = if next == 0 {
                ring.get(from..)?.to_vec()
            } else {
                ring.get(from..=to)?.to_vec()
            };
            if next == 0 {
                part.push(*ring.first()?);
            }
            part.push(*shore.get(next)?);
            part.push(*shore.get(k)?);
            around.push(part);
        }
        let dam = [
            self.plane.place(*shore.first()?),
            self.plane.place(*shore.get(1)?),
        ];
        self.next_block();
        self.settle(shore.clone(), Land::of("MNC"));
        self.reservoirs.push(Reservoir { shore, dam });
        Some(around)
    }

    fn longest_edge(&self, ring: &[u32]) -> Option<(usize, u32, u32)> {
        let mut best = None;
        let mut length = 0.0;
        for (k, &a) in ring.iter().enumerate() {
            let b = ring.get(k + 1).or(ring.first()).copied()?;
            let d = crate::ground::warp::distance(self.plane.place(a), self.plane.place(b));
            if d > length {
                (best, length) = (Some((k, a, b)), d);
            }
        }
        best
    }
}
