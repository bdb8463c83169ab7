//! The strict reader: what it accepts, what it finds, and that nothing makes it panic.

use proptest::prelude::*;

use super::super::encode::{bytes, head, varint};
use super::super::validate::{Scalar, validate};
use super::super::{Added, Tag, encode_value};
use super::*;
use crate::feature::Value;

/// A tile of one layer with one feature: its fields, then the layer's others.
fn tile(feature: &[u8], rest: &[u8]) -> Vec<u8> {
    let mut layer = Vec::new();
    bytes(&mut layer, head::LAYER_NAME, b"a");
    bytes(&mut layer, head::LAYER_FEATURE, feature);
    layer.extend_from_slice(rest);
    let mut tile = Vec::new();
    bytes(&mut tile, head::TILE_LAYER, &layer);
    tile
}

/// Extent 4096, version 2.
const REST: [u8; 5] = [0x28, 0x80, 0x20, 0x78, 0x02];

/// A feature of geometry type `kind` with these commands.
fn feature(kind: u8, commands: &[u32]) -> Vec<u8> {
    let mut packed = Vec::new();
    for &c in commands {
        varint(&mut packed, u64::from(c));
    }
    let mut feature = vec![0x18, kind];
    bytes(&mut feature, head::FEATURE_GEOMETRY, &packed);
    feature
}

/// The commands of a ring, as numbers of the specification.
fn commands(rings: &[&[(i32, i32)]]) -> Vec<u32> {
    let zigzag = |v: i32| (v << 1 ^ v >> 31) as u32;
    let mut out = Vec::new();
    let (mut x, mut y) = (0, 0);
    for ring in rings {
        for (i, &(to_x, to_y)) in ring.iter().enumerate() {
            match i {
                0 => out.push(9),
                1 => out.push((ring.len() as u32 - 1) << 3 | 2),
                _ => {}
            }
            out.extend([zigzag(to_x - x), zigzag(to_y - y)]);
            (x, y) = (to_x, to_y);
        }
        out.push(15);
    }
    out
}

