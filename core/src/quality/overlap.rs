//! The exact overlap of two features.

use geo::{Area, BooleanOps, Euclidean, Geometry, Length, MultiPolygon};

use super::ground::polygons;
use super::width::width;
use super::{Finding, FindingKind, Ground, Severity};
use crate::theme::{Bilingual, Topology};

/// What the two have in common, if it is worth a finding.
pub(super) fn overlap(
    ground: &impl Ground,
    rules: &Topology,
    (a, b): (u32, u32),
) -> Option<Finding> {
    let (first, second) = (polygons(ground, a), polygons(ground, b));
    let common = first.intersection(&second);
    let (mut parts, mut widest) = (Vec::new(), 0.0f64);
    for part in common {
        let width = width(&part);
        if width > rules.tolerance {
            widest = widest.max(width);
            parts.push(part);
        }
    }
    let common = MultiPolygon::new(parts);
    let area = common.unsigned_area();
    if area < rules.area_min {
        return None;
    }
    let larger = first.unsigned_area().max(second.unsigned_area());
    let rim: f64 = first.0.iter().map(|p| Euclidean.length(p.exterior())).sum();
    let kind = if larger - area <= rim * rules.tolerance {
        FindingKind::Duplicate
    } else if widest < rules.sliver_width {
        FindingKind::Sliver
    } else {
        FindingKind::Overlap
    };
    let severity = match kind {
        FindingKind::Sliver => Severity::Warning,
        _ => Severity::Error,
    };
    let (here, there) = (ground.name(a), ground.name(b));
    let other = (there.dataset != here.dataset).then_some(there.dataset);
    let detail = match kind {
        FindingKind::Duplicate => Bilingual {
            vi: format!("hai đối tượng có cùng hình, {area:.1} m²"),
            en: format!("two features have the same geometry, {area:.1} m²"),
        },
        FindingKind::Sliver => Bilingual {
            vi: format!("chồng lấn hẹp {area:.2} m², rộng {widest:.3} m"),
            en: format!("narrow overlap of {area:.2} m², {widest:.3} m wide"),
        },
        _ => Bilingual {
            vi: format!("chồng lấn {area:.2} m², rộng đến {widest:.2} m"),
            en: format!("overlap of {area:.2} m², up to {widest:.2} m wide"),
        },
    };
    Some(Finding {
        kind,
        severity,
        geometry: simplest(common),
        area: Some(area),
        keys: vec![here.key, there.key],
        other,
        detail,
    })
}

/// A polygon where there is one.
pub(super) fn simplest(mut polygons: MultiPolygon<f64>) -> Geometry<f64> {
    match polygons.0.pop() {
        Some(one) if polygons.0.is_empty() => one.into(),
        Some(last) => {
            polygons.0.push(last);
            polygons.into()
        }
        None => polygons.into(),
    }
}
