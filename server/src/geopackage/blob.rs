//! A geometry as GeoPackage keeps it (OGC 12-128r17, 2.1.3): a head with its box, then WKB.

use diaba_core::theme::GeometryKind;
use geo::{BoundingRect, Geometry, MultiLineString, MultiPolygon};
use geozero::{CoordDimensions, ToWkb};

/// Little-endian, a box of x and y, not empty.
const FLAGS: u8 = 0b0000_0011;

/// A geometry in the making of a row.
#[derive(Debug)]
pub struct Blob {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// West, south, east, north in the working CRS.
    pub bbox: [f64; 4],
}

impl Blob {
    /// `geometry` in the reference system `srs`; none where it has no place.
    pub fn new(geometry: &Geometry<f64>, kind: GeometryKind, srs: i32) -> Option<Self> {
        let rect = geometry.bounding_rect()?;
        let bbox = [rect.min().x, rect.min().y, rect.max().x, rect.max().y];
        let wkb = match (kind, geometry) {
            (GeometryKind::Polygon, Geometry::Polygon(polygon)) => {
                Geometry::MultiPolygon(MultiPolygon(vec![polygon.clone()]))
                    .to_wkb(CoordDimensions::xy())
            }
            (GeometryKind::Line, Geometry::LineString(line)) => {
                Geometry::MultiLineString(MultiLineString(vec![line.clone()]))
                    .to_wkb(CoordDimensions::xy())
            }
            _ => geometry.to_wkb(CoordDimensions::xy()),
        };
        let mut bytes = b"GP\x00".to_vec();
        bytes.push(FLAGS);
        bytes.extend_from_slice(&srs.to_le_bytes());
        // The head's box is x before y: west, east, south, north.
        for side in [bbox[0], bbox[2], bbox[1], bbox[3]] {
            bytes.extend_from_slice(&side.to_le_bytes());
        }
        bytes.extend_from_slice(&wkb.ok()?);
        Some(Self { bytes, bbox })
    }
}

/// The name of a layer's geometry type; one that has points and multipoints, or kinds of all sorts, is of any.
pub const fn type_name(kind: GeometryKind) -> &'static str {
    match kind {
        GeometryKind::Polygon => "MULTIPOLYGON",
        GeometryKind::Line => "MULTILINESTRING",
        GeometryKind::Point | GeometryKind::Any => "GEOMETRY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_the_system_and_the_box() {
        let line = geo::LineString::from(vec![(3.0, 8.0), (1.0, 9.0)]);
        let blob = Blob::new(&Geometry::LineString(line), GeometryKind::Line, 9214).unwrap();
        assert_eq!(&blob.bytes[..4], b"GP\x00\x03");
        assert_eq!(blob.bytes[4..8], 9214i32.to_le_bytes());
        let side = |at: usize| f64::from_le_bytes(*blob.bytes[at..].first_chunk().unwrap());
        assert_eq!(
            [side(8), side(16), side(24), side(32)],
            [1.0, 3.0, 8.0, 9.0]
        );
        // Little-endian WKB of a MultiLineString.
        assert_eq!(&blob.bytes[40..45], &[1, 5, 0, 0, 0]);
        let nothing = Geometry::MultiPolygon(MultiPolygon(Vec::new()));
        assert!(Blob::new(&nothing, GeometryKind::Polygon, 9214).is_none());
    }
}
