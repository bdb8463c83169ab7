//! What the operator says about a drawing, which a file of records would say itself.

use std::path::{Path, PathBuf};

use clap::Args;
use diaba_core::theme::Bilingual;

use super::plan_record;
use crate::error::ImportError;

/// Options of drawings (DGN, DXF).
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Bản vẽ · drawings")]
pub struct DrawingOptions {
    /// Bảng phân lớp của bản vẽ địa chính · the level profile of a cadastral drawing (tt25_2014, or a TOML file)
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Số tờ bản đồ của bản vẽ · the drawing's map sheet
    #[arg(long, value_name = "NUMBER")]
    pub sheet: Option<String>,
    /// Bảng thuộc tính nối theo tờ và thửa (DBF, CSV, XLSX) · attributes joined by sheet and parcel
    #[arg(long, value_name = "FILE")]
    pub side_table: Option<PathBuf>,
    /// Bảng ánh xạ lớp của bản vẽ quy hoạch · what the layers of a planning drawing stand for, in a TOML file
    #[arg(long, value_name = "FILE")]
    pub layers: Option<PathBuf>,
    /// Hồ sơ quy hoạch: tên, cấp, quyết định, ngày, tỷ lệ, trạng thái… · a value of the plan's record (also in
    /// `<file>.plan.toml`)
    #[arg(long, value_name = "KEY=VALUE")]
    pub plan: Vec<String>,
    /// What was found out about the file before it is opened, for its report.
    #[arg(skip)]
    pub notes: Vec<Bilingual>,
    /// The styles folder whose profiles stand before the built-in ones.
    #[arg(skip)]
    pub overlay: Option<PathBuf>,
}

impl DrawingOptions {
    /// Whether they can go with `files` files.
    ///
    /// # Errors
    /// [`ImportError::Usage`] where several drawings would all be the one sheet.
    pub fn check(&self, files: usize) -> Result<(), ImportError> {
        if self.sheet.is_some() && files > 1 {
            return Err(ImportError::Usage {
                vi: "--sheet chỉ dùng với một tệp.".to_owned(),
                en: "--sheet goes with one file only.".to_owned(),
            });
        }
        Ok(())
    }

    /// Files that are read besides the drawing `file`.
    pub fn files(&self, file: &Path) -> Vec<PathBuf> {
        self.side_table
            .iter()
            .chain(&self.layers)
            .cloned()
            .chain(plan_record::file_beside(file))
            .collect()
    }
}
