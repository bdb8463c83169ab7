//! The files: same bytes for the same seed, the themes' columns, and what the other themes promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use diaba_samples::output::committed;
use diaba_samples::province::{Province, ProvinceError};
use diaba_samples::themes::write::{Options, THEMES, write_all};
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use geo::{Area, BooleanOps, BoundingRect, Intersects};
use geozero::ToGeo;

type Rows = Vec<(geo_types::Geometry<f64>, HashMap<String, String>)>;

fn read(path: &Path) -> Rows {
    let mut file = std::io::BufReader::new(fs::File::open(path).unwrap());
    let mut features = FgbReader::open(&mut file).unwrap().select_all().unwrap();
    let mut out = Vec::new();
    while let Some(feature) = features.next().unwrap() {
        out.push((feature.to_geo().unwrap(), feature.properties().unwrap()));
    }
    out
}

fn written(size: usize, seed: u64, threads: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| {
        write_all(
            &Province::new(size, seed).unwrap(),
            folder.path(),
            Options::default(),
        )
        .unwrap()
    });
    folder
}

#[test]
fn the_same_seed_gives_the_same_bytes_with_any_number_of_threads() {
    let (one, three, other) = (
        written(3_000, 11, 1),
        written(3_000, 11, 3),
        written(3_000, 12, 2),
    );
    for theme in THEMES {
        let bytes = |folder: &tempfile::TempDir| {
            fs::read(folder.path().join(format!("{theme}.fgb"))).unwrap()
        };
        assert!(
            bytes(&one) == bytes(&three),
            "{theme} depends on the number of threads"
        );
        assert!(
            bytes(&one) != bytes(&other),
            "{theme} does not depend on the seed"
        );
    }
}

#[test]
fn columns_are_the_themes_fields() {
    let folder = written(1_500, 2, 2);
    let themes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../styles/themes");
    for theme in THEMES {
        let text = fs::read_to_string(themes.join(format!("{theme}.toml"))).unwrap();
        let document: toml::Table = text.parse().unwrap();
        let fields: HashMap<&str, &str> = document["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (f["name"].as_str().unwrap(), f["type"].as_str().unwrap()))
            .collect();
        let mut file = std::io::BufReader::new(
            fs::File::open(folder.path().join(format!("{theme}.fgb"))).unwrap(),
        );
        let reader = FgbReader::open(&mut file).unwrap();
        let header = reader.header();
        assert_eq!(header.crs().unwrap().code(), 9214);
        assert!(header.description().unwrap().contains("Synthetic"));
        for column in header.columns().unwrap() {
            let kind = fields
                .get(column.name())
                .unwrap_or_else(|| panic!("{theme} has no field {}", column.name()));
            let written = match column.type_() {
                flatgeobuf::ColumnType::String => &["text", "date"][..],
                flatgeobuf::ColumnType::Long => &["integer"],
                flatgeobuf::ColumnType::Double => &["real"],
                flatgeobuf::ColumnType::Bool => &["boolean"],
                flatgeobuf::ColumnType::Json => &["json"],
                other => panic!("{theme}.{}: {other:?}", column.name()),
            };
            assert!(
                written.contains(kind),
                "{theme}.{} is {kind} in the theme",
                column.name()
            );
        }
    }
}

fn multi(g: &geo_types::Geometry<f64>) -> geo_types::MultiPolygon<f64> {
    match g {
        geo_types::Geometry::Polygon(p) => geo_types::MultiPolygon::new(vec![p.clone()]),
        geo_types::Geometry::MultiPolygon(p) => p.clone(),
        _ => geo_types::MultiPolygon::new(Vec::new()),
    }
}

#[test]
fn plans_nest_their_zones_fill_them_and_parcels_lie_across() {
    let folder = written(6_000, 24, 2);
    let file = |theme: &str| read(&folder.path().join(format!("{theme}.fgb")));
    let (plans, zones) = (file("urban_plans"), file("urban_plan_zones"));
    let count = |level: &str| {
        plans
            .iter()
            .filter(|p| p.1["cap_quy_hoach"] == level)
            .count()
    };
    assert_eq!((count("QHC"), count("QPK"), count("QCT")), (1, 2, 3));
    for (shape, row) in &plans {
        let own: f64 = zones
            .iter()
            .filter(|z| z.1["ma_ho_so_qh"] == row["ma_ho_so_qh"])
            .map(|z| z.0.unsigned_area())
            .sum();
        let whole = shape.unsigned_area();
        assert!(
            (own - whole).abs() < 1e-3 * whole,
            "{}: {own} of {whole} m²",
            row["ten"]
        );
    }
    let general: Vec<_> = zones
        .iter()
        .filter(|z| z.1["cap_quy_hoach"] == "QHC")
        .collect();
    let plan = &plans
        .iter()
        .find(|p| p.1["cap_quy_hoach"] == "QHC")
        .unwrap()
        .0;
    let (mut inside, mut across) = (0, 0);
    for (parcel, _) in file("land_parcels").iter().filter(|p| p.0.intersects(plan)) {
        let touched = general
            .iter()
            .filter(|z| {
                z.0.bounding_rect()
                    .unwrap()
                    .intersects(&parcel.bounding_rect().unwrap())
            })
            .filter(|z| multi(&z.0).intersection(&multi(parcel)).unsigned_area() > 0.5)
            .count();
        inside += 1;
        across += usize::from(touched > 1);
    }
    let share = across as f64 / inside as f64;
    assert!(
        inside > 100 && (0.15..0.8).contains(&share),
        "{share} of {inside} parcels touch several zones"
    );
}

#[test]
fn forty_five_growing_zones_that_do_not_overlap() {
    let folder = written(6_000, 24, 2);
    let zones = read(&folder.path().join("crop_zones.fgb"));
    assert_eq!(zones.len(), 45);
    for (k, (a, row)) in zones.iter().enumerate() {
        assert!(row["ma_vung_trong"].contains("VN-BGOR-"));
        assert!(zones.iter().skip(k + 1).all(|(b, _)| !a.intersects(b)));
    }
}

#[test]
fn observations_lie_in_the_growing_zones_they_name() {
    let folder = written(6_000, 24, 2);
    let zones = read(&folder.path().join("crop_zones.fgb"));
    let observations = read(&folder.path().join("pest_observations.fgb"));
    assert_eq!(observations.len(), 4 * zones.len());
    for (place, row) in &observations {
        let (zone, said) = zones
            .iter()
            .find(|(_, zone)| zone["ma_vung"] == row["ma_vung"])
            .unwrap();
        assert!(zone.intersects(place), "{row:?}");
        assert_eq!((&said["cay"], &said["ma_xa"]), (&row["cay"], &row["ma_xa"]));
    }
}

#[test]
fn dikes_line_both_banks_and_chainage_runs_on() {
    let folder = written(20_000, 24, 2);
    let dikes = read(&folder.path().join("dikes.fgb"));
    let mut ends: HashMap<String, Vec<(f64, f64)>> = HashMap::new();
    for (_, row) in &dikes {
        let metres = |name: &str| row[name].parse::<f64>().unwrap();
        ends.entry(row["ten_tuyen"].clone())
            .or_default()
            .push((metres("ly_trinh_dau_m"), metres("ly_trinh_cuoi_m")));
    }
    assert!(
        ends.len() >= 2 && ends.len().is_multiple_of(2),
        "{:?}",
        ends.keys()
    );
    for stretches in ends.values_mut() {
        stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(stretches[0].0, 0.0);
        assert!(stretches.windows(2).all(|w| (w[0].1 - w[1].0).abs() < 0.11));
    }
}

#[test]
fn a_size_that_cannot_be_is_refused() {
    for size in [0, 999, 5_000_001, usize::MAX] {
        assert_eq!(
            Province::new(size, 1).unwrap_err(),
            ProvinceError::Size { asked: size }
        );
    }
}

/// Names of all files of `folder` and the folders in it.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            names.extend(
                self::names(&path)
                    .iter()
                    .map(|within| format!("{name}/{within}")),
            );
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

