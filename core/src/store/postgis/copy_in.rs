//! The records of a `surveyed.fgb` into a table, by binary COPY, in the file's order.

use std::path::Path;

use rayon::prelude::*;
use sqlx::PgConnection;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::copy::Writer;
use super::sql::failed;
use super::write;
use crate::feature::{FeatureId, NewFeature};
use crate::shard::{ShardError, Surveyed};
use crate::store::StoreError;
use crate::theme::Theme;

/// Records one thread makes the bytes of at a time.
const RUN: usize = 1024;
/// Runs made while another is being sent.
const AHEAD: usize = 8;

/// Copies every record of the file at `path` into `table`; how many there were.
pub(super) async fn copy_in(
    connection: &mut PgConnection,
    table: &str,
    path: &Path,
    theme: &Theme,
    dataset: &str,
) -> Result<u64, StoreError> {
    let surveyed = Surveyed::open(path, theme)?;
    let offsets = surveyed.offsets(path)?;
    let statement = format!(
        "COPY {table} ({}) FROM STDIN (FORMAT binary)",
        write::columns(theme)
    );
    let source = Source {
        surveyed: &surveyed,
        offsets: &offsets,
        theme,
        dataset,
    };
    let (sender, receiver) = channel(AHEAD);
    // Making bytes is work for a thread of its own; the scope's end waits for it, and it ends when nobody receives.
    std::thread::scope(|scope| {
        let made = scope.spawn(move || source.make(&sender));
        let sent = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(send(connection, &statement, receiver))
        });
        let made = match made.join() {
            Ok(made) => made,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        made.and(sent)
    })
}

async fn send(
    connection: &mut PgConnection,
    statement: &str,
    mut pieces: Receiver<Vec<u8>>,
) -> Result<u64, StoreError> {
    let mut copy = connection.copy_in_raw(statement).await.map_err(failed)?;
    while let Some(piece) = pieces.recv().await {
        copy.send(piece).await.map_err(failed)?;
    }
    copy.finish().await.map_err(failed)
}

struct Source<'a> {
    surveyed: &'a Surveyed,
    offsets: &'a [u64],
    theme: &'a Theme,
    dataset: &'a str,
}

impl Source<'_> {
    fn make(&self, to: &Sender<Vec<u8>>) -> Result<u64, StoreError> {
        let mut edge = Writer::default();
        edge.header();
        if to.blocking_send(edge.take()).is_err() {
            return Ok(0);
        }
        let count = self.offsets.len().saturating_sub(1);
        let threads = rayon::current_num_threads().max(1);
        for first in (0..count).step_by(RUN * threads) {
            let runs: Vec<Vec<u8>> = (0..threads)
                .into_par_iter()
                .map(|i| {
                    let from = (first + i * RUN).min(count);
                    self.run(from..(from + RUN).min(count))
                })
                .collect::<Result<_, _>>()?;
            for run in runs {
                if to.blocking_send(run).is_err() {
                    return Ok(0);
                }
            }
        }
        edge.trailer();
        // Where nobody receives any more, the sending side says why.
        let _nobody_receives = to.blocking_send(edge.take());
        Ok(count as u64)
    }

    fn run(&self, records: std::ops::Range<usize>) -> Result<Vec<u8>, StoreError> {
        let mut out = Writer::default();
        for record in records {
            let refuse = |reason: String| ShardError::Record {
                record: record as u64,
                reason,
            };
            let (Some(&from), Some(&to)) = (self.offsets.get(record), self.offsets.get(record + 1))
            else {
                break;
            };
            let found = self.surveyed.feature(from as usize..to as usize)?;
            let id = found.id().and_then(FeatureId::new);
            let id = id.ok_or_else(|| refuse("it has no id".to_owned()))?;
            let feature = NewFeature {
                geometry: found.geometry()?,
                values: found.values(),
                extra: found.extra(),
            };
            write::put_row(&mut out, self.theme, self.dataset, id, &feature).map_err(refuse)?;
        }
        Ok(out.take())
    }
}