fn faults(bytes: &[u8]) -> String {
    validate(bytes)
        .iter()
        .map(|v| v.what.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

fn polygon(rings: &[&[(i32, i32)]]) -> String {
    faults(&tile(&feature(3, &commands(rings)), &REST))
}

const SQUARE: [(i32, i32); 4] = [(0, 0), (9, 0), (9, 9), (0, 9)];

#[test]
fn sound_tiles_are_sound() {
    assert_eq!(faults(&[]), "");
    assert_eq!(faults(&tile(&feature(1, &[9, 50, 34]), &REST)), "");
    assert_eq!(
        faults(&tile(&feature(2, &[9, 4, 4, 18, 0, 16, 16, 0]), &REST)),
        ""
    );
    assert_eq!(polygon(&[&SQUARE]), "");
    assert_eq!(polygon(&[&SQUARE, &[(2, 2), (2, 5), (5, 5), (5, 2)]]), "");
}

#[test]
fn holes_may_touch_at_points_that_part_nothing() {
    assert_eq!(polygon(&[&SQUARE, &[(0, 2), (2, 4), (4, 2)]]), "");
    let chain = [(0, 4), (3, 6), (5, 4)];
    assert_eq!(polygon(&[&SQUARE, &chain, &[(5, 4), (6, 6), (7, 4)]]), "");
    let parting = polygon(&[&SQUARE, &chain, &[(5, 4), (7, 6), (9, 4)]]);
    assert!(parting.contains("part the interior"), "{parting}");
}

#[test]
fn an_island_in_a_hole_is_a_polygon_of_its_own() {
    let hole = [(1, 1), (1, 8), (8, 8), (8, 1)];
    assert_eq!(polygon(&[&SQUARE, &hole, &[(3, 3), (6, 3), (6, 6)]]), "");
    let filled = polygon(&[&SQUARE, &[(3, 3), (6, 3), (6, 6)]]);
    assert!(filled.contains("lies in another"), "{filled}");
}

#[test]
fn faulty_polygons_are_found() {
    for (rings, what) in [
        (
            &[&[(0, 0), (0, 9), (9, 9), (9, 0)][..]][..],
            "wound as a hole",
        ),
        (&[&[(0, 0), (9, 9), (9, 0), (0, 9)]], "no area"),
        (
            &[&[(0, 0), (9, 0), (9, 9), (5, -3)]],
            "crosses or touches itself",
        ),
        (
            &[&[(0, 0), (9, 0), (9, 9), (4, 0), (0, 9)]],
            "crosses or touches itself",
        ),
        (
            &[&[(0, 0), (9, 0), (9, 9), (9, 12), (9, 9), (0, 9)]],
            "runs back on itself",
        ),
        (&[&[(0, 0), (9, 0), (9, 9), (0, 0)]], "repeats its first"),
        (&[&[(0, 0), (9, 0), (9, 0), (9, 9)]], "goes nowhere"),
        (
            &[&SQUARE, &[(20, 20), (20, 25), (25, 25)]],
            "not inside its exterior",
        ),
        (&[&SQUARE, &[(2, 2), (2, 12), (5, 5)]], "rings cross"),
        (&[&SQUARE, &[(0, 2), (0, 5), (5, 5)]], "share a line"),
        (
            &[
                &SQUARE,
                &[(2, 2), (2, 8), (8, 8), (8, 2)],
                &[(3, 3), (3, 4), (4, 4)],
            ],
            "not inside its exterior",
        ),
        (
            &[&SQUARE, &[(4, 4), (14, 4), (14, 14), (4, 14)]],
            "rings cross",
        ),
        (&[&[(0, 0), (1 << 21, 0), (9, 9)]], "units away"),
    ] {
        let found = polygon(rings);
        assert!(
            found.contains(what),
            "{rings:?}: expected \"{what}\", found \"{found}\""
        );
    }
}

/// The cases of the specification's fixture collection that no other test here has, as bytes of our own.
#[test]
fn faulty_bytes_are_found() {
    let point = feature(1, &[9, 50, 34]);
    let untyped = &point[2..];
    let tagged = |tags: &[u8]| {
        let mut feature = point.clone();
        bytes(&mut feature, head::FEATURE_TAGS, tags);
        let mut rest = REST.to_vec();
        bytes(&mut rest, head::LAYER_KEY, b"k");
        bytes(&mut rest, head::LAYER_VALUE, &[0x38, 1]);
        tile(&feature, &rest)
    };
    assert_eq!(faults(&tagged(&[0, 0])), "");
    let twice = [tile(&point, &REST), tile(&point, &REST)].concat();
    let with_value = |value: &[u8]| {
        let mut rest = REST.to_vec();
        bytes(&mut rest, head::LAYER_VALUE, value);
        tile(&point, &rest)
    };
    let two_features = [&REST[..], &[0x12, 2, 8, 1, 0x12, 2, 8, 1]].concat();
    for (bytes, what) in [
        (tile(&point, &REST[..3]), "no version"),
        (tile(&point, &[0x28, 0x80, 0x20, 0x78, 1]), "version is 1"),
        (tile(&point, &REST[3..]), "no extent"),
        (tile(&point, &[0x28, 0, 0x78, 2]), "not a positive number"),
        (
            vec![0x1a, 8, 0x0a, 1, b'a', 0x28, 0x80, 0x20, 0x78, 2],
            "no features",
        ),
        (vec![0x1a, 2, 0x78, 2], "no name"),
        (twice, "used by another layer"),
        (tile(untyped, &REST), "no geometry type"),
        (
            tile(&feature(0, &[9, 50, 34]), &REST),
            "0 is not a geometry type",
        ),
        (tile(&[0x18, 1], &REST), "no geometry"),
        (tile(&feature(1, &[1]), &REST), "count 0"),
        (tile(&feature(1, &[9, 50]), &REST), "fewer numbers"),
        (
            tile(&feature(1, &[9, 50, 34, 9, 2, 2]), &REST),
            "one MoveTo and nothing else",
        ),
        (
            tile(&feature(1, &[9, 50, 34, 11, 50, 34]), &REST),
            "none of MoveTo",
        ),
        (tile(&feature(2, &[10, 2, 2]), &REST), "not a MoveTo"),
        (
            tile(&feature(2, &[9, 4, 4]), &REST),
            "not one MoveTo of one point",
        ),
        (
            tile(&feature(2, &[9, 4, 4, 10, 0, 0]), &REST),
            "goes nowhere",
        ),
        (
            tile(&feature(3, &[9, 0, 0, 10, 8, 0, 15]), &REST),
            "a ring is not one MoveTo",
        ),
        (
            tile(&feature(3, &[9, 0, 0, 18, 8, 0, 0, 8, 23]), &REST),
            "count other than 1",
        ),
        (
            tile(&feature(1, &[17, 0xffff_fffe, 0, 0xffff_fffe, 0]), &REST),
            "32-bit plane",
        ),
        (tagged(&[0]), "odd number"),
        (tagged(&[1, 0]), "key 1 is not"),
        (tagged(&[0, 1]), "value 1 is not"),
        (tagged(&[0, 0, 0, 0]), "twice"),
        (with_value(&[]), "says nothing"),
        (with_value(&[0x38, 1, 0x28, 1]), "more than one"),
        (with_value(&[0x0a, 1, 0xff]), "not UTF-8"),
        (tile(&point, &two_features), "another feature's"),
        (vec![0x1a, 9, 0], "cut off"),
        (vec![0x1b], "unknown wire type"),
        (vec![0x08, 1], "field 1 of a kind no tile has"),
    ] {
        let found = faults(&bytes);
        assert!(
            found.contains(what),
            "{bytes:?}: expected \"{what}\", found \"{found}\""
        );
    }
}

#[test]
fn values_are_read_as_they_were_written() {
    let values = [
        (Value::Bool(true), Scalar::Bool(true)),
        (Value::Integer(-5), Scalar::Integer(-5)),
        (
            Value::Integer(i64::MIN),
            Scalar::Integer(i128::from(i64::MIN)),
        ),
        (
            Value::Integer(i64::MAX),
            Scalar::Integer(i128::from(i64::MAX)),
        ),
        (Value::Real(0.5), Scalar::Real(0.5)),
        (Value::Real(0.1), Scalar::Real(0.1)),
        (Value::Real(-300.0), Scalar::Integer(-300)),
        (Value::Real(1e300), Scalar::Real(1e300)),
        (
            Value::Text("Thửa đất số 12".into()),
            Scalar::Text("Thửa đất số 12".into()),
        ),
        (
            Value::Json(serde_json::json!([{"a": 1}])),
            Scalar::Text(r#"[{"a":1}]"#.into()),
        ),
    ];
    let encoded: Vec<_> = values
        .iter()
        .map(|(value, _)| encode_value(value).unwrap())
        .collect();
    let mut layer = LayerBuilder::new("points", &["unused", "v"], spec());
    let tags = |value: &'static [u8]| [(1, value), (7, value)];
    for (id, value) in encoded.iter().chain(&encoded).enumerate() {
        let shape = Shape::new(DrawnKind::Point, &[(vec![at(5.0, 5.0)], false)]);
        let added = layer.add(&shape.drawn(id as u64), tags(value.clone().leak()));
        assert_eq!(added, Added::Drawn);
    }
    let layer = strictly(&layer.finish().unwrap()).unwrap();
    assert_eq!(layer.keys, ["v"]);
    assert_eq!(layer.values, values.map(|(_, scalar)| scalar));
    assert_eq!(layer.features[3].tags, layer.features[13].tags);
    for none in [
        Value::Real(f64::NAN),
        Value::Real(f64::INFINITY),
        Value::Json(serde_json::Value::Null),
    ] {
        assert_eq!(encode_value(&none), None);
    }
}

#[test]
fn a_place_is_a_point() {
    let value = encode_value(&Value::Integer(7)).unwrap();
    for place in [at(5.0, 5.0), at(-63.0, 4159.0), at(-65.0, 9.0)] {
        let mut one = LayerBuilder::new("points", &["v"], spec());
        let mut other = LayerBuilder::new("points", &["v"], spec());
        let point = Shape::new(DrawnKind::Point, &[(vec![place], false)]);
        let added = one.add(&point.drawn(3), [(0, value.as_slice())]);
        assert_eq!(other.add_place(3, place, [(0, Tag::Value(&value))]), added);
        assert_eq!(one.finish(), other.finish());
    }
}

/// Fixtures that are called valid because a decoder can cope with them, and are not what an encoder may write:
/// unknown geometry type, no features, version 1, coordinates beyond 32 bits, a count beyond the data.
const TOLERATED: [&str; 6] = ["016", "025", "039", "049", "050", "057"];

/// The fixtures of npm `@mapbox/mvt-fixtures`, where `DIABA_MVT_FIXTURES` names their directory.
///
/// Nearly all of them lack the extent the specification demands; that alone is passed over.
#[test]
fn fixtures_made_by_others_are_judged_as_they_say() {
    let Some(root) = std::env::var_os("DIABA_MVT_FIXTURES") else {
        println!("skipped: DIABA_MVT_FIXTURES names no directory");
        return;
    };
    let mut judged = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let directory = entry.unwrap().path();
        let number = directory
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let info = std::fs::read(directory.join("info.json")).unwrap();
        let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
        let mut found = validate(&std::fs::read(directory.join("tile.mvt")).unwrap());
        found.retain(|v| v.what != "it has no extent");
        let valid = info["validity"]["v2"] == true && !TOLERATED.contains(&number.as_str());
        assert_eq!(
            found.is_empty(),
            valid,
            "{number}: {} {found:?}",
            info["description"]
        );
        judged += 1;
    }
    assert!(judged > 0, "no fixtures there");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        validate(&bytes);
    }

    #[test]
    fn a_damaged_tile_makes_nothing_panic(at_byte in 0usize..400, byte in any::<u8>(), cut_at in 0usize..400) {
        let square = ring(&[(0.0, 0.0), (0.0, 900.0), (900.0, 900.0), (900.0, 0.0)]);
        let mut layer = LayerBuilder::new("shapes", &["k"], spec());
        for id in 0..9 {
            let shape = Shape::new(DrawnKind::Polygon, &[(square.clone(), false)]);
            layer.add(&shape.drawn(id), [(0, &[0x38u8, 1][..])]);
        }
        let mut bytes = layer.finish().unwrap();
        if let Some(b) = bytes.get_mut(at_byte) {
            *b = byte;
        }
        bytes.truncate(cut_at.max(1));
        validate(&bytes);
    }

    #[test]
    fn commands_of_any_kind(kind in 0u8..5, commands in prop::collection::vec(0u32..40, 0..60)) {
        validate(&tile(&feature(kind, &commands), &REST));
    }
}
