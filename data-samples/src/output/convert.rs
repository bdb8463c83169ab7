//! Other formats and grids, by calling GDAL's `ogr2ogr`, with everything pinned that could differ between runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

/// The grid a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grid {
    /// VN-2000 / TM-3 107-00, as the FlatGeobuf files are.
    Tm10700,
    /// VN-2000 / TM-3 105-30, the grid of old Bắc Ninh.
    Tm10530,
    /// WGS 84, longitude and latitude.
    Wgs84,
}

/// A format other than FlatGeobuf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GeoPackage in EPSG:9209.
    GeoPackage,
    /// GeoJSON in WGS 84 with ten decimals.
    GeoJson,
    /// Shapefile in EPSG:9214, TCVN3 text, no .cpg.
    Shapefile,
}

impl Format {
    /// The grid this format is written in.
    pub const fn grid(self) -> Grid {
        match self {
            Self::GeoPackage => Grid::Tm10530,
            Self::GeoJson => Grid::Wgs84,
            Self::Shapefile => Grid::Tm10700,
        }
    }

    /// The extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::GeoPackage => "gpkg",
            Self::GeoJson => "geojson",
            Self::Shapefile => "shp",
        }
    }
}

/// Why a file could not be converted.
#[derive(Debug, Error)]
pub enum ConvertError {
    /// `ogr2ogr` could not be started.
    #[error("không chạy được ogr2ogr (gói gdal-bin) / cannot run ogr2ogr (package gdal-bin): {0}")]
    Missing(std::io::Error),
    /// `ogr2ogr` failed.
    #[error("{path}: ogr2ogr: {message}")]
    Failed {
        /// The file that was to be written.
        path: PathBuf,
        /// What it said.
        message: String,
    },
    /// The disk refused.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The day every written file says it was made on.
const DAY: &str = "2025-07-01";

/// Projection arithmetic from EPSG:9214 to longitude and latitude in radians.
const FROM_9214: &str = "+proj=pipeline +step +inv +proj=tmerc +lat_0=0 +lon_0=107 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84";

/// The PROJ pipeline from EPSG:9214 to a grid; `None` where nothing is to be done.
///
/// To WGS 84 by EPSG:6960, in the way that an importer coming back undoes: it takes the point at height 0 of
/// WGS 84, which in this province lies 24.06 m above the ellipsoid of VN-2000. Starting from height 0 of
/// VN-2000 instead would end 0.8 mm beside.
pub fn pipeline(grid: Grid) -> Option<String> {
    match grid {
        Grid::Tm10700 => None,
        Grid::Tm10530 => Some(format!(
            "{FROM_9214} +step +proj=tmerc +lat_0=0 +lon_0=105.5 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84"
        )),
        Grid::Wgs84 => Some(format!(
            "{FROM_9214} +step +proj=affine +zoff=24.058 +step +proj=cart +ellps=WGS84 +step +proj=helmert \
             +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 \
             +s=0.252906278 +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 \
             +step +proj=unitconvert +xy_in=rad +xy_out=deg"
        )),
    }
}

/// Converts the FlatGeobuf file `from` to `to`. `only` is an OGR attribute filter. For shapefiles the text in
/// `from` must be TCVN3 read as Latin-1 already.
pub fn convert(
    from: &Path,
    to: &Path,
    format: Format,
    only: Option<&str>,
) -> Result<(), ConvertError> {
    let refused = |path: &Path, source| ConvertError::File {
        path: path.to_owned(),
        source,
    };
    if to.exists() {
        std::fs::remove_file(to).map_err(|e| refused(to, e))?;
    }
    let layer = to
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut command = Command::new("ogr2ogr");
    command
        .env("OGR_CURRENT_DATE", format!("{DAY}T00:00:00.000Z"))
        .env("GDAL_NUM_THREADS", "1")
        .env("SHAPE_REWIND_ON_WRITE", "NO")
        .args(["--config", "OGR_SQLITE_PRAGMA", "page_size=4096"])
        .args(["-nln", &layer]);
    match format {
        Format::GeoPackage => {
            command.args([
                "-f",
                "GPKG",
                "-lco",
                "GEOMETRY_NAME=geom",
                "-lco",
                "FID=id",
                "-lco",
            ]);
            command.arg(format!("DESCRIPTION={}", super::fgb::LABEL));
        }
        Format::GeoJson => {
            command.args([
                "-f",
                "GeoJSON",
                "-lco",
                "COORDINATE_PRECISION=10",
                "-lco",
                "RFC7946=NO",
                "-lco",
            ]);
            command.arg(format!("DESCRIPTION={}", super::fgb::LABEL));
        }
        Format::Shapefile => {
            command.args([
                "-f",
                "ESRI Shapefile",
                "-lco",
                "ENCODING=ISO-8859-1",
                "-lco",
            ]);
            command.arg(format!("DBF_DATE_LAST_UPDATE={DAY}"));
        }
    }
    match format.grid() {
        Grid::Tm10700 => command.args(["-a_srs", "EPSG:9214"]),
        Grid::Tm10530 => command.args(["-s_srs", "EPSG:9214", "-t_srs", "EPSG:9209"]),
        Grid::Wgs84 => command.args(["-s_srs", "EPSG:9214", "-t_srs", "OGC:CRS84"]),
    };
    if let Some(pipeline) = pipeline(format.grid()) {
        command.args(["-ct", &pipeline]);
    }
    if let Some(filter) = only {
        command.args(["-where", filter]);
    }
    let output = command
        .arg(to)
        .arg(from)
        .output()
        .map_err(ConvertError::Missing)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ConvertError::Failed {
            path: to.to_owned(),
            message,
        });
    }
    if format == Format::Shapefile {
        // Offices of the time wrote none; nothing in the files says which code the text is in.
        let cpg = to.with_extension("cpg");
        if cpg.exists() {
            std::fs::remove_file(&cpg).map_err(|e| refused(&cpg, e))?;
        }
    }
    Ok(())
}
