//! Geometry on its way to and from the database: EWKB, little-endian, with the SRID of the working plane.

use geo::Geometry;
use geozero::error::GeozeroError;
use geozero::wkb::{WkbDialect, WkbWriter};
use geozero::{CoordDimensions, GeomProcessor, GeozeroGeometry};

use super::tables::SRID;
use crate::theme::GeometryKind;

/// The geometry as EWKB, as every home keeps it: lines and polygons of a theme of one kind as multi, all else as it is.
///
/// # Errors
/// Why it cannot be written.
pub(super) fn to_ewkb(kind: GeometryKind, geometry: &Geometry<f64>) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    put_ewkb(&mut out, kind, geometry)?;
    Ok(out)
}

/// The geometry as EWKB, behind what is in `out`.
///
/// # Errors
/// Why it cannot be written; `out` may then hold part of it.
pub(super) fn put_ewkb(
    out: &mut Vec<u8>,
    kind: GeometryKind,
    geometry: &Geometry<f64>,
) -> Result<(), String> {
    let (dimensions, envelope) = (CoordDimensions::xy(), Vec::new());
    let mut writer = WkbWriter::with_opts(out, WkbDialect::Ewkb, dimensions, Some(SRID), envelope);
    // What is kept as the only part of a multi needs no copy to be one.
    let written = match (kind, geometry) {
        (GeometryKind::Polygon, Geometry::Polygon(polygon)) => only_polygon(&mut writer, polygon),
        (GeometryKind::Line, Geometry::LineString(line)) => only_line(&mut writer, line),
        _ => geometry.process_geom(&mut writer),
    };
    written.map_err(|e| e.to_string())
}

fn only_polygon(
    out: &mut impl GeomProcessor,
    polygon: &geo::Polygon<f64>,
) -> Result<(), GeozeroError> {
    let holes = polygon.interiors();
    out.multipolygon_begin(1, 0)?;
    out.polygon_begin(false, 1 + holes.len(), 0)?;
    line(out, polygon.exterior(), 0)?;
    for (i, hole) in holes.iter().enumerate() {
        line(out, hole, i + 1)?;
    }
    out.polygon_end(false, 0)?;
    out.multipolygon_end(0)
}

fn only_line(
    out: &mut impl GeomProcessor,
    only: &geo::LineString<f64>,
) -> Result<(), GeozeroError> {
    out.multilinestring_begin(1, 0)?;
    line(out, only, 0)?;
    out.multilinestring_end(0)
}

/// A ring of a polygon or a line of a multi, at that place among them.
fn line(
    out: &mut impl GeomProcessor,
    line: &geo::LineString<f64>,
    place: usize,
) -> Result<(), GeozeroError> {
    out.linestring_begin(false, line.0.len(), place)?;
    for (i, c) in line.0.iter().enumerate() {
        out.xy(c.x, c.y, i)?;
    }
    out.linestring_end(false, place)
}

/// The geometry in these bytes.
///
/// Not geozero's reader: that takes the counts in the bytes at their word and asks for as much memory.
///
/// # Errors
/// Why they hold none.
pub(super) fn from_ewkb(bytes: &[u8]) -> Result<Geometry<f64>, String> {
    let mut rest = Rest(bytes);
    let geometry = rest.geometry(DEPTH)?;
    if rest.0.is_empty() {
        Ok(geometry)
    } else {
        Err("bytes follow the geometry".to_owned())
    }
}

/// Deepest nesting of parts that is read.
const DEPTH: u8 = 4;
const HAS_SRID: u32 = 0x2000_0000;
const HAS_Z_OR_M: u32 = 0xc000_0000;

