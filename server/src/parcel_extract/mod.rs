//! The extract of a parcel: one document, as JSON, as a page and as an A4 sheet to be handed out.

pub mod document;
pub mod extract;
mod html;
mod numbers;
mod pdf;
mod read;

pub use numbers::{named, shown};

/// Why a protected feature has no corridor.
const UNMEASURED: (&str, &str) = (
    "Hồ sơ công trình chưa ghi phạm vi bảo vệ và pháp luật không định sẵn con số, nên không tính hành lang; cần hỏi đơn vị \
     quản lý công trình.",
    "The record of the work has no protection distance and the law gives no figure, so no corridor is computed; ask who \
     manages the work.",
);
