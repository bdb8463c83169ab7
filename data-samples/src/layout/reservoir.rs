//! Reservoirs: a lake with a ragged shore in a fold of the hills, the land around it cut along rays.

use super::{Draft, Land, Reservoir};
use crate::ground::plane::Ring;
use crate::ground::terrain::Zone;
use crate::ground::warp::{P, between, distance};

/// Rays of a lake, about.
const RAYS: usize = 20;

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
        let around: f64 = (0..ring.len()).map(|k| self.edge_length(&ring, k)).sum();
        while let Some((k, length)) = self.longest_edge(&ring)
            && length > around / RAYS as f64
        {
            let (a, b) = (*ring.get(k)?, *ring.get((k + 1) % ring.len())?);
            let v = self.plane.split_edge(a, b)?;
            ring.insert(k + 1, v);
        }
        let feet = self.feet(&ring, around / RAYS as f64);
        let count = feet.len();
        if count < 8 {
            return None;
        }
        let mut depth = self.between(0.5, 0.7);
        let mut shore = Ring::with_capacity(count);
        for &k in &feet {
            depth = (depth + self.between(-0.15, 0.15)).clamp(0.3, 0.84);
            let foot = self.plane.place(*ring.get(k)?);
            shore.push(self.plane.add(between(centre, foot, depth)));
        }
        let mut land = Vec::with_capacity(count);
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
            land.push(part);
        }
        let dam = [
            self.plane.place(*shore.first()?),
            self.plane.place(*shore.get(1)?),
        ];
        self.next_block();
        self.settle(shore.clone(), Land::of("MNC"));
        self.reservoirs.push(Reservoir { shore, dam });
        Some(land)
    }

    /// Positions in the ring where rays end: about `step` metres apart along it.
    fn feet(&self, ring: &[u32], step: f64) -> Vec<usize> {
        let mut feet = Vec::new();
        let mut since = f64::INFINITY;
        for k in 0..ring.len() {
            if since >= step * 0.8 {
                feet.push(k);
                since = 0.0;
            }
            since += self.edge_length(ring, k);
        }
        feet
    }

    /// Length of the edge that begins at position `k`.
    fn edge_length(&self, ring: &[u32], k: usize) -> f64 {
        match (ring.get(k), ring.get((k + 1) % ring.len().max(1))) {
            (Some(&a), Some(&b)) => distance(self.plane.place(a), self.plane.place(b)),
            _ => 0.0,
        }
    }

    fn longest_edge(&self, ring: &[u32]) -> Option<(usize, f64)> {
        (0..ring.len())
            .map(|k| (k, self.edge_length(ring, k)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }
}
