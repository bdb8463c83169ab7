//! From linework to ground: parcels' outlines, and what of the linework encloses none.

use geo::{Coord, LineString, Polygon};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edges;
use super::openings::{self, FreeEnd, Node, degrees, node};
use super::profile::Noding;

/// What linework makes of the ground.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Pieces of ground enclosed, none within another.
    pub faces: Vec<Polygon<f64>>,
    /// Ends that meet nothing.
    pub ends: Vec<FreeEnd>,
    /// Lines within a piece of ground that part it from nothing, without a free end.
    pub idle: Vec<LineString<f64>>,
    /// Ends that met other linework but for the drawing's rounding.
    pub met: usize,
    /// Ends that reached beyond other linework but for the drawing's rounding.
    pub cut: usize,
}

/// Nodes and polygonises `lines`.
///
/// # Errors
/// What GEOS says where it cannot.
pub fn enclose(lines: &[LineString<f64>], noding: Noding) -> Result<Ground, String> {
    let mut edges = edges::node(lines)?;
    let (mut met, mut cut) = (0, 0);
    if noding.tolerance > 0.0 {
        let joined = openings::join(&edges, &openings::nodes(lines), noding.tolerance);
        (met, cut) = (joined.met, joined.cut);
        if met + cut > 0 {
            edges = edges::node(&joined.edges)?;
        }
    }
    let faces = edges::polygonise(&edges)?;
    let idle = idle(&edges, &faces);
    Ok(Ground {
        ends: openings::free_ends(&edges, noding.reach),
        faces,
        idle,
        met,
        cut,
    })
}

/// Lines of `edges` that bound none of `faces`, without those that lead to a free end: that end tells of them.
fn idle(edges: &[LineString<f64>], faces: &[Polygon<f64>]) -> Vec<LineString<f64>> {
    let bounding: FxHashSet<(Node, Node)> = faces
        .iter()
        .flat_map(|face| std::iter::once(face.exterior()).chain(face.interiors()))
        .flat_map(LineString::lines)
        .map(|line| either_way(line.start, line.end))
        .collect();
    let mut idle: Vec<Option<&LineString<f64>>> = edges
        .iter()
        .filter(|edge| {
            edge.lines()
                .next()
                .is_some_and(|line| !bounding.contains(&either_way(line.start, line.end)))
        })
        .map(Some)
        .collect();
    let mut degrees = degrees(edges);
    let mut at: FxHashMap<Node, Vec<usize>> = FxHashMap::default();
    for (index, edge) in idle.iter().enumerate() {
        for end in edge.iter().flat_map(|edge| ends(edge)) {
            at.entry(end).or_default().push(index);
        }
    }
    let mut free: Vec<Node> = at
        .keys()
        .filter(|end| degrees.get(*end) == Some(&1))
        .copied()
        .collect();
    while let Some(end) = free.pop() {
        for &index in at.get(&end).into_iter().flatten() {
            let Some(edge) = idle.get_mut(index).and_then(Option::take) else {
                continue;
            };
            for end in ends(edge) {
                let Some(degree) = degrees.get_mut(&end) else {
                    continue;
                };
                *degree = degree.saturating_sub(1);
                if *degree == 1 {
                    free.push(end);
                }
            }
        }
    }
    idle.into_iter().flatten().cloned().collect()
}

/// The nodes at the two ends of `edge`.
fn ends(edge: &LineString<f64>) -> impl Iterator<Item = Node> {
    [edge.0.first(), edge.0.last()]
        .into_iter()
        .flatten()
        .map(|c| node(*c))
}

