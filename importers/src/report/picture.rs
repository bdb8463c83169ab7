//! What the map of a report is drawn from: collected while records pass, bounded whatever the file is like.

use std::collections::BTreeMap;

use diaba_core::feature::{NewFeature, Value};
use diaba_core::theme::{Bilingual, Legend, Theme};
use geo::{BoundingRect, Coord, CoordsIter, Geometry, LineString, Rect};
use rustc_hash::FxHashSet;

/// Features drawn with their outline.
const OUTLINES: usize = 3_000;
/// Vertices of a drawn ring.
const VERTICES: usize = 120;
/// Squares that stand for where there is anything at all.
const CELLS: usize = 6_000;
/// Places marked, of each sort.
const MARKS: u64 = 1_000;

/// The map of a report in the making; working CRS, metres, easting first.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// What the theme is called.
    pub title: Option<Bilingual>,
    /// The box of every feature.
    pub extent: Option<Rect<f64>>,
    /// Some features spread evenly over the file, all of them where they are few.
    pub outlines: Vec<Outline>,
    /// Squares that hold something, where not every feature is drawn.
    pub cells: Cells,
    /// Places somebody should look at.
    pub marks: Vec<Mark>,
    /// How many there are of each sort, marked or not.
    pub marked: BTreeMap<MarkKind, u64>,
    /// Colours that occur: code, name, colour.
    pub legend: BTreeMap<String, (Bilingual, [u8; 3])>,
    /// Communes around: name and rings.
    pub communes: Vec<(String, Vec<LineString<f64>>)>,
    colors: BTreeMap<String, (Bilingual, [u8; 3])>,
    colored_by: Option<usize>,
    seen: u64,
    every: u64,
}

/// A feature as the map draws it.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Its lines or rings.
    pub lines: Vec<LineString<f64>>,
    /// Whether they enclose ground.
    pub closed: bool,
    /// Its colour in the theme's legend.
    pub color: Option<[u8; 3]>,
}

/// Squares of one size.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    /// Side, m.
    pub side: f64,
    /// Which hold something, counted from the origin.
    pub taken: FxHashSet<(i32, i32)>,
}

/// What a marked place is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A record that was not taken.
    Rejected,
    /// A declared area that contradicts the geometry.
    Area,
    /// A finding that is to be corrected.
    Error,
    /// A finding that is to be looked at.
    Warning,
    /// A geometry that was repaired.
    Repaired,
}

impl MarkKind {
    /// Every sort.
    const ALL: [Self; 5] = [
        Self::Rejected,
        Self::Area,
        Self::Error,
        Self::Warning,
        Self::Repaired,
    ];
}

/// A place somebody should look at.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What it is about.
    pub kind: MarkKind,
    /// Where.
    pub place: Coord<f64>,
    /// What is there, for who points at it.
    pub text: String,
    /// The ground it is, thinned; nothing of a place alone.
    pub lines: Vec<LineString<f64>>,
    /// Whether the lines enclose that ground.
    pub closed: bool,
}

impl Picture {
    /// For records of a theme.
    pub fn of(theme: &Theme) -> Self {
        let legend = theme.legend();
        let colors = legend
            .iter()
            .flat_map(Legend::codes)
            .map(|e| (e.code.to_owned(), (e.title.clone(), e.color)))
            .collect();
        Self {
            title: Some(theme.title.clone()),
            colored_by: legend.map(|l| l.position),
            colors,
            ..Self::default()
        }
    }

    /// Takes a feature in.
    pub fn feature(&mut self, feature: &NewFeature) {
        let Some(bbox) = feature.geometry.bounding_rect() else {
            return;
        };
        self.extend(bbox);
        self.cells.take(bbox.center());
        self.every = self.every.max(1);
        if self.seen.is_multiple_of(self.every) {
            if self.outlines.len() == OUTLINES {
                // Every other one goes, and from here on half as many come.
                let mut keep = false;
                self.outlines.retain(|_| {
                    keep = !keep;
                    keep
                });
                self.every *= 2;
            }
            if self.seen.is_multiple_of(self.every) {
                let outline = self.outline(feature);
                self.outlines.push(outline);
            }
        }
        self.seen += 1;
    }

