//! The command line: what is asked, checked before any file is opened.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, ValueEnum};
use diaba_core::crs::Crs;
use diaba_core::theme::Catalogue;

use crate::attributes;
use crate::decode::Encoding;
use crate::error::ImportError;
use crate::job::{Home, Job};
use crate::place::Place;

/// Nhập dữ liệu không gian vào kho Diaba · imports spatial data into a Diaba store
///
/// Mỗi tệp thành một bộ dữ liệu; bản mới hiện ra trọn vẹn hoặc không hiện ra. Mã thoát: 0 đã nhập hết, 1 sai cách
/// dùng, 2 có tệp bị từ chối (bộ dữ liệu của tệp đó không thay đổi).
///
/// Each file becomes a dataset; a new revision appears whole or not at all. Exit codes: 0 all imported, 1 wrong usage,
/// 2 a file was refused (its dataset has not changed).
#[derive(Debug, Parser)]
#[command(name = "diaba-import", version, max_term_width = 110)]
pub struct Cli {
    /// Tệp SHP, TAB, MIF, GPKG, GDB, SQLite, GeoJSON, FGB, GML, KML, KMZ, CSV, XLSX, DGN, DXF, thư mục hoặc tệp ZIP · files,
    /// folders and ZIP archives
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Chuyên đề · the theme (land_parcels, admin_units, …)
    #[arg(long)]
    pub theme: String,
    /// Thư mục kho dữ liệu · the data directory
    #[arg(
        long,
        value_name = "DIR",
        required_unless_present = "database",
        conflicts_with = "database"
    )]
    pub data: Option<PathBuf>,
    /// Cơ sở dữ liệu PostGIS, thay cho --data · a PostGIS database instead (postgres://user@host/name; the password
    /// from PGPASSWORD or ~/.pgpass)
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Nhập đè cả những thửa đã được sửa trên PostGIS; bản đã sửa vào lịch sử · imports over rows people edited; those
    /// go to the history
    #[arg(long, requires = "database")]
    pub over_edits: bool,
    /// Tên bộ dữ liệu, mặc định theo tên tệp · the dataset, by default the file's name
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
    /// Hệ tọa độ của tệp, thay cho điều tệp ghi · the file's coordinate system, overriding what it says (EPSG:9214)
    #[arg(long, value_name = "EPSG:N")]
    pub source_crs: Option<String>,
    /// Bảng mã của chữ · encoding of the text
    #[arg(long, value_enum, default_value_t = EncodingArgument::Auto)]
    pub encoding: EncodingArgument,
    /// Nơi ghi báo cáo JSON, mặc định cạnh bản dữ liệu · where the JSON report goes, by default beside the revision
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Làm mọi bước nhưng không ghi · does everything and writes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Thư mục chuyên đề bổ sung · a folder of further themes
    #[arg(long, value_name = "DIR")]
    pub styles: Option<PathBuf>,
    /// Lớp cần đọc nếu tệp có nhiều lớp · the layer to read where a file has several
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
    /// Cột này là trường kia · this column is that field
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    pub assignments: Vec<String>,
    /// Phiên bản danh mục mã của tệp · version of a code list the file was written in (admin_units=2023)
    #[arg(long = "code-version", value_name = "LIST=VERSION")]
    pub versions: Vec<String>,
    /// Tệp trao đổi của CSDL đất đai (XML hoặc JSON, DC_ThuaDat), ghép với thửa theo xã, tờ, thửa · exchange files of
    /// the land database, joined to parcels by commune, sheet and number
    #[arg(long, value_name = "FILE")]
    pub attributes: Vec<PathBuf>,
    /// Nhận cả dữ liệu nằm ngoài địa bàn tỉnh · takes data that lie outside the province
    #[arg(long)]
    pub force_area: bool,
}

/// The encodings an operator can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EncodingArgument {
    /// Detected column by column.
    Auto,
    /// Unicode.
    #[value(name = "utf-8")]
    Utf8,
    /// TCVN3 (ABC).
    Tcvn3,
    /// VNI-Windows.
    Vni,
    /// Windows-1258.
    Cp1258,
}

impl EncodingArgument {
    const fn encoding(self) -> Option<Encoding> {
        match self {
            Self::Auto => None,
            Self::Utf8 => Some(Encoding::Unicode),
            Self::Tcvn3 => Some(Encoding::Tcvn3),
            Self::Vni => Some(Encoding::Vni),
            Self::Cp1258 => Some(Encoding::Cp1258),
        }
    }
}

