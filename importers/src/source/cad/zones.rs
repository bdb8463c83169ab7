//! Zones of a planning drawing: hatches and closed lines, each once, with the texts in them.

use diaba_core::quality::{Finding, FindingKind, Severity};
use geo::{Area, BoundingRect, Distance, Euclidean, Geometry, LineString, Point, Polygon};

use super::attach::Pieces;
use super::found::finding;
use super::label::{self, Label, Text};
use super::mapping::{Mapping, Meaning};

/// A zone.
#[derive(Debug, Clone)]
pub struct Zone {
    /// The layer it is on.
    pub layer: String,
    /// What the layer stands for.
    pub meaning: Meaning,
    /// Its ground.
    pub ground: Polygon<f64>,
    /// Whether it was drawn as a hatch, not as an outline.
    pub hatch: bool,
}

/// What a geometry of a zone's layer is.
pub enum Drawn {
    /// Areas, from a hatch.
    Hatch(Vec<Polygon<f64>>),
    /// An outline.
    Outline(Polygon<f64>),
    /// A line that does not close.
    Open(LineString<f64>),
    /// Nothing with an area: a text, a point.
    Other,
}

/// What `geometry` is; ends within `tolerance` metres of each other are one.
pub fn drawn(geometry: Geometry<f64>, tolerance: f64) -> Drawn {
    match geometry {
        Geometry::Polygon(polygon) => Drawn::Hatch(vec![polygon]),
        Geometry::MultiPolygon(many) => Drawn::Hatch(many.0),
        Geometry::LineString(line) => {
            let near = gap(&line).is_some_and(|gap| gap <= tolerance);
            if near && line.0.len() > 3 {
                // The polygon's ring closes itself.
                Drawn::Outline(Polygon::new(line, Vec::new()))
            } else {
                Drawn::Open(line)
            }
        }
        Geometry::GeometryCollection(parts) => {
            let areas: Vec<Polygon<f64>> = parts
                .into_iter()
                .flat_map(|part| match drawn(part, tolerance) {
                    Drawn::Hatch(areas) => areas,
                    Drawn::Outline(area) => vec![area],
                    Drawn::Open(_) | Drawn::Other => Vec::new(),
                })
                .collect();
            if areas.is_empty() {
                Drawn::Other
            } else {
                Drawn::Hatch(areas)
            }
        }
        _ => Drawn::Other,
    }
}

/// How far the ends of `line` are from each other, metres.
pub fn gap(line: &LineString<f64>) -> Option<f64> {
    let (first, last) = (line.0.first()?, line.0.last()?);
    Some(Euclidean.distance(Point(*first), Point(*last)))
}

/// What there is to say of a line of a zone's layer that does not close; none where its ends are not near.
pub fn open_outline(line: &LineString<f64>, layer: &str, reach: f64) -> Option<Finding> {
    let gap = gap(line).filter(|gap| *gap <= reach && line.0.len() > 3)?;
    let ends = [line.0.last(), line.0.first()];
    Some(finding(
        FindingKind::Unclosed,
        Severity::Error,
        LineString(ends.into_iter().flatten().copied().collect()).into(),
        format!("ranh ô đất của lớp {layer} hở {gap:.3} m, không thành ô"),
        format!("an outline on the layer {layer} is open by {gap:.3} m and makes no zone"),
    ))
}

/// The zones of `zones` that are drawn once more are left out: of a hatch and its outline the hatch stays. The number
/// left out comes with them.
pub fn once(mut zones: Vec<Zone>, same: f64) -> (Vec<Zone>, usize) {
    // Hatches first, so that it is their outlines that go.
    zones.sort_by_key(|zone| !zone.hatch);
    let mut kept: Vec<Zone> = Vec::with_capacity(zones.len());
    let mut cells: rustc_hash::FxHashMap<(String, i64, i64), Vec<usize>> =
        rustc_hash::FxHashMap::default();
    let size = same.max(0.001) * 2.0;
    let mut doubled = 0;
    for zone in zones {
        let Some(rect) = zone.ground.bounding_rect() else {
            continue;
        };
        let cell = |v: f64| (v / size).floor() as i64;
        let (x, y) = (cell(rect.min().x), cell(rect.min().y));
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        let twin = around
            .filter_map(|(x, y)| cells.get(&(zone.layer.clone(), x, y)))
            .flatten()
            .filter_map(|&index| kept.get(index))
            .any(|other| alike(other, &zone, same));
        if twin {
            doubled += 1;
            continue;
        }
        cells
            .entry((zone.layer.clone(), x, y))
            .or_default()
            .push(kept.len());
        kept.push(zone);
    }
    (kept, doubled)
}

