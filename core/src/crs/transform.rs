//! Carrying coordinates from one system to another with PROJ, by operations written out in full.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use geo::{CoordsIter, MapCoordsInPlace};
use proj::Proj;

use super::{Crs, CrsError, Datum, Projection};

/// EPSG:6960 "VN-2000 to WGS 84 (2)", Quyết định 05/2007/QĐ-BTNMT: method 9607, coordinate frame rotation.
const VN2000_TO_WGS84: &str = "+proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 \
     +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame";

/// An operation from one system to another.
///
/// Across the datum an operation in the plane drops the ellipsoidal height the shift gives, as EPSG's does:
/// to WGS 84 and back again lands within a millimetre, not on the same spot. Legal geometry never makes that trip.
///
/// Cheap to clone and to share: PROJ's own objects are kept per thread.
#[derive(Debug, Clone)]
pub struct Transform {
    from: Crs,
    to: Crs,
    pipeline: Arc<str>,
    operation: Arc<str>,
}

thread_local! {
    static OPERATIONS: RefCell<HashMap<Arc<str>, Proj>> = RefCell::new(HashMap::new());
}

impl Transform {
    /// The operation from `from` to `to`.
    ///
    /// # Errors
    /// [`CrsError::Operation`] where the installed PROJ does not make it.
    pub fn new(from: Crs, to: Crs) -> Result<Self, CrsError> {
        let mut steps: Vec<String> = Vec::new();
        if from != to {
            steps.extend(inverse(from.projection));
            match (from.datum, to.datum) {
                (Datum::Vn2000, Datum::Wgs84) => steps.extend(datum_shift(false)),
                (Datum::Wgs84, Datum::Vn2000) => steps.extend(datum_shift(true)),
                (Datum::Vn2000, Datum::Vn2000) | (Datum::Wgs84, Datum::Wgs84) => {}
            }
            steps.extend(forward(to.projection));
        }
        let operation = match (from.datum == to.datum, from == to) {
            (_, true) => format!("none: coordinates are already in {to}"),
            (true, false) => format!("projection arithmetic only, {from} to {to}"),
            (false, _) => format!("EPSG:6960 VN-2000 to WGS 84 (2), {from} to {to}"),
        };
        let transform = Self {
            from,
            to,
            pipeline: pipeline(&steps).into(),
            operation: operation.into(),
        };
        // A first use on this thread shows whether PROJ accepts the pipeline.
        transform.with(|_| Ok(()))?;
        Ok(transform)
    }

    /// What is done, for the record of a dataset: the operation's name and its grids.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The PROJ pipeline, empty where nothing is to be done.
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// Source.
    pub const fn from(&self) -> Crs {
        self.from
    }

    /// Target.
    pub const fn to(&self) -> Crs {
        self.to
    }

    /// Carries `coords` in place.
    ///
    /// # Errors
    /// [`CrsError::Coordinate`] names the first coordinate that has no image; `coords` is then unspecified.
    pub fn apply(&self, coords: &mut [[f64; 2]]) -> Result<(), CrsError> {
        if self.pipeline.is_empty() || coords.is_empty() {
            return Ok(());
        }
        let before = coords[0];
        let mut pairs: Vec<(f64, f64)> = coords.iter().map(|c| (c[0], c[1])).collect();
        let done = self.with(|proj| {
            proj.convert_array(&mut pairs)
                .map(|_| ())
                .map_err(|e| self.no_image(before, &e.to_string()))
        });
        for (c, p) in coords.iter_mut().zip(&pairs) {
            if done.is_ok() && !(p.0.is_finite() && p.1.is_finite()) {
                return Err(self.no_image(*c, "the result is not finite"));
            }
            *c = [p.0, p.1];
        }
        done
    }

    /// The image of one coordinate.
    ///
    /// # Errors
    /// [`CrsError::Coordinate`] where there is none.
    pub fn point(&self, coord: [f64; 2]) -> Result<[f64; 2], CrsError> {
        if self.pipeline.is_empty() {
            return Ok(coord);
        }
        let image = self.with(|proj| {
            proj.convert((coord[0], coord[1]))
                .map_err(|e| self.no_image(coord, &e.to_string()))
        })?;
        if image.0.is_finite() && image.1.is_finite() {
            Ok([image.0, image.1])
        } else {
            Err(self.no_image(coord, "the result is not finite"))
        }
    }

