//! From the surveyed geometry to the drawn one: projected, rounded to the drawing grid, rings put in order.

use geo::{Area, Coord, Geometry, LineString, Polygon};

use super::patches;
use crate::crs::{CrsError, Transform};
use crate::grid::vn2000_place;
use crate::space::{World, WorldBox};
use crate::tile::{Drawn, DrawnKind, Part, Ready};

/// One feature as it is drawn, owned.
#[derive(Debug)]
pub(crate) struct DrawnGeometry {
    pub kind: DrawnKind,
    pub parts: Vec<Part>,
    pub coords: Vec<World>,
    pub bbox: WorldBox,
}

impl DrawnGeometry {
    /// As a feature with this id.
    pub fn feature(&self, id: u64) -> Drawn<'_> {
        Drawn {
            id,
            kind: self.kind,
            bbox: self.bbox,
            parts: &self.parts,
            coords: &self.coords,
            ready: Ready::default(),
        }
    }
}

/// Draws `geometry`, in the working CRS, on the Web Mercator square through `to_lonlat`.
///
/// Repeated places are dropped; rings with fewer than three distinct ones are left out (they are smaller than
/// the drawing grid). Exterior rings turn clockwise on the screen, holes the other way, as MVT 2.1 wants.
///
/// # Errors
/// [`CrsError`] where a vertex has no image.
pub(super) fn draw(
    geometry: &Geometry<f64>,
    to_lonlat: &Transform,
) -> Result<DrawnGeometry, CrsError> {
    draw_on(geometry, Paper::Mercator(to_lonlat))
}

/// Draws `geometry`, in EPSG:9214, on the VN-2000 square, see [`draw`].
///
/// # Errors
/// None; every vertex has a place there.
pub(crate) fn draw_vn2000(geometry: &Geometry<f64>) -> Result<DrawnGeometry, CrsError> {
    draw_on(geometry, Paper::Vn2000)
}

/// Where vertices go.
#[derive(Clone, Copy)]
enum Paper<'t> {
    /// The Web Mercator square, by way of longitude and latitude.
    Mercator(&'t Transform),
    /// The VN-2000 square.
    Vn2000,
}

fn draw_on(geometry: &Geometry<f64>, paper: Paper<'_>) -> Result<DrawnGeometry, CrsError> {
    let mut pen = Pen {
        paper,
        parts: Vec::new(),
        coords: Vec::new(),
    };
    let kind = pen.draw(geometry)?;
    let mut bbox = WorldBox::EMPTY;
    for &place in &pen.coords {
        bbox.extend(place);
    }
    Ok(DrawnGeometry {
        kind,
        parts: pen.parts,
        coords: pen.coords,
        bbox,
    })
}

struct Pen<'t> {
    paper: Paper<'t>,
    parts: Vec<Part>,
    coords: Vec<World>,
}

