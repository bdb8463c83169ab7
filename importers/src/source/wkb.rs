//! Well-known binary as GDAL writes it, read into `geo` types.
//!
//! Read here rather than by a library because two things must be seen that libraries quietly mend: rings that are
//! not closed and dimensions beyond the plane.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use thiserror::Error;

/// A geometry as it came, with what reading it had to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The geometry; easting or longitude first.
    pub geometry: Geometry<f64>,
    /// Whether it had heights or measures, which are not kept.
    pub flattened: bool,
    /// Rings that did not end where they began, and were closed.
    pub closed_rings: usize,
    /// Whether it held arcs, which were made linear.
    pub linearised: bool,
}

/// What is wrong with the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WkbError {
    /// They end too early.
    #[error("the geometry's bytes end too early")]
    Short,
    /// A geometry type that has no place in a register (surfaces in space, unknown numbers).
    #[error("geometry type {0} is not taken")]
    Kind(u32),
    /// A part of another kind than its whole.
    #[error("a part of type {0} in a collection of another")]
    Part(u32),
    /// Collections within collections without end.
    #[error("collections nested too deep")]
    Deep,
}

/// Deepest nesting of collections read.
const DEEPEST: usize = 16;

struct Reader<'a> {
    bytes: &'a [u8],
    flattened: bool,
    closed_rings: usize,
}

struct Head {
    big_endian: bool,
    kind: u32,
    dimensions: usize,
}

/// Reads ISO WKB or OGC's older form with its height flag.
///
/// # Errors
/// [`WkbError`] says what is wrong with the bytes.
pub fn parse(bytes: &[u8]) -> Result<Shape, WkbError> {
    let mut reader = Reader {
        bytes,
        flattened: false,
        closed_rings: 0,
    };
    let geometry = reader.geometry(0)?;
    Ok(Shape {
        geometry,
        flattened: reader.flattened,
        closed_rings: reader.closed_rings,
        linearised: false,
    })
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], WkbError> {
        let (head, rest) = self.bytes.split_first_chunk::<N>().ok_or(WkbError::Short)?;
        self.bytes = rest;
        Ok(*head)
    }

    fn u32(&mut self, big_endian: bool) -> Result<u32, WkbError> {
        let bytes = self.take::<4>()?;
        Ok(if big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn f64(&mut self, big_endian: bool) -> Result<f64, WkbError> {
        let bytes = self.take::<8>()?;
        Ok(if big_endian {
            f64::from_be_bytes(bytes)
        } else {
            f64::from_le_bytes(bytes)
        })
    }

    fn head(&mut self) -> Result<Head, WkbError> {
        let big_endian = self.take::<1>()? == [0];
        let raw = self.u32(big_endian)?;
        let height = raw & 0x8000_0000 != 0;
        let raw = raw & 0x0FFF_FFFF;
        let (kind, family) = (raw % 1000, raw / 1000);
        if family > 3 {
            return Err(WkbError::Kind(raw));
        }
        let dimensions =
            2 + usize::from(height || matches!(family, 1 | 2)) + 2 * usize::from(family == 3);
        self.flattened |= dimensions > 2;
        Ok(Head {
            big_endian,
            kind,
            dimensions,
        })
    }

    fn coord(&mut self, head: &Head) -> Result<Coord<f64>, WkbError> {
        let (x, y) = (self.f64(head.big_endian)?, self.f64(head.big_endian)?);
        for _ in 2..head.dimensions {
            self.f64(head.big_endian)?;
        }
        Ok(Coord { x, y })
    }

    /// A count of things at least `size` bytes each: more than the bytes left can hold is an end too early, found
    /// before anything is set aside for them.
    fn count(&mut self, big_endian: bool, size: usize) -> Result<usize, WkbError> {
        let count = self.u32(big_endian)? as usize;
        if count.saturating_mul(size) > self.bytes.len() {
            return Err(WkbError::Short);
        }
        Ok(count)
    }

    fn line(&mut self, head: &Head) -> Result<LineString<f64>, WkbError> {
        let count = self.count(head.big_endian, 8 * head.dimensions)?;
        let mut coords = Vec::with_capacity(count);
        for _ in 0..count {
            coords.push(self.coord(head)?);
        }
        Ok(LineString(coords))
    }

    fn polygon(&mut self, head: &Head) -> Result<Polygon<f64>, WkbError> {
        let count = self.count(head.big_endian, 4)?;
        let mut rings = Vec::with_capacity(count);
        for _ in 0..count {
            let mut ring = self.line(head)?;
            if ring.0.first() != ring.0.last() {
                self.closed_rings += 1;
                ring.close();
            }
            rings.push(ring);
        }
        let mut rings = rings.into_iter();
        let shell = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(shell, rings.collect()))
    }

    fn parts<T>(
        &mut self,
        head: &Head,
        kind: u32,
        read: impl Fn(&mut Self, &Head) -> Result<T, WkbError>,
    ) -> Result<Vec<T>, WkbError> {
        let count = self.count(head.big_endian, 5)?;
        let mut parts = Vec::with_capacity(count);
        for _ in 0..count {
            let head = self.head()?;
            if head.kind != kind {
                return Err(WkbError::Part(head.kind));
            }
            parts.push(read(self, &head)?);
        }
        Ok(parts)
    }

    fn geometry(&mut self, depth: usize) -> Result<Geometry<f64>, WkbError> {
        if depth > DEEPEST {
            return Err(WkbError::Deep);
        }
        let head = self.head()?;
        match head.kind {
            1 => Ok(Point(self.coord(&head)?).into()),
            2 => Ok(self.line(&head)?.into()),
            3 => Ok(self.polygon(&head)?.into()),
            4 => {
                let points = self.parts(&head, 1, Self::coord)?;
                Ok(MultiPoint(points.into_iter().map(Point).collect()).into())
            }
            5 => Ok(MultiLineString(self.parts(&head, 2, Self::line)?).into()),
            6 => Ok(MultiPolygon(self.parts(&head, 3, Self::polygon)?).into()),
            7 => {
                let count = self.count(head.big_endian, 5)?;
                let mut parts = Vec::with_capacity(count);
                for _ in 0..count {
                    parts.push(self.geometry(depth + 1)?);
                }
                Ok(Geometry::GeometryCollection(GeometryCollection(parts)))
            }
            other => Err(WkbError::Kind(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn le(parts: &[&[u8]]) -> Vec<u8> {
        parts.concat()
    }

    #[test]
    fn heights_are_dropped_and_open_rings_closed() {
        let mut bytes = le(&[
            &[1],
            &1003_u32.to_le_bytes(),
            &1_u32.to_le_bytes(),
            &3_u32.to_le_bytes(),
        ]);
        for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)] {
            for v in [x, y, 99.0_f64] {
                bytes.extend(v.to_le_bytes());
            }
        }
        let shape = parse(&bytes).expect("a polygon");
        assert!(shape.flattened);
        assert_eq!(shape.closed_rings, 1);
        assert_eq!(
            shape.geometry,
            Polygon::new(
                LineString::from(vec![(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]),
                vec![]
            )
            .into()
        );
    }

    #[test]
    fn surfaces_in_space_are_refused() {
        let bytes = le(&[&[1], &1015_u32.to_le_bytes(), &0_u32.to_le_bytes()]);
        assert_eq!(parse(&bytes), Err(WkbError::Kind(15)));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0_u32..20) {
            let _ = parse(&bytes);
            let mut led = le(&[&[1], &kind.to_le_bytes()]);
            led.extend(&bytes);
            let _ = parse(&led);
        }
    }
}