    /// Whether some features are not drawn with their outline.
    pub fn is_sampled(&self) -> bool {
        self.every > 1
    }

    /// Marks a place.
    pub fn mark(&mut self, kind: MarkKind, place: Coord<f64>, text: impl FnOnce() -> String) {
        self.put(kind, place, || Mark {
            kind,
            place,
            text: text(),
            lines: Vec::new(),
            closed: false,
        });
    }

    /// Marks ground.
    pub fn ground(
        &mut self,
        kind: MarkKind,
        geometry: &Geometry<f64>,
        text: impl FnOnce() -> String,
    ) {
        let Some(bbox) = geometry.bounding_rect() else {
            return;
        };
        let place = bbox.center();
        self.put(kind, place, || {
            let mut lines = Vec::new();
            let closed = collect(geometry, &mut lines);
            Mark {
                kind,
                place,
                text: text(),
                lines,
                closed,
            }
        });
    }

    /// Says that there are so many of a sort, where not each was shown to the map.
    pub fn count(&mut self, kind: MarkKind, count: u64) {
        let marked = self.marked.entry(kind).or_default();
        *marked = count.max(*marked);
    }

    fn put(&mut self, kind: MarkKind, place: Coord<f64>, mark: impl FnOnce() -> Mark) {
        if !(place.x.is_finite() && place.y.is_finite()) {
            return;
        }
        let marked = self.marked.entry(kind).or_default();
        *marked += 1;
        if *marked <= MARKS {
            self.marks.push(mark());
        }
    }

    /// Takes another map in.
    pub fn join(&mut self, other: &Self) {
        if let Some(extent) = other.extent {
            self.extend(extent);
        }
        self.outlines.extend(other.outlines.iter().cloned());
        while self.outlines.len() > OUTLINES {
            let mut keep = false;
            self.outlines.retain(|_| {
                keep = !keep;
                keep
            });
            self.every = 2;
        }
        self.every = self.every.max(other.every);
        for &(x, y) in &other.cells.taken {
            let middle = |i: i32| (f64::from(i) + 0.5) * other.cells.side;
            self.cells.take(Coord {
                x: middle(x),
                y: middle(y),
            });
        }
        let all = |of: &Self, kind| of.marked.get(&kind).copied().unwrap_or_default();
        let sums = MarkKind::ALL.map(|kind| (kind, all(self, kind) + all(other, kind)));
        for mark in &other.marks {
            self.put(mark.kind, mark.place, || mark.clone());
        }
        self.marked.extend(sums.into_iter().filter(|(_, n)| *n > 0));
        for (code, entry) in &other.legend {
            self.legend
                .entry(code.clone())
                .or_insert_with(|| entry.clone());
        }
        let known: Vec<_> = self.communes.iter().map(|(name, _)| name.clone()).collect();
        let new = other
            .communes
            .iter()
            .filter(|(name, _)| !known.contains(name));
        self.communes.extend(new.cloned());
    }

    fn extend(&mut self, bbox: Rect<f64>) {
        self.extent = Some(match self.extent {
            None => bbox,
            Some(all) => Rect::new(
                (all.min().x.min(bbox.min().x), all.min().y.min(bbox.min().y)),
                (all.max().x.max(bbox.max().x), all.max().y.max(bbox.max().y)),
            ),
        });
    }

