//! Which piece of ground a text stands in.

use geo::{BoundingRect, Contains, Point, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// An index of pieces of ground.
pub struct Pieces<'a> {
    faces: &'a [Polygon<f64>],
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> Pieces<'a> {
    /// Indexes `faces`.
    pub fn new(faces: &'a [Polygon<f64>]) -> Self {
        let boxes = faces.iter().enumerate().filter_map(|(index, face)| {
            let rect = face.bounding_rect()?;
            let corners = Rectangle::from_corners(rect.min().into(), rect.max().into());
            Some(GeomWithData::new(corners, index))
        });
        Self {
            faces,
            tree: RTree::bulk_load(boxes.collect()),
        }
    }

    /// The piece `point` lies in; none on a boundary.
    pub fn at(&self, point: Point<f64>) -> Option<usize> {
        self.all_at(point).next()
    }

    /// All pieces `point` lies in, where they may overlap.
    pub fn all_at(&self, point: Point<f64>) -> impl Iterator<Item = usize> {
        let here = AABB::from_point([point.x(), point.y()]);
        self.tree
            .locate_in_envelope_intersecting(&here)
            .map(|found| found.data)
            .filter(move |&index| self.faces.get(index).is_some_and(|f| f.contains(&point)))
    }
}
