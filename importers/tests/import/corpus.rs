//! Every format's file cut short and changed at random places: whatever it holds, the program answers in words.
//!
//! GDAL's own test files are not part of this repository; the corpus is made of our own, from a fixed seed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};
use rayon::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::{Bench, Layer, PARCEL_COLUMNS, parcels};
use crate::tables::workbook;

/// Damages done to each file.
const ROUNDS: u64 = 10;

/// The formats: name, GDAL's driver, options; those made otherwise have no driver.
const FORMATS: [(&str, &str, &[&str]); 17] = [
    ("a.shp", "ESRI Shapefile", &[]),
    ("a.tab", "MapInfo File", &[]),
    ("a.mif", "MapInfo File", &[]),
    ("a.gpkg", "GPKG", &[]),
    ("a.sqlite", "SQLite", &[]),
    ("a.gdb", "OpenFileGDB", &[]),
    ("a.gml", "GML", &[]),
    ("a.kml", "KML", &[]),
    ("a.kmz", "LIBKML", &[]),
    ("a.geojson", "GeoJSON", &[]),
    ("a.geojsonl", "GeoJSONSeq", &[]),
    ("a.fgb", "FlatGeobuf", &[]),
    ("a.csv", "CSV", &["GEOMETRY=AS_WKT"]),
    ("a.dxf", "DXF", &[]),
    ("a.dgn", "DGN", &[]),
    ("a.xlsx", "", &[]),
    ("a.zip", "", &[]),
];

/// Drivers of formats that know nothing but degrees.
const DEGREES: [&str; 3] = ["KML", "LIBKML", "GeoJSONSeq"];

/// Two parcels in a drawing beside each other, one line that is open, and a number in each parcel.
const DRAWN: &str = "Layer,Said,WKT
10,,\"LINESTRING(416200 2353400,416240 2353400,416240 2353420,416200 2353420,416200 2353400)\"
10,,\"LINESTRING(416220 2353400,416220 2353420)\"
10,,\"LINESTRING(416240 2353420,416250 2353430)\"
11,1,POINT(416210 2353410)
11,2,POINT(416230 2353410)
";

/// Numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).expect("small")
    }
}

fn damaged(whole: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    if bytes.is_empty() {
        return bytes;
    }
    let at = chance.below(bytes.len());
    match chance.below(5) {
        0 => bytes.truncate(at),
        // Bytes here and there.
        1 => {
            for _ in 0..4 {
                let at = chance.below(whole.len());
                bytes[at] = chance.below(256) as u8;
            }
        }
        // A count or an offset of the head.
        2 => {
            let at = chance.below(bytes.len().min(200));
            bytes[at] ^= 0xFF;
        }
        // A block that was never written.
        3 => {
            let end = (at + 64).min(bytes.len());
            bytes[at..end].fill(0);
        }
        // A block written twice.
        _ => {
            let end = (at + 64).min(bytes.len());
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
    }
    bytes
}

/// Writes a good file of the format; its parts are in the folder with it.
fn good(bench: &Bench, name: &str, driver: &str, options: &[&str]) -> PathBuf {
    let folder = bench.path("goc");
    fs::create_dir_all(&folder).expect("made");
    let path = folder.join(name);
    match name {
        "a.xlsx" => workbook(
            &path,
            &[(
                "a",
                &[
                    &["ma_xa", "so_to", "so_thua", "dinh", "x", "y"],
                    &["07210", "1", "2", "1", "2353400", "416200"],
                    &["", "", "", "2", "2353400", "416220"],
                    &["", "", "", "3", "2353420", "416220"],
                ],
                &["A2:A4"],
            )],
        ),
        "a.zip" => {
            let inner = good(bench, "b.fgb", "FlatGeobuf", &[]);
            let mut zip = ZipWriter::new(File::create(&path).expect("created"));
            zip.start_file("b.fgb", SimpleFileOptions::default())
                .expect("started");
            zip.write_all(&fs::read(inner).expect("read"))
                .expect("written");
            zip.finish().expect("finished");
            fs::remove_file(folder.join("b.fgb")).expect("removed");
        }
        "a.dxf" | "a.dgn" => {
            let (format, target) = (driver, path.to_string_lossy().into_owned());
            let lines = bench.write("lines.csv", DRAWN.as_bytes());
            let text = if name == "a.dxf" {
                r#"CASE WHEN Said <> '' THEN 'LABEL(f:"Arial",s:1g,t:"' || Said || '")' END AS OGR_STYLE"#
            } else {
                "CAST(Layer AS INTEGER) AS Level, Said AS Text"
            };
            let drawn = format!("SELECT Layer, geometry, {text} FROM lines");
            let made = std::process::Command::new("ogr2ogr")
                .args(["-f", format, &target, &lines.to_string_lossy()])
                .args(["-oo", "GEOM_POSSIBLE_NAMES=WKT"])
                .args(["-dialect", "sqlite", "-sql", &drawn])
                .output()
                .expect("ogr2ogr runs");
            assert!(
                made.status.success(),
                "{}",
                String::from_utf8_lossy(&made.stderr)
            );
        }
        _ => {
            let kind = if matches!(driver, "ESRI Shapefile" | "OpenFileGDB") {
                wkbPolygon
            } else {
                wkbUnknown
            };
            let degrees = DEGREES.contains(&driver);
            let layer = Layer {
                driver,
                epsg: (driver != "CSV").then_some(if degrees { 4326 } else { 9214 }),
                kind,
                options,
                columns: &PARCEL_COLUMNS,
            };
            let (x, y, unit) = if degrees {
                (106.1946, 21.2731, 0.000_192)
            } else {
                (416_200.0, 2_353_400.0, 20.0)
            };
            layer.write(&path, &parcels(x, y, unit));
        }
    }
    path
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn survives(nth: usize, (name, driver, written): (&str, &str, &[&str])) {
    let bench = Bench::new();
    let file = good(&bench, name, driver, written);
    let parts = files(&bench.path("goc"));
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ ((nth as u64 + 1) << 20));
    let degrees = DEGREES.contains(&driver);
    let grid = if degrees { "EPSG:4326" } else { "EPSG:9214" };
    let mut options = vec!["--dry-run", "--source-crs", grid];
    // With its sheet a drawing goes all the way: noded, closed to parcels, its texts read.
    if matches!(driver, "DXF" | "DGN") {
        options.extend(["--sheet", "1", "--commune", "07210"]);
    }
    let whole = bench.import(&file, "land_parcels", &options);
    assert_eq!(whole.code, Some(0), "{name} as it was: {}", whole.stderr);
    for round in 0..ROUNDS {
        let part = &parts[chance.below(parts.len())];
        let whole = fs::read(part).expect("read");
        fs::write(part, damaged(&whole, &mut chance)).expect("written");
        let outcome = bench.import(&file, "land_parcels", &options);
        assert!(
            matches!(outcome.code, Some(0 | 2)),
            "round {round} of {name}, {}: {:?} {}",
            part.display(),
            outcome.code,
            outcome.stderr
        );
        if outcome.code == Some(2) {
            assert!(
                !outcome.stderr.trim().is_empty(),
                "round {round} of {name} says why"
            );
        }
        assert!(bench.listing().is_empty(), "round {round} of {name}");
        fs::write(part, &whole).expect("written");
    }
}

#[test]
fn damaged_files_of_every_format_are_answered() {
    FORMATS
        .par_iter()
        .enumerate()
        .for_each(|(nth, format)| survives(nth, *format));
}
