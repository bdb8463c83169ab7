//! Cadastral drawings: parcels out of lines and texts, and what is wrong with them.

use std::collections::BTreeMap;
use std::path::Path;

use geo::{Area, BooleanOps, CoordsIter, MultiPolygon, Polygon};

use crate::common::Bench;
use crate::drawn::{CORNER, Drawn, draw};
use crate::stored::{Rows, rows, samples, stored};

/// A parcel: its rings, and its values by field.
type Parcels = BTreeMap<String, (MultiPolygon<f64>, BTreeMap<String, String>)>;

/// Records, by parcel number.
fn by_number(rows: Rows) -> Parcels {
    rows.into_iter()
        .map(|(shape, values)| (values["so_thua"].clone(), (shape, values)))
        .collect()
}

fn parcels(path: &Path, filter: Option<&str>) -> Parcels {
    by_number(rows(path, filter))
}

fn imported(bench: &Bench, dataset: &str) -> Parcels {
    by_number(stored(bench, "land_parcels", dataset))
}

/// Vertices in whole millimetres, each once.
fn vertices(shape: &MultiPolygon<f64>) -> std::collections::BTreeSet<(i64, i64)> {
    shape
        .coords_iter()
        .map(|c| ((c.x * 1000.0).round() as i64, (c.y * 1000.0).round() as i64))
        .collect()
}

#[test]
fn the_sample_sheet_comes_back_as_the_register_has_it() {
    let file = std::fs::read_dir(samples())
        .expect("samples")
        .filter_map(|e| Some(e.ok()?.path()))
        .find(|p| p.extension().is_some_and(|e| e == "dgn"))
        .expect("a drawing");
    let stem = file
        .file_stem()
        .expect("named")
        .to_string_lossy()
        .into_owned();
    let (commune, sheet) = stem.split_once('_').expect("commune and sheet");
    let bench = Bench::new();
    let outcome = bench.import(&file, "land_parcels", &["--source-crs", "9214"]);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let report = &outcome.report;
    assert_eq!(report["format"], "DGN");
    assert_eq!(report["counts"]["rejected"], 0);
    assert_eq!(report["drawing"]["profile"], "tt25_2014");
    assert_eq!(report["drawing"]["said"][0]["from"], "file_name");
    assert_eq!(report["drawing"]["said"][1]["value"], sheet);

    let filter = format!("ma_xa_goc = '{commune}' AND so_to = '{sheet}'");
    let source = parcels(&samples().join("land_parcels.fgb"), Some(&filter));
    let got = imported(&bench, &stem);
    assert!(source.len() > 100);
    assert_eq!(
        got.keys().collect::<Vec<_>>(),
        source.keys().collect::<Vec<_>>()
    );
    // Ground of other sheets that this one's parcels enclose is all that is found.
    let whole = geo::unary_union(source.values().flat_map(|p| &p.0.0));
    let enclosed: f64 = whole
        .iter()
        .flat_map(Polygon::interiors)
        .map(|ring| Polygon::new(ring.clone(), vec![]).unsigned_area())
        .sum();
    let found = report["findings"]["records"]
        .as_array()
        .into_iter()
        .flatten();
    let areas: f64 = found.filter_map(|f| f["area"].as_f64()).sum();
    let count = whole.iter().map(|p| p.interiors().len()).sum::<usize>();
    assert_eq!(report["findings"]["total"], count);
    assert_eq!(counted(report, "label"), count as u64);
    assert!((areas - enclosed).abs() < 0.1, "{areas} of {enclosed} m²");
    for (number, (shape, values)) in &source {
        let (got_shape, got_values) = &got[number];
        assert_eq!(vertices(got_shape), vertices(shape), "parcel {number}");
        assert!((got_shape.unsigned_area() - shape.unsigned_area()).abs() < 0.01);
        for field in ["ma_xa", "ma_xa_goc", "so_to", "loai_dat", "dien_tich"] {
            assert_eq!(
                got_values.get(field),
                values.get(field),
                "parcel {number}: {field}"
            );
        }
        // A file with one column of land use has the raw value in it, whatever it is.
        let raw = values.get("loai_dat_goc").filter(|raw| !raw.is_empty());
        let raw = raw.or(values.get("loai_dat"));
        assert_eq!(got_values.get("loai_dat_goc"), raw, "parcel {number}");
        let remark = match values["loai_dat"].as_str() {
            "DGT" => Some("Đường giao thông"),
            "DTL" => Some("Kênh mương nội đồng"),
            "NTD" => Some("Nghĩa địa"),
            _ => None,
        };
        let got_remark = got_values.get("ghi_chu").filter(|said| !said.is_empty());
        assert_eq!(got_remark.map(String::as_str), remark);
    }
}

