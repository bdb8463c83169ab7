//! What is repaired and what is refused, in words.

use crate::theme::{Bilingual, GeometryKind};
use serde::Serialize;

/// A change made to a geometry because it could only be meant that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// A ring that did not end where it began was closed.
    RingClosed,
    /// Points equal to the one before them were dropped.
    DuplicatePoints,
    /// A spike no wider than a millimetre was cut off.
    Spike,
    /// A ring that touches itself at a point was parted there.
    SelfTouch,
    /// The shell stood among the holes.
    RingOrder,
    /// A part or a hole without area, or without points, was dropped.
    EmptyPart,
    /// Heights and measures were dropped.
    Flattened,
    /// Arcs were made linear, at most a millimetre off at 400 m radius.
    Linearised,
    /// A collection of one kind was made a multi-geometry.
    Collection,
    /// Northing and easting stood the wrong way round.
    AxesSwapped,
}

impl Repair {
    /// Whether it is a change to this one shape, rather than to how all of a file's shapes are written.
    pub const fn changes_shape(self) -> bool {
        !matches!(
            self,
            Self::Flattened | Self::Linearised | Self::Collection | Self::AxesSwapped
        )
    }

    /// The repair in both languages.
    pub fn title(self) -> Bilingual {
        let (vi, en) = match self {
            Self::RingClosed => ("khép kín vòng", "ring closed"),
            Self::DuplicatePoints => ("bỏ điểm trùng liên tiếp", "repeated points dropped"),
            Self::Spike => ("cắt gai rộng dưới 1 mm", "spike under 1 mm wide cut off"),
            Self::SelfTouch => (
                "tách vòng tự chạm tại một điểm",
                "ring parted where it touches itself",
            ),
            Self::RingOrder => (
                "sắp lại vòng ngoài và vòng trong",
                "shell and holes put in order",
            ),
            Self::EmptyPart => ("bỏ phần không có diện tích", "part without area dropped"),
            Self::Flattened => ("bỏ cao độ Z hoặc trị M", "heights or measures dropped"),
            Self::Linearised => ("thay cung tròn bằng đường gấp khúc", "arcs made linear"),
            Self::Collection => (
                "gộp tập hợp cùng loại",
                "collection of one kind made a multi-geometry",
            ),
            Self::AxesSwapped => (
                "đổi lại thứ tự Bắc, Đông",
                "northing and easting put in order",
            ),
        };
        Bilingual {
            vi: vi.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Why a geometry is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The record has none.
    Missing,
    /// It has no points.
    Empty,
    /// A coordinate is no number.
    NotFinite {
        /// First coordinate.
        x: String,
        /// Second coordinate.
        y: String,
    },
    /// The theme takes another kind.
    WrongKind {
        /// What the record has.
        found: &'static str,
        /// What the theme takes.
        wanted: GeometryKind,
    },
    /// It mixes kinds.
    Mixed,
    /// Too few distinct points to be a line or a ring.
    TooFewPoints,
    /// A ring crosses itself or another.
    Crossing {
        /// Where, in the working CRS, to a centimetre.
        at: String,
    },
    /// It breaks another rule of simple features; the judge says which.
    Invalid {
        /// The judge's words.
        reason: String,
    },
    /// The reader could not make sense of it.
    Unreadable {
        /// What they say.
        reason: String,
    },
    /// It has no image in the working CRS.
    NoImage {
        /// What PROJ says.
        reason: String,
    },
    /// It lies outside the province's area.
    Elsewhere {
        /// Where, in the working CRS, to a metre.
        at: String,
    },
}

impl Flaw {
    /// A short name for counting.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "geometry_missing",
            Self::Empty => "geometry_empty",
            Self::NotFinite { .. } => "geometry_not_finite",
            Self::WrongKind { .. } => "geometry_wrong_kind",
            Self::Mixed => "geometry_mixed",
            Self::TooFewPoints => "geometry_too_few_points",
            Self::Crossing { .. } => "geometry_crosses_itself",
            Self::Invalid { .. } => "geometry_invalid",
            Self::Unreadable { .. } => "geometry_unreadable",
            Self::NoImage { .. } => "geometry_no_image",
            Self::Elsewhere { .. } => "geometry_elsewhere",
        }
    }

    /// The reason in both languages.
    pub fn reason(&self) -> Bilingual {
        let (vi, en) = match self {
            Self::Missing => (
                "bản ghi không có hình học".to_owned(),
                "the record has no geometry".to_owned(),
            ),
            Self::Empty => (
                "hình học rỗng".to_owned(),
                "the geometry is empty".to_owned(),
            ),
            Self::NotFinite { x, y } => (
                format!("tọa độ không phải là số: {x}, {y}"),
                format!("a coordinate is no number: {x}, {y}"),
            ),
            Self::WrongKind { found, wanted } => (
                format!(
                    "sai loại hình học: {found}; chuyên đề nhận {}",
                    wanted_kind(*wanted)
                ),
                format!(
                    "wrong kind of geometry: {found}; the theme takes {}",
                    wanted_kind(*wanted)
                ),
            ),
            Self::Mixed => (
                "hình học trộn nhiều loại".to_owned(),
                "the geometry mixes kinds".to_owned(),
            ),
            Self::TooFewPoints => (
                "không đủ điểm khác nhau".to_owned(),
                "too few distinct points".to_owned(),
            ),
            Self::Crossing { at } => (
                format!("đường ranh giới tự cắt tại {at}"),
                format!("the boundary crosses itself at {at}"),
            ),
            Self::Invalid { reason } => (
                format!("hình học không hợp lệ: {reason}"),
                format!("the geometry is not valid: {reason}"),
            ),
            Self::Unreadable { reason } => (
                format!("không đọc được hình học: {reason}"),
                format!("the geometry cannot be read: {reason}"),
            ),
            Self::NoImage { reason } => (
                format!("không chuyển được tọa độ: {reason}"),
                format!("the coordinates cannot be carried over: {reason}"),
            ),
            Self::Elsewhere { at } => (
                format!("nằm ngoài địa bàn tỉnh: {at}"),
                format!("lies outside the province: {at}"),
            ),
        };
        Bilingual { vi, en }
    }
}

const fn wanted_kind(kind: GeometryKind) -> &'static str {
    match kind {
        GeometryKind::Point => "Point",
        GeometryKind::Line => "LineString",
        GeometryKind::Polygon => "Polygon",
        GeometryKind::Any => "Point, LineString, Polygon",
    }
}
