//! Corner tables, workbooks and the CSV files of offices.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use diaba_importers::decode::{Encoding, encode};
use gdal::vector::LayerAccess;
use geo::{Area, BoundingRect, Geometry};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::{Bench, square};

/// A worksheet: its name, rows of cells, merged ranges.
type Sheet<'a> = (&'a str, &'a [&'a [&'a str]], &'a [&'a str]);

/// A workbook of `sheets`, each a name, rows of cells, and merged ranges. Cells that look like numbers are numbers.
pub fn workbook(path: &Path, sheets: &[Sheet]) {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let document = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let (mut names, mut links, mut parts) = (String::new(), String::new(), String::new());
    for (nth, (name, ..)) in (1..).zip(sheets) {
        write!(
            names,
            r#"<sheet name="{name}" sheetId="{nth}" r:id="rId{nth}"/>"#
        )
        .expect("text");
        write!(links, r#"<Relationship Id="rId{nth}" Type="{office}/worksheet" Target="worksheets/sheet{nth}.xml"/>"#).expect("text");
        write!(parts, r#"<Override PartName="/xl/worksheets/sheet{nth}.xml" ContentType="{document}.worksheet+xml"/>"#).expect("text");
    }
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                r#"<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{document}.sheet.main+xml"/>{parts}</Types>"#
            ),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{package}/relationships">{links}</Relationships>"#),
        ),
    ];
    for (nth, (_, rows, merged)) in (1..).zip(sheets) {
        let mut data = String::new();
        for (row, cells) in (1..).zip(rows.iter()) {
            write!(data, r#"<row r="{row}">"#).expect("text");
            for (column, cell) in (b'A'..).zip(cells.iter()) {
                let at = format!("{}{row}", char::from(column));
                match cell.parse::<f64>() {
                    _ if cell.is_empty() => {}
                    Ok(_) if !cell.starts_with('0') => {
                        write!(data, r#"<c r="{at}"><v>{cell}</v></c>"#).expect("text");
                    }
                    _ => write!(
                        data,
                        r#"<c r="{at}" t="inlineStr"><is><t>{cell}</t></is></c>"#
                    )
                    .expect("text"),
                }
            }
            data.push_str("</row>");
        }
        let ranges = merged.iter().fold(String::new(), |mut all, range| {
            write!(all, r#"<mergeCell ref="{range}"/>"#).expect("text");
            all
        });
        let ranges = if ranges.is_empty() {
            ranges
        } else {
            format!("<mergeCells>{ranges}</mergeCells>")
        };
        files.push((
            format!("xl/worksheets/sheet{nth}.xml"),
            format!(
                r#"<worksheet xmlns="{main}"><sheetData>{data}</sheetData>{ranges}</worksheet>"#
            ),
        ));
    }
    let mut zip = ZipWriter::new(File::create(path).expect("created"));
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("started");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished");
}

/// What arrived: the values of `field` and the polygons, in the order of the shard.
fn arrived(bench: &Bench, dataset: &str, field: &str) -> Vec<(String, Geometry<f64>)> {
    let path = bench
        .data()
        .join(format!("land_parcels/{dataset}/r000001/surveyed.fgb"));
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = layer.defn().field_index(field).expect("the field");
    let mut found: Vec<(String, Geometry<f64>)> = layer
        .features()
        .map(|f| {
            let value = f.field_as_string(index).expect("text").unwrap_or_default();
            (
                value,
                f.geometry().expect("a geometry").to_geo().expect("geo"),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The heading and rows of a certificate's corner table: X is the northing, the key stands in the first row only, the
/// first corner comes again at the end.
const CORNERS: [&[&str]; 13] = [
    &["BẢNG LIỆT KÊ TỌA ĐỘ GÓC RANH THỬA ĐẤT"],
    &["Xã Tân Mỹ, hệ tọa độ VN-2000, kinh tuyến trục 107°00'"],
    &[],
    &[
        "Mã xã",
        "Số tờ",
        "Số thửa",
        "Loại đất",
        "Số hiệu đỉnh",
        "Tọa độ",
        "",
        "Chiều dài cạnh",
    ],
    &["", "", "", "", "", "X (m)", "Y (m)", "(m)"],
    &[
        "07210",
        "12",
        "5",
        "LUC",
        "1",
        "2353400.25",
        "416200.125",
        "20.00",
    ],
    &["", "", "", "", "2", "2353400.25", "416220.125", "20.00"],
    &["", "", "", "", "3", "2353420.25", "416220.125", "20.00"],
    &["", "", "", "", "1", "2353400.25", "416200.125", ""],
    &["", "", "6", "ONT", "1", "2353440", "416240", "10"],
    &["", "", "", "", "2", "2353440", "416250", "10"],
    &["", "", "", "", "3", "2353450", "416250", "10"],
    &["", "", "", "", "4", "2353450", "416240", "10"],
];

fn csv(rows: &[&[&str]], separator: &str) -> String {
    rows.iter().fold(String::new(), |mut all, row| {
        all.push_str(&row.join(separator));
        all.push('\n');
        all
    })
}

fn corner_tables(bench: &Bench) -> Vec<PathBuf> {
    let comma: Vec<Vec<String>> = CORNERS
        .iter()
        .map(|row| row.iter().map(|cell| cell.replace('.', ",")).collect())
        .collect();
    let comma: Vec<Vec<&str>> = comma
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let comma: Vec<&[&str]> = comma.iter().map(Vec::as_slice).collect();
    let excel = bench.path("excel.xlsx");
    let contents: [&[&str]; 1] = [&["Mục lục", "không có tọa độ"]];
    workbook(
        &excel,
        &[
            ("Mục lục", &contents, &[]),
            ("Tọa độ", &CORNERS, &["A1:H1", "F4:G4", "A6:A9", "C6:C9"]),
        ],
    );
    vec![
        bench.write("semicolons.csv", csv(&comma, ";").as_bytes()),
        bench.write("tabs.csv", csv(&CORNERS, "\t").as_bytes()),
        excel,
    ]
}

#[test]
fn corners_of_certificates_become_parcels() {
    let bench = Bench::new();
    for file in corner_tables(&bench) {
        let name = file
            .file_stem()
            .expect("named")
            .to_string_lossy()
            .into_owned();
        let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.stderr);
        assert_eq!(
            outcome.report["counts"]["imported"], 2,
            "{}",
            outcome.report
        );
        // X is the northing there by law, not by mistake.
        assert_eq!(outcome.report["crs"]["axes_swapped"], false);
        let columns: Vec<&str> = outcome.report["columns"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|c| c["name"].as_str())
            .collect();
        assert_eq!(columns, ["Mã xã", "Số tờ", "Số thửa", "Loại đất"], "{name}");
        let parcels = arrived(&bench, &name, "so_thua");
        let areas: Vec<(&str, f64)> = parcels
            .iter()
            .map(|(number, shape)| (number.as_str(), shape.unsigned_area()))
            .collect();
        assert_eq!(areas, [("5", 200.0), ("6", 100.0)], "{name}");
        let corner = parcels[0].1.bounding_rect().expect("a box").min();
        assert_eq!((corner.x, corner.y), (416_200.125, 2_353_400.25), "{name}");
        let uses: Vec<String> = arrived(&bench, &name, "loai_dat")
            .into_iter()
            .map(|p| p.0)
            .collect();
        assert_eq!(uses, ["LUC", "ONT"]);
        let codes: Vec<String> = arrived(&bench, &name, "ma_xa_goc")
            .into_iter()
            .map(|p| p.0)
            .collect();
        assert_eq!(
            codes,
            ["07210", "07210"],
            "a merged cell stands for all its rows"
        );
    }
}

#[test]
fn a_corner_that_is_no_number_rejects_its_parcel_alone() {
    let bench = Bench::new();
    let mut rows = CORNERS.to_vec();
    rows[6] = &["", "", "", "", "2", "mất mốc", "416220.125", "20.00"];
    let file = bench.write("moc.csv", csv(&rows, ";").as_bytes());
    let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["counts"]["imported"], 1);
    let reason = &outcome.report["rejects"]["records"][0]["reason"];
    assert!(
        reason["en"].as_str().expect("said").contains("row 7"),
        "{reason}"
    );
}

#[test]
fn workbooks_of_geometry_as_text_and_of_points() {
    let bench = Bench::new();
    let shapes: Vec<String> = (0..3)
        .map(|i| square(416_200.0 + 40.0 * f64::from(i), 2_353_400.0, 20.0))
        .collect();
    let rows: Vec<Vec<&str>> = std::iter::once(vec!["Danh mục thửa đất", "", "", ""])
        .chain([vec!["Mã xã", "Số hiệu tờ bản đồ", "Số thứ tự thửa", "WKT"]])
        .chain(
            shapes
                .iter()
                .zip(["1", "2", "3"])
                .map(|(s, n)| vec!["07210", "012", n, s.as_str()]),
        )
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let file = bench.path("kho.xlsx");
    workbook(&file, &[("Sheet1", &rows, &["A1:D1"])]);
    let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["format"], "XLSX");
    let parcels = arrived(&bench, "kho", "so_to");
    assert_eq!(parcels.len(), 3);
    assert!(
        parcels
            .iter()
            .all(|(sheet, p)| sheet == "12" && p.unsigned_area() == 400.0)
    );
    let points: [&[&str]; 3] = [
        &["Tên công trình", "Loại công trình", "Kinh độ", "Vĩ độ"],
        &["Trạm bơm Cống Bún", "Trạm bơm", "106.1946", "21.2731"],
        &["Trạm bơm Văn Sơn", "Trạm bơm", "106,1956", "21,2741"],
    ];
    let file = bench.path("tram.xlsx");
    workbook(
        &file,
        &[
            ("irrigation_works", &points, &[]),
            ("bản sao", &points, &[]),
        ],
    );
    let outcome = bench.import(
        &file,
        "irrigation_works",
        &["--source-crs", "EPSG:4326", "--map", "Tên công trình=ten"],
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["counts"]["imported"], 2);
    assert_eq!(outcome.report["layer"], "irrigation_works");
    // No longer clear which worksheet is meant.
    workbook(&file, &[("a", &points, &[]), ("b", &points, &[])]);
    let outcome = bench.import(&file, "irrigation_works", &["--source-crs", "EPSG:4326"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("--layer") && outcome.stderr.contains("(a, b)"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn headings_in_legacy_encodings_are_understood() {
    for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Cp1258] {
        let bench = Bench::new();
        let heading =
            encode("mã xã;số tờ;số thửa;số hiệu đỉnh;x;y", encoding).expect("its letters");
        let mut text = heading;
        for (label, x, y) in [
            (1, 2_353_400, 416_200),
            (2, 2_353_400, 416_220),
            (3, 2_353_420, 416_220),
        ] {
            write!(text, "\n07210;1;9;{label};{x};{y}").expect("text");
        }
        let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let file = bench.write("cu.csv", &bytes);
        let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
        assert_eq!(
            outcome.code,
            Some(0),
            "{}: {}",
            encoding.name(),
            outcome.stderr
        );
        assert_eq!(arrived(&bench, "cu", "so_thua")[0].1.unsigned_area(), 200.0);
    }
}

#[test]
fn a_table_says_its_system_in_the_file_beside_it() {
    let bench = Bench::new();
    let file = corner_tables(&bench).remove(0);
    let grid = gdal::spatial_ref::SpatialRef::from_epsg(9214).expect("registered");
    grid.morph_to_esri().expect("ESRI");
    fs::write(file.with_extension("prj"), grid.to_wkt().expect("WKT")).expect("written");
    let outcome = bench.import(&file, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["crs"]["epsg"], 9214);
}

#[test]
fn text_in_utf_16_is_read() {
    let text = "ma_xa;so_to;so_thua;dia_chi_thua_dat;x;y\r\n07210;1;2;Xứ đồng Đồng Lác;2353400;416200\r\n\
        ;;;;2353400;416220\r\n;;;;2353420;416220\r\n";
    let little: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let big: Vec<u8> = [0xFE, 0xFF]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    for (name, bytes) in [("le.csv", little), ("be.csv", big)] {
        let bench = Bench::new();
        let file = bench.write(name, &bytes);
        let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(outcome.report["counts"]["imported"], 1);
        let stem = name.trim_end_matches(".csv");
        let rows = crate::stored::stored(&bench, "land_parcels", stem);
        assert_eq!(rows[0].1["dia_chi_thua_dat"], "Xứ đồng Đồng Lác");
    }
}

#[test]
fn tables_that_are_none_are_refused() {
    let bench = Bench::new();
    let wide = vec!["x"; 100_000].join(",");
    let many = bench.path("nhieu.xlsx");
    workbook(&many, &[("a", &[&["so_to", "so_thua"]], &[])]);
    for file in [
        bench.write("khong.csv", b"so_to,so_thua\n1,2\n"),
        bench.write("rong.csv", b"\n\n\n"),
        bench.write("rong2.csv", format!("{wide}\n{wide}\n").as_bytes()),
        bench.write("utf16.csv", b"\xFF\xFEx\0,\0y\0\n\0"),
        bench.write("le.csv", b"\xFE\xFF\0x\0,\0y\0"),
        bench.write("hong.xlsx", b"PK\x03\x04 and then nothing"),
        many,
    ] {
        let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
        assert_eq!(
            outcome.code,
            Some(2),
            "{}: {}",
            file.display(),
            outcome.stderr
        );
        assert!(bench.listing().is_empty());
    }
}
