//! Properties of the whole way from polygons to tiles.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::Validation;
use geo::{Area, Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use crate::space::{TileCoord, World, WorldBox};

use super::cells::{BASE_ZOOM, TILE_CELLS};
use super::generalise::{FAR, NEAR, shapes, smooth};
use super::rules::{BUFFER, Rules};
use super::scan::Scanner;
use super::shapes::Shape;
use super::window::Window;
use super::{
    BaseTile, Cells, ClassShape, LevelsError, Mosaic, Rasteriser, Renewal, Renewals, tiles_of,
};

/// A corner that four tiles of every zoom from 8 up share, in Bắc Giang's part of the world.
const CORNER: World = World {
    x: 0xCC00_0000,
    y: 0x7000_0000,
};

/// Numbers that look random and are the same on every machine.
struct Noise(u64);

impl Noise {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % n
    }
}

struct Feature {
    class: u8,
    area: f64,
    ring: Vec<World>,
}

/// `n` × `n` quadrilaterals of about `size` World units around [`CORNER`] that share their corners exactly. Classes come
/// in clusters with `noise` per cent strays; `gaps` per cent are missing.
fn field(n: u32, size: u32, seed: u64, noise: u32, gaps: u32) -> Vec<Feature> {
    let mut random = Noise(seed);
    let corners: Vec<World> = (0..(n + 1) * (n + 1))
        .map(|i| {
            let mut place =
                |index: u32, at: u32| at - n * size / 2 + index * size + random.below(size / 2 + 1);
            World {
                x: place(i % (n + 1), CORNER.x),
                y: place(i / (n + 1), CORNER.y),
            }
        })
        .collect();
    let mut out = Vec::new();
    for i in 0..n * n {
        let (x, y) = (i % n, i / n);
        if random.below(100) < gaps {
            continue;
        }
        let class = if random.below(100) < noise {
            1 + random.below(6)
        } else {
            1 + (x / 7 + y / 5 * 3) % 5
        };
        let at = |dx: u32, dy: u32| corners[((y + dy) * (n + 1) + x + dx) as usize];
        let ring = vec![at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
        out.push(Feature {
            class: class as u8,
            area: f64::from(size) * f64::from(random.below(50) + 1),
            ring,
        });
    }
    out
}

fn bytes<'a>(features: impl IntoIterator<Item = &'a Feature>) -> Vec<u8> {
    let mut rasteriser = Rasteriser::new();
    for f in features {
        rasteriser
            .burn(f.class, f.area, f.ring[0], [&f.ring[..]])
            .unwrap();
    }
    rasteriser.into_bytes().unwrap()
}

fn mosaic(shards: impl IntoIterator<Item = Vec<u8>>) -> Mosaic<Vec<u8>> {
    Mosaic::new(
        shards
            .into_iter()
            .map(|b| Arc::new(Cells::open(b).unwrap()))
            .collect(),
    )
}

/// The four tiles of zoom `z` around [`CORNER`]: north-west, north-east, south-west, south-east.
fn around(z: u8) -> [TileCoord; 4] {
    let se = TileCoord::holding(z, CORNER).unwrap();
    let tile = |dx, dy| TileCoord::new(z, se.x() - dx, se.y() - dy).unwrap();
    [tile(1, 1), tile(0, 1), tile(1, 0), se]
}

fn line_string(ring: &[[i32; 2]]) -> LineString<f64> {
    ring.iter()
        .chain(ring.first())
        .map(|p| Coord {
            x: f64::from(p[0]),
            y: f64::from(p[1]),
        })
        .collect()
}

fn multi_polygon(shapes: &[Shape]) -> MultiPolygon<f64> {
    let polygon = |s: &Shape| {
        Polygon::new(
            line_string(&s.exterior),
            s.holes.iter().map(|h| line_string(h)).collect(),
        )
    };
    MultiPolygon(shapes.iter().map(polygon).collect())
}

