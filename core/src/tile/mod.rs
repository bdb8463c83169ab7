//! Cutting vector tiles (Mapbox Vector Tile 2.1) out of the *as drawn* form: clip, simplify, snap, repair, encode; and
//! writing them as MapLibre Tiles.
//!
//! Pure functions over borrowed coordinates; nothing here reads a file. The way of a polygon through it:
//!
//! ```text
//! World --snap--> tile units --clip--> in the box --simplify--> no needless points
//!       --check--> valid? --repair (only the bad ones)--> valid --encode--> bytes
//! ```
//!
//! What lies wholly in the box and has a [`Stencil`] has gone this way already, with the same outcome; its bytes are
//! copied.
//!
//! **Why neighbours keep their shared edge.** Every step but the repair maps points without looking at the
//! feature they belong to: a vertex snaps to the tile grid by itself; an edge is cut by the box at a point
//! computed exactly and rounded half up, whichever way the edge runs; only repeated points and points lying
//! exactly on the line between their neighbours are dropped, which leaves the set of points of the outline as
//! it was. Two parcels that have the same edge in the shard have the same edge in the tile. Snapping comes
//! first because the tile grid is one global grid: neighbouring tiles, too, see the same vertices. A repair
//! bends an edge only where it crosses another edge of its own feature, by less than one tile unit.

mod arcs;
mod chains;
mod check;
mod clip;
mod contact;
mod decode;
mod drawn;
mod encode;
mod inscribed;
mod intern;
mod label;
mod layer;
mod mesh;
mod mlt;
mod pole;
mod repair;
mod rings;
mod shed;
mod simplify;
mod snap;
mod stencil;
#[cfg(test)]
mod tests;
pub mod validate;
mod value;
mod walk;
mod winding;

pub use check::{Fault, FaultKind};
pub use drawn::{Drawn, DrawnKind, Part, Ready};
pub use intern::{Dictionary, Tag};
pub use label::label_point;
pub use layer::{Added, Counts, LayerBuilder};
pub use mesh::Mesh;
pub use mlt::{MltError, mlt_from_mvt};
pub use shed::Shed;
pub use snap::TileSpec;
pub use stencil::{Stencil, StencilCutter};
pub(crate) use value::append_value;
pub use value::{decode_number, encode_value};
