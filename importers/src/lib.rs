//! Reads the files of every office and packs them into shards.
//!
//! The modules stand in the data's order: what was named becomes jobs, a source is read, its text decoded, its
//! coordinates located, its columns matched to a theme and joined by attributes, its geometry carried into the working
//! CRS, repaired and checked, and sunk into a shard.

pub mod cli;
pub mod manage;
pub mod run;

pub mod inputs;
pub mod job;

pub mod source;

pub mod decode;

pub mod communes;
pub mod locate;
pub mod place;
pub mod plan;
mod sample;
pub mod survey;

pub mod attributes;
pub mod record;

mod counting;
pub mod pipeline;
pub mod sink;
pub mod take;

pub mod error;
mod findings;
pub mod progress;
pub mod report;
