//! Answers written piece by piece.

use std::fs::File;
use std::io::Read;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc;

use crate::error::ApiError;

/// Bytes gathered before they are sent.
const PIECE: usize = 64 << 10;
/// Pieces that wait for a slow reader.
const AHEAD: usize = 4;

/// What is written piece by piece, as fast as it is read; a reader that goes away ends the work.
pub struct Out {
    pending: Vec<u8>,
    to: mpsc::Sender<Result<Bytes, std::io::Error>>,
}

impl Out {
    /// Adds bytes; an error is a reader that went away.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PIECE {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ApiError> {
        let piece = Bytes::from(std::mem::take(&mut self.pending));
        self.to.blocking_send(Ok(piece)).map_err(ApiError::internal)
    }
}

/// A body written on a thread of its own. Where the work fails the answer breaks off, so that nobody takes it for whole.
pub fn streamed(write: impl FnOnce(&mut Out) -> Result<(), ApiError> + Send + 'static) -> Body {
    let (to, from) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut out = Out {
            pending: Vec::new(),
            to,
        };
        let done = write(&mut out).and_then(|()| out.flush());
        if let Err(error) = done {
            // Nobody listens any more where this cannot be said either.
            let _ = out
                .to
                .blocking_send(Err(std::io::Error::other(error.to_string())));
        }
    });
    Body::from_stream(stream::unfold(from, |mut from| async move {
        from.recv().await.map(|piece| (piece, from))
    }))
}

/// A body that is what a file holds.
pub fn of_file(mut file: File) -> Body {
    streamed(move |out| {
        let mut piece = vec![0; PIECE];
        loop {
            let read = file.read(&mut piece).map_err(ApiError::internal)?;
            let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
                return Ok(());
            };
            out.push(bytes)?;
        }
    })
}
