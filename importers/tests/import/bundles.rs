//! Folders and archives as offices hand them over.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::{Bench, Layer, Outcome, PARCEL_COLUMNS, parcels};

/// One file of nine parcels, `nth` of several that lie apart.
fn parcels_file(path: &Path, nth: u32) {
    let (driver, kind) = match path.extension().and_then(|e| e.to_str()) {
        Some("shp") => ("ESRI Shapefile", wkbPolygon),
        Some("tab") => ("MapInfo File", wkbUnknown),
        Some("gdb") => ("OpenFileGDB", wkbPolygon),
        _ => ("GPKG", wkbUnknown),
    };
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let layer = Layer {
        driver,
        epsg: Some(9214),
        kind,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    let y = 2_353_400.0 + 1_000.0 * f64::from(nth);
    layer.write(path, &parcels(416_200.0, y, 20.0));
}

/// Packs every file below `folder` with its path below `folder`'s parent.
fn pack(folder: &Path, to: &Path) {
    let mut zip = ZipWriter::new(File::create(to).expect("created"));
    let base = folder.parent().expect("a parent").to_owned();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("listed") {
            let path = entry.expect("listed").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(&base).expect("below").to_string_lossy();
            zip.start_file(name, SimpleFileOptions::default())
                .expect("started");
            zip.write_all(&fs::read(&path).expect("read"))
                .expect("written");
        }
    }
    zip.finish().expect("finished");
}

/// An archive of entries made by hand.
fn packed(bench: &Bench, name: &str, entries: &[(&str, &[u8])]) -> PathBuf {
    let path = bench.path(name);
    let mut zip = ZipWriter::new(File::create(&path).expect("created"));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished");
    path
}

fn of<'r>(outcome: &'r Outcome, member: &str, value: &str) -> &'r Value {
    let found = outcome
        .report
        .as_array()
        .and_then(|reports| reports.iter().find(|r| r[member] == value));
    assert!(found.is_some(), "{member} = {value}: {:#}", outcome.report);
    found.expect("asserted")
}