/// Bytes not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn geometry(&mut self, depth: u8) -> Result<Geometry<f64>, String> {
        if self.take::<1>()? != [1] {
            return Err("it is not little-endian".to_owned());
        }
        let kind = self.u32()?;
        if kind & HAS_Z_OR_M != 0 {
            return Err("it has heights or measures".to_owned());
        }
        if kind & HAS_SRID != 0 && self.u32()? != SRID as u32 {
            return Err("it is in another plane".to_owned());
        }
        let inner = depth.checked_sub(1).ok_or("its parts are nested too deep");
        Ok(match kind & !HAS_SRID {
            1 => geo::Point(self.coord()?).into(),
            2 => self.line()?.into(),
            3 => self.polygon()?.into(),
            4 => geo::MultiPoint(self.parts(inner?)?).into(),
            5 => geo::MultiLineString(self.parts(inner?)?).into(),
            6 => geo::MultiPolygon(self.parts(inner?)?).into(),
            7 => {
                let inner = inner?;
                let members: Result<_, _> =
                    (0..self.u32()?).map(|_| self.geometry(inner)).collect();
                Geometry::GeometryCollection(geo::GeometryCollection(members?))
            }
            other => return Err(format!("it is of type {other}")),
        })
    }

    /// The parts of a multi-geometry, each a geometry of that kind.
    fn parts<P: TryFrom<Geometry<f64>>>(&mut self, depth: u8) -> Result<Vec<P>, String> {
        (0..self.u32()?)
            .map(|_| {
                P::try_from(self.geometry(depth)?)
                    .map_err(|_| "a part is of another kind than the whole".to_owned())
            })
            .collect()
    }

    fn polygon(&mut self) -> Result<geo::Polygon<f64>, String> {
        let mut rings = (0..self.u32()?)
            .map(|_| self.line())
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        let exterior = rings.next().unwrap_or_else(|| geo::LineString(Vec::new()));
        Ok(geo::Polygon::new(exterior, rings.collect()))
    }

    fn line(&mut self) -> Result<geo::LineString<f64>, String> {
        let count = self.u32()? as usize;
        let (own, rest) = count
            .checked_mul(16)
            .and_then(|size| self.0.split_at_checked(size))
            .ok_or(CUT)?;
        self.0 = rest;
        let mut own = Rest(own);
        (0..count).map(|_| own.coord()).collect()
    }

    fn coord(&mut self) -> Result<geo::Coord<f64>, String> {
        let x = f64::from_le_bytes(self.take()?);
        let y = f64::from_le_bytes(self.take()?);
        Ok(geo::Coord { x, y })
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take().map(u32::from_le_bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*taken)
    }
}

const CUT: &str = "it is cut off";

#[cfg(test)]
mod tests {
    use geo::{line_string, point, polygon};
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(kind: GeometryKind, geometry: &Geometry<f64>) -> Geometry<f64> {
        from_ewkb(&to_ewkb(kind, geometry).unwrap()).unwrap()
    }

    #[test]
    fn each_kind_comes_back_to_the_bit() {
        let hole = polygon!(exterior: [(x: 0.1, y: 0.2), (x: 9.0, y: 0.0), (x: 9.0, y: 9.3)],
                            interiors: [[(x: 5.0, y: 1.0), (x: 6.0, y: 1.0), (x: 6.0, y: 1.5)]]);
        let multi = Geometry::MultiPolygon(geo::MultiPolygon::new(vec![hole.clone()]));
        assert_eq!(
            there_and_back(GeometryKind::Polygon, &hole.clone().into()),
            multi
        );
        assert_eq!(there_and_back(GeometryKind::Polygon, &multi), multi);
        assert_eq!(
            to_ewkb(GeometryKind::Polygon, &hole.clone().into()),
            to_ewkb(GeometryKind::Any, &multi)
        );
        assert_eq!(
            there_and_back(GeometryKind::Any, &hole.clone().into()),
            hole.into()
        );
        let line = line_string![(x: 1.0, y: 2.0), (x: 3.0, y: 4.0)];
        let lines: Geometry<f64> = geo::MultiLineString::new(vec![line.clone()]).into();
        assert_eq!(
            there_and_back(GeometryKind::Line, &line.clone().into()),
            lines
        );
        assert_eq!(
            to_ewkb(GeometryKind::Line, &line.into()),
            to_ewkb(GeometryKind::Any, &lines)
        );
        let many: Geometry<f64> =
            geo::MultiPoint::new(vec![point!(x: 1.0, y: 2.0), point!(x: 0.3, y: 0.1)]).into();
        assert_eq!(there_and_back(GeometryKind::Point, &many), many);
        let one: Geometry<f64> = point!(x: 416_226.771_6, y: 2_353_402.453_1).into();
        assert_eq!(there_and_back(GeometryKind::Point, &one), one);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_ewkb(&bytes);
            let _ = from_ewkb(&[&[1, 6, 0, 0, 0][..], &bytes].concat());
        }
    }
}
