//! What is read here is what GDAL reads.

use std::ops::ControlFlow;

use proptest::prelude::*;
use tempfile::TempDir;

use super::super::Record;
use super::super::gdal::{GdalSource, Options, Reading};
use super::*;

/// A row as its bytes stand: whether it is deleted, its cells, the content of its shape.
#[derive(Debug, Clone)]
struct Raw {
    deleted: bool,
    text: Vec<u8>,
    whole: String,
    real: String,
    day: String,
    shape: Vec<u8>,
}

fn padded(text: &str, width: usize) -> Vec<u8> {
    format!("{text:>width$.width$}").into_bytes()
}

impl Raw {
    fn cells(&self) -> Vec<u8> {
        let mut cells = vec![if self.deleted { b'*' } else { b' ' }];
        let mut text = self.text.clone();
        text.resize(12, b' ');
        cells.extend(text);
        cells.extend(padded(&self.whole, 9));
        cells.extend(padded(&self.real, 14));
        cells.extend(padded(&self.day, 8));
        cells
    }
}

/// The three files of `rows`.
fn written(rows: &[Raw]) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.shp");
    let mut head = vec![0; 100];
    head[..4].copy_from_slice(&9994_u32.to_be_bytes());
    head[28..32].copy_from_slice(&1000_u32.to_le_bytes());
    head[32..36].copy_from_slice(&5_u32.to_le_bytes());
    let (mut shapes, mut index) = (head.clone(), head);
    for (i, row) in rows.iter().enumerate() {
        let length = (row.shape.len() as u32 / 2).to_be_bytes();
        index.extend((shapes.len() as u32 / 2).to_be_bytes());
        index.extend(length);
        shapes.extend((i as u32 + 1).to_be_bytes());
        shapes.extend(length);
        shapes.extend(&row.shape);
    }
    for bytes in [&mut shapes, &mut index] {
        let words = (bytes.len() as u32 / 2).to_be_bytes();
        bytes[24..28].copy_from_slice(&words);
    }
    let columns = [
        ("TEN", b'C', 12, 0),
        ("SO", b'N', 9, 0),
        ("DT", b'N', 14, 3),
        ("NGAY", b'D', 8, 0),
    ];
    let mut table = vec![0; 32];
    table[..4].copy_from_slice(&[3, 125, 7, 1]);
    table[4..8].copy_from_slice(&(rows.len() as u32).to_le_bytes());
    table[8..10].copy_from_slice(&(32 * columns.len() as u16 + 33).to_le_bytes());
    table[10..12].copy_from_slice(&(1 + 12 + 9 + 14 + 8_u16).to_le_bytes());
    for (name, sort, width, decimals) in columns {
        let mut column = vec![0; 32];
        column[..name.len()].copy_from_slice(name.as_bytes());
        column[11] = sort;
        column[16] = width;
        column[17] = decimals;
        table.extend(column);
    }
    table.push(END_OF_COLUMNS);
    table.extend(rows.iter().flat_map(Raw::cells));
    table.push(0x1A);
    std::fs::write(&path, shapes).unwrap();
    std::fs::write(path.with_extension("shx"), index).unwrap();
    std::fs::write(path.with_extension("dbf"), table).unwrap();
    (folder, path)
}

/// What a reading gave, and why it broke off.
type Outcome = (Vec<Record>, Option<String>);

/// The records both ways, what was complained of with them, and how many rows were read here.
fn both(path: &Path) -> ([Outcome; 2], usize) {
    let mut source = GdalSource::open(path, false, &Options::default()).unwrap();
    let mut gathered = |plain: bool| {
        let mut records = Vec::new();
        let mut reading = Reading::default();
        let mut take = |record| {
            records.push(record);
            ControlFlow::Continue(())
        };
        if plain {
            let rows = source.rows().expect("it is read here");
            source.read_rows(rows, &mut reading, &mut take);
        } else {
            source.read_features(&mut reading, &mut take);
        }
        (records, reading.damage)
    };
    let outcome = [gathered(true), gathered(false)];
    let plain = source.rows().expect("it is read here");
    let plain = plain.filter(|row| matches!(row, Row::Plain(..))).count();
    (outcome, plain)
}

/// The content of a polygon of rings.
fn polygon(rings: &[Vec<[f64; 2]>]) -> Vec<u8> {
    let points: usize = rings.iter().map(Vec::len).sum();
    let mut bytes = 5_u32.to_le_bytes().to_vec();
    let all: Vec<[f64; 2]> = rings.concat();
    for (start, side) in [
        (f64::INFINITY, 0),
        (f64::INFINITY, 1),
        (f64::NEG_INFINITY, 0),
        (f64::NEG_INFINITY, 1),
    ] {
        let pick = |a: f64, b: f64| if start > 0.0 { a.min(b) } else { a.max(b) };
        bytes.extend(all.iter().map(|p| p[side]).fold(start, pick).to_le_bytes());
    }
    bytes.extend((rings.len() as u32).to_le_bytes());
    bytes.extend((points as u32).to_le_bytes());
    let mut first = 0_u32;
    for ring in rings {
        bytes.extend(first.to_le_bytes());
        first += ring.len() as u32;
    }
    bytes.extend(all.iter().flatten().flat_map(|n| n.to_le_bytes()));
    bytes
}