    fn no_image(&self, coord: [f64; 2], reason: &str) -> CrsError {
        CrsError::Coordinate {
            x: coord[0],
            y: coord[1],
            from: self.from,
            to: self.to,
            reason: reason.to_owned(),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&Proj) -> Result<T, CrsError>) -> Result<T, CrsError> {
        OPERATIONS.with_borrow_mut(|operations| {
            if !operations.contains_key(&self.pipeline) {
                let definition = if self.pipeline.is_empty() {
                    "+proj=noop"
                } else {
                    &*self.pipeline
                };
                let proj = Proj::new(definition).map_err(|e| CrsError::Operation {
                    name: self.operation.to_string(),
                    reason: e.to_string(),
                })?;
                operations.insert(Arc::clone(&self.pipeline), proj);
            }
            match operations.get(&self.pipeline) {
                Some(proj) => act(proj),
                None => Err(CrsError::Operation {
                    name: self.operation.to_string(),
                    reason: "it was not kept".to_owned(),
                }),
            }
        })
    }
}

/// Carries every coordinate of `geometry` in place.
///
/// # Errors
/// As [`Transform::point`]; `geometry` is then unspecified.
pub fn transform_geometry(
    transform: &Transform,
    geometry: &mut geo::Geometry<f64>,
) -> Result<(), CrsError> {
    if transform.pipeline.is_empty() {
        return Ok(());
    }
    if let geo::Geometry::Rect(rect) = geometry {
        // A box's image is no box.
        *geometry = rect.to_polygon().into();
    }
    let mut coords: Vec<[f64; 2]> = geometry.coords_iter().map(|c| [c.x, c.y]).collect();
    transform.apply(&mut coords)?;
    let (next, coords) = (Cell::new(0), &coords);
    let next = &next;
    geometry.map_coords_in_place(|before| {
        let i = next.replace(next.get() + 1);
        coords
            .get(i)
            .map_or(before, |c| geo::Coord { x: c[0], y: c[1] })
    });
    Ok(())
}

fn pipeline(steps: &[String]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let mut text = "+proj=pipeline".to_owned();
    for step in steps {
        text.push_str(" +step ");
        text.push_str(step);
    }
    text
}

fn projection(projection: Projection) -> Option<String> {
    match projection {
        Projection::Geographic => None,
        Projection::TransverseMercator {
            meridian_minutes,
            scale,
        } => Some(format!(
            "+proj=tmerc +lat_0=0 +lon_0={} +k=0.{scale} +x_0=500000 +y_0=0 +ellps=WGS84",
            f64::from(meridian_minutes) / 60.0
        )),
        Projection::WebMercator => {
            Some("+proj=webmerc +lat_0=0 +lon_0=0 +x_0=0 +y_0=0 +ellps=WGS84".to_owned())
        }
    }
}

/// Steps from the system's coordinates to longitude and latitude in radians.
fn inverse(system: Projection) -> Vec<String> {
    match projection(system) {
        None => vec!["+proj=unitconvert +xy_in=deg +xy_out=rad".to_owned()],
        Some(definition) => vec![format!("+inv {definition}")],
    }
}

/// Steps from longitude and latitude in radians to the system's coordinates.
fn forward(system: Projection) -> Vec<String> {
    match projection(system) {
        None => vec!["+proj=unitconvert +xy_in=rad +xy_out=deg".to_owned()],
        Some(definition) => vec![definition],
    }
}

