//! The few calls the safe GDAL bindings lack.
//!
//! Safety, for all of them: the handles come from live safe wrappers borrowed for the whole call; GDAL's answers are
//! either copied before the call returns or owned here and freed here; field indexes are checked against the
//! feature's own count, so that GDAL never sees one out of range; nothing is kept.
#![expect(
    unsafe_code,
    reason = "raw text bytes, unset fields, linear forms of curves and GDAL's last error have no safe binding"
)]

use std::ffi::{CStr, c_int};
use std::ptr;

use gdal::vector::{Defn, Feature, Geometry};
use gdal_sys::{CPLErr, OGRErr, OGRwkbByteOrder};

/// Largest angle in degrees between two points of an arc made linear: 0.24 mm off at a radius of 100 m.
const ARC_STEP: f64 = 0.25;

/// Whether field `index` of `feature` has a value; GDAL's getters answer 0 for one that is not set.
pub fn has_value(feature: &Feature, index: usize) -> bool {
    let Some(index) = checked(feature, index) else {
        return false;
    };
    // SAFETY: see the head of this module.
    unsafe { gdal_sys::OGR_F_IsFieldSetAndNotNull(feature.c_feature(), index) != 0 }
}

/// The bytes of field `index` as text, whatever their encoding.
pub fn text(feature: &Feature, index: usize) -> Option<Vec<u8>> {
    let index = checked(feature, index)?;
    // SAFETY: see the head of this module. The string is valid until the next call on the feature; it is copied here.
    unsafe { copied(gdal_sys::OGR_F_GetFieldAsString(feature.c_feature(), index)) }
}

fn checked(feature: &Feature, index: usize) -> Option<c_int> {
    (index < feature.field_count())
        .then(|| c_int::try_from(index).ok())
        .flatten()
}

/// The geometry of `feature`, if it has one; the safe wrapper hands out one around nothing.
pub fn geometry<'f>(feature: &'f Feature) -> Option<&'f Geometry> {
    // SAFETY: the handle is only compared with null.
    feature
        .geometry()
        .filter(|geometry| unsafe { !geometry.c_geometry().is_null() })
}

/// The bytes of every column's name.
pub fn column_names(defn: &Defn) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    // SAFETY: see the head of this module; GDAL's own count bounds the index.
    unsafe {
        let defn = defn.c_defn();
        for index in 0..gdal_sys::OGR_FD_GetFieldCount(defn) {
            let field = gdal_sys::OGR_FD_GetFieldDefn(defn, index);
            let name = if field.is_null() {
                None
            } else {
                copied(gdal_sys::OGR_Fld_GetNameRef(field))
            };
            names.push(name.unwrap_or_default());
        }
    }
    names
}

/// ISO WKB of `geometry` with its curves made linear; `None` where GDAL cannot.
pub fn linear_wkb(geometry: &Geometry) -> Option<Vec<u8>> {
    // SAFETY: see the head of this module. The linear geometry is ours and destroyed on every path; the buffer is as
    // long as GDAL says it needs.
    unsafe {
        let linear =
            gdal_sys::OGR_G_GetLinearGeometry(geometry.c_geometry(), ARC_STEP, ptr::null_mut());
        if linear.is_null() {
            return None;
        }
        let size = usize::try_from(gdal_sys::OGR_G_WkbSize(linear)).unwrap_or(0);
        let mut bytes = vec![0_u8; size];
        let done =
            gdal_sys::OGR_G_ExportToIsoWkb(linear, OGRwkbByteOrder::wkbNDR, bytes.as_mut_ptr());
        gdal_sys::OGR_G_DestroyGeometry(linear);
        (done == OGRErr::OGRERR_NONE && size > 0).then_some(bytes)
    }
}

/// Forgets this thread's last error.
pub fn clear_error() {
    // SAFETY: touches GDAL's thread-local error state only.
    unsafe { gdal_sys::CPLErrorReset() }
}

/// This thread's last error since [`clear_error`], warnings left out.
pub fn last_error() -> Option<String> {
    // SAFETY: reads GDAL's thread-local error state; the message is copied before anything else can change it.
    unsafe {
        if gdal_sys::CPLGetLastErrorType() < CPLErr::CE_Failure {
            return None;
        }
        let message = copied(gdal_sys::CPLGetLastErrorMsg()).unwrap_or_default();
        Some(String::from_utf8_lossy(&message).into_owned())
    }
}

/// This thread's last message since [`clear_error`], warnings included.
pub fn last_message() -> Option<String> {
    // SAFETY: as in `last_error`.
    let message = unsafe { copied(gdal_sys::CPLGetLastErrorMsg()) }?;
    (!message.is_empty()).then(|| String::from_utf8_lossy(&message).into_owned())
}

/// # Safety
/// `text` is null or a C string that lives through the call.
unsafe fn copied(text: *const std::ffi::c_char) -> Option<Vec<u8>> {
    if text.is_null() {
        return None;
    }
    // SAFETY: not null, and a C string by the caller's word.
    Some(unsafe { CStr::from_ptr(text) }.to_bytes().to_vec())
}