    fn outline(&mut self, feature: &NewFeature) -> Outline {
        let value = self
            .colored_by
            .and_then(|i| feature.values.get(i)?.as_ref());
        let code = value.and_then(Value::as_text);
        let known = code.and_then(|code| self.colors.get_key_value(code));
        let color = known.map(|(code, entry)| {
            self.legend
                .entry(code.clone())
                .or_insert_with(|| entry.clone());
            entry.1
        });
        let mut lines = Vec::new();
        let closed = collect(&feature.geometry, &mut lines);
        Outline {
            lines,
            closed,
            color,
        }
    }
}

impl Cells {
    fn take(&mut self, place: Coord<f64>) {
        if self.side <= 0.0 {
            self.side = 25.0;
        }
        let at = |v: f64| (v / self.side).floor() as i32;
        self.taken.insert((at(place.x), at(place.y)));
        while self.taken.len() > CELLS {
            self.side *= 2.0;
            self.taken = self
                .taken
                .iter()
                .map(|(x, y)| (x.div_euclid(2), y.div_euclid(2)))
                .collect();
        }
    }
}

/// Adds the lines of a geometry, thinned where they are long; whether they enclose ground.
fn collect(geometry: &Geometry<f64>, lines: &mut Vec<LineString<f64>>) -> bool {
    match geometry {
        Geometry::Polygon(polygon) => {
            lines.push(thinned(polygon.exterior()));
            lines.extend(polygon.interiors().iter().map(thinned));
            true
        }
        Geometry::MultiPolygon(parts) => {
            for polygon in parts {
                lines.push(thinned(polygon.exterior()));
                lines.extend(polygon.interiors().iter().map(thinned));
            }
            true
        }
        Geometry::GeometryCollection(members) => {
            let mut closed = false;
            for member in members {
                closed |= collect(member, lines);
            }
            closed
        }
        Geometry::LineString(line) => {
            lines.push(thinned(line));
            false
        }
        Geometry::MultiLineString(all) => {
            lines.extend(all.iter().map(thinned));
            false
        }
        other => {
            lines.extend(
                other
                    .coords_iter()
                    .take(VERTICES)
                    .map(|c| LineString(vec![c])),
            );
            false
        }
    }
}

/// A line with at most so many vertices, its ends among them.
pub(crate) fn thinned(line: &LineString<f64>) -> LineString<f64> {
    let every = line.0.len().div_ceil(VERTICES).max(1);
    let last = line.0.len().saturating_sub(1);
    let kept = line.0.iter().enumerate();
    let kept = kept.filter(|(i, _)| i % every == 0 || *i == last);
    LineString(kept.map(|(_, c)| *c).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_stays_small_and_covers_everything() {
        let mut picture = Picture::default();
        for i in 0..50_000 {
            let (x, y) = (f64::from(i % 250) * 40.0, f64::from(i / 250) * 40.0);
            picture.feature(&NewFeature {
                geometry: Rect::new((x, y), (x + 30.0, y + 30.0)).to_polygon().into(),
                values: Vec::new(),
                extra: serde_json::Map::new(),
            });
            picture.mark(MarkKind::Rejected, Coord { x, y }, String::new);
        }
        assert!(picture.is_sampled());
        assert!((OUTLINES / 4..=OUTLINES).contains(&picture.outlines.len()));
        assert!(picture.cells.taken.len() <= CELLS);
        assert_eq!(picture.marks.len() as u64, MARKS);
        assert_eq!(picture.marked.get(&MarkKind::Rejected), Some(&50_000));
        let extent = picture.extent.expect("something");
        assert_eq!(
            extent.max(),
            Coord {
                x: 9_990.0,
                y: 7_990.0
            }
        );
        let last = picture.outlines.last().and_then(|o| o.lines.first());
        assert!(last.is_some_and(|l| l.0.iter().any(|c| c.y > 7_000.0)));
    }

    #[test]
    fn what_is_nowhere_is_not_marked() {
        let mut picture = Picture::default();
        let nowhere = Coord {
            x: f64::NAN,
            y: 0.0,
        };
        picture.mark(MarkKind::Area, nowhere, String::new);
        assert!(picture.marks.is_empty());
    }
}