fn datum_shift(to_vn2000: bool) -> Vec<String> {
    let helmert = if to_vn2000 {
        format!("+inv {VN2000_TO_WGS84}")
    } else {
        VN2000_TO_WGS84.to_owned()
    };
    vec![
        "+proj=push +v_3".to_owned(),
        "+proj=cart +ellps=WGS84".to_owned(),
        helmert,
        "+inv +proj=cart +ellps=WGS84".to_owned(),
        "+proj=pop +v_3".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn between(from: u32, to: u32) -> Transform {
        Transform::new(Crs::from_epsg(from).unwrap(), Crs::from_epsg(to).unwrap()).unwrap()
    }

    /// WGS 84 latitude, longitude, then E and N in 9214, 9209 and 3405 (PROJ 9.1.1, EPSG:6960).
    const REFERENCE: [([f64; 2], [[f64; 2]; 3]); 4] = [
        (
            [21.2731, 106.1946],
            [
                [416_226.771_6, 2_353_402.453_1],
                [571_883.673_6, 2_353_345.981_2],
                [623_736.385_5, 2_352_949.618_4],
            ],
        ),
        (
            [21.3667, 106.5667],
            [
                [454_869.563_1, 2_363_613.651_7],
                [610_429.489_9, 2_363_925.109_5],
                [662_242.652_3, 2_363_649.434_6],
            ],
        ),
        (
            [21.35, 107.0],
            [
                [499_804.645_1, 2_361_702.886_5],
                [655_390.275_5, 2_362_442.631_3],
                [707_203.584_4, 2_362_310.087_8],
            ],
        ),
        (
            [21.35, 105.90],
            [
                [385_712.582_7, 2_362_101.652_9],
                [541_290.583_4, 2_361_753.736_9],
                [593_122.726_1, 2_361_258.666_5],
            ],
        ),
    ];

    #[test]
    fn the_reference_points_agree_to_a_tenth_of_a_millimetre() {
        for (latlon, grids) in REFERENCE {
            for (code, expected) in [9214, 9209, 3405].into_iter().zip(grids) {
                let got = between(4326, code).point([latlon[1], latlon[0]]).unwrap();
                assert!(
                    (got[0] - expected[0]).abs() < 1e-4 && (got[1] - expected[1]).abs() < 1e-4,
                    "{code}: {got:?} is not {expected:?}"
                );
                let back = between(code, 4326).point(expected).unwrap();
                assert!((back[0] - latlon[1]).abs() < 1e-8 && (back[1] - latlon[0]).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn grids_of_one_datum_meet_without_a_shift() {
        let t = between(9209, 9214);
        assert!(!t.pipeline().contains("helmert"));
        let got = t.point([571_883.673_6, 2_353_345.981_2]).unwrap();
        assert!((got[0] - 416_226.771_6).abs() < 2e-4 && (got[1] - 2_353_402.453_1).abs() < 2e-4);
    }

    #[test]
    fn a_coordinate_without_an_image_is_an_error() {
        assert!(between(4326, 9214).point([f64::NAN, 21.0]).is_err());
        assert!(between(4326, 9214).point([f64::INFINITY, 21.0]).is_err());
        assert!(
            between(4326, 9214)
                .apply(&mut [[107.0, 21.0], [0.0, 1e300]])
                .is_err()
        );
    }

    #[test]
    fn one_transform_serves_many_threads() {
        let t = between(4326, 9214);
        let here = t.point([106.1946, 21.2731]).unwrap();
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| assert_eq!(t.point([106.1946, 21.2731]).unwrap(), here));
            }
        });
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(e in 380_000.0..510_000.0f64, n in 2_310_000.0..2_400_000.0f64) {
            // Across the datum the plane drops the height the shift gives (some 30 m), which costs a millimetre.
            for (other, within) in [(9209, 1e-6), (5899, 1e-6), (3405, 1e-6), (4756, 1e-6), (4326, 2e-3), (3857, 2e-3), (32648, 2e-3)] {
                let there = between(9214, other).point([e, n]).unwrap();
                let back = between(other, 9214).point(there).unwrap();
                prop_assert!((back[0] - e).abs() < within && (back[1] - n).abs() < within, "{other}: {back:?}");
            }
        }

        #[test]
        fn no_coordinate_makes_it_panic(x in any::<f64>(), y in any::<f64>()) {
            let _ = between(4326, 9214).point([x, y]);
            let _ = between(9214, 3857).point([x, y]);
        }
    }
}
