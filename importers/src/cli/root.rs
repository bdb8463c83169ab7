//! The program's arguments as a whole: files to import, or a word that says what else to do.

use clap::{Parser, Subcommand};

use super::{
    CheckArguments, ImportArguments, ListArguments, RemoveArguments, RollbackArguments,
    ShowArguments,
};

/// Nhập dữ liệu không gian vào kho Diaba · imports spatial data into a Diaba store
///
/// Mỗi tệp thành một bộ dữ liệu; bản mới hiện ra trọn vẹn hoặc không hiện ra. Mã thoát: 0 đã làm hết, 1 sai cách
/// dùng, 2 có tệp bị từ chối (bộ dữ liệu của tệp đó không thay đổi).
///
/// Each file becomes a dataset; a new revision appears whole or not at all. Exit codes: 0 all done, 1 wrong usage,
/// 2 a file was refused (its dataset has not changed).
#[derive(Debug, Parser)]
#[command(
    name = "diaba-import",
    version,
    max_term_width = 110,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct Cli {
    /// What to do, where it is not an import.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to import, where nothing else is to be done.
    #[command(flatten)]
    pub import: ImportArguments,
}

/// What can be done besides importing.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Các bộ dữ liệu trong kho · the datasets of a store
    List(ListArguments),
    /// Một bộ dữ liệu: nguồn gốc, số lượng, báo cáo, các bản còn giữ · one dataset: where it came from, counts, report,
    /// revisions kept
    Show(ShowArguments),
    /// Kiểm tra lại hình học của dữ liệu đang có và ghi lại các lỗi · checks the geometry of what is there anew, and renews
    /// its findings
    Check(CheckArguments),
    /// Đưa một bản trước trở lại thành bản hiện hành · makes an earlier revision stand again
    Rollback(RollbackArguments),
    /// Gỡ một bộ dữ liệu khỏi lớp · takes a dataset out of its layer
    Remove(RemoveArguments),
}
