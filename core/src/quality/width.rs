//! How wide a piece of ground is.

use geo::{Area, Euclidean, Length, Polygon};

/// Width in metres of the rectangle with the area and the boundary of `polygon`; of rounder ones the side of the square
/// of that area. Holes count as boundary.
pub(super) fn width(polygon: &Polygon<f64>) -> f64 {
    let area = polygon.unsigned_area();
    let length = Euclidean.length(polygon.exterior())
        + polygon
            .interiors()
            .iter()
            .map(|hole| Euclidean.length(hole))
            .sum::<f64>();
    let root = length * length - 16.0 * area;
    if root <= 0.0 {
        area.sqrt()
    } else {
        // The smaller root, without the difference of two nearly equal numbers.
        4.0 * area / (length + root.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_is_as_wide_as_it_is() {
        for (w, h, expected) in [(0.02, 500.0, 0.02), (3.0, 4.0, 3.0), (2.0, 2.0, 2.0)] {
            let rect = geo::Rect::new((4e5, 2.3e6), (4e5 + w, 2.3e6 + h)).to_polygon();
            assert!((width(&rect) - expected).abs() < 1e-6, "{w} × {h}");
        }
    }
}