fn square(side: f64) -> Vec<[f64; 2]> {
    vec![
        [0.0, 0.0],
        [0.0, side],
        [side, side],
        [side, 0.0],
        [0.0, 0.0],
    ]
}

fn shape() -> impl Strategy<Value = Vec<u8>> {
    let hole = vec![[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 1.0]];
    let far: Vec<[f64; 2]> = square(3.0).iter().map(|p| [p[0] + 50.0, p[1]]).collect();
    prop_oneof![
        6 => (1.0..1e6f64).prop_map(|side| polygon(&[square(side)])),
        // Turning the other way, open, and of one point.
        1 => (1.0..1e6f64).prop_map(|side| polygon(&[square(side).into_iter().rev().collect()])),
        1 => Just(polygon(&[square(5.0)[..4].to_vec()])),
        1 => Just(polygon(&[vec![[7.0, 7.0]]])),
        1 => Just(polygon(&[square(9.0), hole])),
        1 => Just(polygon(&[square(9.0), far])),
        1 => Just(0_u32.to_le_bytes().to_vec()),
        1 => Just(polygon(&[])),
        1 => prop::collection::vec(any::<u8>(), 1..60).prop_map(|mut bytes| {
            bytes.resize(bytes.len() * 2 + 4, 0);
            bytes[..4].copy_from_slice(&5_u32.to_le_bytes());
            bytes
        }),
    ]
}

fn row() -> impl Strategy<Value = Raw> {
    let text = prop_oneof![
        4 => "[A-Za-z0-9 ?]{0,12}".prop_map(String::into_bytes),
        2 => prop::collection::vec(0x20..=0xFF_u8, 0..12),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    let whole = prop_oneof![4 => "-?[0-9]{1,8}", 1 => "[0-9*. -]{0,9}", 1 => Just(String::new())];
    let real = prop_oneof![4 => "-?[0-9]{1,8}(\\.[0-9]{0,3})?", 1 => "[0-9.,e*+ -]{0,14}", 1 => Just(String::new())];
    let day = prop_oneof![3 => "(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])", 1 => "[0-9 ]{0,8}", 1 => Just(String::new())];
    (prop::bool::weighted(0.05), text, whole, real, day, shape()).prop_map(
        |(deleted, text, whole, real, day, shape)| Raw {
            deleted,
            text,
            whole,
            real,
            day,
            shape,
        },
    )
}

fn plain(n: usize) -> Raw {
    Raw {
        deleted: false,
        text: format!("thua {n}").into_bytes(),
        whole: n.to_string(),
        real: format!("{n}.250"),
        day: "20250701".to_owned(),
        shape: polygon(&[square(n as f64 + 1.0)]),
    }
}

#[test]
fn ordinary_rows_are_read_without_gdal() {
    let rows: Vec<Raw> = (0..200).map(plain).collect();
    let (_folder, path) = written(&rows);
    let ([ours, theirs], plain) = both(&path);
    assert_eq!(plain, 200);
    assert_eq!(ours.0.len(), 200);
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
}

#[test]
fn a_file_whose_parts_do_not_fit_is_left_to_gdal() {
    let rows: Vec<Raw> = (0..3).map(plain).collect();
    let kinds = [Kind::Text, Kind::Integer, Kind::Real, Kind::Date];
    let (_folder, path) = written(&rows);
    assert!(Rows::open(&path, &kinds).is_some());
    assert!(Rows::open(&path, &kinds[..3]).is_none());
    assert!(Rows::open(&path, &[Kind::Text; 4]).is_none());
    for part in ["dbf", "shx"] {
        let (_folder, path) = written(&rows);
        let part = path.with_extension(part);
        let bytes = std::fs::read(&part).unwrap();
        std::fs::write(&part, &bytes[..bytes.len() - 20]).unwrap();
        assert!(Rows::open(&path, &kinds).is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_row_is_as_gdal_reads_it(rows in prop::collection::vec(row(), 1..12), cut in prop::option::weighted(0.2, 1_usize..300)) {
        let (_folder, path) = written(&rows);
        if let Some(cut) = cut {
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len().saturating_sub(cut).max(100)]).unwrap();
        }
        let ([ours, theirs], _) = both(&path);
        prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    }
}
