//! What a request says, read and checked: each extractor answers a wrong request with a problem that names the part.

mod accepts;
mod base_url;
mod bbox;
mod datetime;
mod format;
mod headers;
mod pairs;
mod path;
mod query;

pub use accepts::{accepts_gzip, coding_weights, prefers, prefers_pdf};
pub use base_url::BaseUrl;
pub use bbox::{Bbox, BboxCrs, CRS84};
pub use datetime::{Datetime, DatetimeQuery, as_of};
pub use format::{Format, FormatParam, FormatQuery, Wanted};
pub use headers::Headers;
pub use pairs::Pairs;
pub use path::Path;
pub use query::Query;