const FLAGS: [&str; 6] = [
    "--source-crs",
    "9214",
    "--sheet",
    "012",
    "--commune",
    "07210",
];

/// Three parcels in a row of 20 m squares.
fn row() -> Vec<Drawn<'static>> {
    vec![
        (
            10,
            None,
            &[
                (0.0, 0.0),
                (60.0, 0.0),
                (60.0, 20.0),
                (0.0, 20.0),
                (0.0, 0.0),
            ],
        ),
        (10, None, &[(20.0, 0.0), (20.0, 20.0)]),
        (10, None, &[(40.0, 0.0), (40.0, 20.0)]),
        (11, Some("1"), &[(10.0, 10.0)]),
        (13, Some("LUC 2/400.0"), &[(30.0, 10.0)]),
        (11, Some("3"), &[(50.0, 10.0)]),
        (2, Some("CLN"), &[(50.0, 12.0)]),
    ]
}

/// How many findings of a kind the report counts.
fn counted(report: &serde_json::Value, kind: &str) -> u64 {
    let counts = report["findings"]["counts"].as_array();
    let of_kind = counts.into_iter().flatten().filter(|c| c["kind"] == kind);
    of_kind.filter_map(|c| c["count"].as_u64()).sum()
}

/// Kind, place (from the corner on) and keys of every finding.
fn findings(report: &serde_json::Value) -> Vec<(String, f64, f64, String)> {
    let mut all: Vec<_> = report["findings"]["records"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|f| {
            let place = |i: usize, corner: f64| {
                let v = f["at"][i].as_f64().expect("a place") - corner;
                (v * 1000.0).round() / 1000.0
            };
            let keys = f["keys"].as_array().map_or(String::new(), |keys| {
                keys.iter()
                    .filter_map(|k| k.as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
            });
            (
                f["kind"].as_str().expect("a kind").to_owned(),
                place(0, CORNER.0),
                place(1, CORNER.1),
                keys,
            )
        })
        .collect();
    all.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    all
}

#[test]
fn planted_faults_are_found_where_they_are_and_no_others() {
    let bench = Bench::new();
    let mut elements = row();
    elements.extend::<[Drawn<'_>; 9]>([
        // A line that reaches 0.4 m beyond the outline, and one that stops 0.3 m short of it.
        (
            10,
            None,
            &[(10.0, 20.0), (10.0, 25.0), (15.0, 25.0), (15.0, 19.6)],
        ),
        (
            10,
            None,
            &[(50.0, 20.0), (50.0, 30.0), (58.0, 30.0), (58.0, 20.3)],
        ),
        // A line in the open.
        (10, None, &[(100.0, 0.0), (110.0, 0.0)]),
        // A second number, a second land use, a number outside, a name nobody is to keep.
        (11, Some("17"), &[(12.0, 12.0)]),
        (2, Some("ONT"), &[(52.0, 14.0)]),
        (11, Some("99"), &[(80.0, 10.0)]),
        (13, Some("Nguyen Van At"), &[(31.0, 11.0)]),
        // An island in parcel 2, without a number.
        (
            10,
            None,
            &[
                (25.0, 3.0),
                (28.0, 3.0),
                (28.0, 6.0),
                (25.0, 6.0),
                (25.0, 3.0),
            ],
        ),
        // Beyond the outline by the rounding only.
        (10, None, &[(12.0, 25.0), (12.0, 19.999)]),
    ]);
    let file = bench.path("a.dgn");
    draw(&file, &elements);
    let outcome = bench.import(&file, "land_parcels", &FLAGS);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let key = |n: &str| format!("07210/12/{n}/07210");
    let found: Vec<(String, f64, f64, String)> = findings(&outcome.report)
        .into_iter()
        .map(|(kind, x, y, keys)| (kind, x, y, keys.replace('\u{1f}', "/")))
        .collect();
    let expected = [
        ("dangle", 15.0, 19.6, String::new()),
        ("dangle", 100.0, 0.0, String::new()),
        ("dangle", 110.0, 0.0, String::new()),
        // The island without a number is no parcel, so its ground is left open.
        ("gap", 26.5, 4.5, key("2")),
        ("label", 10.0, 10.0, format!("{} {}", key("17"), key("1"))),
        ("label", 11.0, 22.5, String::new()),
        ("label", 13.5, 22.5, String::new()),
        ("label", 26.5, 4.5, String::new()),
        ("label", 50.0, 10.0, key("3")),
        ("label", 80.0, 10.0, String::new()),
        ("unclosed", 58.0, 20.15, String::new()),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(kind, x, y, keys)| (kind.to_owned(), x, y, keys))
        .collect();
    assert_eq!(found, expected, "{:#}", outcome.report["findings"]);
    // Parcel 1 has two numbers; 2 lost its island, 3 is whole.
    let got = imported(&bench, "a");
    assert_eq!(got.keys().collect::<Vec<_>>(), ["2", "3"]);
    assert!((got["2"].0.unsigned_area() - 391.0).abs() < 1e-6);
    assert_eq!(got["2"].0.0[0].interiors().len(), 1);
    assert_eq!(got["3"].1["loai_dat"], "ONT");
    assert!(!outcome.report.to_string().contains("Nguyen"));
    let stored = bench.listing().iter().any(|(path, _)| {
        let bytes = std::fs::read(path).expect("read");
        bytes.windows(6).any(|w| w == b"Nguyen")
    });
    assert!(!stored, "a name was kept");
}

