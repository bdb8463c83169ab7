//! Several parcels as one ground.

use geo::{Coord, CoordsIter, MapCoordsInPlace, MultiPolygon, unary_union};
use rustc_hash::FxHashMap;

use super::cover::TOLERANCE;
use super::geometry::FIELD;
use crate::error::{FieldProblem, Reason};

/// The union of `parts`, whose corners are corners of the parts to the bit.
///
/// # Errors
/// Where the parts do not lie side by side, or only nearly so: then somebody must say what the whole is.
pub fn union(parts: &[MultiPolygon<f64>]) -> Result<MultiPolygon<f64>, FieldProblem> {
    let mut together = unary_union(parts.iter());
    // Uniting works on a grid of its own; the corners are brought back to where they were surveyed.
    let corners = Corners::of(parts);
    together.map_coords_in_place(|c| corners.near(c).unwrap_or(c));
    let most = parts.iter().map(|part| part.0.len()).max().unwrap_or(0);
    if together.0.len() > most {
        return Err(FieldProblem::new(
            FIELD,
            Reason::new(
                "các thửa không giáp nhau theo cạnh chung; hãy gửi hình học của thửa mới trong \"into\"",
                "the parcels do not share sides; send the geometry of the new one in \"into\"",
            ),
        ));
    }
    Ok(together)
}

/// Corners found by place.
struct Corners(FxHashMap<(i64, i64), Vec<Coord<f64>>>);

impl Corners {
    fn of(parts: &[MultiPolygon<f64>]) -> Self {
        let mut cells: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for c in parts.iter().flat_map(CoordsIter::coords_iter) {
            cells.entry(cell(c)).or_default().push(c);
        }
        Self(cells)
    }

    /// The corner nearest to `c`, not farther than the tolerance.
    fn near(&self, c: Coord<f64>) -> Option<Coord<f64>> {
        let (x, y) = cell(c);
        let distance = |d: &Coord<f64>| (d.x - c.x).hypot(d.y - c.y);
        (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .filter_map(|cell| self.0.get(&cell))
            .flatten()
            .copied()
            .filter(|d| distance(d) <= TOLERANCE)
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

fn cell(c: Coord<f64>) -> (i64, i64) {
    let of = |metres: f64| (metres / TOLERANCE).floor() as i64;
    (of(c.x), of(c.y))
}

#[cfg(test)]
mod tests {
    use geo::{Area, Rect};

    use super::*;

    fn block(west: f64, east: f64) -> MultiPolygon<f64> {
        let (x, y) = (416_226.123_4, 2_353_402.567_8);
        MultiPolygon(vec![
            Rect::new((x + west, y), (x + east, y + 20.0)).to_polygon(),
        ])
    }

    #[test]
    fn neighbours_become_one_with_their_own_corners() {
        let parts = [block(0.0, 10.0), block(10.0, 25.0)];
        let whole = union(&parts).unwrap();
        assert_eq!(whole.0.len(), 1);
        assert!((whole.unsigned_area() - 500.0).abs() < 1e-6);
        let known: Vec<Coord<f64>> = parts.iter().flat_map(CoordsIter::coords_iter).collect();
        assert!(whole.coords_iter().all(|c| known.contains(&c)));
    }

    #[test]
    fn what_lies_apart_is_not_united() {
        assert!(union(&[block(0.0, 10.0), block(11.0, 20.0)]).is_err());
    }
}
