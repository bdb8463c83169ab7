//! A stencil laid on a tile gives the bytes of the polygon cut there.

use proptest::prelude::*;

use super::validity::{parts, star, vertices};
use super::*;
use crate::tile::{Ready, Stencil, StencilCutter};

fn stencil(shape: &Shape, zoom: u8) -> Vec<u8> {
    let mut out = Vec::new();
    StencilCutter::default().cut(&shape.drawn(0), zoom, &mut out);
    out
}

/// The layer of `shape` in a tile, its stencil laid where it has one.
fn layer(shape: &Shape, coord: TileCoord, stencil: Option<&[u8]>) -> (Option<Vec<u8>>, Counts) {
    let mut layer = LayerBuilder::new("shapes", &[], TileSpec::new(coord));
    let stencil = Stencil {
        zoom: coord.z(),
        bytes: stencil.unwrap_or_default(),
    };
    let ready = Ready {
        stencil,
        ..Ready::default()
    };
    layer.add(
        &Drawn {
            ready,
            ..shape.drawn(1 << 40)
        },
        [],
    );
    let counts = layer.counts();
    (layer.finish(), counts)
}

/// The same from the stencil alone, where that suffices.
fn laid(shape: &Shape, coord: TileCoord, bytes: &[u8]) -> Option<(Option<Vec<u8>>, Counts)> {
    let mut layer = LayerBuilder::new("shapes", &[], TileSpec::new(coord));
    let stencil = Stencil {
        zoom: coord.z(),
        bytes,
    };
    let drawn = shape.drawn(1 << 40);
    let laid = layer.lay(drawn.id, &drawn.bbox, stencil, []);
    assert_eq!(laid, !layer.is_empty());
    let counts = layer.counts();
    laid.then(|| (layer.finish(), counts))
}

/// Whether every tile around the shape's corner has the same bytes with and without its stencil.
fn check(shape: &Shape, zoom: u8) -> Result<usize, TestCaseError> {
    let bytes = stencil(shape, zoom);
    let corner = shape.drawn(0).bbox;
    let home = TileCoord::holding(
        zoom,
        World {
            x: corner.min_x,
            y: corner.min_y,
        },
    )
    .unwrap();
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1), (-1, 0), (0, -1)] {
        let moved = |v: u32, d: i32| v.checked_add_signed(d);
        let (Some(x), Some(y)) = (moved(home.x(), dx), moved(home.y(), dy)) else {
            continue;
        };
        let Ok(coord) = TileCoord::new(zoom, x, y) else {
            continue;
        };
        let cut = layer(shape, coord, None);
        if let Some(laid) = laid(shape, coord, &bytes) {
            prop_assert_eq!(&laid, &cut, "{:?}", coord);
        }
        prop_assert_eq!(layer(shape, coord, Some(&bytes)), cut, "{:?}", coord);
    }
    Ok(bytes.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn one_ring_of_any_shape(points in prop_oneof![vertices(8), vertices(80), star()], zoom in 12u8..=18) {
        check(&Shape::new(DrawnKind::Polygon, &[(points, false)]), zoom)?;
    }

    #[test]
    fn several_rings_of_any_shape(parts in parts(), zoom in 10u8..=22) {
        check(&Shape::new(DrawnKind::Polygon, &parts), zoom)?;
    }

    #[test]
    fn any_bytes_are_laid_or_not(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let square = square();
        let _ = layer(&square, spec().coord, Some(&bytes));
    }
}

fn square() -> Shape {
    let square = ring(&[(10.0, 10.0), (40.0, 10.0), (40.0, 44.0), (10.0, 44.0)]);
    Shape::new(DrawnKind::Polygon, &[(square, false)])
}

#[test]
fn an_ordinary_parcel_has_a_stencil() {
    // Two bytes for the place, one for each command, two for each of three more corners.
    assert_eq!(check(&square(), 14).unwrap(), 10);
    let bytes = stencil(&square(), 14);
    assert!(laid(&square(), spec().coord, &bytes).is_some());
    let beside = TileCoord::new(14, TILE.0 + 1, TILE.1).unwrap();
    assert_eq!(laid(&square(), beside, &bytes), None);
    let hole = ring(&[(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)]);
    let mut with_hole = square();
    with_hole.coords.extend(hole);
    with_hole
        .parts
        .push(Part::new(with_hole.coords.len() as u32, true).unwrap());
    assert!(check(&with_hole, 14).unwrap() > 10);
}

#[test]
fn what_the_tile_has_to_judge_has_none() {
    let shape = |points: &[(f64, f64)]| Shape::new(DrawnKind::Polygon, &[(ring(points), false)]);
    let bow = shape(&[(0.0, 0.0), (40.0, 40.0), (40.0, 0.0), (0.0, 40.0)]);
    let speck = shape(&[(0.1, 0.1), (0.3, 0.1), (0.3, 0.3)]);
    let county = shape(&[(0.0, 0.0), (9000.0, 0.0), (9000.0, 9000.0)]);
    for other in [bow, speck, county] {
        assert_eq!(check(&other, 14).unwrap(), 0);
    }
    let line = Shape::new(DrawnKind::Line, &[(square().coords, false)]);
    assert!(stencil(&line, 14).is_empty());
}

/// A stencil is of one zoom; in another it is passed over.
#[test]
fn a_stencil_of_another_zoom_is_not_laid() {
    let shape = square();
    let bytes = stencil(&shape, 15);
    let drawn = Drawn {
        ready: Ready {
            stencil: Stencil {
                zoom: 15,
                bytes: &bytes,
            },
            ..Ready::default()
        },
        ..shape.drawn(1)
    };
    let mut with = LayerBuilder::new("shapes", &[], spec());
    assert!(!with.lay(1, &drawn.bbox, drawn.ready.stencil, []));
    with.add(&drawn, []);
    let mut without = LayerBuilder::new("shapes", &[], spec());
    without.add(&shape.drawn(1), []);
    assert_eq!(with.finish(), without.finish());
}
