//! The ground a ring of open edges encloses.

use geo::{Area, BooleanOps, LineString, MultiPolygon, Polygon};

use super::chain::Ring;
use super::ground::polygons;
use super::width::width;
use super::{Finding, FindingKind, Ground, Severity};
use crate::shard::Box2;
use crate::theme::{Bilingual, Topology};

/// Features a finding names at most; a long gap has hundreds beside it.
const NAMED: usize = 20;

/// What is uncovered inside the ring, if it is worth a finding: one for each piece.
pub(super) fn gaps(ground: &impl Ground, rules: &Topology, ring: &Ring) -> Vec<Finding> {
    let concerned = ring.features.iter().any(|f| *f < ground.checked());
    if !concerned || ring.area < rules.area_min || ring.area > rules.gap_max {
        return Vec::new();
    }
    let mut reach = Box2::EMPTY;
    for c in &ring.coords {
        reach.extend(c.x, c.y);
    }
    let mut near = Vec::new();
    ground.near(&reach, &mut near);
    near.sort_unstable();
    let coords = ring.coords.iter().rev().copied().collect();
    let mut left = MultiPolygon::new(vec![Polygon::new(LineString::new(coords), Vec::new())]);
    for feature in near {
        left = left.difference(&polygons(ground, feature));
    }
    left.0
        .into_iter()
        .filter_map(|piece| finding(ground, rules, ring, piece))
        .collect()
}

fn finding(
    ground: &impl Ground,
    rules: &Topology,
    ring: &Ring,
    piece: Polygon<f64>,
) -> Option<Finding> {
    let (area, width) = (piece.unsigned_area(), width(&piece));
    if area < rules.area_min || width <= rules.tolerance {
        return None;
    }
    let sliver = width < rules.sliver_width;
    let (kind, severity, detail) = if sliver {
        let detail = Bilingual {
            vi: format!("khe hở hẹp {area:.2} m², rộng {width:.3} m"),
            en: format!("narrow gap of {area:.2} m², {width:.3} m wide"),
        };
        (FindingKind::Sliver, Severity::Warning, detail)
    } else {
        let detail = Bilingual {
            vi: format!("khoảng hở {area:.2} m², rộng {width:.2} m"),
            en: format!("gap of {area:.2} m², {width:.2} m wide"),
        };
        (FindingKind::Gap, Severity::Error, detail)
    };
    let names: Vec<_> = ring.features.iter().map(|f| ground.name(*f)).collect();
    let own = names.first()?.dataset.clone();
    let other = names
        .iter()
        .map(|n| &n.dataset)
        .find(|dataset| **dataset != own)
        .cloned();
    Some(Finding {
        kind,
        severity,
        geometry: piece.into(),
        area: Some(area),
        keys: names.into_iter().map(|n| n.key).take(NAMED).collect(),
        other,
        detail,
    })
}
