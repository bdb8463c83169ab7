//! The same parcels in every format, grid and encoding come back as they were: three thousand of the committed sample.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use diaba_importers::decode::{Encoding, encode};
use gdal::vector::{FieldValue, LayerAccess};
use geo::{Area, Coord, CoordsIter, Geometry};
use rayon::prelude::*;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::Bench;

/// The fields compared to the letter.
const TEXTS: [&str; 7] = [
    "ma_xa",
    "ma_xa_goc",
    "so_to",
    "so_thua",
    "loai_dat",
    "ma_thua_dat",
    "dia_chi_thua_dat",
];
/// Text that is not there because the encoding has no letters for it.
const UNWRITABLE: &str = "khong ghi duoc";
/// Metres.
const CLOSE: f64 = 0.001;
const GRIDS: [u32; 4] = [9214, 9209, 3405, 4326];

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The extension; what it is made with follows from it.
    pub extension: &'static str,
    pub grid: u32,
    pub encoding: Option<Encoding>,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut push = |extension, grid, encoding| {
        cases.push(Case {
            extension,
            grid,
            encoding,
        });
    };
    for extension in [
        "shp", "tab", "mif", "gpkg", "sqlite", "gdb", "gml", "geojson", "fgb", "csv", "xlsx",
    ] {
        for grid in GRIDS {
            push(extension, grid, None);
        }
    }
    for extension in ["kml", "kmz", "geojsonl"] {
        push(extension, 4326, None);
    }
    for extension in ["shp", "tab", "mif", "csv"] {
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Cp1258] {
            push(extension, 9214, Some(encoding));
        }
    }
    cases
}

/// From EPSG:9214 by projection arithmetic; to WGS 84 by EPSG:6960 from the height at which an import comes back (the
/// samples' `convert` says why).
pub fn pipeline(grid: u32) -> Option<String> {
    let from = "+proj=pipeline +step +inv +proj=tmerc +lat_0=0 +lon_0=107 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84";
    let to = |meridian: &str, scale: &str| {
        format!(
            "+step +proj=tmerc +lat_0=0 +lon_0={meridian} +k={scale} +x_0=500000 +y_0=0 +ellps=WGS84"
        )
    };
    let to = match grid {
        9209 => to("105.5", "0.9999"),
        3405 => to("105", "0.9996"),
        4326 => "+step +proj=affine +zoff=24.058 +step +proj=cart +ellps=WGS84 +step +proj=helmert \
             +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 \
             +s=0.252906278 +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 \
             +step +proj=unitconvert +xy_in=rad +xy_out=deg"
            .to_owned(),
        _ => return None,
    };
    Some(format!("{from} {to}"))
}