/// Checks everything that must hold for the polygons of one window.
fn check(window: &Window, found: &BTreeMap<u8, Vec<Shape>>) {
    let mut directed: BTreeSet<([i32; 2], [i32; 2])> = BTreeSet::new();
    let mut total = 0.0;
    for (class, shapes) in found {
        let geometry = multi_polygon(shapes);
        geometry
            .check_validation()
            .unwrap_or_else(|e| panic!("class {class}: {e} in {geometry:?}"));
        total += geometry.unsigned_area();
        for (ring, sign) in shapes.iter().flat_map(|s| {
            std::iter::once((&s.exterior, 1.0)).chain(s.holes.iter().map(|h| (h, -1.0)))
        }) {
            let area = Polygon::new(line_string(ring), vec![]).signed_area();
            assert!(
                area * sign > 0.0,
                "ring of class {class} turns the wrong way"
            );
            for i in 0..ring.len() {
                let edge = (ring[i], ring[(i + 1) % ring.len()]);
                assert!(directed.insert(edge), "edge {edge:?} is walked twice");
            }
        }
    }
    if !window.cells.contains(&0) {
        // No empty ground: every edge inside the window has a class on both sides, and the classes fill the square.
        let side = 2 * window.side as i32;
        let outer = |a: [i32; 2], b: [i32; 2]| {
            (0..2).any(|axis| a[axis] == b[axis] && (a[axis] == 0 || a[axis] == side))
                || [a, b]
                    .iter()
                    .all(|p| p.iter().any(|v| *v <= 1 || *v >= side - 1))
        };
        for (a, b) in &directed {
            assert!(
                directed.contains(&(*b, *a)) || outer(*a, *b),
                "edge {a:?} {b:?} has one side only"
            );
        }
        let square = f64::from(side) * f64::from(side);
        assert!((total - square).abs() <= 2.0, "{total} of {square}");
    }
}

