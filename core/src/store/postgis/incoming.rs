//! The rows of an import on their way into the database while its file is still being read, by binary COPY within the
//! import's transaction.
//!
//! Rows are sent by windows, each in Hilbert order: what is near in the plane is near in the table and its indexes,
//! and no more than a window waits.

use std::cell::RefCell;
use std::sync::Arc;

use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::PostgisStore;
use super::copy::Writer;
use super::sql::{failed, raw};
use super::write;
use crate::feature::{FeatureId, NewFeature};
use crate::shard::hilbert::Curve;
use crate::shard::ids::{IdAssigner, KeptId, business_key};
use crate::shard::{Box2, EncodedFeature, FeatureEncoder, GroundWriter, ShardError};
use crate::store::StoreError;
use crate::theme::Theme;

/// Most rows of a window.
const WINDOW: usize = 1 << 16;
/// Most bytes of a window.
const WINDOW_BYTES: usize = 64 << 20;
/// Bytes that are sent at a time.
const PIECE: usize = 1 << 19;
/// Pieces made while another is being sent.
const AHEAD: usize = 16;

/// Makes the bytes of rows of a dataset; shared by threads.
#[derive(Debug, Clone)]
pub struct RowEncoder {
    theme: Arc<Theme>,
    dataset: Arc<str>,
    /// Of what the checks between features ask for, where the theme has any.
    ground: Option<FeatureEncoder>,
}

/// The bytes of a row that has no id yet.
#[derive(Debug)]
pub struct EncodedRow {
    bytes: Vec<u8>,
    center: [f64; 2],
    key: String,
    ground: Option<EncodedFeature>,
}

thread_local! {
    /// Used again and again: a new one would grow with every value.
    static ROW: RefCell<Writer> = RefCell::default();
}

impl RowEncoder {
    /// For rows of `dataset` in the table of `theme`.
    pub fn new(theme: &Arc<Theme>, dataset: &str) -> Self {
        Self {
            theme: Arc::clone(theme),
            dataset: dataset.into(),
            ground: theme
                .topology
                .as_ref()
                .map(|_| FeatureEncoder::of_ground(theme)),
        }
    }

    /// The bytes of a row; `record` is what an error calls it.
    ///
    /// # Errors
    /// [`ShardError::Record`] where its geometry or a value cannot be kept.
    pub fn encode(&self, record: u64, feature: &NewFeature) -> Result<EncodedRow, ShardError> {
        let bytes = ROW.with_borrow_mut(|out| {
            out.clear();
            write::put_row(out, &self.theme, &self.dataset, FeatureId::MIN, feature)
                .map(|()| out.bytes().to_vec())
                .map_err(|reason| ShardError::Record { record, reason })
        })?;
        let bbox = Box2::of(&feature.geometry);
        let value = |i: &usize| feature.values.get(*i).and_then(Option::as_ref);
        let ground = self.ground.as_ref();
        Ok(EncodedRow {
            ground: ground.map(|g| g.encode(record, feature)).transpose()?,
            bytes,
            center: [
                f64::midpoint(bbox.min_x, bbox.max_x),
                f64::midpoint(bbox.min_y, bbox.max_y),
            ],
            key: business_key(self.theme.key.iter().map(value)),
        })
    }
}

/// Takes the records of a dataset, in the order of their file, gives them their ids and sends them.
pub struct DatabaseWriter {
    encoder: RowEncoder,
    ids: IdAssigner,
    /// Keeps here what is checked between the features, which is faster than asking the database for them again.
    ground: Option<GroundWriter>,
    window: Vec<Waiting>,
    /// Bytes in the window.
    waiting: usize,
    rows: u64,
    line: Line,
}

/// A row with its id.
struct Waiting {
    bytes: Vec<u8>,
    center: [f64; 2],
}

/// What was sent.
pub(super) struct Sent {
    /// Still within the import's transaction.
    pub connection: PgConnection,
    /// How many rows the database took.
    pub rows: u64,
    /// Which ids are to be kept.
    pub kept: Vec<KeptId>,
    /// The features to be checked, where the theme has checks between them.
    pub ground: Option<GroundWriter>,
}

impl DatabaseWriter {
    /// Sends into `table` over `connection`, which is within the import's transaction.
    pub(super) fn begin(
        store: &Arc<PostgisStore>,
        connection: PgConnection,
        table: &str,
        encoder: RowEncoder,
        ids: IdAssigner,
    ) -> Result<Self, StoreError> {
        let statement = format!(
            "COPY {table} ({}) FROM STDIN (FORMAT binary)",
            write::columns(&encoder.theme)
        );
        let (pieces, receiver) = channel(AHEAD);
        let copying = store.spawn(copy(connection, statement, receiver))?;
        let mut line = Line {
            store: Arc::clone(store),
            pieces: Some(pieces),
            copying: Some(copying),
        };
        let mut edge = Writer::default();
        edge.header();
        line.send(Piece::Rows(edge.take()))?;
        let ground = encoder.theme.topology.as_ref();
        let ground = ground.map(|_| GroundWriter::new(&encoder.theme, &encoder.dataset));
        Ok(Self {
            ground: ground.transpose()?,
            encoder,
            ids,
            window: Vec::new(),
            waiting: 0,
            rows: 0,
            line,
        })
    }

