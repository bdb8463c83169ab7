//! One commune's parcels in the formats surveying offices hand over, each as its programs write it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::convert::{ConvertError, Grid, pipeline};

/// How a file is written: its name's end, GDAL's driver, the grid, and options.
struct Office {
    end: &'static str,
    driver: &'static str,
    grid: Grid,
    options: &'static [&'static str],
}

/// `MapInfo` stores whole numbers within bounds; without them it keeps a centimetre.
const BOUNDS: &str = "BOUNDS=300000,2300000,800000,2500000";

const OFFICES: [Office; 9] = [
    office("tab", "MapInfo File", Grid::Tm10700, &["-lco", BOUNDS]),
    office("mif", "MapInfo File", Grid::Tm10700, &["-lco", BOUNDS]),
    office("sqlite", "SQLite", Grid::Tm10530, &[]),
    office("gdb", "OpenFileGDB", Grid::Tm10700, &[]),
    office("gml", "GML", Grid::Tm10700, &[]),
    office("kml", "KML", Grid::Wgs84, &[]),
    office("kmz", "LIBKML", Grid::Wgs84, &[]),
    office(
        "geojsonl",
        "GeoJSONSeq",
        Grid::Wgs84,
        &["-lco", "COORDINATE_PRECISION=10"],
    ),
    office("csv", "CSV", Grid::Tm10700, &["-lco", "GEOMETRY=AS_WKT"]),
];

const fn office(
    end: &'static str,
    driver: &'static str,
    grid: Grid,
    options: &'static [&'static str],
) -> Office {
    Office {
        end,
        driver,
        grid,
        options,
    }
}

/// Writes the parcels of commune `code` out of the FlatGeobuf file `parcels` into `out`, in every format.
///
/// # Errors
/// [`ConvertError`] where `ogr2ogr` or the disk refuses.
pub fn write(parcels: &Path, out: &Path, code: &str) -> Result<(), ConvertError> {
    let stem = format!("land_parcels_{code}");
    let named = |end: &str| out.join(format!("{stem}.{end}"));
    // A width for the area: `MapInfo` would give it none it can hold.
    let select = format!(
        "SELECT ma_xa_goc AS MaXa, so_to AS SoHieuToBanDo, so_thua AS SoThuTuThua, loai_dat AS KyHieuMucDichSuDung, \
         CAST(dien_tich AS NUMERIC(14,2)) AS DienTich, dia_chi_thua_dat AS DiaChi FROM land_parcels WHERE ma_xa_goc = '{code}'"
    );
    for office in OFFICES {
        let to = named(office.end);
        let grid = match office.grid {
            Grid::Tm10700 => "EPSG:9214",
            Grid::Tm10530 => "EPSG:9209",
            Grid::Wgs84 => "OGC:CRS84",
        };
        let mut command = ogr2ogr(&to)?;
        command.args(["-f", office.driver, "-nln", &stem, "-sql", &select]);
        command.args(["-s_srs", "EPSG:9214", "-t_srs", grid]);
        if let Some(pipeline) = pipeline(office.grid) {
            command.args(["-ct", &pipeline]);
        }
        run(command.args(office.options), &to, parcels)?;
    }
    let (gdb, packed) = (named("gdb"), named("gdb.zip"));
    pack(&gdb, &packed).map_err(|source| refused(&packed, source))?;
    fs::remove_dir_all(&gdb).map_err(|source| refused(&gdb, source))?;
    let (book, table) = (named("xlsx"), named("csv"));
    let mut command = ogr2ogr(&book)?;
    command.args(["-f", "XLSX", "-nln", &stem]);
    command.args(["-oo", "KEEP_GEOM_COLUMNS=YES", "-oo", "AUTODETECT_TYPE=NO"]);
    run(&mut command, &book, &table)?;
    let corners = out.join(format!("{stem}_corners.csv"));
    corner_table(&table, &corners).map_err(|source| refused(&corners, source))
}

fn refused(path: &Path, source: std::io::Error) -> ConvertError {
    ConvertError::File {
        path: path.to_owned(),
        source,
    }
}

fn ogr2ogr(to: &Path) -> Result<Command, ConvertError> {
    let gone = if to.is_dir() {
        fs::remove_dir_all(to)
    } else if to.exists() {
        fs::remove_file(to)
    } else {
        Ok(())
    };
    gone.map_err(|source| refused(to, source))?;
    let mut command = Command::new("ogr2ogr");
    command
        .env("OGR_CURRENT_DATE", "2025-07-01T00:00:00.000Z")
        .env("GDAL_NUM_THREADS", "1");
    Ok(command)
}

fn run(command: &mut Command, to: &Path, from: &Path) -> Result<(), ConvertError> {
    let output = command
        .arg(to)
        .arg(from)
        .output()
        .map_err(ConvertError::Missing)?;
    if output.status.success() {
        return Ok(());
    }
    Err(ConvertError::Failed {
        path: to.to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Packs the folder `from` with its own name, as a file manager does.
fn pack(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut zip = ZipWriter::new(File::create(to)?);
    let mut files: Vec<PathBuf> = fs::read_dir(from)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let folder = name(from);
    for file in files {
        zip.start_file(
            format!("{folder}/{}", name(&file)),
            SimpleFileOptions::default(),
        )?;
        zip.write_all(&fs::read(&file)?)?;
    }
    zip.finish()?;
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The corners of the parcels in `table`, a CSV file with WKT first, as the table of a land-use certificate has them:
/// X is the northing, decimals after a comma, the key in a parcel's first row only, the first corner again at the end.
fn corner_table(table: &Path, to: &Path) -> std::io::Result<()> {
    let mut reader = csv::ReaderBuilder::new().from_path(table)?;
    let mut out = File::create(to)?;
    writeln!(
        out,
        "BẢNG LIỆT KÊ TỌA ĐỘ GÓC RANH THỬA ĐẤT (dữ liệu tổng hợp)"
    )?;
    writeln!(
        out,
        "Hệ tọa độ VN-2000, kinh tuyến trục 107°00', múi chiếu 3°"
    )?;
    writeln!(
        out,
        "Mã xã;Số tờ;Số thửa;Loại đất;Diện tích;Số hiệu đỉnh;Tọa độ;"
    )?;
    writeln!(out, ";;;;(m²);;X (m);Y (m)")?;
    for row in reader.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let key = [
            cell(1),
            cell(2),
            cell(3),
            cell(4),
            &cell(5).replace('.', ","),
        ]
        .join(";");
        let shape = cell(0)
            .trim_start_matches("POLYGON ")
            .trim_matches(['(', ')']);
        let (mut first_row, mut number) = (true, 1);
        for ring in shape.split("),(") {
            let corners: Vec<&str> = ring.split(',').collect();
            let first = number;
            for (nth, corner) in corners.iter().enumerate() {
                let last = nth + 1 == corners.len();
                let label = if last { first } else { number };
                let (x, y) = corner.split_once(' ').unwrap_or_default();
                let key = if first_row { key.as_str() } else { ";;;;" };
                writeln!(
                    out,
                    "{key};{label};{};{}",
                    y.replace('.', ","),
                    x.replace('.', ",")
                )?;
                first_row = false;
                number += usize::from(!last);
            }
        }
    }
    Ok(())
}