impl Cli {
    /// What is asked for every file; the file and its dataset are for the inputs to say.
    ///
    /// # Errors
    /// [`ImportError::Usage`] where they cannot be; [`ImportError::Transform`] where the grid named is one the
    /// register refuses.
    pub fn pattern(&self) -> Result<Job, ImportError> {
        let own = self.data.as_ref().map(|data| data.join("styles"));
        let overlay = self
            .styles
            .clone()
            .or_else(|| own.filter(|own| own.is_dir()));
        let home = match (&self.data, &self.database) {
            (Some(data), _) => Home::Directory(data.clone()),
            (None, Some(url)) => Home::Database(url.clone()),
            (None, None) => {
                return Err(usage(
                    "Thiếu --data hoặc --database.".to_owned(),
                    "Neither --data nor --database is given.".to_owned(),
                ));
            }
        };
        let catalogue = Arc::new(
            Catalogue::load(overlay.as_deref()).map_err(|e| usage(e.to_string(), e.to_string()))?,
        );
        let Some(theme) = catalogue.theme(&self.theme).map(Arc::clone) else {
            let known = catalogue
                .themes()
                .map(|t| t.id.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            return Err(usage(
                format!(
                    "Không có chuyên đề “{}”; các chuyên đề: {known}.",
                    self.theme
                ),
                format!("There is no theme “{}”; the themes: {known}.", self.theme),
            ));
        };
        let source_crs = self.source_crs.as_deref().map(parse_crs).transpose()?;
        let place = Place::load(overlay.as_deref())?;
        let assignments = pairs("--map", &self.assignments)?;
        let versions = pairs("--code-version", &self.versions)?;
        let attributes = if self.attributes.is_empty() {
            None
        } else {
            Some(Arc::new(attributes::load(
                &self.attributes,
                &theme,
                &versions,
            )?))
        };
        Ok(Job {
            attributes,
            file: PathBuf::new(),
            name: String::new(),
            found: false,
            dataset: String::new(),
            theme,
            catalogue,
            home,
            over_edits: self.over_edits,
            source_crs,
            encoding: self.encoding.encoding(),
            layer: self.layer.clone(),
            assignments,
            versions,
            place,
            force_area: self.force_area,
            dry_run: self.dry_run,
        })
    }
}

fn usage(vi: String, en: String) -> ImportError {
    ImportError::Usage { vi, en }
}

fn parse_crs(text: &str) -> Result<Crs, ImportError> {
    let digits = text
        .trim()
        .split_once(':')
        .map_or(Some(text.trim()), |(authority, code)| {
            authority.eq_ignore_ascii_case("epsg").then_some(code)
        });
    match digits.and_then(|code| code.parse::<u32>().ok()) {
        Some(code) => Ok(Crs::from_epsg(code)?),
        None => Err(usage(
            format!("--source-crs {text}: hãy viết EPSG:N, ví dụ EPSG:9214."),
            format!("--source-crs {text}: write EPSG:N, for example EPSG:9214."),
        )),
    }
}

fn pairs(option: &str, texts: &[String]) -> Result<Vec<(String, String)>, ImportError> {
    texts
        .iter()
        .map(|text| match text.split_once('=') {
            Some((left, right)) if !left.is_empty() && !right.is_empty() => {
                Ok((left.to_owned(), right.to_owned()))
            }
            _ => Err(usage(
                format!("{option} {text}: hãy viết hai vế với dấu =."),
                format!("{option} {text}: write two sides with = between them."),
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grids_are_named_by_their_code() {
        for text in ["EPSG:9214", "epsg:9214", "9214", " EPSG:9214 "] {
            assert_eq!(parse_crs(text).map(Crs::epsg).ok(), Some(9214), "{text}");
        }
        assert_eq!(
            parse_crs("somewhere").map_err(|e| e.exit_code()).err(),
            Some(1)
        );
        assert_eq!(
            parse_crs("EPSG:6956").map_err(|e| e.exit_code()).err(),
            Some(2)
        );
        assert_eq!(
            parse_crs("ESRI:102100").map_err(|e| e.exit_code()).err(),
            Some(1)
        );
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    proptest! {
        #[test]
        fn no_argument_panics(text in any::<String>()) {
            let _ = parse_crs(&text);
            let _ = pairs("--map", &[text]);
        }
    }
}