fn either_way(a: Coord<f64>, b: Coord<f64>) -> (Node, Node) {
    let (a, b) = (node(a), node(b));
    if a <= b { (a, b) } else { (b, a) }
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps, MultiPolygon};
    use proptest::prelude::*;

    use super::*;

    const NODING: Noding = Noding {
        tolerance: 0.001,
        reach: 1.0,
        sliver: 0.02,
    };

    fn line(points: &[(f64, f64)]) -> LineString<f64> {
        LineString::from(points.to_vec())
    }

    #[test]
    fn islands_are_holes_and_ground_of_their_own() {
        let outer = line(&[
            (0.0, 0.0),
            (20.0, 0.0),
            (20.0, 20.0),
            (0.0, 20.0),
            (0.0, 0.0),
        ]);
        let inner = line(&[(5.0, 5.0), (9.0, 5.0), (9.0, 9.0), (5.0, 9.0), (5.0, 5.0)]);
        let ground = enclose(&[outer, inner], NODING).expect("it is enclosed");
        let mut areas: Vec<f64> = ground.faces.iter().map(Area::unsigned_area).collect();
        areas.sort_by(f64::total_cmp);
        assert_eq!(areas, [16.0, 384.0]);
        assert!(ground.ends.is_empty() && ground.idle.is_empty());
    }

    #[test]
    fn a_line_that_parts_nothing_is_idle_and_a_dangling_tree_is_told_by_its_ends() {
        let outer = line(&[
            (0.0, 0.0),
            (20.0, 0.0),
            (20.0, 20.0),
            (0.0, 20.0),
            (0.0, 0.0),
        ]);
        let inner = line(&[(5.0, 5.0), (9.0, 5.0), (9.0, 9.0), (5.0, 9.0), (5.0, 5.0)]);
        let link = line(&[(9.0, 9.0), (20.0, 20.0)]);
        let tree = [
            line(&[(0.0, 10.0), (2.0, 10.0)]),
            line(&[(2.0, 10.0), (3.0, 11.0)]),
            line(&[(2.0, 10.0), (3.0, 9.0)]),
        ];
        let mut lines = vec![outer, inner, link.clone()];
        lines.extend(tree);
        let ground = enclose(&lines, NODING).expect("it is enclosed");
        assert_eq!(ground.faces.len(), 2);
        assert_eq!(ground.idle.len(), 1);
        assert_eq!(ground.ends.len(), 2);
    }

    /// Vertical cuts of a strip, each cut again across at heights of its own: T-junctions everywhere, on the
    /// millimetre grid of a drawing, slanted so that they do not fall on it.
    fn partition() -> impl Strategy<Value = Vec<Polygon<f64>>> {
        let column = (
            2_000_u32..9_000,
            proptest::collection::vec(1_500_u32..6_000, 1..5),
        );
        proptest::collection::vec(column, 1..6).prop_map(|columns| {
            let slant = |x: u32, y: u32| {
                let (x, y) = (f64::from(x), f64::from(y));
                let place = |v: f64| v.round() / 1000.0;
                Coord {
                    x: place(416_000_000.0 + x + 0.137 * y),
                    y: place(2_353_000_000.0 + y - 0.211 * x),
                }
            };
            let top = columns
                .iter()
                .map(|(_, cuts)| cuts.iter().sum::<u32>())
                .max()
                .unwrap_or(0)
                + 1_500;
            let mut west = 0;
            let mut cells: Vec<Vec<(u32, u32)>> = Vec::new();
            let heights = |cuts: &[u32]| -> Vec<u32> {
                let mut at = 0;
                let inner = cuts.iter().map(|cut| {
                    at += cut;
                    at
                });
                std::iter::once(0).chain(inner).chain([top]).collect()
            };
            for (index, (width, cuts)) in columns.iter().enumerate() {
                let own = heights(cuts);
                let side = |other: Option<&(u32, Vec<u32>)>| {
                    other.map(|(_, c)| heights(c)).unwrap_or_default()
                };
                let (left, right) = (
                    side(index.checked_sub(1).and_then(|i| columns.get(i))),
                    side(columns.get(index + 1)),
                );
                let east = west + width;
                for pair in own.windows(2) {
                    let (low, high) = (pair[0], pair[1]);
                    let between = |all: &[u32]| -> Vec<u32> {
                        all.iter()
                            .copied()
                            .filter(|h| (low + 1..high).contains(h))
                            .collect()
                    };
                    let mut ring = vec![(west, low), (east, low)];
                    ring.extend(between(&right).into_iter().map(|h| (east, h)));
                    ring.extend([(east, high), (west, high)]);
                    ring.extend(between(&left).into_iter().rev().map(|h| (west, h)));
                    cells.push(ring);
                }
                west = east;
            }
            cells
                .into_iter()
                .map(|ring| {
                    let ring: Vec<_> = ring.into_iter().map(|(x, y)| slant(x, y)).collect();
                    Polygon::new(LineString(ring), vec![])
                })
                .collect()
        })
    }

    /// The vertices of a ring from its least one on, the same for every start and direction.
    fn canonical(ring: &LineString<f64>) -> Vec<Node> {
        let mut nodes: Vec<Node> = ring.0.iter().skip(1).map(|c| node(*c)).collect();
        let least = (0..nodes.len()).min_by_key(|&i| nodes[i]).unwrap_or(0);
        nodes.rotate_left(least);
        if nodes.len() > 2 && nodes[1] > nodes[nodes.len() - 1] {
            nodes[1..].reverse();
        }
        nodes
    }

    fn rings(polygons: &[Polygon<f64>]) -> Vec<Vec<Node>> {
        let mut rings: Vec<_> = polygons.iter().map(|p| canonical(p.exterior())).collect();
        rings.sort();
        rings
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_partition_drawn_as_lines_comes_back_vertex_for_vertex(parcels in partition(), order in any::<u64>()) {
            // Each edge once, in any order and direction, as a draughtsman leaves them.
            let mut edges: Vec<Line> = Vec::new();
            let mut seen = FxHashSet::default();
            for line in parcels.iter().flat_map(|p| p.exterior().lines()) {
                if seen.insert(either_way(line.start, line.end)) {
                    edges.push((line.start, line.end));
                }
            }
            let mut state = order | 1;
            edges.sort_by_cached_key(|(a, b)| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state ^ a.x.to_bits() ^ b.y.to_bits()).rotate_left(17)
            });
            let lines: Vec<_> = edges
                .iter()
                .enumerate()
                .map(|(i, (a, b))| LineString(if i % 2 == 0 { vec![*a, *b] } else { vec![*b, *a] }))
                .collect();
            let ground = enclose(&lines, NODING).expect("it is enclosed");
            prop_assert_eq!(rings(&ground.faces), rings(&parcels));
            prop_assert!(ground.ends.is_empty() && ground.idle.is_empty());
        }

        #[test]
        fn without_the_neighbours_vertices_no_ground_is_lost_and_no_vertex_moves(parcels in partition()) {
            // Long walls drawn straight through, so that cross walls end on them but for the rounding.
            let corners = |p: &Polygon<f64>| {
                let c = &p.exterior().0;
                let is_cross = |a: &Coord<f64>, b: &Coord<f64>| (a.x - b.x).abs() > (a.y - b.y).abs();
                c.windows(2).filter(|w| is_cross(&w[0], &w[1])).map(|w| LineString(w.to_vec())).collect::<Vec<_>>()
            };
            let mut lines: Vec<LineString<f64>> = parcels.iter().flat_map(corners).collect();
            // A wall is known by its distance from the western one along the slant; walls are metres apart.
            let from_west = |c: &Coord<f64>| (c.x - 416_000.0) - 0.137 * (c.y - 2_353_000.0);
            let mut all: Vec<Coord<f64>> = parcels.iter().flat_map(|p| p.exterior().0.clone()).collect();
            all.sort_by(|a, b| from_west(a).total_cmp(&from_west(b)));
            for wall in all.chunk_by(|a, b| from_west(b) - from_west(a) < 0.5) {
                let by_height = |a: &&Coord<f64>, b: &&Coord<f64>| a.y.total_cmp(&b.y);
                if let (Some(first), Some(last)) = (wall.iter().min_by(by_height), wall.iter().max_by(by_height)) {
                    lines.push(LineString(vec![*first, *last]));
                }
            }
            let ground = enclose(&lines, NODING).expect("it is enclosed");
            prop_assert_eq!(ground.faces.len(), parcels.len());
            prop_assert!(ground.ends.is_empty());
            let known: FxHashSet<Node> = parcels.iter().flat_map(|p| p.exterior().0.iter().map(|c| node(*c))).collect();
            let got: FxHashSet<Node> = ground.faces.iter().flat_map(|p| p.exterior().0.iter().map(|c| node(*c))).collect();
            prop_assert!(known.is_subset(&got), "a vertex has moved");
            for parcel in &parcels {
                let best = ground
                    .faces
                    .iter()
                    .map(|f| MultiPolygon(vec![f.clone()]).xor(&MultiPolygon(vec![parcel.clone()])).unsigned_area())
                    .fold(f64::INFINITY, f64::min);
                prop_assert!(best < 0.001 * parcel.exterior().lines().map(|l| l.dx().hypot(l.dy())).sum::<f64>(), "{best} m²");
            }
        }
    }

    type Line = (Coord<f64>, Coord<f64>);
}
