//! Reads the files of every office and packs them into shards.
//!
//! The modules stand in the data's order: a source is read, its text decoded, its columns matched to a theme, its
//! geometry carried into the working CRS, repaired and checked, and sunk into a shard.

pub mod attributes;
pub mod cli;
pub mod communes;
pub mod inputs;
pub mod job;
pub mod locate;
pub mod manage;
pub mod run;

pub mod source;

pub mod decode;

pub mod place;
pub mod plan;
pub mod survey;

pub mod record;

pub mod pipeline;
pub mod sink;

pub mod error;
mod findings;
pub mod progress;
pub mod report;