#[test]
fn a_side_table_is_joined_and_its_people_are_dropped() {
    let bench = Bench::new();
    let file = bench.path("DC12.dgn");
    draw(&file, &row());
    let table = bench.write(
        "so.csv",
        "SoTo,SoThua,MaXa,LoaiDat,DienTich,TenChu,NguonGoc\n\
         12,1,07210,LUC,400.5,Nguyễn Văn Ất,CNQ-KTT\n\
         012,002,07210,LUC,401.5,Nguyễn Văn Ất,DG-KTT\n\
         11,3,07210,ONT,1,Nguyễn Văn Ất,\n\
         12,77,07210,ONT,1,Nguyễn Văn Ất,\n"
            .as_bytes(),
    );
    let table = table.to_string_lossy().into_owned();
    let outcome = bench.import(
        &file,
        "land_parcels",
        &["--source-crs", "9214", "--side-table", &table],
    );
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let said = &outcome.report["drawing"]["said"];
    assert_eq!(
        (&said[0]["value"], &said[0]["from"]),
        (&"07210".into(), &"side_table".into())
    );
    assert_eq!(
        (&said[1]["value"], &said[1]["from"]),
        (&"12".into(), &"file_name".into())
    );
    let got = imported(&bench, "dc12");
    let of = |n: &str, field: &str| got[n].1.get(field).cloned().unwrap_or_default();
    assert_eq!(of("1", "loai_dat"), "LUC");
    assert_eq!(of("1", "dien_tich"), "400.5");
    assert_eq!(of("2", "nguon_goc"), "DG-KTT");
    assert_eq!(
        (of("3", "loai_dat"), of("3", "dien_tich")),
        ("CLN".to_owned(), String::new())
    );
    // The drawing's 400.0 against the table's 401.5.
    assert_eq!(outcome.report["findings"]["total"], 1);
    assert_eq!(of("2", "dien_tich"), "401.5");
    let warnings = outcome.report["warnings"].to_string();
    assert!(
        warnings.contains("TenChu") && warnings.contains("not in the side table: 3"),
        "{warnings}"
    );
    assert!(
        warnings.contains("no parcel in the drawing: 77"),
        "{warnings}"
    );
    assert!(!outcome.report.to_string().contains("Nguyễn Văn Ất"));
}

