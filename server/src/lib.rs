//! Serves features, tiles, look-ups and the portal over HTTP.
//!
//! `router` is the table of contents: it names a function for every address, and the function's path is its file's.
//! A request passes `edge`, its extractors (`extract`), one endpoint, and comes back as one of `response`; whatever
//! goes wrong becomes a problem document in `error`.

pub mod app;
pub mod archives;
pub mod changes;
pub mod client;
pub mod code_lists;
pub mod config;
pub mod edge;
pub mod editing;
pub mod error;
pub mod export;
pub mod extract;
pub mod features;
pub mod follow;
pub mod front;
mod geopackage;
pub mod growing;
pub mod health;
pub mod identify;
pub mod levels;
pub mod lookup_cache;
pub mod metrics;
pub mod openapi;
pub mod overlays;
pub mod pack;
pub mod parcel_extract;
pub mod parcels;
pub mod past;
pub mod plans;
pub mod portal;
pub mod prometheus;
pub mod readings;
pub mod refresh;
pub mod response;
pub mod router;
pub mod search;
pub mod serve;
pub mod stats;
pub mod styles;
pub mod themes;
pub mod tiles;
pub mod work;
