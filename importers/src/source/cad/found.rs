//! Findings of a drawing, in words.

use diaba_core::quality::{Finding, FindingKind, Severity};
use diaba_core::theme::Bilingual;
use geo::{Area, Geometry, LineString, Point, Polygon};

use super::openings::FreeEnd;

/// A finding without keys.
pub fn finding(
    kind: FindingKind,
    severity: Severity,
    geometry: Geometry<f64>,
    vi: impl Into<String>,
    en: impl Into<String>,
) -> Finding {
    Finding {
        kind,
        severity,
        area: None,
        geometry,
        keys: Vec::new(),
        other: None,
        detail: Bilingual {
            vi: vi.into(),
            en: en.into(),
        },
    }
}

/// What there is to say of free ends: openings between two of them are told once.
pub fn of_ends(ends: &[FreeEnd]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, end) in ends.iter().enumerate() {
        if let Some(beyond) = end.beyond {
            found.push(finding(
                FindingKind::Dangle,
                Severity::Warning,
                Point(end.at).into(),
                format!("đường ranh thừa {beyond:.3} m sau chỗ giao cuối"),
                format!("the line reaches {beyond:.3} m beyond the last one it meets"),
            ));
        } else if let Some(near) = end.nearest {
            let told = ends
                .iter()
                .take(index)
                .any(|other| other.at == near.at && other.nearest.is_some_and(|n| n.at == end.at));
            if told {
                continue;
            }
            let distance = near.distance;
            found.push(finding(
                FindingKind::Unclosed,
                Severity::Error,
                LineString(vec![end.at, near.at]).into(),
                format!("đường ranh hở {distance:.3} m"),
                format!("the linework is open by {distance:.3} m"),
            ));
        } else {
            found.push(finding(
                FindingKind::Dangle,
                Severity::Warning,
                Point(end.at).into(),
                "đầu đường ranh không nối với đường nào",
                "the line ends in the open",
            ));
        }
    }
    found
}

/// What there is to say of a line that parts nothing.
pub fn of_idle(line: &LineString<f64>) -> Finding {
    finding(
        FindingKind::Dangle,
        Severity::Note,
        line.clone().into(),
        "đường ranh nằm trong một thửa, không chia thửa nào",
        "the line lies within one piece of ground and parts nothing",
    )
}

/// What there is to say of ground without a number, whose mean width is below `sliver` metres or not.
pub fn of_unlabelled(face: &Polygon<f64>, sliver: f64) -> Finding {
    let area = face.unsigned_area();
    let rings = std::iter::once(face.exterior()).chain(face.interiors());
    let round: f64 = rings
        .flat_map(LineString::lines)
        .map(|l| l.dx().hypot(l.dy()))
        .sum();
    let narrow = 2.0 * area < sliver * round;
    let mut found = if narrow {
        finding(
            FindingKind::Sliver,
            Severity::Warning,
            face.clone().into(),
            format!("mảnh hẹp {area:.2} m² giữa các đường ranh, không nhập"),
            format!("a sliver of {area:.2} m² between boundaries, not imported"),
        )
    } else {
        finding(
            FindingKind::Label,
            Severity::Warning,
            face.clone().into(),
            "vùng khép kín không có số thửa, không nhập",
            "enclosed ground without a parcel number, not imported",
        )
    };
    found.area = Some(area);
    found
}
