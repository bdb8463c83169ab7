//! GEOS's word on whether a geometry is valid; GDAL carries the question.

use gdal::vector::ToGdal;

use super::ogr;

/// What GEOS has against `geometry`; `None` where it is valid by OGC simple features.
pub fn complaint(geometry: &geo::Geometry<f64>) -> Option<String> {
    super::gdal::quiet();
    let Ok(gdal) = geometry.to_gdal() else {
        return Some("GDAL does not take it".to_owned());
    };
    ogr::clear_error();
    if gdal.is_valid() {
        return None;
    }
    let reason = ogr::last_message().unwrap_or_else(|| "not valid".to_owned());
    ogr::clear_error();
    Some(reason)
}
