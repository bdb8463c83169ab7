//! An import that is killed leaves what stood before.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use crate::common::{Bench, Layer, PARCEL_COLUMNS, Row, square};
use gdal::vector::OGRwkbGeometryType::wkbUnknown;

fn file(bench: &Bench, name: &str, count: u32) -> std::path::PathBuf {
    let rows: Vec<Row> = (0..count)
        .map(|i| {
            let (x, y) = (
                400_000.0 + 25.0 * f64::from(i % 200),
                2_340_000.0 + 25.0 * f64::from(i / 200),
            );
            (
                Some(square(x, y, 20.0)),
                crate::common::parcel(i, "LUC", 400.0, "thửa đất"),
            )
        })
        .collect();
    let path = bench.path(name);
    let layer = Layer {
        driver: "FlatGeobuf",
        epsg: Some(9214),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    layer.write(&path, &rows);
    path
}

#[test]
fn kill_nine_at_any_moment_leaves_the_old_revision() {
    let bench = Bench::new();
    let small = file(&bench, "small.fgb", 50);
    let large = file(&bench, "large.fgb", 20_000);
    let done = bench
        .command(&small, "land_parcels", &["--dataset", "xa"])
        .output()
        .expect("it runs");
    assert!(done.status.success());
    let current = bench.data().join("land_parcels/xa/current.json");
    let manifest = bench.data().join("land_parcels/xa/r000001/manifest.json");
    let (before, sealed) = (
        fs::read(&current).expect("there"),
        fs::read(&manifest).expect("there"),
    );
    for wait in [20, 100, 250, 500, 900] {
        let mut child = bench
            .command(&large, "land_parcels", &["--dataset", "xa"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        sleep(Duration::from_millis(wait));
        if child.try_wait().expect("asked").is_some() {
            break;
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        if fs::read(&current).expect("there") != before {
            // It was quick enough to publish before the signal came: then all of it stands.
            break;
        }
        assert_eq!(fs::read(&manifest).expect("there"), sealed);
    }
    // The next import is not in the way of what the killed ones left, and sweeps it up.
    let done = bench
        .command(&large, "land_parcels", &["--dataset", "xa"])
        .output()
        .expect("it runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let left: Vec<_> = fs::read_dir(bench.data().join("land_parcels/xa"))
        .expect("listed")
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(".staging"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
