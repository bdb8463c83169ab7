//! Marks: what lets a tile's version move with the changes that touch it, and with no other.
//!
//! Every entry of the change log has a number of its own, mixed to 64 bits. The mark of a box is the sum of those whose
//! old or new place touches it: no order of commits shows in it, and it is the same whether an entry lies packed with
//! the shard or among the edits since. Boxes are compared as drawn, because tiles are.

use crate::crs::Transform;
use crate::shard::Box2;
use crate::space::{LonLat, World, WorldBox};

use super::Entry;

/// Children of a node.
const FANOUT: usize = 16;
/// Boxes up to this side, in metres, have sides that bend by less than a thousandth of it as drawn.
const STRAIGHT: f64 = 5_000.0;
/// Points along the side of a larger box.
const STEPS: u32 = 8;

/// One entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct Mark {
    /// Where the row was, and where it is; [`WorldBox::EMPTY`] where it was or is not.
    places: [WorldBox; 2],
    sum: u64,
}

impl Mark {
    /// The mark of an entry, whose boxes are in the plane `to_lonlat` leads from; `None` where it has no place.
    pub fn of(entry: &Entry, to_lonlat: &Transform) -> Option<Self> {
        let place = |bbox: Option<Box2>| {
            bbox.and_then(|bbox| drawn(&bbox, to_lonlat))
                .unwrap_or(WorldBox::EMPTY)
        };
        let places = [place(entry.old), place(entry.new)];
        places
            .iter()
            .any(|place| *place != WorldBox::EMPTY)
            .then(|| Self {
                places,
                sum: mix(entry.serial),
            })
    }

    fn touches(&self, reach: &WorldBox) -> bool {
        self.places.iter().any(|place| place.intersects(reach))
    }

    fn whole(&self) -> WorldBox {
        let [mut whole, new] = self.places;
        whole.union(&new);
        whole
    }
}

/// The sum of all marks below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct Node {
    bbox: WorldBox,
    sum: u64,
}

/// Puts marks in the order a tree is read by, and gives its nodes above them, level by level.
pub(crate) fn build(marks: &mut [Mark]) -> Vec<Node> {
    marks.sort_by_cached_key(|mark| (curve(&mark.whole()), mark.sum));
    let mut nodes: Vec<Node> = marks
        .chunks(FANOUT)
        .map(|run| Node::over(run.iter().map(|mark| (mark.whole(), mark.sum))))
        .collect();
    let mut start = 0;
    while nodes.len() - start > 1 {
        let end = nodes.len();
        let level: Vec<Node> = nodes[start..end]
            .chunks(FANOUT)
            .map(|run| Node::over(run.iter().map(|node| (node.bbox, node.sum))))
            .collect();
        nodes.extend(level);
        start = end;
    }
    nodes
}

impl Node {
    fn over(children: impl Iterator<Item = (WorldBox, u64)>) -> Self {
        let empty = Self {
            bbox: WorldBox::EMPTY,
            sum: 0,
        };
        children.fold(empty, |mut node, (bbox, sum)| {
            node.bbox.union(&bbox);
            node.sum = node.sum.wrapping_add(sum);
            node
        })
    }
}

/// Marks with their nodes, wherever they lie.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MarkTree<'a> {
    marks: &'a [Mark],
    nodes: &'a [Node],
}

/// What touches a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Touched {
    /// The sum of the marks.
    pub sum: u64,
    /// Whether there is any.
    pub any: bool,
}

impl Touched {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            sum: self.sum.wrapping_add(other.sum),
            any: self.any || other.any,
        }
    }
}

impl<'a> MarkTree<'a> {
    /// The tree of marks in order and the nodes above them; `None` where their numbers do not fit together.
    pub fn new(marks: &'a [Mark], nodes: &'a [Node]) -> Option<Self> {
        let (mut level, mut expected) = (marks.len(), 0);
        while level > 0 {
            level = level.div_ceil(FANOUT);
            expected += level;
            if level == 1 {
                break;
            }
        }
        (expected == nodes.len()).then_some(Self { marks, nodes })
    }

    /// What touches `reach`.
    pub fn touching(&self, reach: &WorldBox) -> Touched {
        let mut found = Touched::default();
        let mut levels = Vec::new();
        let (mut start, mut count) = (0, self.marks.len().div_ceil(FANOUT));
        while count > 0 {
            levels.push(start);
            if count == 1 {
                break;
            }
            start += count;
            count = count.div_ceil(FANOUT);
        }
        let Some(top) = levels.len().checked_sub(1) else {
            return found;
        };
        let mut stack = vec![(top, 0)];
        while let Some((level, at)) = stack.pop() {
            let Some(node) = levels
                .get(level)
                .and_then(|start| self.nodes.get(start + at))
            else {
                continue;
            };
            if !node.bbox.intersects(reach) {
                continue;
            }
            if holds(reach, &node.bbox) {
                found = found.and(Touched {
                    sum: node.sum,
                    any: true,
                });
            } else if level > 0 {
                let below = levels[level] - levels[level - 1];
                let children = at * FANOUT..((at + 1) * FANOUT).min(below);
                stack.extend(children.map(|child| (level - 1, child)));
            } else {
                let run = self.marks.chunks(FANOUT).nth(at).unwrap_or_default();
                for mark in run.iter().filter(|mark| mark.touches(reach)) {
                    found = found.and(Touched {
                        sum: mark.sum,
                        any: true,
                    });
                }
            }
        }
        found
    }

