//! What was found between features and in their linework, on its way to the store and the report.

use diaba_core::crs::transform_geometry;
use diaba_core::quality::{Checked, Finding, Severity};
use geo::MapCoordsInPlace;

use crate::error::ImportError;
use crate::record::Plan;
use crate::report::{Findings, Report, mark};

/// Findings of a source's linework, carried to the working CRS as its records are.
///
/// # Errors
/// [`ImportError::Transform`] where one has no image there.
pub fn linework(found: &[Finding], plan: &Plan) -> Result<Vec<Finding>, ImportError> {
    found
        .iter()
        .map(|finding| {
            let mut finding = finding.clone();
            if plan.swap {
                finding
                    .geometry
                    .map_coords_in_place(|c| geo::Coord { x: c.y, y: c.x });
            }
            transform_geometry(&plan.transform, &mut finding.geometry)?;
            Ok(finding)
        })
        .collect()
}

/// Enters what was found in the report, with a warning where there is anything.
pub fn report(checked: &Checked, report: &mut Report) {
    enter(checked, report);
    let (total, errors) = (
        report.findings.total,
        report.findings.severe(Severity::Error),
    );
    if total > 0 {
        report.warn(
            format!("{total} lỗi hình học giữa các đối tượng, {errors} phải sửa; xem lớp quality_findings"),
            format!("{total} findings between features, {errors} of them errors; see the layer quality_findings"),
        );
    }
}

/// As [`report`], of an import that was refused for them.
pub fn report_refused(error: &ImportError, report: &mut Report) {
    if let ImportError::Findings { checked, .. } = error {
        enter(checked, report);
    }
}

fn enter(checked: &Checked, report: &mut Report) {
    report.findings = Findings::of(checked);
    mark(checked, &mut report.picture);
}