/// Whether two zones have one outline but for `same` metres; islands count only where both have been hatched.
fn alike(a: &Zone, b: &Zone, same: f64) -> bool {
    let outline = |zone: &Zone| Polygon::new(zone.ground.exterior().clone(), Vec::new());
    let (one, other) = (outline(a), outline(b));
    let (Some(p), Some(q)) = (one.bounding_rect(), other.bounding_rect()) else {
        return false;
    };
    let near = |u: f64, v: f64| (u - v).abs() <= same;
    let boxes = near(p.min().x, q.min().x)
        && near(p.min().y, q.min().y)
        && near(p.max().x, q.max().x)
        && near(p.max().y, q.max().y);
    let round: f64 = one.exterior().lines().map(|l| l.dx().hypot(l.dy())).sum();
    let islands = !(a.hatch && b.hatch)
        || near(
            (a.ground.unsigned_area() - b.ground.unsigned_area()) / round.max(1.0),
            0.0,
        );
    boxes && islands && (one.unsigned_area() - other.unsigned_area()).abs() <= same * round
}

/// What the texts in each of `zones` say: a text is that of the smallest zone around it, of its own stage where its
/// layer says one.
pub fn labels(
    zones: &[Zone],
    texts: &[(String, String, Point<f64>)],
    mapping: &Mapping,
) -> Vec<Label> {
    let ground: Vec<Polygon<f64>> = zones.iter().map(|z| z.ground.clone()).collect();
    let pieces = Pieces::new(&ground);
    let mut read: Vec<Vec<Text>> = vec![Vec::new(); zones.len()];
    for (layer, text, at) in texts {
        let Some(text) = label::by_forms(&mapping.forms, text, at.y(), 0) else {
            continue;
        };
        let stage = mapping.stage_of(layer);
        let around = pieces.all_at(*at).filter(|&index| {
            let of_zone = zones.get(index).and_then(|z| z.meaning.stage.as_ref());
            stage.is_none() || of_zone.is_none() || of_zone == stage.as_ref()
        });
        let smallest = around.min_by(|&a, &b| {
            let area = |index: usize| ground.get(index).map_or(f64::INFINITY, Area::unsigned_area);
            area(a).total_cmp(&area(b))
        });
        if let Some(list) = smallest.and_then(|index| read.get_mut(index)) {
            list.push(text);
        }
    }
    read.into_iter()
        .zip(&ground)
        .map(|(texts, ground)| label::together(texts, ground.unsigned_area()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
        let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
        Polygon::new(LineString::from(ring.to_vec()), Vec::new())
    }

    fn zone(layer: &str, ground: Polygon<f64>, hatch: bool) -> Zone {
        Zone {
            layer: layer.to_owned(),
            meaning: Meaning {
                function: layer.to_owned(),
                stage: None,
                level: None,
            },
            ground,
            hatch,
        }
    }

    #[test]
    fn a_zone_drawn_twice_counts_once_and_the_hatch_stays() {
        let holed = Polygon::new(
            square(0.0, 0.0, 100.0).exterior().clone(),
            vec![square(10.0, 10.0, 5.0).exterior().clone()],
        );
        let zones = vec![
            zone("A", square(0.02, 0.01, 100.0), false),
            zone("A", holed.clone(), true),
            zone("A", square(200.0, 0.0, 100.0), false),
            // The same ground on another layer, and other ground beginning at the same corner.
            zone("B", square(0.0, 0.0, 100.0), false),
            zone("A", square(200.0, 0.0, 90.0), false),
        ];
        let (kept, doubled) = once(zones, 0.05);
        assert_eq!((kept.len(), doubled), (4, 1));
        assert_eq!(kept[0].ground, holed);
    }

    #[test]
    fn lines_are_outlines_where_they_close() {
        let open = LineString::from(vec![(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.4)]);
        assert!(matches!(drawn(open.clone().into(), 0.001), Drawn::Open(_)));
        assert!(matches!(drawn(open.clone().into(), 0.5), Drawn::Outline(_)));
        assert!(open_outline(&open, "A", 1.0).is_some());
        assert!(open_outline(&open, "A", 0.1).is_none());
    }
}