#[test]
fn what_a_drawing_does_not_say_must_be_said() {
    let bench = Bench::new();
    let file = bench.path("a.dgn");
    draw(&file, &row());
    for (flags, message) in [
        (&["--source-crs", "9214"][..], "--sheet"),
        (&["--source-crs", "9214", "--sheet", "12"], "--commune"),
        (&["--sheet", "12", "--commune", "07210"], "--source-crs"),
        (
            &["--sheet", "12", "--commune", "07210", "--profile", "xx"],
            "tt25_2014",
        ),
    ] {
        let outcome = bench.import(&file, "land_parcels", flags);
        assert!(matches!(outcome.code, Some(1 | 2)), "{flags:?}");
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
    }
    assert!(bench.listing().is_empty());
    // Another office's levels, in a file of its own.
    let profile = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../styles/cad/levels/tt25_2014.toml"),
    )
    .expect("read");
    let profile = profile.replace("levels = [10]", "levels = [61]");
    let profile = bench.write("rieng.toml", profile.as_bytes());
    let profile = profile.to_string_lossy().into_owned();
    let mut flags = FLAGS.to_vec();
    flags.extend(["--profile", &profile]);
    let outcome = bench.import(&file, "land_parcels", &flags);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("61") && outcome.stderr.contains("10 (3)"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_drawing_cut_short_is_refused() {
    let bench = Bench::new();
    let file = bench.path("a.dgn");
    draw(&file, &row());
    let bytes = std::fs::read(&file).expect("read");
    for end in [bytes.len() - 30, bytes.len() / 2, 600] {
        let cut = bench.write("b.dgn", &bytes[..end]);
        let outcome = bench.import(&cut, "land_parcels", &FLAGS);
        assert_eq!(outcome.code, Some(2), "{end}: {}", outcome.stderr);
    }
    let ole = bench.write("v8.dgn", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    let outcome = bench.import(&ole, "land_parcels", &FLAGS);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("DGN v7"), "{}", outcome.stderr);
    assert!(bench.listing().is_empty());
}

#[test]
fn roads_of_a_drawing_are_lines_by_level() {
    let bench = Bench::new();
    let file = bench.path("a.dgn");
    let mut elements = row();
    elements.push((23, None, &[(0.0, 40.0), (60.0, 41.0)]));
    elements.push((28, Some("QL 31"), &[(30.0, 40.0)]));
    draw(&file, &elements);
    let outcome = bench.import(
        &file,
        "roads",
        &["--source-crs", "9214", "--layer", "23, 28"],
    );
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    assert_eq!(outcome.report["counts"]["imported"], 1);
    let layers = outcome.report["drawing"]["layers"].to_string();
    assert!(
        layers.contains(r#""name":"23","elements":1,"became":"taken""#),
        "{layers}"
    );
}

#[test]
fn rings_of_neighbours_are_one_coverage() {
    // Each parcel drawn whole, as some programs export them: shared edges are there twice.
    let bench = Bench::new();
    let file = bench.path("a.dgn");
    let elements: Vec<Drawn<'_>> = vec![
        (
            10,
            None,
            &[
                (0.0, 0.0),
                (20.0, 0.0),
                (20.0, 20.0),
                (0.0, 20.0),
                (0.0, 0.0),
            ],
        ),
        (
            10,
            None,
            &[
                (20.0, 0.0),
                (40.0, 0.0),
                (40.0, 20.0),
                (20.0, 20.0),
                (20.0, 0.0),
            ],
        ),
        (11, Some("1"), &[(10.0, 10.0)]),
        (11, Some("2"), &[(30.0, 10.0)]),
    ];
    draw(&file, &elements);
    let outcome = bench.import(&file, "land_parcels", &FLAGS);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    assert!(outcome.report.get("findings").is_none());
    let got = imported(&bench, "a");
    let square: MultiPolygon<f64> = Polygon::new(
        [(20.0, 0.0), (40.0, 0.0), (40.0, 20.0), (20.0, 20.0)]
            .iter()
            .map(|(x, y)| geo::Coord {
                x: CORNER.0 + x,
                y: CORNER.1 + y,
            })
            .collect(),
        vec![],
    )
    .into();
    assert!(got["2"].0.xor(&square).unsigned_area() < 1e-6);
}
