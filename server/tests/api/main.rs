//! The HTTP interface in process: the real router over a small register packed by the test.
//!
//! [`register::Register`] packs data with the core's own staging and answers requests through the router, without a
//! socket. Answers that are promised to others are named snapshots.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests speak by panicking"
)]

mod ahead;
mod changes;
mod documents;
mod editing;
mod exchange;
mod extract;
mod features;
mod grids;
mod growing;
mod keys;
mod lookup;
mod memory;
mod noise;
mod overlay;
mod plans;
mod problems;
mod refresh;
mod register;
mod remaking;
mod search;
mod stats;
mod tiles;
mod time;
