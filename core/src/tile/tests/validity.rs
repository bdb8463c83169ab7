//! Whatever is put into a tile, the tile is valid.

use proptest::prelude::*;

use super::*;

/// Vertices drawn from few places close together, so that everything that can coincide does; or from far apart.
pub(super) fn vertices(most: usize) -> impl Strategy<Value = Vec<World>> {
    let near = |side: u32| {
        prop::collection::vec((0..side, 0..side), 0..most).prop_map(|points| {
            points
                .iter()
                .map(|&(x, y)| at(f64::from(x) / 2.0 - 64.0, f64::from(y) / 2.0 - 64.0))
                .collect()
        })
    };
    let across = prop::collection::vec((-300.0..4400.0, -300.0..4400.0), 0..most)
        .prop_map(|points: Vec<(f64, f64)>| ring(&points));
    let anywhere = prop::collection::vec((any::<u32>(), any::<u32>()), 0..most)
        .prop_map(|points| points.into_iter().map(|(x, y)| World { x, y }).collect());
    prop_oneof![near(6), near(12), near(40), near(400), across, anywhere]
}

/// Rings that wind around a centre, wobbling: mostly simple before they are snapped.
pub(super) fn star() -> impl Strategy<Value = Vec<World>> {
    (
        0.0..4096.0,
        0.0..4096.0,
        0.3..300.0,
        prop::collection::vec(0.05..1.0, 3..120),
    )
        .prop_map(|(x, y, size, radii): (f64, f64, f64, Vec<f64>)| {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let place = |(i, r): (usize, &f64)| {
                let (sin, cos) = (i as f64 * turn).sin_cos();
                at(x + r * size * cos, y + r * size * sin)
            };
            radii.iter().enumerate().map(place).collect()
        })
}

pub(super) fn parts() -> impl Strategy<Value = Vec<(Vec<World>, bool)>> {
    prop::collection::vec((prop_oneof![vertices(12), star()], any::<bool>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn one_ring_of_any_shape(points in prop_oneof![vertices(8), vertices(80), star()]) {
        cut(&[Shape::new(DrawnKind::Polygon, &[(points, false)])], spec());
    }

    #[test]
    fn several_rings_of_any_shape(parts in parts()) {
        cut(&[Shape::new(DrawnKind::Polygon, &parts)], spec());
    }

    #[test]
    fn lines_and_points_of_any_shape(parts in parts(), point in any::<bool>()) {
        cut(&[Shape::new(if point { DrawnKind::Point } else { DrawnKind::Line }, &parts)], spec());
    }

    #[test]
    fn any_tile_extent_and_buffer(
        parts in parts(), z in 0u8..=22, extent in any::<u16>(), buffer in any::<u16>(), kind in 0usize..3,
    ) {
        let kind = [DrawnKind::Point, DrawnKind::Line, DrawnKind::Polygon][kind];
        let coord = TileCoord::holding(z, at(1000.0, 1000.0)).unwrap();
        cut(&[Shape::new(kind, &parts)], TileSpec { coord, extent, buffer });
    }

    /// A box or parts that do not fit the vertices come from a damaged file: the tile is wrong, but valid.
    #[test]
    fn parts_that_lie(
        points in vertices(20), ends in prop::collection::vec((0u32..30, any::<bool>()), 0..5),
        bbox in prop::array::uniform4(any::<u32>()), kind in 0usize..3, z in 0u8..=22,
    ) {
        let kind = [DrawnKind::Point, DrawnKind::Line, DrawnKind::Polygon][kind];
        let parts: Vec<_> = ends.into_iter().map(|(end, hole)| Part::new(end, hole).unwrap()).collect();
        let [min_x, min_y, max_x, max_y] = bbox;
        let bbox = WorldBox { min_x, min_y, max_x, max_y };
        let mut layer = LayerBuilder::new("shapes", &[], TileSpec::new(TileCoord::holding(z, at(9.0, 9.0)).unwrap()));
        layer.add(&Drawn { id: 1, kind, bbox, parts: &parts, coords: &points, ready: Ready::default() }, []);
        strictly(&layer.finish().unwrap_or_default());
    }

    #[test]
    fn rings_ready_made(
        rings in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(prop::array::uniform2(-20i32..20), 0..9), 1..4), 1..8),
    ) {
        let mut layer = LayerBuilder::new("levels", &[], spec());
        layer.add_rings(1, &rings, []);
        strictly(&layer.finish().unwrap_or_default());
    }
}

#[test]
fn a_square_is_written_clockwise_on_the_screen() {
    let square = ring(&[(0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 0.0)]);
    let hole = ring(&[(2.0, 2.0), (2.0, 5.0), (5.0, 5.0), (5.0, 2.0)]);
    let (layer, _) = cut(
        &[Shape::new(
            DrawnKind::Polygon,
            &[(square, false), (hole, true)],
        )],
        spec(),
    );
    let px = |points: [(i32, i32); 4]| points.map(|(x, y)| TilePx::new(x, y)).to_vec();
    assert_eq!(
        polygons(layer.as_ref()),
        [[[
            px([(9, 0), (9, 9), (0, 9), (0, 0)]),
            px([(2, 2), (2, 5), (5, 5), (5, 2)])
        ]]]
    );
}