pub fn ogr2ogr(arguments: &[&str]) {
    let output = Command::new("ogr2ogr")
        .args(arguments)
        .output()
        .expect("ogr2ogr runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// The sample with its areas as numbers of two decimals, which every format can hold, and the address named as exports
/// name it: ten bytes of the field's own name are also those of a holder's address, which is never kept.
pub const SELECT: &str = "SELECT ma_xa, ma_xa_goc, danh_muc_ma_xa_goc, so_to, so_thua, loai_dat, loai_dat_goc, muc_dich, \
    CAST(dien_tich AS NUMERIC(14,2)) AS dien_tich, ma_thua_dat, dia_chi_thua_dat AS DiaChi FROM thua";

fn options(case: Case) -> (&'static str, Vec<String>) {
    // A table keeps two thousand million steps within its bounds.
    let bounds = match case.grid {
        4326 => "BOUNDS=106.2,21.3,106.4,21.5",
        9209 => "BOUNDS=560000,2350000,600000,2380000",
        3405 => "BOUNDS=610000,2350000,650000,2380000",
        _ => "BOUNDS=400000,2350000,440000,2380000",
    };
    let text = |options: &[&str]| options.iter().map(|&o| o.to_owned()).collect::<Vec<_>>();
    match case.extension {
        "shp" if case.encoding.is_some() => {
            ("ESRI Shapefile", text(&["-lco", "ENCODING=ISO-8859-1"]))
        }
        "shp" => ("ESRI Shapefile", text(&["-lco", "ENCODING=UTF-8"])),
        "tab" | "mif" if case.encoding.is_some() => (
            "MapInfo File",
            text(&["-lco", bounds, "-lco", "ENCODING=CP1252"]),
        ),
        "tab" | "mif" => ("MapInfo File", text(&["-lco", bounds])),
        "gpkg" => ("GPKG", Vec::new()),
        "sqlite" => ("SQLite", text(&["-dsco", "SPATIALITE=YES"])),
        // Its steps are a tenth of a millimetre unless told.
        "gdb" if case.grid == 4326 => (
            "OpenFileGDB",
            text(&[
                "-lco",
                "XORIGIN=-400",
                "-lco",
                "YORIGIN=-400",
                "-lco",
                "XYSCALE=1000000000000",
            ]),
        ),
        "gdb" => (
            "OpenFileGDB",
            text(&[
                "-lco",
                "XORIGIN=0",
                "-lco",
                "YORIGIN=0",
                "-lco",
                "XYSCALE=1000000",
            ]),
        ),
        "gml" => ("GML", Vec::new()),
        "kml" | "kmz" => ("KML", Vec::new()),
        "geojson" => (
            "GeoJSON",
            text(&["-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=11"]),
        ),
        "geojsonl" => ("GeoJSONSeq", text(&["-lco", "COORDINATE_PRECISION=11"])),
        "fgb" => ("FlatGeobuf", Vec::new()),
        _ => ("CSV", text(&["-lco", "GEOMETRY=AS_WKT"])),
    }
}

/// Writes `source`, a layer `thua` in EPSG:9214, as `case` says.
fn write(case: Case, source: &Path, folder: &Path) -> PathBuf {
    let made = match case.extension {
        "kmz" => "kml",
        "xlsx" => "csv",
        own => own,
    };
    let target = folder.join(format!("thua.{made}"));
    if (case.extension, case.grid) == ("gml", 4326) {
        // GML names no grid with longitude first: GDAL is to write latitude first, as the code says.
        let extension = "fgb";
        let degrees = write(Case { extension, ..case }, source, folder);
        ogr2ogr(&[
            "-f",
            "GML",
            "-a_srs",
            "EPSG:4326",
            &target.to_string_lossy(),
            &degrees.to_string_lossy(),
        ]);
        return target;
    }
    let (driver, options) = options(case);
    // Longitude first.
    let grid = match case.grid {
        4326 => "OGC:CRS84".to_owned(),
        code => format!("EPSG:{code}"),
    };
    let (to, from) = (
        target.to_string_lossy().into_owned(),
        source.to_string_lossy(),
    );
    let mut arguments = vec![
        "-f",
        driver,
        "-nln",
        "thua",
        "-s_srs",
        "EPSG:9214",
        "-t_srs",
        &grid,
        "-sql",
        SELECT,
    ];
    arguments.extend(options.iter().map(String::as_str));
    let pipeline = pipeline(case.grid);
    if let Some(pipeline) = &pipeline {
        arguments.extend(["-ct", pipeline]);
    }
    arguments.extend([to.as_str(), from.as_ref()]);
    ogr2ogr(&arguments);
    match (case.extension, case.encoding) {
        ("shp", Some(_)) => fs::remove_file(folder.join("thua.cpg")).expect("removed"),
        ("csv", Some(_)) => {
            let text = fs::read_to_string(&target).expect("written");
            let bytes: Vec<u8> = text
                .chars()
                .map(|c| u8::try_from(c).expect("a byte"))
                .collect();
            fs::write(&target, bytes).expect("written");
        }
        ("kmz", _) => {
            let packed = folder.join("thua.kmz");
            let mut zip = ZipWriter::new(File::create(&packed).expect("created"));
            zip.start_file("doc.kml", SimpleFileOptions::default())
                .expect("started");
            zip.write_all(&fs::read(&target).expect("read"))
                .expect("written");
            zip.finish().expect("finished");
            return packed;
        }
        ("xlsx", _) => {
            let book = folder.join("thua.xlsx");
            let to = book.to_string_lossy().into_owned();
            ogr2ogr(&[
                "-f",
                "XLSX",
                "-oo",
                "KEEP_GEOM_COLUMNS=YES",
                "-oo",
                "AUTODETECT_TYPE=NO",
                "-nln",
                "thua",
                &to,
                &target.to_string_lossy(),
            ]);
            return book;
        }
        _ => {}
    }
    target
}

/// The sample as GeoJSON, its text in `encoding`, one character a byte; what it has no letters for is replaced.
fn in_encoding(folder: &Path, sample: &Path, encoding: Encoding) -> PathBuf {
    let plain = folder.join("plain.geojson");
    ogr2ogr(&[
        "-f",
        "GeoJSON",
        "-nln",
        "thua",
        "-lco",
        "RFC7946=NO",
        "-lco",
        "COORDINATE_PRECISION=9",
        &plain.to_string_lossy(),
        &sample.to_string_lossy(),
        "land_parcels",
    ]);
    let mut json: Value = serde_json::from_slice(&fs::read(&plain).expect("read")).expect("JSON");
    for feature in json["features"].as_array_mut().expect("features") {
        for value in feature["properties"]
            .as_object_mut()
            .expect("properties")
            .values_mut()
        {
            if let Value::String(text) = value {
                *text = encode(text, encoding).unwrap_or_else(|| UNWRITABLE.to_owned());
            }
        }
    }
    let path = folder.join("encoded.geojson");
    fs::write(&path, serde_json::to_vec(&json).expect("JSON")).expect("written");
    path
}

/// A parcel as it is compared.
pub struct Parcel {
    texts: Vec<String>,
    declared: Option<f64>,
    shape: Geometry<f64>,
}

/// Parcels by the number that no two of them share.
pub fn parcels(path: &Path) -> BTreeMap<String, Parcel> {
    let dataset = gdal::Dataset::open(path).expect("GDAL reads it");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = |name: &str| layer.defn().field_index(name).expect("the field");
    let texts: Vec<usize> = TEXTS.iter().map(|name| index(name)).collect();
    let area = index("dien_tich");
    layer
        .features()
        .map(|feature| {
            let text = |at: &usize| {
                feature
                    .field_as_string(*at)
                    .expect("text")
                    .unwrap_or_default()
            };
            let texts: Vec<String> = texts.iter().map(text).collect();
            let declared = match feature.field(area).expect("a number") {
                Some(FieldValue::RealValue(number)) => Some(number),
                _ => None,
            };
            let shape = feature
                .geometry()
                .expect("a geometry")
                .to_geo()
                .expect("geo");
            let key = texts[1..4].join("/");
            (
                key,
                Parcel {
                    texts,
                    declared,
                    shape,
                },
            )
        })
        .collect()
}

/// The largest distance of a vertex of `a` from the nearest of `b`.
fn apart(a: &Geometry<f64>, b: &Geometry<f64>) -> f64 {
    let others: Vec<Coord<f64>> = b.coords_iter().collect();
    a.coords_iter()
        .map(|p| {
            others
                .iter()
                .map(|q| (p.x - q.x).hypot(p.y - q.y))
                .fold(f64::INFINITY, f64::min)
        })
        .fold(0.0, f64::max)
}

/// What is wrong with one case; nothing where all is as it was.
pub fn compare(
    case: Case,
    before: &BTreeMap<String, Parcel>,
    after: &BTreeMap<String, Parcel>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    if before.len() != after.len() {
        wrong.push(format!("{} of {} parcels", after.len(), before.len()));
    }
    let mut unwritable = 0;
    for (key, parcel) in before {
        let Some(other) = after.get(key) else {
            wrong.push(format!("{key} is missing"));
            continue;
        };
        for ((name, a), b) in TEXTS.iter().zip(&parcel.texts).zip(&other.texts) {
            if case.encoding.is_some_and(|e| encode(a, e).is_none()) {
                unwritable += 1;
            } else if a != b {
                wrong.push(format!("{key} {name}: {a} became {b}"));
            }
        }
        let away = apart(&parcel.shape, &other.shape).max(apart(&other.shape, &parcel.shape));
        if away > CLOSE {
            wrong.push(format!("{key}: {away} m away"));
        }
        let (a, b) = (parcel.shape.unsigned_area(), other.shape.unsigned_area());
        // A millimetre along the outline of a large parcel is more than its hundredth of a square metre, and no format
        // is that far off.
        if (a - b).abs() > 0.01 {
            wrong.push(format!("{key}: {a} m² became {b}"));
        }
        let declared = |p: &Parcel| p.declared.map(|d| (d * 100.0).round());
        if declared(parcel) != declared(other) {
            wrong.push(format!(
                "{key}: {:?} became {:?}",
                parcel.declared, other.declared
            ));
        }
    }
    // TCVN3 has no capitals with tone marks; the sample's places have few.
    if unwritable * 10 > before.len() * TEXTS.len() {
        wrong.push(format!("{unwritable} texts could not be written"));
    }
    wrong
}

fn run(case: Case, sample: &Path, before: &BTreeMap<String, Parcel>) -> Vec<String> {
    let bench = Bench::new();
    let source = match case.encoding {
        Some(encoding) => in_encoding(bench.folder.path(), sample, encoding),
        None => bench.path("source.fgb"),
    };
    if case.encoding.is_none() {
        ogr2ogr(&[
            "-f",
            "FlatGeobuf",
            "-nln",
            "thua",
            "-lco",
            "SPATIAL_INDEX=NO",
            &source.to_string_lossy(),
            &sample.to_string_lossy(),
            "land_parcels",
        ]);
    }
    let file = write(case, &source, bench.folder.path());
    let grid = format!("EPSG:{}", case.grid);
    let silent = matches!(case.extension, "csv" | "xlsx")
        || (matches!(case.extension, "tab" | "mif") && case.grid == 3405);
    let more: &[&str] = if silent {
        &["--source-crs", &grid]
    } else {
        &[]
    };
    let outcome = bench.import(&file, "land_parcels", more);
    if outcome.code != Some(0) {
        return vec![outcome.stderr];
    }
    if outcome.report["crs"]["axes_swapped"] != false {
        return vec!["the axes were exchanged".to_owned()];
    }
    let after = parcels(&bench.data().join("land_parcels/thua/r000001/surveyed.fgb"));
    compare(case, before, &after)
}

/// What is wrong with a case in a line; nothing where nothing is.
pub fn told(case: Case, wrong: &[String]) -> Option<String> {
    let first: Vec<&str> = wrong.iter().take(3).map(String::as_str).collect();
    let count = wrong.len();
    (count > 0).then(|| format!("{case:?}: {count} differences: {}", first.join("; ")))
}

#[test]
fn the_same_parcels_in_every_format_grid_and_encoding_come_back_identical() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = here.join("../data-samples/files/land_parcels.fgb");
    let before = parcels(&sample);
    assert!(before.len() > 3_000, "{}", before.len());
    let cases = cases();
    assert_eq!(cases.len(), 59);
    let wrong: Vec<String> = cases
        .par_iter()
        .flat_map_iter(|&case| told(case, &run(case, &sample, &before)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