    /// Makes what [`DatabaseWriter::put`] takes.
    pub fn encoder(&self) -> &RowEncoder {
        &self.encoder
    }

    /// Adds a record and gives it its id.
    ///
    /// # Errors
    /// [`StoreError::Shard`] where its geometry or a value cannot be kept; [`StoreError::Database`].
    pub fn push(&mut self, feature: &NewFeature) -> Result<FeatureId, StoreError> {
        let mut row = self.encoder.encode(self.rows, feature)?;
        self.put(&mut row)
    }

    /// Adds a record an encoder of this dataset has made the bytes of, and gives it its id; nothing is left in it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn put(&mut self, row: &mut EncodedRow) -> Result<FeatureId, StoreError> {
        let id = self.ids.next(&row.key);
        let id = id.map_err(|e| StoreError::io(std::env::temp_dir(), e))?;
        if let (Some(ground), Some(feature)) = (&mut self.ground, &mut row.ground) {
            ground.put(id, feature)?;
        }
        let mut bytes = std::mem::take(&mut row.bytes);
        write::give_id(&mut bytes, id);
        self.waiting += bytes.len();
        self.window.push(Waiting {
            bytes,
            center: row.center,
        });
        self.rows += 1;
        if self.window.len() >= WINDOW || self.waiting >= WINDOW_BYTES {
            self.send_window()?;
        }
        Ok(id)
    }

    fn send_window(&mut self) -> Result<(), StoreError> {
        let mut window = std::mem::take(&mut self.window);
        self.waiting = 0;
        let mut extent = Box2::EMPTY;
        for row in &window {
            extent.extend(row.center[0], row.center[1]);
        }
        let curve = Curve::over(extent);
        window.sort_by_cached_key(|row| curve.at(row.center));
        let mut piece = Vec::with_capacity(PIECE + PIECE / 4);
        for row in window {
            piece.extend_from_slice(&row.bytes);
            if piece.len() >= PIECE {
                let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE + PIECE / 4));
                self.line.send(Piece::Rows(full))?;
            }
        }
        self.line.send(Piece::Rows(piece))
    }

    /// Sends what is left, and gives the connection back.
    pub(super) fn finish(mut self) -> Result<Sent, StoreError> {
        self.send_window()?;
        let mut edge = Writer::default();
        edge.trailer();
        self.line.send(Piece::Rows(edge.take()))?;
        self.line.send(Piece::End)?;
        let (connection, rows) = self.line.end()?;
        Ok(Sent {
            connection,
            rows,
            kept: self.ids.into_kept(),
            ground: self.ground,
        })
    }
}

enum Piece {
    Rows(Vec<u8>),
    /// There are no more; without it the rows are given up.
    End,
}

type Copied = Result<(PgConnection, u64), StoreError>;

/// The way to the task that sends. Dropped before its end, it waits until the transaction is rolled back, so that
/// whoever begins anew finds the dataset free.
struct Line {
    store: Arc<PostgisStore>,
    pieces: Option<Sender<Piece>>,
    copying: Option<JoinHandle<Copied>>,
}

impl Line {
    fn send(&mut self, piece: Piece) -> Result<(), StoreError> {
        let taken = self
            .pieces
            .as_ref()
            .is_some_and(|pieces| pieces.blocking_send(piece).is_ok());
        if taken {
            return Ok(());
        }
        // The task has ended before its time: it says why.
        self.end()?;
        Err(lost())
    }

    fn end(&mut self) -> Copied {
        self.pieces = None;
        let Some(copying) = self.copying.take() else {
            return Err(lost());
        };
        self.store.run(async { copying.await.map_err(|_| lost())? })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _given_up = self.end();
    }
}

fn lost() -> StoreError {
    StoreError::Database("the connection the rows were sent over is gone".to_owned())
}

async fn copy(
    mut connection: PgConnection,
    statement: String,
    mut pieces: Receiver<Piece>,
) -> Copied {
    match send(&mut connection, &statement, &mut pieces).await {
        Ok(Some(rows)) => Ok((connection, rows)),
        given_up => {
            let _best_effort = connection.execute(raw("ROLLBACK")).await;
            let _best_effort = connection.close().await;
            Err(given_up.err().unwrap_or_else(lost))
        }
    }
}

/// Sends the pieces; how many rows the database took, none where they were given up.
async fn send(
    connection: &mut PgConnection,
    statement: &str,
    pieces: &mut Receiver<Piece>,
) -> Result<Option<u64>, StoreError> {
    let mut copy = connection.copy_in_raw(statement).await.map_err(failed)?;
    loop {
        match pieces.recv().await {
            Some(Piece::Rows(bytes)) => {
                copy.send(bytes).await.map_err(failed)?;
            }
            Some(Piece::End) => return copy.finish().await.map(Some).map_err(failed),
            None => {
                copy.abort("given up").await.map_err(failed)?;
                return Ok(None);
            }
        }
    }
}
