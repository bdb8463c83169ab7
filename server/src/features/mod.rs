//! OGC API Features, Part 1: landing page, conformance, collections and their items.

pub mod collection;
pub mod collections;
pub mod conformance;
pub mod geojson;
pub mod item;
pub mod items;
pub mod items_page;
pub mod items_query;
pub mod landing;
pub mod lineage;
pub mod link;
