//! Rows of text, wherever they come from.

use crate::error::ImportError;

/// A table that can be read from its first row any number of times.
pub trait Rows: Send {
    /// Goes back to the first row.
    ///
    /// # Errors
    /// [`ImportError::Read`] where the file is gone or not what it was.
    fn rewind(&mut self) -> Result<(), ImportError>;

    /// The next row: its number in the file, from 1, and its cells as they came; `None` after the last.
    ///
    /// # Errors
    /// [`ImportError::Truncated`] where the file ends in the midst of a row or cannot be read on.
    fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, ImportError>;
}

/// Whether nothing is in `row`.
pub fn is_blank(row: &[String]) -> bool {
    row.iter().all(|cell| blank(cell))
}

/// Whether nothing is in `cell`. Only plain blanks count: in bytes of TCVN3 some letters look like others.
pub fn blank(cell: &str) -> bool {
    cell.bytes().all(|b| b.is_ascii_whitespace())
}
