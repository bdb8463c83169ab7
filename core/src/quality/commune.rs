//! Whether features lie in the commune they say they are in.

use std::collections::BTreeMap;

use geo::{Coord, CoordsIter, Distance, Euclidean, Geometry, MultiPolygon, Point};

use super::ground::polygons;
use super::outline::Outline;
use super::overlap::simplest;
use super::{Finding, FindingKind, Ground, Named, RingTaker, Severity};
use crate::shard::Box2;
use crate::theme::Bilingual;

/// Boundaries of communes by their code, in the plane of the ground.
#[derive(Debug, Default)]
pub struct Communes {
    by_code: BTreeMap<String, Commune>,
}

#[derive(Debug)]
struct Commune {
    outline: Outline,
    polygons: MultiPolygon<f64>,
}

impl Communes {
    /// Adds a boundary; one that is no polygon says nothing.
    pub fn insert(&mut self, code: String, geometry: Geometry<f64>) {
        let polygons = match geometry {
            Geometry::Polygon(one) => MultiPolygon::new(vec![one]),
            Geometry::MultiPolygon(many) => many,
            _ => return,
        };
        let outline = Outline::of(&Alone(&polygons), 0);
        self.by_code.insert(code, Commune { outline, polygons });
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// What is wrong with the place of a feature: it is outside where at least half of its vertices lie more than
    /// `tolerance` metres from its commune. A commune whose boundary is not known says nothing.
    pub(super) fn outside(
        &self,
        ground: &impl Ground,
        feature: u32,
        tolerance: f64,
    ) -> Option<Finding> {
        let code = ground.commune(feature)?;
        let commune = self.by_code.get(&code)?;
        let bbox = ground.bbox(feature);
        if commune.holds(&bbox) {
            return None;
        }
        let geometry = polygons(ground, feature);
        let (mut all, mut far, mut farthest) = (0usize, 0usize, 0.0f64);
        for c in geometry.coords_iter() {
            all += 1;
            if commune.outline.holds(c) {
                continue;
            }
            let distance = Euclidean.distance(&Point(c), &commune.polygons);
            if distance > tolerance {
                far += 1;
                farthest = farthest.max(distance);
            }
        }
        if far * 2 < all || far == 0 {
            return None;
        }
        let severity = if far == all {
            Severity::Error
        } else {
            Severity::Warning
        };
        Some(Finding {
            kind: FindingKind::OutsideCommune,
            severity,
            area: Some(geo::Area::unsigned_area(&geometry)),
            geometry: simplest(geometry),
            keys: vec![ground.name(feature).key],
            other: None,
            detail: Bilingual {
                vi: format!("nằm ngoài xã {code}, xa nhất {farthest:.0} m"),
                en: format!("outside commune {code}, by up to {farthest:.0} m"),
            },
        })
    }
}

impl Commune {
    /// Whether the whole box is surely inside.
    fn holds(&self, bbox: &Box2) -> bool {
        let corner = Coord {
            x: bbox.min_x,
            y: bbox.min_y,
        };
        !self.outline.edge_near(bbox) && self.outline.holds(corner)
    }
}

/// Polygons that are the only feature.
struct Alone<'a>(&'a MultiPolygon<f64>);

impl Ground for Alone<'_> {
    fn checked(&self) -> u32 {
        1
    }

    fn bbox(&self, _: u32) -> Box2 {
        let mut bbox = Box2::EMPTY;
        for c in self.0.coords_iter() {
            bbox.extend(c.x, c.y);
        }
        bbox
    }

    fn near(&self, _: &Box2, _: &mut Vec<u32>) {}

    fn rings(&self, _: u32, take: &mut RingTaker<'_>) {
        for polygon in self.0 {
            take(false, &mut polygon.exterior().0.iter().copied());
            for hole in polygon.interiors() {
                take(true, &mut hole.0.iter().copied());
            }
        }
    }

    fn name(&self, _: u32) -> Named {
        Named {
            dataset: String::new(),
            key: String::new(),
        }
    }

    fn commune(&self, _: u32) -> Option<String> {
        None
    }
}
