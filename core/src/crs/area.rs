//! Areas in the plane a thing was surveyed in.

use geo::Area;

use super::{Crs, CrsError, Transform, transform_geometry};

/// Planar area of `geometry` in the units of its own plane, holes taken out; 0 for points and lines.
pub fn geometry_area(geometry: &geo::Geometry<f64>) -> f64 {
    geometry.unsigned_area()
}

/// Area in m² of `geometry`, given in the working CRS, in the plane of `grid`.
///
/// A certificate states the area in the grid of the survey: 500 m² surveyed in EPSG:9209 are 0.14 m²
/// more in EPSG:9214. A geographic grid has no plane, so the working plane is used for it.
///
/// # Errors
/// [`CrsError`] where a vertex has no image in `grid`.
pub fn area_in(geometry: &geo::Geometry<f64>, working: Crs, grid: Crs) -> Result<f64, CrsError> {
    if grid == working || grid.is_geographic() || grid.datum() != working.datum() {
        return Ok(geometry_area(geometry));
    }
    let mut there = geometry.clone();
    transform_geometry(&Transform::new(working, grid)?, &mut there)?;
    Ok(geometry_area(&there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_of_old_bac_ninh_is_smaller_in_its_own_grid() {
        // A square of 500 m² in EPSG:9209, in the west of old Bắc Ninh.
        let side = 500.0f64.sqrt();
        let (e, n) = (541_500.0, 2_342_000.0);
        let mut g: geo::Geometry<f64> = geo::Rect::new((e, n), (e + side, n + side))
            .to_polygon()
            .into();
        let grid = Crs::from_epsg(9209).unwrap();
        transform_geometry(&Transform::new(grid, Crs::WORKING).unwrap(), &mut g).unwrap();
        assert!((area_in(&g, Crs::WORKING, grid).unwrap() - 500.0).abs() < 1e-3);
        let grown = geometry_area(&g) - 500.0;
        assert!(
            (grown - 0.14).abs() < 0.02,
            "{grown} m² larger in the working plane"
        );
    }
}
