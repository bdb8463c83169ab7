//! The area two outlines have in common.

use super::outline::Outline;
use super::slabs::Slabs;
use super::window::Cut;
use crate::shard::Box2;

/// Sides beyond which a window is halved: what a slab costs grows with the sides in it.
const MOST_SIDES: usize = 256;
/// How often a window is halved at most: what is left of 40 km is 40 m.
const MOST_HALVINGS: u32 = 20;

/// Room for measuring, one a thread, kept from one measurement to the next.
#[derive(Debug, Default)]
pub struct Desk {
    first: Cut,
    second: Cut,
    slabs: Slabs,
}

/// The area the two have in common, m². It does not matter which comes first, but for the last digits.
pub fn common_area(first: &Outline, second: &Outline, desk: &mut Desk) -> f64 {
    let window = shared_box(&first.bbox(), &second.bbox());
    let area = desk.measure(first, second, &window, 0);
    // Rounding is never more than the smaller of the two.
    area.min(first.area()).min(second.area())
}

/// How an outline lies over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// It covers all of it.
    All,
    /// It has nothing of it.
    Nothing,
    /// An edge comes into it.
    Some,
}

impl Desk {
    /// How `zone` lies over a window. It is cut to it on the way, for [`Desk::with`].
    pub(super) fn lay(&mut self, zone: &Outline, window: &Box2) -> Over {
        zone.cut(window, &mut self.first);
        match (self.first.even, self.first.covered) {
            (false, _) => Over::Some,
            (true, true) => Over::All,
            (true, false) => Over::Nothing,
        }
    }

    /// The area of `other` that is common to it and the zone laid over the window last.
    pub(super) fn with(&mut self, zone: &Outline, other: &Outline, window: &Box2) -> f64 {
        let area = if self.first.sides.len() > MOST_SIDES {
            self.measure(zone, other, window, 0)
        } else {
            self.halve_or_sum(zone, other, window, 0)
        };
        area.min(zone.area()).min(other.area())
    }

    fn measure(&mut self, first: &Outline, second: &Outline, window: &Box2, depth: u32) -> f64 {
        if window.is_empty() || self.lay(first, window) == Over::Nothing {
            return 0.0;
        }
        self.halve_or_sum(first, second, window, depth)
    }

    fn halve_or_sum(
        &mut self,
        first: &Outline,
        second: &Outline,
        window: &Box2,
        depth: u32,
    ) -> f64 {
        second.cut(window, &mut self.second);
        if self.second.even && !self.second.covered {
            return 0.0;
        }
        let sides = self.first.sides.len() + self.second.sides.len();
        if sides > MOST_SIDES && depth < MOST_HALVINGS {
            return halves(window)
                .iter()
                .map(|half| self.measure(first, second, half, depth + 1))
                .sum();
        }
        let size = [window.max_x - window.min_x, window.max_y - window.min_y];
        self.slabs.common(&self.first, &self.second, size)
    }
}

/// The box both share; empty where they share none.
pub(super) fn shared_box(a: &Box2, b: &Box2) -> Box2 {
    Box2 {
        min_x: a.min_x.max(b.min_x),
        min_y: a.min_y.max(b.min_y),
        max_x: a.max_x.min(b.max_x),
        max_y: a.max_y.min(b.max_y),
    }
}

fn halves(window: &Box2) -> [Box2; 2] {
    let (mut low, mut high) = (*window, *window);
    if window.max_x - window.min_x > window.max_y - window.min_y {
        let middle = f64::midpoint(window.min_x, window.max_x);
        (low.max_x, high.min_x) = (middle, middle);
    } else {
        let middle = f64::midpoint(window.min_y, window.max_y);
        (low.max_y, high.min_y) = (middle, middle);
    }
    [low, high]
}