impl Pen<'_> {
    fn draw(&mut self, geometry: &Geometry<f64>) -> Result<DrawnKind, CrsError> {
        match geometry {
            Geometry::Point(p) => {
                self.run(&[p.0], false)?;
                self.close(false);
                Ok(DrawnKind::Point)
            }
            Geometry::MultiPoint(points) => {
                let coords: Vec<Coord<f64>> = points.iter().map(|p| p.0).collect();
                self.run(&coords, false)?;
                self.close(false);
                Ok(DrawnKind::Point)
            }
            Geometry::LineString(line) => {
                self.line(line)?;
                Ok(DrawnKind::Line)
            }
            Geometry::MultiLineString(lines) => {
                lines.iter().try_for_each(|l| self.line(l))?;
                Ok(DrawnKind::Line)
            }
            Geometry::Polygon(polygon) => {
                self.polygon(polygon)?;
                Ok(DrawnKind::Polygon)
            }
            Geometry::MultiPolygon(polygons) => {
                polygons.iter().try_for_each(|p| self.polygon(p))?;
                Ok(DrawnKind::Polygon)
            }
            Geometry::Line(line) => self.draw(&LineString::from(*line).into()),
            Geometry::Rect(rect) => self.draw(&rect.to_polygon().into()),
            Geometry::Triangle(triangle) => self.draw(&triangle.to_polygon().into()),
            // One kind a feature: a collection is drawn as what its largest members are.
            Geometry::GeometryCollection(members) => {
                let polygons = members.iter().filter(|g| g.unsigned_area() > 0.0);
                let mut kind = DrawnKind::Point;
                for member in polygons {
                    kind = self.draw(member)?;
                }
                Ok(kind)
            }
        }
    }

    fn line(&mut self, line: &LineString<f64>) -> Result<(), CrsError> {
        let start = self.coords.len();
        self.run(&line.0, true)?;
        if self.coords.len() - start < 2 {
            self.coords.truncate(start);
        } else {
            self.close(false);
        }
        Ok(())
    }

    fn polygon(&mut self, polygon: &Polygon<f64>) -> Result<(), CrsError> {
        if self.ring(polygon.exterior(), false)? {
            for hole in polygon.interiors() {
                self.ring(hole, true)?;
            }
        }
        Ok(())
    }

    /// Draws a ring without its closing vertex; says whether anything was left of it.
    fn ring(&mut self, ring: &LineString<f64>, hole: bool) -> Result<bool, CrsError> {
        let start = self.coords.len();
        self.run(&ring.0, true)?;
        while self.coords.len() - start > 1 && self.coords.last() == self.coords.get(start) {
            self.coords.pop();
        }
        let drawn = &mut self.coords[start..];
        let area = doubled_area(drawn);
        if drawn.len() < 3 || area == 0 {
            self.coords.truncate(start);
            return Ok(false);
        }
        // Rows grow southward, so a positive area is a clockwise turn on the screen.
        if (area > 0) == hole {
            drawn.reverse();
        }
        self.close(hole);
        Ok(true)
    }

    /// Ends a part at the last vertex; a feature with more vertices than a part can count ends before it.
    fn close(&mut self, hole: bool) {
        if let Some(part) = u32::try_from(self.coords.len())
            .ok()
            .and_then(|end| Part::new(end, hole))
        {
            self.parts.push(part);
        }
    }

    fn run(&mut self, coords: &[Coord<f64>], distinct: bool) -> Result<(), CrsError> {
        let drawn = &mut self.coords;
        let start = drawn.len();
        let mut put = |place| {
            if !distinct || drawn.len() == start || drawn.last() != Some(&place) {
                drawn.push(place);
            }
        };
        match self.paper {
            Paper::Mercator(to_lonlat) => patches::places(to_lonlat, coords, put),
            Paper::Vn2000 => {
                for c in coords {
                    put(vn2000_place([c.x, c.y]));
                }
                Ok(())
            }
        }
    }
}

/// Twice the signed area of a ring in World units, positive where it turns clockwise on the screen.
fn doubled_area(ring: &[World]) -> i128 {
    let Some(&first) = ring.first() else { return 0 };
    let relative = |p: World| {
        (
            i128::from(p.x) - i128::from(first.x),
            i128::from(p.y) - i128::from(first.y),
        )
    };
    ring.windows(2)
        .map(|w| {
            let ((ax, ay), (bx, by)) = (relative(w[0]), relative(w[1]));
            ax * by - bx * ay
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use geo::{Rect, polygon};

    use super::*;
    use crate::crs::Crs;

    fn to_lonlat() -> Transform {
        Transform::new(Crs::WORKING, Crs::LONLAT).unwrap()
    }

    #[test]
    fn rings_turn_as_mvt_wants_whatever_way_they_came() {
        let outer = Rect::new((416_000.0, 2_353_000.0), (416_100.0, 2_353_100.0)).to_polygon();
        let hole = Rect::new((416_040.0, 2_353_040.0), (416_060.0, 2_353_060.0)).to_polygon();
        let mut reversed = outer.exterior().clone();
        reversed.0.reverse();
        for exterior in [outer.exterior().clone(), reversed] {
            let p = Polygon::new(exterior, vec![hole.exterior().clone()]);
            let drawn = draw(&p.into(), &to_lonlat()).unwrap();
            assert_eq!(drawn.parts.len(), 2);
            assert!(!drawn.parts[0].is_hole() && drawn.parts[1].is_hole());
            assert_eq!(drawn.coords.len(), 8, "the closing vertex is not repeated");
            assert!(doubled_area(&drawn.coords[..4]) > 0 && doubled_area(&drawn.coords[4..]) < 0);
            // Web Mercator draws the ellipsoid on a sphere: a side is 7.2 % longer along the parallel and
            // 7.9 % along the meridian at this latitude.
            let (a, b) = (drawn.coords[0], drawn.coords[1]);
            let side = (f64::from(a.x) - f64::from(b.x)).hypot(f64::from(a.y) - f64::from(b.y));
            let metres = side * 40_075_016.68 / 4_294_967_296.0;
            assert!((107.1..108.0).contains(&metres), "{metres}");
        }
    }

    #[test]
    fn what_is_smaller_than_the_drawing_grid_leaves_nothing() {
        let speck = polygon![(x: 416_000.0, y: 2_353_000.0), (x: 416_000.001, y: 2_353_000.0), (x: 416_000.0, y: 2_353_000.001)];
        assert!(draw(&speck.into(), &to_lonlat()).unwrap().parts.is_empty());
    }
}
