//! Names as the search box compares them: words without case and marks, in every spelling they are typed in, and a
//! typed text that is held against them.

mod form;
mod of_feature;
mod pattern;

pub use form::{Form, forms};
pub use of_feature::forms_of;
pub use pattern::{Asked, Effort, Pattern};
