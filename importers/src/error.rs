//! Why an import was refused. Every message is Vietnamese first, English on the line after it.

use std::path::PathBuf;

use diaba_core::crs::CrsError;
use diaba_core::quality::{Checked, Severity};
use diaba_core::store::{EditedRow, StoreError};
use diaba_core::theme::Bilingual;
use thiserror::Error;

/// What keeps a file from being imported. Nothing has changed in the register when one of these is returned.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The command line asks for something that cannot be.
    #[error("{vi}\n{en}")]
    Usage {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// A file cannot be read.
    #[error(
        "Không đọc được {}: {reason}.\n{} cannot be read: {reason}.",
        path.display(),
        path.display()
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system or GDAL says.
        reason: String,
    },
    /// The format is known and not taken.
    #[error("{}: {vi}\n{}: {en}", path.display(), path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The file ends before it says it does.
    #[error(
        "{}: tệp bị cắt cụt hoặc hỏng: đọc được {read} bản ghi{}: {reason}.\n{}: the file is truncated or corrupted: {read} records could be read{}: {reason}.",
        path.display(), of(*expected, "trong số"), path.display(), of(*expected, "of")
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Records read.
        read: u64,
        /// Records the file says it has.
        expected: Option<u64>,
        /// What GDAL says.
        reason: String,
    },
    /// The file has several layers and none is named.
    #[error(
        "{}: tệp có nhiều lớp ({layers}); hãy chọn một lớp bằng --layer.\n{}: the file has several layers ({layers}); choose one with --layer.",
        path.display(), path.display()
    )]
    Layers {
        /// The file.
        path: PathBuf,
        /// Names of the layers.
        layers: String,
    },
    /// The file has no layer with geometry.
    #[error(
        "{}: không có hình học; bảng cần cột WKT hoặc hai cột x, y.\n{}: there is no geometry; a table needs a WKT column or columns x and y.",
        path.display(), path.display()
    )]
    NoGeometry {
        /// The file.
        path: PathBuf,
    },
    /// An archive is damaged, hostile or too large.
    #[error("{}: {vi}\n{}: {en}", path.display(), path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The coordinates' system is not known, or not certain.
    #[error("{vi}\n{en}")]
    Crs {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// A transformation cannot be made.
    #[error("Không chuyển được hệ tọa độ: {0}.\nThe coordinates cannot be carried over: {0}.")]
    Transform(#[from] CrsError),
    /// The data would land elsewhere.
    #[error("{vi}\n{en}")]
    Place {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The file holds nothing for the theme.
    #[error("{}: {vi}\n{}: {en}", path.display(), path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The store did not take the shard.
    #[error("Không ghi được dữ liệu: {0}.\nThe data could not be stored: {0}.")]
    Store(String),
    /// People edited rows since the last import.
    #[error(
        "{count} bản ghi của {dataset} đã được sửa từ lần nhập trước và sẽ mất khỏi bản đồ: {}. Dùng --over-edits để đưa chúng vào lịch sử, hoặc đưa các sửa đổi vào tệp trước.\n\
         {count} rows of {dataset} were edited since its last import and would be lost from the map: {}. Use --over-edits to put them into the history, or take the edits over into the file first.",
        edits(rows, *count), edits(rows, *count)
    )]
    Edited {
        /// The dataset.
        dataset: String,
        /// How many rows.
        count: usize,
        /// The first of them.
        rows: Vec<EditedRow>,
    },
    /// There is no such dataset or revision.
    #[error("{vi}\n{en}")]
    Unknown {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The checks between features found what a strict import does not take.
    #[error(
        "{dataset}: --strict: {errors} lỗi phải sửa giữa các đối tượng: {}. Báo cáo liệt kê từng lỗi.\n\
         {dataset}: --strict: {errors} errors between features are to be corrected: {}. The report lists them.",
        first(checked, |d| &d.vi), first(checked, |d| &d.en)
    )]
    Findings {
        /// The dataset.
        dataset: String,
        /// Findings of severity error.
        errors: u64,
        /// All of them.
        checked: Box<Checked>,
    },
    /// The report could not be written.
    #[error("Không ghi được báo cáo {}: {reason}.\nThe report {} could not be written: {reason}.", path.display(), path.display())]
    Report {
        /// The report.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

fn edits(rows: &[EditedRow], count: usize) -> String {
    let mut texts: Vec<String> = rows
        .iter()
        .map(|row| format!("{} ({}, {}, {})", row.id, row.operation, row.who, row.at))
        .collect();
    if count > rows.len() {
        texts.push("…".to_owned());
    }
    texts.join("; ")
}

/// The first few errors: whom they concern, and what it is.
fn first(checked: &Checked, text: impl Fn(&Bilingual) -> &String) -> String {
    const FIRST: usize = 5;
    let errors = || {
        checked
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Error)
    };
    let mut texts: Vec<String> = errors()
        .take(FIRST)
        .map(|f| format!("{} ({})", f.keys.join(", "), text(&f.detail)))
        .collect();
    if errors().nth(FIRST).is_some() {
        texts.push("…".to_owned());
    }
    texts.join("; ")
}

fn of(expected: Option<u64>, word: &str) -> String {
    expected.map_or_else(String::new, |n| format!(" {word} {n}"))
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        let en = format!("{error}.");
        match error {
            StoreError::Edited {
                dataset,
                count,
                rows,
                ..
            } => Self::Edited {
                dataset,
                count,
                rows,
            },
            StoreError::NoDataset { theme, dataset } => Self::Unknown {
                vi: format!("Không có bộ dữ liệu {theme}/{dataset}."),
                en: format!("There is no dataset {theme}/{dataset}."),
            },
            StoreError::NoRevision {
                theme,
                dataset,
                revision,
                kept,
            } => {
                let kept = if kept.is_empty() {
                    "–".to_owned()
                } else {
                    kept.join(", ")
                };
                Self::Unknown {
                    vi: format!(
                        "Không có bản {revision} của {theme}/{dataset} để đưa trở lại; các bản còn giữ: {kept}."
                    ),
                    en,
                }
            }
            StoreError::Findings {
                dataset, checked, ..
            } => Self::Findings {
                dataset,
                errors: checked.of(Severity::Error),
                checked,
            },
            other => Self::Store(other.to_string()),
        }
    }
}

impl ImportError {
    /// The same about the file people know as `name`: where it lies for this process is a temporary folder.
    #[must_use]
    pub fn about(mut self, name: &str) -> Self {
        match &mut self {
            Self::Read { path, .. }
            | Self::Format { path, .. }
            | Self::Truncated { path, .. }
            | Self::Layers { path, .. }
            | Self::NoGeometry { path }
            | Self::Archive { path, .. }
            | Self::Nothing { path, .. } => *path = PathBuf::from(name),
            Self::Usage { .. }
            | Self::Crs { .. }
            | Self::Transform(_)
            | Self::Place { .. }
            | Self::Store(_)
            | Self::Edited { .. }
            | Self::Unknown { .. }
            | Self::Findings { .. }
            | Self::Report { .. } => {}
        }
        self
    }

    /// The message in both languages.
    pub fn bilingual(&self) -> Bilingual {
        let text = self.to_string();
        match text.split_once('\n') {
            Some((vi, en)) => Bilingual {
                vi: vi.to_owned(),
                en: en.to_owned(),
            },
            None => Bilingual {
                vi: text.clone(),
                en: text,
            },
        }
    }

    /// The process's exit code: 1 for wrong usage, 2 where the import was refused.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 1,
            _ => 2,
        }
    }
}
