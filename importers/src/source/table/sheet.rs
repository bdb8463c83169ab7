//! Worksheets of an Excel workbook, which GDAL reads.

use std::path::{Path, PathBuf};

use gdal::vector::{LayerAccess, OwnedLayer};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::rows::Rows;
use crate::error::ImportError;
use crate::source::archive::{self, Limits};
use crate::source::{characters, ogr, quiet};

/// What a workbook may become in memory, where GDAL holds it.
const WORKBOOK: Limits = Limits {
    entries: 5_000,
    bytes: 1 << 30,
    ratio: 250,
    small: 32 << 20,
    nesting: 0,
};

/// Worksheets looked at.
const MOST_SHEETS: usize = 64;

/// One worksheet.
pub struct SheetRows {
    path: PathBuf,
    layer: OwnedLayer,
    count: u64,
    read: u64,
}

impl Rows for SheetRows {
    fn rewind(&mut self) -> Result<(), ImportError> {
        self.read = 0;
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, ImportError> {
        if self.read >= self.count {
            return Ok(None);
        }
        self.read += 1;
        // Rows are numbered from 1, blank ones with the others.
        let Some(feature) = self.layer.feature(self.read) else {
            return Err(ImportError::Truncated {
                path: self.path.clone(),
                read: self.read - 1,
                expected: Some(self.count),
                reason: ogr::last_message().unwrap_or_default(),
            });
        };
        let cells = (0..feature.field_count()).map(|index| {
            if ogr::has_value(&feature, index) {
                characters(ogr::text(&feature, index).unwrap_or_default(), false)
            } else {
                String::new()
            }
        });
        Ok(Some((self.read, cells.collect())))
    }
}

/// The worksheets of the workbook at `path` with their names, in its order.
///
/// # Errors
/// [`ImportError::Archive`] where it is damaged or too large, [`ImportError::Read`] where GDAL cannot read it.
pub fn sheets(path: &Path) -> Result<Vec<(String, SheetRows)>, ImportError> {
    quiet();
    archive::check(path, WORKBOOK)?;
    let count = open(path)?.layer_count();
    (0..count.min(MOST_SHEETS))
        .map(|index| {
            let layer = open(path)?
                .into_layer(index)
                .map_err(|e| unreadable(path, &e.to_string()))?;
            let name = layer.name();
            let rows = SheetRows {
                path: path.to_owned(),
                count: layer.feature_count(),
                read: 0,
                layer,
            };
            Ok((name, rows))
        })
        .collect()
}

fn open(path: &Path) -> Result<Dataset, ImportError> {
    ogr::clear_error();
    Dataset::open_ex(
        path,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            allowed_drivers: Some(&["XLSX"]),
            open_options: None,
            sibling_files: None,
        },
    )
    .map_err(|error| {
        let reason = ogr::last_message().unwrap_or_else(|| error.to_string());
        unreadable(path, &reason)
    })
}

fn unreadable(path: &Path, reason: &str) -> ImportError {
    ImportError::Read {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