fn datasets(bench: &Bench) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(bench.data().join("land_parcels"))
        .into_iter()
        .flatten()
        .map(|e| {
            e.expect("listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// A surveyor's folder: shapefile, table, geopackage, geodatabase, twice the same name, and all that lies between.
fn delivery(bench: &Bench) -> PathBuf {
    let root = bench.path("Bàn giao 2025");
    for (nth, name) in [
        "Xã A/Tờ 1.shp",
        "Xã B/Tờ 1.shp",
        "Xã B/to_2.tab",
        "to3.gpkg",
        "CSDL.gdb",
    ]
    .into_iter()
    .enumerate()
    {
        parcels_file(&root.join(name), nth as u32);
    }
    for (name, bytes) in [
        ("Xã A/Tờ 1.qml", &b"<qgis/>"[..]),
        ("Xã A/Tờ 1.shp.xml", b"<metadata/>"),
        ("Xã B/le.dbf", b"\x03"),
        ("Bien ban.pdf", b"%PDF-1.7"),
        ("ghi chu.txt", b"Giao ngay 1/7"),
        ("ban ve.dwg", b"AC1032\0\0"),
        ("cu.rar", b"Rar!\x1A\x07\x01\0"),
        ("bao cao.json", b"{\"so_thua\": 9}"),
        ("danh sach.csv", b"so_to,so_thua\n1,2\n"),
        (".DS_Store", b"\0"),
        ("Thumbs.db", b"\0"),
        (
            "hong.gpkg",
            b"SQLite format 3\0 and then nothing of the kind",
        ),
        ("rong.shp", b""),
    ] {
        fs::write(root.join(name), bytes).expect("written");
    }
    root
}

#[test]
fn a_folder_becomes_one_dataset_a_file() {
    let bench = Bench::new();
    let root = delivery(&bench);
    std::os::unix::fs::symlink("/etc", root.join("lien ket")).expect("linked");
    let outcome = bench.import(&root, "land_parcels", &[]);
    // Two files are broken: the others are imported all the same, and the exit code says so.
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert_eq!(
        datasets(&bench),
        ["csdl", "to3", "xa-a-to-1", "xa-b-to-1", "xa-b-to_2"],
        "{}",
        outcome.stderr
    );
    for file in ["hong.gpkg", "rong.shp"] {
        let name = format!("{}/{file}", root.display());
        assert_eq!(of(&outcome, "file", &name)["outcome"], "refused");
    }
    for file in [
        "Xã A/Tờ 1.dbf",
        "Xã A/Tờ 1.qml",
        "Xã A/Tờ 1.shp.xml",
        "Xã B/to_2.dat",
        "Xã B/le.dbf",
        "Bien ban.pdf",
        "ghi chu.txt",
        "ban ve.dwg",
        "cu.rar",
        "bao cao.json",
        "danh sach.csv",
        ".DS_Store",
        "lien ket",
    ] {
        let name = format!("{}/{file}", root.display());
        let report = of(&outcome, "file", &name);
        assert_eq!(report["outcome"], "passed_over", "{file}");
        for language in ["vi", "en"] {
            assert!(
                report["refusal"][language]
                    .as_str()
                    .is_some_and(|s| !s.is_empty())
            );
        }
        assert!(outcome.stderr.contains(file), "{}", outcome.stderr);
    }
    let dwg = of(&outcome, "file", &format!("{}/ban ve.dwg", root.display()));
    assert!(dwg["refusal"]["en"].as_str().expect("said").contains("DXF"));
    // Imported again, the same files are the same datasets.
    bench.import(&root, "land_parcels", &[]);
    assert_eq!(datasets(&bench).len(), 5);
}

#[test]
fn a_folder_packed_is_the_same_as_the_folder() {
    let bench = Bench::new();
    let root = delivery(&bench);
    for broken in ["hong.gpkg", "rong.shp"] {
        fs::remove_file(root.join(broken)).expect("removed");
    }
    let zip = bench.path("ban_giao.zip");
    pack(&root, &zip);
    let outcome = bench.import(&zip, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        datasets(&bench),
        ["csdl", "to3", "xa-a-to-1", "xa-b-to-1", "xa-b-to_2"]
    );
    let shp = of(&outcome, "dataset", "xa-a-to-1");
    assert_eq!(shp["file"], format!("{}/Xã A/Tờ 1.shp", zip.display()));
    assert!(
        !outcome.report.to_string().contains("diaba-unpacked"),
        "the temporary folder is nobody's business"
    );
    assert!(
        !outcome.stderr.contains("diaba-unpacked"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_zipped_geodatabase_is_a_geodatabase() {
    let bench = Bench::new();
    let gdb = bench.path("x/thua.gdb");
    parcels_file(&gdb, 0);
    let zip = bench.path("thua.gdb.zip");
    pack(&gdb, &zip);
    // The tables alone, without their folder.
    let flat: Vec<(String, Vec<u8>)> = fs::read_dir(&gdb)
        .expect("listed")
        .map(|e| e.expect("listed").path())
        .map(|p| {
            let name = p.file_name().expect("named").to_string_lossy().into_owned();
            (name, fs::read(&p).expect("read"))
        })
        .collect();
    let flat: Vec<(&str, &[u8])> = flat
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let tables = packed(&bench, "bang.zip", &flat);
    for (file, dataset) in [(&zip, "thua"), (&tables, "bang")] {
        let outcome = bench.import(file, "land_parcels", &["--dry-run"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(of(&outcome, "dataset", dataset)["format"], "OpenFileGDB");
    }
}

#[test]
fn archives_within_archives_are_opened_and_not_for_ever() {
    let bench = Bench::new();
    parcels_file(&bench.path("xa/to1.gpkg"), 0);
    let mut inner = bench.path("1.zip");
    pack(&bench.path("xa"), &inner);
    let two = packed(
        &bench,
        "2.zip",
        &[("1.zip", &fs::read(&inner).expect("read"))],
    );
    let outcome = bench.import(&two, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(of(&outcome, "dataset", "1-to1")["counts"]["imported"], 7);
    for nth in 3..7 {
        let bytes = fs::read(&inner).expect("read");
        inner = packed(&bench, &format!("n{nth}.zip"), &[("trong.zip", &bytes)]);
    }
    let outcome = bench.import(&inner, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("nested too deep"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn names_in_the_encodings_of_offices_keep_their_parts_together() {
    use diaba_importers::decode::{Encoding, encode};
    for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Unicode] {
        let bench = Bench::new();
        parcels_file(&bench.path("a.shp"), 0);
        let title = "Bản đồ địa chính xã Tân Mỹ";
        let raw = encode(title, encoding).expect("it has its letters");
        // An ASCII name of the same length, replaced by the bytes in the file.
        let holder = "Q".repeat(raw.chars().count());
        let parts: Vec<(String, Vec<u8>)> = ["shp", "shx", "dbf", "prj"]
            .iter()
            .map(|e| {
                (
                    format!("{holder}.{e}"),
                    fs::read(bench.path(&format!("a.{e}"))).expect("read"),
                )
            })
            .collect();
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|(n, b)| (n.as_str(), b.as_slice()))
            .collect();
        let zip = packed(&bench, "goi.zip", &parts);
        let mut bytes = fs::read(&zip).expect("read");
        let name: Vec<u8> = raw.chars().map(|c| c as u8).collect();
        for at in 0..bytes.len() - name.len() {
            if bytes[at..].starts_with(holder.as_bytes()) {
                bytes[at..at + name.len()].copy_from_slice(&name);
            }
        }
        fs::write(&zip, bytes).expect("written");
        let outcome = bench.import(&zip, "land_parcels", &["--dry-run"]);
        assert_eq!(
            outcome.code,
            Some(0),
            "{}: {}",
            encoding.name(),
            outcome.stderr
        );
        of(&outcome, "dataset", "ban-do-dia-chinh-xa-tan-my");
    }
}

#[test]
fn hostile_archives_are_refused_and_nothing_leaves_their_folder() {
    let bench = Bench::new();
    let away = bench.path("away.gpkg");
    let mut hostile = vec![
        packed(&bench, "up.zip", &[("../away.gpkg", b"x")]),
        packed(&bench, "deep.zip", &[("a/../../away.gpkg", b"x")]),
        packed(&bench, "windows.zip", &[("..\\..\\away.gpkg", b"x")]),
        packed(&bench, "absolute.zip", &[("/tmp/diaba-away.gpkg", b"x")]),
        packed(&bench, "drive.zip", &[("C:\\away.gpkg", b"x")]),
        packed(&bench, "alike.zip", &[("a.csv", b"x"), ("./a.csv", b"y")]),
        packed(&bench, "bomb.zip", &[("a.csv", &vec![b'0'; 80 << 20])]),
        bench.write("cut.zip", b"PK\x03\x04...."),
        bench.write(
            "none.zip",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ),
    ];
    let linked = bench.path("linked.zip");
    let mut zip = ZipWriter::new(File::create(&linked).expect("created"));
    zip.add_symlink("a.gpkg", "/etc/passwd", SimpleFileOptions::default())
        .expect("linked");
    zip.finish().expect("finished");
    hostile.push(linked);
    let crowded = bench.path("crowded.zip");
    let mut zip = ZipWriter::new(File::create(&crowded).expect("created"));
    for nth in 0..20_100 {
        zip.start_file(format!("{nth}"), SimpleFileOptions::default())
            .expect("started");
    }
    zip.finish().expect("finished");
    hostile.push(crowded);
    // A size that lies: what comes out is counted, not what is said.
    let lying = packed(&bench, "lying.zip", &[("a.csv", &vec![b'0'; 80 << 20])]);
    let mut bytes = fs::read(&lying).expect("read");
    let real = (80_u32 << 20).to_le_bytes();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == real {
            bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
        }
    }
    fs::write(&lying, bytes).expect("written");
    hostile.push(lying);
    for file in hostile {
        let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
        assert_eq!(
            outcome.code,
            Some(2),
            "{}: {}",
            file.display(),
            outcome.stderr
        );
        assert!(bench.listing().is_empty() && !away.exists());
        assert!(!Path::new("/tmp/diaba-away.gpkg").exists());
        let report = outcome.report.get(0).unwrap_or(&outcome.report);
        assert_eq!(report["outcome"], "refused", "{}", outcome.report);
        for language in ["vi", "en"] {
            assert!(
                report["refusal"][language]
                    .as_str()
                    .is_some_and(|s| !s.is_empty())
            );
        }
    }
}

#[test]
fn nothing_unpacked_is_left_behind() {
    let bench = Bench::new();
    parcels_file(&bench.path("xa/to1.tab"), 0);
    let zip = bench.path("xa.zip");
    pack(&bench.path("xa"), &zip);
    let temporary = bench.path("temporary");
    fs::create_dir(&temporary).expect("made");
    for more in [&[][..], &["--layer", "khong co"]] {
        let output = bench
            .command(&zip, "land_parcels", more)
            .env("TMPDIR", &temporary)
            .output()
            .expect("it runs");
        assert_eq!(output.status.success(), more.is_empty());
        assert_eq!(fs::read_dir(&temporary).expect("listed").count(), 0);
    }
}

#[test]
fn a_name_is_the_one_files_or_comes_before_those_of_several() {
    let bench = Bench::new();
    parcels_file(&bench.path("xa/to1.gpkg"), 0);
    let zip = bench.path("xa.zip");
    pack(&bench.path("xa"), &zip);
    let outcome = bench.import(&zip, "land_parcels", &["--dataset", "ten"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(datasets(&bench), ["ten"]);
    // The archive it came out of is part of where it comes from.
    let sources = outcome.report[0]["sources"].as_array().expect("a list");
    let named: Vec<_> = sources.iter().map(|s| s["name"].as_str()).collect();
    assert_eq!(named, [Some("to1.gpkg"), Some("xa.zip")]);
    let hash = hash_of(&zip);
    assert_eq!(sources[1]["sha256"], hash.as_str());
    let manifest = bench.data().join("land_parcels/ten/r000001/manifest.json");
    let manifest = fs::read_to_string(manifest).expect("read");
    assert!(manifest.contains(&hash), "{manifest}");
    parcels_file(&bench.path("xa/to2.gpkg"), 1);
    let outcome = bench.import(&bench.path("xa"), "land_parcels", &["--dataset", "ten"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(datasets(&bench), ["ten", "ten-to1", "ten-to2"]);
}

/// SHA-256, by another program.
fn hash_of(path: &Path) -> String {
    let output = std::process::Command::new("sha256sum")
        .arg(path)
        .output()
        .expect("it runs");
    let line = String::from_utf8(output.stdout).expect("text");
    line.split_whitespace().next().expect("a hash").to_owned()
}
