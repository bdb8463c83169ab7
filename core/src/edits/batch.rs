//! What a store says of rows changed since a moment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::feature::{FeatureId, NewFeature};
use crate::shard::Box2;

/// A row as the system of record has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its id.
    pub id: FeatureId,
    /// Its geometry in the working CRS, values and further source fields.
    pub feature: NewFeature,
    /// Since when it stands so (transaction time), where the home keeps that.
    pub since: Option<Timestamp>,
}

/// A row as it stood from [`Row::since`] until another took its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Superseded {
    /// Number of the row in the history, unique in its home.
    pub serial: u64,
    /// The row.
    pub row: Row,
    /// When it ceased to stand so; that instant no longer belongs to it.
    pub until: Timestamp,
}

/// What was done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// It is new.
    Insert,
    /// It has other values or another geometry.
    Update,
    /// It is gone.
    Delete,
}

/// One entry of the change log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number in the log: unique, and no order of commits.
    pub serial: u64,
    /// The row.
    pub id: FeatureId,
    /// What was done to it.
    pub operation: Operation,
    /// Where it was, in the working CRS.
    pub old: Option<Box2>,
    /// Where it is, in the working CRS.
    pub new: Option<Box2>,
}

/// A dataset at the moment a view has read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Theme.
    pub theme: String,
    /// Dataset.
    pub dataset: String,
    /// Revision the shard was packed of.
    pub revision: String,
    /// Which database, as [`crate::shard::Origin::epoch`] has it.
    pub epoch: String,
    /// The moment, as the store wrote it in [`crate::shard::Origin::moment`] or [`EditBatch::moment`].
    pub moment: String,
}

/// What became of a dataset's rows after a moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EditBatch {
    /// Theme.
    pub theme: String,
    /// Dataset.
    pub dataset: String,
    /// The moment all of it was read at; the next batch begins there.
    pub moment: String,
    /// Entries of the log committed after the moment asked for, by serial.
    pub entries: Vec<Entry>,
    /// The rows the entries name, as they are at [`EditBatch::moment`]; a row that is not here is gone.
    pub rows: Vec<Row>,
    /// Rows that took their place in the history after the moment asked for.
    pub superseded: Vec<Superseded>,
}
