//! Small files in every format, made on the spot, and the real program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{
    FieldValue, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType,
};
use gdal::{DriverManager, DriverType};
use serde_json::Value;
use tempfile::TempDir;

/// What the program said.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub report: Value,
}

/// A folder with files to import and a data directory.
pub struct Bench {
    pub folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("written");
        path
    }

    pub fn command(&self, file: &Path, theme: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diaba-import"));
        command
            .arg(file)
            .args(["--theme", theme])
            .arg("--data")
            .arg(self.data())
            .args(more);
        command
    }

    /// Imports `file`; the report is read from where it was asked for.
    pub fn import(&self, file: &Path, theme: &str, more: &[&str]) -> Outcome {
        let report = self.path("report.json");
        let _ = fs::remove_file(&report);
        let output = self
            .command(file, theme, more)
            .arg("--report")
            .arg(&report)
            .output()
            .expect("it runs");
        let report = fs::read(&report).map_or(Value::Null, |bytes| {
            serde_json::from_slice(&bytes).expect("the report is JSON")
        });
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let outcome = Outcome {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            report,
        };
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
        outcome
    }

    /// Every file of the data directory with its size.
    pub fn listing(&self) -> Vec<(PathBuf, u64)> {
        let mut found = Vec::new();
        let mut open = vec![self.data()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("listed").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let size = fs::metadata(&path).expect("there").len();
                    found.push((path, size));
                }
            }
        }
        found.sort();
        found
    }
}

/// A record to write: its geometry as WKT and one value a column.
pub type Row = (Option<String>, Vec<Option<FieldValue>>);

/// A layer to write.
pub struct Layer<'a> {
    pub driver: &'a str,
    pub epsg: Option<u32>,
    pub kind: OGRwkbGeometryType::Type,
    pub options: &'a [&'a str],
    pub columns: &'a [(&'a str, OGRFieldType::Type)],
}

impl Layer<'_> {
    /// Writes `rows` to `path`.
    pub fn write(&self, path: &Path, rows: &[Row]) {
        let driver = DriverManager::get_output_driver_for_dataset_name(path, DriverType::Vector)
            .or_else(|| DriverManager::get_driver_by_name(self.driver).ok())
            .expect("a driver");
        let mut dataset = driver.create_vector_only(path).expect("created");
        let srs = self.epsg.map(|code| {
            let mut srs = SpatialRef::from_epsg(code).expect("registered");
            srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
            srs
        });
        let name = path
            .file_stem()
            .expect("named")
            .to_string_lossy()
            .into_owned();
        let layer = dataset
            .create_layer(LayerOptions {
                name: &name,
                srs: srs.as_ref(),
                ty: self.kind,
                options: Some(self.options),
            })
            .expect("a layer");
        layer.create_defn_fields(self.columns).expect("columns");
        for (wkt, values) in rows {
            let mut feature = gdal::vector::Feature::new(layer.defn()).expect("a feature");
            if let Some(wkt) = wkt {
                feature
                    .set_geometry(Geometry::from_wkt(wkt).expect("WKT"))
                    .expect("set");
            }
            for (index, value) in values.iter().enumerate() {
                if let Some(value) = value {
                    feature.set_field(index, value).expect("set");
                }
            }
            feature.create(&layer).expect("written");
        }
        dataset.close().expect("closed");
    }
}

/// The columns of a land database's export.
pub const PARCEL_COLUMNS: [(&str, OGRFieldType::Type); 8] = [
    ("MaXa", OGRFieldType::OFTString),
    ("SoHieuToBanDo", OGRFieldType::OFTString),
    ("SoThuTuThua", OGRFieldType::OFTString),
    ("KyHieuMucDichSuDung", OGRFieldType::OFTString),
    ("DienTich", OGRFieldType::OFTReal),
    ("GhiChuRieng", OGRFieldType::OFTString),
    ("TenChu", OGRFieldType::OFTString),
    ("SoRieng", OGRFieldType::OFTString),
];

fn text(value: &str) -> FieldValue {
    FieldValue::StringValue(value.to_owned())
}

/// One parcel's values. The owner and the number are invented; neither may ever arrive.
pub fn parcel(number: u32, purpose: &str, area: f64, note: &str) -> Vec<Option<FieldValue>> {
    let values = [
        text("07210"),
        text("012"),
        text(&number.to_string()),
        text(purpose),
        FieldValue::RealValue(area),
        text(note),
        text("Nguyễn Văn Ất"),
        text(&format!("0240{:08}", 80_001_230 + number)),
    ];
    values.into_iter().map(Some).collect()
}

/// A square of `side` with its south-western corner at `x`, `y`.
pub fn square(x: f64, y: f64, side: f64) -> String {
    let (e, n) = (x + side, y + side);
    format!("POLYGON (({x} {y}, {e} {y}, {e} {n}, {x} {n}, {x} {y}))")
}

/// A few parcels of every sort: good ones, one with a repeated point, one whose boundary crosses itself, one without
/// geometry, two with one key, one whose declared area contradicts its shape, one with an old code and one with none
/// that exists. `unit` is 20 m in the units of the grid.
pub fn parcels(x: f64, y: f64, unit: f64) -> Vec<Row> {
    let at = |i: u32| x + f64::from(i) * unit * 1.5;
    let good = |i: u32, purpose: &str, area: f64| {
        (
            Some(square(at(i), y, unit)),
            parcel(i, purpose, area, "Đất trồng lúa nước còn lại"),
        )
    };
    let (a, b, top) = (at(4), at(4) + unit, y + unit);
    vec![
        good(1, "LUC", 400.0),
        good(2, "CLN", 400.0),
        good(3, "BHK", 400.2),
        (
            Some(format!(
                "POLYGON (({a} {y}, {b} {y}, {b} {y}, {b} {top}, {a} {top}, {a} {y}))"
            )),
            parcel(4, "ONT+CLN", 400.0, "thửa đất có điểm trùng"),
        ),
        (
            Some(format!(
                "POLYGON (({0} {y}, {1} {top}, {1} {y}, {0} {top}, {0} {y}))",
                at(5),
                at(5) + unit
            )),
            parcel(5, "LUC", 400.0, "ranh giới tự cắt"),
        ),
        (None, parcel(6, "LUC", 400.0, "không có hình")),
        good(1, "LUC", 400.0),
        good(8, "LUC", 450.0),
        good(9, "ZZZ", 400.0),
    ]
}

/// The report without what differs from run to run.
pub fn settled(mut report: Value) -> Value {
    report["when"] = "[when]".into();
    report["tool"] = "[tool]".into();
    for source in report["sources"].as_array_mut().into_iter().flatten() {
        source["sha256"] = "[sha256]".into();
        source["bytes"] = "[bytes]".into();
    }
    report
}

/// A file of the trial data beside the repository, or `None`, said plainly, where it is not there.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub fn shared(name: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here
        .ancestors()
        .map(|folder| folder.join("shared/data").join(name))
        .find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: no shared/data/{name} beside this repository");
    }
    found
}