#[test]
fn the_committed_files_are_small_and_can_be_made_again() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("files");
    let size: u64 = names(&files)
        .iter()
        .map(|n| fs::metadata(files.join(n)).unwrap().len())
        .sum();
    assert!(size < 5_000_000, "{size} bytes");
    assert!(
        names(&files)
            .iter()
            .all(|n| Path::new(n).extension() != Some("cpg".as_ref()))
    );
    let version = std::process::Command::new("ogr2ogr")
        .arg("--version")
        .output();
    let version = version
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default();
    if !version.starts_with("GDAL 3.6.2") {
        println!(
            "skipped: the bytes are those of GDAL 3.6.2, here is `{}`",
            version.trim()
        );
        return;
    }
    let made = tempfile::tempdir().unwrap();
    committed::write(made.path()).unwrap();
    assert_eq!(names(made.path()), names(&files));
    // GDAL writes a new identifier into every geodatabase.
    for name in names(&files).iter().filter(|n| !n.ends_with(".gdb.zip")) {
        assert!(
            fs::read(made.path().join(name)).unwrap() == fs::read(files.join(name)).unwrap(),
            "{name} differs"
        );
    }
}

#[test]
fn stations_stand_in_their_river_and_say_that_they_are_samples() {
    let folder = written(20_000, 24, 2);
    let stations = read(&folder.path().join("hydrological_stations.fgb"));
    assert!(stations.len() >= 2, "{}", stations.len());
    let water = read(&folder.path().join("water.fgb"));
    let mut reached = 0;
    for (place, row) in &stations {
        assert!(row["ten"].ends_with("(mẫu)"));
        let river = format!("Sông {}", row["song"]);
        assert!(
            water
                .iter()
                .any(|(shore, other)| other.get("ten") == Some(&river) && shore.intersects(place)),
            "{row:?}"
        );
        let number = |name: &str| row[name].parse::<f64>().unwrap();
        let grades = ["bao_dong_1_m", "bao_dong_2_m", "bao_dong_3_m"].map(number);
        assert!(grades.is_sorted());
        reached += usize::from(number("muc_nuoc_m") >= grades[0]);
    }
    assert!(
        (1..stations.len()).contains(&reached),
        "a wall has something to show, and something not to"
    );
}
