//! The search box: what somebody typed, read as a parcel's key, as coordinates or as a name, and what it stands for.
//!
//! ```text
//! typed ─▶ coordinates  a place in the grid it lies in
//!       ─▶ parcel_key   parcels, through the key index, in both eras of commune codes
//!       ─▶ Pattern      units of the code list, and features by the words of their shards and edits
//! ```

mod coordinates;
mod engine;
mod era;
mod features;
mod landing;
mod parcel_key;
mod parcels;
mod units;

pub use coordinates::{Typed, read_coordinates};
pub use engine::{Answer, Hit, Question, Reading, Searcher, What};
pub use era::{Era, ParcelFields, ParcelLookup};
pub use features::name_of;
pub use landing::Landing;
pub use parcel_key::{Commune, ParcelKey, read_parcel_key};
