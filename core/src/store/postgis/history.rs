//! Packing what stood before: each time a dataset is packed, the rows that took their place in the history since the
//! last time become one more shard beside it, `<dataset>/history/<number>/`, each row with its period. What a time past
//! asks for is then answered without the database.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::rows::read_history;
use super::sql::literal;
use crate::edits::Row;
use crate::shard::{Manifest, Origin, RowWriter, Shard, ShardError};
use crate::store::staging::Staging;
use crate::store::{ShardRef, StoreError};
use crate::theme::Theme;

/// The folder within a dataset's.
const HISTORY: &str = "history";
/// From this many shards on they are packed into one.
const MANY: usize = 32;

/// The history of a dataset as it lies packed.
#[derive(Debug, Default)]
pub(super) struct History {
    pub shards: Vec<Arc<Shard>>,
    /// Up to which moment the rows are in them.
    moment: Option<String>,
}

impl History {
    /// Opens what lies packed beside the shard.
    ///
    /// # Errors
    /// [`ShardError`] where one of them cannot be read, or was packed under another theme file.
    pub fn open(shard: &ShardRef, theme: &Arc<Theme>) -> Result<Self, ShardError> {
        let mut history = Self::default();
        for folder in folders(&shard.folder.join(HISTORY)) {
            let open = Shard::open(&folder, theme)?;
            let origin = open.manifest().origin.as_ref();
            history.moment = origin.map(|origin| origin.moment.clone());
            history.shards.push(Arc::new(open));
        }
        Ok(history)
    }

    /// As [`History::open`]; what cannot be read is packed anew from the database, and so are many as one.
    pub fn to_go_on_with(shard: &ShardRef, theme: &Arc<Theme>) -> Self {
        match Self::open(shard, theme) {
            Ok(history) if history.shards.len() < MANY => history,
            Ok(_) => Self::default(),
            Err(error) => {
                let dataset = &shard.dataset;
                tracing::info!(theme = theme.id, dataset, %error, "packing the history again");
                Self::default()
            }
        }
    }

    /// Gives `writer` the rows of the dataset that `now` sees in the history and this does not hold.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(
        &self,
        connection: &mut PgConnection,
        shard: &ShardRef,
        theme: &Theme,
        now: &str,
        writer: &mut RowWriter,
    ) -> Result<(), StoreError> {
        let seen = |moment: &str| {
            let moment = literal(moment);
            format!("pg_visible_in_snapshot(h.xid, {moment}::pg_snapshot)")
        };
        let mut condition = format!("h.dataset = {} AND {}", literal(&shard.dataset), seen(now));
        if let Some(before) = &self.moment {
            condition = format!("{condition} AND NOT {}", seen(before));
        }
        read_history(connection, theme, &condition, |_, gone| {
            push(writer, theme, &gone.row, Some(gone.until))
        })
        .await
    }

    /// Puts the rows beside what there is, and gives all of it. Where this holds nothing, what lies there is nobody's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn add(
        self,
        shard: &ShardRef,
        theme: &Arc<Theme>,
        writer: RowWriter,
        origin: Origin,
    ) -> Result<Vec<Arc<Shard>>, StoreError> {
        let home = shard.folder.join(HISTORY);
        if self.shards.is_empty() {
            for left in folders(&home) {
                fs::remove_dir_all(&left).map_err(|e| StoreError::io(&left, e))?;
            }
        }
        let mut shards = self.shards;
        if !writer.is_empty() {
            let staging = Staging::beside(home, theme, &shard.dataset)?;
            let folder = staging.seal_history(writer, origin)?;
            shards.push(Arc::new(Shard::open(&folder, theme)?));
        }
        Ok(shards)
    }
}

/// Gives a row to the writer; one that cannot be shown is left out, as it is where it lies among the edits.
///
/// # Errors
/// [`StoreError`] where the file cannot be written.
pub(super) fn push(
    writer: &mut RowWriter,
    theme: &Theme,
    row: &Row,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    match writer.push(row, until) {
        Err(ShardError::Record { reason, .. }) => {
            let feature = row.id.get();
            tracing::warn!(theme = theme.id, feature, reason, "a row is not shown");
            Ok(())
        }
        pushed => Ok(pushed?),
    }
}

/// The sealed shards in a folder, in the order they were packed.
fn folders(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join(crate::shard::MANIFEST).is_file() && is_sealed(path))
        .collect();
    folders.sort();
    folders
}

fn is_sealed(folder: &Path) -> bool {
    let hidden = folder
        .file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'));
    !hidden && Manifest::read(folder).is_ok()
}
