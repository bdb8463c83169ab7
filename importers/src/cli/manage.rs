//! What is asked about datasets that are there.

use clap::Args;

use super::HomeArguments;
use super::parse::{dataset, theme_or_dataset};

/// `list`.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Chỉ chuyên đề này · this theme only
    #[arg(long)]
    pub theme: Option<String>,
    /// Trả lời bằng JSON · answers in JSON
    #[arg(long)]
    pub json: bool,
    /// Where.
    #[command(flatten)]
    pub home: HomeArguments,
}

/// `show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Bộ dữ liệu · the dataset
    #[arg(value_name = "THEME/DATASET", value_parser = dataset)]
    pub dataset: (String, String),
    /// Bản cần xem, mặc định bản hiện hành · the revision, by default the one in force
    #[arg(value_name = "REVISION")]
    pub revision: Option<String>,
    /// Trả lời bằng JSON · answers in JSON
    #[arg(long)]
    pub json: bool,
    /// Where.
    #[command(flatten)]
    pub home: HomeArguments,
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Chuyên đề hoặc một bộ dữ liệu của nó · a theme, or one dataset of it
    #[arg(value_name = "THEME[/DATASET]", value_parser = theme_or_dataset)]
    pub checked: (String, Option<String>),
    /// Mã thoát 2 nếu còn lỗi phải sửa · exit code 2 where something is to be corrected
    #[arg(long)]
    pub strict: bool,
    /// Trả lời bằng JSON · answers in JSON
    #[arg(long)]
    pub json: bool,
    /// Where.
    #[command(flatten)]
    pub home: HomeArguments,
}

/// `rollback`.
#[derive(Debug, Args)]
pub struct RollbackArguments {
    /// Bộ dữ liệu · the dataset
    #[arg(value_name = "THEME/DATASET", value_parser = dataset)]
    pub dataset: (String, String),
    /// Bản cần đưa trở lại, mặc định bản ngay trước · the revision to bring back, by default the one before
    #[arg(long, value_name = "REVISION")]
    pub to: Option<String>,
    /// Lùi cả khi đã có người sửa; bản đã sửa vào lịch sử · goes over rows people edited; those go to the history
    #[arg(long, requires = "database")]
    pub over_edits: bool,
    /// Where.
    #[command(flatten)]
    pub home: HomeArguments,
}

/// `remove`.
#[derive(Debug, Args)]
pub struct RemoveArguments {
    /// Bộ dữ liệu · the dataset
    #[arg(value_name = "THEME/DATASET", value_parser = dataset)]
    pub dataset: (String, String),
    /// Không hỏi lại · does not ask
    #[arg(long)]
    pub yes: bool,
    /// Gỡ cả khi đã có người sửa; bản đã sửa vào lịch sử · goes over rows people edited; those go to the history
    #[arg(long, requires = "database")]
    pub over_edits: bool,
    /// Where.
    #[command(flatten)]
    pub home: HomeArguments,
}
