//! What is asked of an import, and the jobs it becomes.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use clap::{Args, ValueEnum};
use diaba_core::store::KEPT_REVISIONS;

use super::HomeArguments;
use super::home::theme;
use super::parse::{pairs, parse_crs};
use crate::attributes;
use crate::decode::Encoding;
use crate::error::ImportError;
use crate::job::Job;
use crate::place::Place;
use crate::source::DrawingOptions;

/// Files and how to take them.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// Tệp SHP, TAB, MIF, GPKG, GDB, SQLite, GeoJSON, FGB, GML, KML, KMZ, CSV, XLSX, DGN, DXF, thư mục hoặc tệp ZIP · files,
    /// folders and ZIP archives
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Chuyên đề · the theme (land_parcels, admin_units, …)
    #[arg(long, required = true)]
    pub theme: Option<String>,
    /// Where the datasets go.
    #[command(flatten)]
    pub home: HomeArguments,
    /// Nhập đè cả những thửa đã được sửa trên PostGIS; bản đã sửa vào lịch sử · imports over rows people edited; those
    /// go to the history
    #[arg(long, requires = "database")]
    pub over_edits: bool,
    /// Tên bộ dữ liệu, mặc định theo tên tệp; nhiều tệp thì mỗi tệp là TÊN-<tên tệp>, gói quy hoạch thì là TÊN · the
    /// dataset, by default the file's name; of several files each becomes NAME-<its name>, a planning package NAME
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
    /// Nơi ghi các bản ghi bị loại (GeoPackage), mặc định cạnh báo cáo · where rejected records go, by default beside
    /// the report
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Từ chối nếu giữa các đối tượng có lỗi phải sửa (chồng lấn, khoảng hở…) · refuses where features contradict each
    /// other (overlaps, gaps, …)
    #[arg(long)]
    pub strict: bool,
    /// Làm mọi bước nhưng không ghi · does everything and writes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Số bản giữ lại trong kho, kể cả bản mới · revisions kept in a data directory, the new one among them
    #[arg(long, value_name = "N", default_value_t = KEPT_REVISIONS as u32, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub keep: u32,
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
    /// Mã xã của mọi bản ghi, để kiểm tra và chọn hệ tọa độ · the commune all records lie in, to check and choose the
    /// coordinate system by
    #[arg(long, value_name = "CODE")]
    pub commune: Option<String>,
    /// Nhận cả dữ liệu nằm ngoài địa bàn tỉnh · takes data that lie outside the province
    #[arg(long)]
    pub force_area: bool,
    /// About drawings.
    #[command(flatten)]
    pub drawing: DrawingOptions,
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

impl ImportArguments {
    /// The theme the records become; nothing where another command is asked for.
    pub fn theme(&self) -> &str {
        self.theme.as_deref().unwrap_or_default()
    }

    /// What is asked for every file; the file and its dataset are for the inputs to say.
    ///
    /// # Errors
    /// [`ImportError::Usage`] where it cannot be; [`ImportError::Transform`] where the grid named is one the register
    /// refuses.
    pub fn pattern(&self) -> Result<Job, ImportError> {
        let home = self.home.home()?;
        let catalogue = self.home.catalogue()?;
        let theme = Arc::clone(theme(&catalogue, self.theme())?);
        let versions = pairs("--code-version", &self.versions)?;
        let attributes = if self.attributes.is_empty() {
            None
        } else {
            let loaded = attributes::load(&self.attributes, &theme, &versions)?;
            Some(Arc::new(loaded))
        };
        Ok(Job {
            attributes,
            file: PathBuf::new(),
            name: String::new(),
            found: false,
            archives: Vec::new(),
            dataset: String::new(),
            theme,
            catalogue,
            home,
            keep: self.keep as usize,
            over_edits: self.over_edits,
            source_crs: self.source_crs.as_deref().map(parse_crs).transpose()?,
            encoding: self.encoding.encoding(),
            layer: self.layer.clone(),
            assignments: pairs("--map", &self.assignments)?,
            versions,
            place: Place::load(self.home.overlay().as_deref())?,
            commune: self.commune.clone(),
            communes: Arc::new(OnceLock::new()),
            report: self.report.clone(),
            rejects: self.rejects.clone(),
            force_area: self.force_area,
            strict: self.strict,
            dry_run: self.dry_run,
            drawing: DrawingOptions {
                overlay: self.home.overlay(),
                ..self.drawing.clone()
            },
        })
    }
}