/// Whether the four tiles around a corner of a zoom, made from these windows, agree where they meet.
fn agree(z: u8, window: impl Fn(TileCoord) -> Option<Window>) -> Result<(), TestCaseError> {
    let rules = Rules::at(z);
    let [nw, ne, sw, _] = around(z).map(|tile| {
        let mut window =
            window(tile).unwrap_or_else(|| Window::empty(TILE_CELLS + 2 * rules.margin()));
        smooth(&mut window, rules);
        let window = window.inner(rules.margin() - BUFFER);
        let found = shapes(&window);
        check(&window, &found);
        (window, found)
    });
    // The cells of both buffers are the same …
    for i in 0..TILE_CELLS + 2 * BUFFER {
        for j in 0..2 * BUFFER {
            let side = nw.0.side;
            prop_assert_eq!(
                nw.0.cells[i * side + TILE_CELLS + j],
                ne.0.cells[i * side + j]
            );
            prop_assert_eq!(
                nw.0.cells[(TILE_CELLS + j) * side + i],
                sw.0.cells[j * side + i]
            );
        }
    }
    // … and so are all places where a boundary meets the edge.
    let on_edge = |shapes: &BTreeMap<u8, Vec<Shape>>, axis: usize, at: i32| {
        let mut places = BTreeSet::new();
        for (class, shapes) in shapes {
            for p in shapes
                .iter()
                .flat_map(|s| s.holes.iter().chain([&s.exterior]).flatten())
            {
                if p[axis] == at && (NEAR..=FAR).contains(&p[1 - axis]) {
                    places.insert((*class, p[1 - axis]));
                }
            }
        }
        places
    };
    prop_assert_eq!(on_edge(&nw.1, 0, FAR), on_edge(&ne.1, 0, NEAR));
    prop_assert_eq!(on_edge(&nw.1, 1, FAR), on_edge(&sw.1, 1, NEAR));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_partition_leaves_no_centre_out_and_covers_none_twice(seed in any::<u64>(), size in 700u32..9000) {
        let n = 12;
        let features = field(n, size, seed, 0, 0);
        let mut covered: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut scanner = Scanner::default();
        for f in &features {
            scanner.scan([&f.ring[..]], |row, from, to| (from..to).for_each(|c| *covered.entry((row, c)).or_default() += 1));
        }
        // The outline: the outer sides of the outer quadrilaterals.
        let cell = |x: u32, y: u32, corner: usize| features[(y * n + x) as usize].ring[corner];
        let mut outline: Vec<World> = (0..n).map(|x| cell(x, 0, 0)).collect();
        outline.extend((0..n).map(|y| cell(n - 1, y, 1)));
        outline.extend((0..n).rev().map(|x| cell(x, n - 1, 2)));
        outline.extend((0..n).rev().map(|y| cell(0, y, 3)));
        let mut whole = BTreeMap::new();
        scanner.scan([&outline[..]], |row, from, to| whole.extend((from..to).map(|c| ((row, c), 1))));
        prop_assert_eq!(covered, whole);
    }

    #[test]
    fn the_cells_of_a_polygon_are_its_area(points in prop::collection::vec(20_000.0..300_000.0f64, 5..40)) {
        let ring: Vec<World> = points
            .iter()
            .enumerate()
            .map(|(i, r)| {
                let (sin, cos) = (i as f64 / points.len() as f64 * std::f64::consts::TAU).sin_cos();
                World { x: (f64::from(CORNER.x) + r * cos) as u32, y: (f64::from(CORNER.y) + r * sin) as u32 }
            })
            .collect();
        let mut cells = 0;
        Scanner::default().scan([&ring[..]], |_, from, to| cells += u64::from(to - from));
        let line: LineString<f64> =
            ring.iter().map(|p| Coord { x: f64::from(p.x), y: f64::from(p.y) }).collect();
        let length: f64 = line.lines().map(|l| (l.delta().x.hypot(l.delta().y)) / 1024.0).sum();
        let area = Polygon::new(line, vec![]).unsigned_area() / 1024.0 / 1024.0;
        prop_assert!((cells as f64 - area).abs() < 3.0 * length.sqrt() + 3.0, "{} cells, area {}", cells, area);
    }

    #[test]
    fn every_window_becomes_valid_polygons_that_share_their_edges(
        seed in any::<u64>(), blob in 1u32..9, classes in 2u32..7, empty in any::<bool>(),
    ) {
        let side = TILE_CELLS / 8 + 2 * BUFFER;
        let mut random = Noise(seed);
        let n = side as u32;
        let mut window = Window { side, cells: vec![u8::from(!empty); side * side] };
        for _ in 0..n * n / (blob * blob) {
            let (x, y, w, h) = (random.below(n), random.below(n), 1 + random.below(blob), 1 + random.below(blob));
            let class = random.below(classes) as u8 + u8::from(!empty);
            for i in 0..w * h {
                // Slanting blobs, for many corners that meet.
                let (cx, cy) = ((x + i % w + i / w).min(n - 1), (y + i / w).min(n - 1));
                window.cells[(cy * n + cx) as usize] = class;
            }
        }
        check(&window, &shapes(&window));
    }

    #[test]
    fn neighbouring_tiles_agree_on_their_common_edge(
        seed in any::<u64>(), size in 600u32..40_000, noise in 0u32..60, gaps in 0u32..30, z in 9u8..=BASE_ZOOM,
    ) {
        let mosaic = mosaic([bytes(&field(60, size << ((BASE_ZOOM - z) / 2), seed, noise, gaps))]);
        agree(z, |tile| mosaic.window(tile, &super::mosaic::nothing).unwrap())?;
    }

    #[test]
    fn neighbouring_tiles_of_another_grid_agree_on_their_common_edge(
        seed in any::<u64>(), size in 2000u32..40_000, noise in 0u32..60, z in 9u8..=BASE_ZOOM,
    ) {
        let mosaic = mosaic([bytes(&field(60, size << ((BASE_ZOOM - z) / 2), seed, noise, 10))]);
        // Turned by a degree and a half and a tenth larger, about the common corner.
        let turn = |p: World| {
            let (x, y) = (f64::from(p.x) - f64::from(CORNER.x), f64::from(p.y) - f64::from(CORNER.y));
            let (sin, cos) = 0.025f64.sin_cos();
            let at = |v: f64, corner: u32| f64::from(corner) + v * 1.1;
            Some([at(x * cos - y * sin, CORNER.x), at(x * sin + y * cos, CORNER.y)])
        };
        agree(z, |tile| {
            let lattice = super::mosaic::lattice(tile, &turn).unwrap();
            mosaic.window_of(tile, &lattice, &super::mosaic::nothing).unwrap()
        })?;
    }

    #[test]
    fn shards_together_are_one_shard(seed in any::<u64>(), z in 9u8..=BASE_ZOOM) {
        let mut features = field(40, 9000, seed, 20, 10);
        // Overlaps, so that claims are needed.
        features.extend(field(30, 11_000, seed ^ 1, 20, 40));
        let one = mosaic([bytes(&features)]);
        let part = |i: usize| bytes(features.iter().skip(i).step_by(3));
        let three = mosaic([part(2), part(0), part(1)]);
        for tile in around(z) {
            prop_assert_eq!(one.tile(tile).unwrap(), three.tile(tile).unwrap());
        }
        // Threads that each burn a part do the same, also where they lay by what they burnt.
        let burn = |i: usize| {
            let mut rasteriser = Rasteriser::opening(i);
            for f in features.iter().rev().skip(i).step_by(2) {
                rasteriser.burn(f.class, f.area, f.ring[0], [&f.ring[..]]).unwrap();
            }
            rasteriser
        };
        prop_assert_eq!(burn(1).merge(burn(0)).unwrap().into_bytes().unwrap(), bytes(&features));
    }

    #[test]
    fn what_edits_renew_is_what_a_fresh_pack_shows(seed in any::<u64>(), z in 9u8..=BASE_ZOOM, rounds in 1usize..4) {
        let mut features = field(40, 9000, seed, 20, 10);
        let cells = Arc::new(Cells::open(bytes(&features)).unwrap());
        let mut random = Noise(seed ^ 7);
        let mut renewals = Renewals::new();
        let mut live = Mosaic::new(vec![Arc::clone(&cells)]);
        for tile in around(z) {
            live.tile(tile).unwrap();
        }
        for round in 0..rounds {
            for _ in 0..=random.below(3) {
                let at = random.below(features.len() as u32) as usize;
                let edited = &mut features[at];
                // Some edits change no cell, or none of this zoom.
                match random.below(3) {
                    0 => edited.class = 1 + random.below(6) as u8,
                    1 => edited.area += 1.0,
                    _ => edited.ring.iter_mut().for_each(|p| p.x += 40),
                }
                let mut bbox = WorldBox::EMPTY;
                for p in &edited.ring {
                    bbox.extend(*p);
                    bbox.extend(World { x: p.x - 40, y: p.y });
                }
                for tile in tiles_of(&bbox) {
                    renewals.insert(tile, Arc::new(Renewal::default()));
                }
            }
            live = Mosaic::renewed(std::iter::once((Some(Arc::clone(&cells)), &renewals)), Some(&live));
            let burn = |_: usize, tile: BaseTile| {
                let mut rasteriser = Rasteriser::only(tile);
                for f in &features {
                    rasteriser.burn(f.class, f.area, f.ring[0], [&f.ring[..]])?;
                }
                rasteriser.into_tile(tile)
            };
            let fresh = mosaic([bytes(&features)]);
            for tile in around(z).into_iter().skip(round % 2) {
                prop_assert_eq!(live.tile_with(tile, &burn).unwrap(), fresh.tile(tile).unwrap());
            }
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_but_never_a_panic(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = bytes(&field(12, 9000, 5, 50, 20));
        let at = at.index(bytes.len());
        prop_assert!(Cells::open(&bytes[..at]).is_err());
        bytes[at] ^= 1 << bit;
        if let Ok(cells) = Cells::open(bytes) {
            let mosaic = Mosaic::new(vec![Arc::new(cells)]);
            for z in [13, 11, 7] {
                for tile in around(z) {
                    let _ = mosaic.tile(tile);
                }
            }
        }
    }

    #[test]
    fn noise_is_no_file(mut noise in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Cells::open(&noise).is_err());
        noise.splice(0..0, *b"DIABACEL\x01\0\0\0");
        prop_assert!(Cells::open(&noise).is_err());
    }
}

#[test]
fn counts_and_areas_are_exact_at_every_zoom() {
    let features = field(60, 20_000, 9, 30, 10);
    let mosaic = mosaic([bytes(&features)]);
    for z in [5, 8, 11, 13] {
        let mut sums: BTreeMap<u8, (u64, f64)> = BTreeMap::new();
        let middle = TileCoord::holding(z, CORNER).unwrap();
        for (dx, dy) in (0..25).map(|i| (i % 5, i / 5)) {
            let tile = TileCoord::new(z, middle.x() + dx - 2, middle.y() + dy - 2).unwrap();
            for &ClassShape {
                class, count, area, ..
            } in mosaic.tile(tile).unwrap().iter()
            {
                let sum = sums.entry(class).or_default();
                *sum = (sum.0 + count, sum.1 + area);
            }
        }
        for (class, (count, area)) in sums {
            let own: Vec<f64> = features
                .iter()
                .filter(|f| f.class == class)
                .map(|f| f.area)
                .collect();
            assert_eq!(count, own.len() as u64, "class {class} at zoom {z}");
            assert!((area - own.iter().sum::<f64>()).abs() < 1e-3);
        }
    }
}

#[test]
fn what_cannot_be_is_said() {
    let ring = [
        CORNER,
        World {
            x: CORNER.x + 9999,
            ..CORNER
        },
        World {
            y: CORNER.y + 9999,
            ..CORNER
        },
    ];
    let mut rasteriser = Rasteriser::new();
    assert_eq!(
        rasteriser.burn(0, 1.0, CORNER, [&ring[..]]),
        Err(LevelsError::Class(0))
    );
    assert_eq!(
        rasteriser.burn(251, 1.0, CORNER, [&ring[..]]),
        Err(LevelsError::Class(251))
    );
    let wide = [World { x: 0, y: 0 }, World { x: u32::MAX, y: 0 }, CORNER];
    assert!(matches!(
        rasteriser.burn(1, 1.0, CORNER, [&wide[..]]),
        Err(LevelsError::Wide { .. })
    ));
    assert_eq!(rasteriser.burn(1, f64::NAN, CORNER, [&[][..]]), Ok(()));
    let mosaic = mosaic([rasteriser.into_bytes().unwrap()]);
    assert_eq!(
        mosaic.tile(TileCoord::new(14, 0, 0).unwrap()),
        Err(LevelsError::Zoom(14))
    );
    assert_eq!(
        mosaic.tile(TileCoord::new(4, 0, 0).unwrap()),
        Err(LevelsError::Zoom(4))
    );
    let here = mosaic
        .tile(TileCoord::holding(13, CORNER).unwrap())
        .unwrap();
    assert_eq!(
        (
            here[0].class,
            here[0].count,
            here[0].area,
            here[0].polygons.len()
        ),
        (1, 1, 0.0, 0)
    );
    assert!(!mosaic.touches(TileCoord::new(13, 0, 0).unwrap()));
    assert_eq!(
        mosaic.tile(TileCoord::new(13, 0, 0).unwrap()),
        Ok(Arc::from([]))
    );
}