    /// The sum of all marks.
    pub fn total(&self) -> u64 {
        self.nodes.last().map_or(0, |root| root.sum)
    }
}

fn holds(outer: &WorldBox, inner: &WorldBox) -> bool {
    outer.min_x <= inner.min_x
        && outer.min_y <= inner.min_y
        && inner.max_x <= outer.max_x
        && inner.max_y <= outer.max_y
}

/// The box, as drawn, of everything that may lie in a box of the working plane; `None` where it has no image.
fn drawn(bbox: &Box2, to_lonlat: &Transform) -> Option<WorldBox> {
    if bbox.is_empty() {
        return None;
    }
    let longest = (bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y);
    let steps = if longest <= STRAIGHT { 1 } else { STEPS };
    let mut ring = Vec::new();
    for i in 0..=steps {
        let t = f64::from(i) / f64::from(steps);
        let x = bbox.min_x + (bbox.max_x - bbox.min_x) * t;
        let y = bbox.min_y + (bbox.max_y - bbox.min_y) * t;
        ring.extend([
            [x, bbox.min_y],
            [x, bbox.max_y],
            [bbox.min_x, y],
            [bbox.max_x, y],
        ]);
    }
    to_lonlat.apply(&mut ring).ok()?;
    let mut all = WorldBox::EMPTY;
    for [lon, lat] in ring {
        all.extend(World::from_lonlat(LonLat { lon, lat }));
    }
    let margin = (all.max_x - all.min_x).max(all.max_y - all.min_y) / 1000 + 2;
    Some(WorldBox {
        min_x: all.min_x.saturating_sub(margin),
        min_y: all.min_y.saturating_sub(margin),
        max_x: all.max_x.saturating_add(margin),
        max_y: all.max_y.saturating_add(margin),
    })
}

/// Where a box lies along a curve that keeps near what is near.
fn curve(bbox: &WorldBox) -> u64 {
    let middle = |a: u32, b: u32| u64::midpoint(u64::from(a), u64::from(b));
    let spread = |v: u64| {
        let mut v = v & 0xffff_ffff;
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            v = (v | v << shift) & mask;
        }
        v
    };
    spread(middle(bbox.min_x, bbox.max_x)) | spread(middle(bbox.min_y, bbox.max_y)) << 1
}

/// Spreads numbers that follow one another over 64 bits, so that no sum of some looks like the sum of others
/// (SplitMix64's finaliser, S. Vigna).
const fn mix(serial: u64) -> u64 {
    let mut z = serial.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crs::Crs;

    fn boxes() -> impl Strategy<Value = WorldBox> {
        prop_oneof![
            1 => Just(WorldBox::EMPTY),
            9 => (0..1000u32, 0..1000u32, 0..60u32, 0..60u32).prop_map(|(x, y, w, h)| WorldBox {
                min_x: x,
                min_y: y,
                max_x: x + w,
                max_y: y + h,
            }),
        ]
    }

    proptest! {
        #[test]
        fn the_tree_sums_what_a_walk_over_all_sums(
            places in prop::collection::vec((boxes(), boxes()), 0..700),
            x in 0..1000u32, y in 0..1000u32, side in 0..900u32,
        ) {
            let mut marks: Vec<Mark> = (1..).zip(&places)
                .map(|(serial, (old, new))| Mark { places: [*old, *new], sum: mix(serial) })
                .filter(|mark| mark.whole() != WorldBox::EMPTY).collect();
            let nodes = build(&mut marks);
            let tree = MarkTree::new(&marks, &nodes).unwrap();
            let reach = WorldBox { min_x: x, min_y: y, max_x: x + side, max_y: y + side };
            let touching = marks.iter().filter(|m| m.touches(&reach));
            let expected = Touched {
                sum: touching.clone().fold(0, |sum, m| sum.wrapping_add(m.sum)),
                any: touching.count() > 0,
            };
            prop_assert_eq!(tree.touching(&reach), expected);
            prop_assert_eq!(tree.total(), marks.iter().fold(0, |sum: u64, m| sum.wrapping_add(m.sum)));
            prop_assert!(MarkTree::new(&marks, &nodes[..nodes.len().saturating_sub(1)]).is_none() || marks.is_empty());
        }

        #[test]
        fn what_lies_in_a_box_is_drawn_in_its_drawn_box(
            x in 350_000.0..500_000.0f64, y in 2_300_000.0..2_420_000.0f64,
            w in 0.0..40_000.0f64, h in 0.0..40_000.0f64, at in (0.0..=1.0f64, 0.0..=1.0f64),
        ) {
            let to_lonlat = Transform::new(Crs::WORKING, Crs::LONLAT).unwrap();
            let bbox = Box2 { min_x: x, min_y: y, max_x: x + w, max_y: y + h };
            let [lon, lat] = to_lonlat.point([x + w * at.0, y + h * at.1]).unwrap();
            let place = World::from_lonlat(LonLat { lon, lat });
            let mut inside = WorldBox::EMPTY;
            inside.extend(place);
            prop_assert!(holds(&drawn(&bbox, &to_lonlat).unwrap(), &inside));
        }
    }
}
