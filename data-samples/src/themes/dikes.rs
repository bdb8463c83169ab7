//! Dikes: both banks of every river, one stretch between two crossings, with chainage from upstream.

use geo_types::Geometry;

use super::{length, rounded};
use crate::chance::{hash, unit};
use crate::ground::frame::{Frame, LineKind, RIVERS};
use crate::ground::warp::{P, along, between, direction, left_of};
use crate::layout::square::bank_profile;
use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::province::Province;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_tuyen", Kind::Text),
    Column::new("ten_tuyen", Kind::Text),
    Column::new("ten_song", Kind::Text),
    Column::new("bo", Kind::Text),
    Column::new("loai", Kind::Text),
    Column::new("cap", Kind::Text),
    Column::new("ly_trinh_dau", Kind::Text),
    Column::new("ly_trinh_dau_m", Kind::Real),
    Column::new("ly_trinh_cuoi", Kind::Text),
    Column::new("ly_trinh_cuoi_m", Kind::Real),
    Column::new("chieu_dai_m", Kind::Real),
    Column::new("cao_trinh_dinh_m", Kind::Real),
    Column::new("be_rong_mat_m", Kind::Real),
    Column::new("chan_de_phia_song_m", Kind::Real),
    Column::new("chan_de_phia_dong_m", Kind::Real),
    Column::new("chan_de_da_khao_sat", Kind::Boolean),
    Column::new("he_so_mai_phia_song", Kind::Real),
    Column::new("he_so_mai_phia_dong", Kind::Real),
    Column::new("trong_diem", Kind::Boolean),
    Column::new("ket_cau_mat", Kind::Text),
    Column::new("tinh_trang", Kind::Text),
    Column::new("don_vi_quan_ly", Kind::Text),
];

/// A bank of a river seen by someone who looks downstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bank {
    /// Left (tả).
    Left,
    /// Right (hữu).
    Right,
}

impl Bank {
    /// Both banks.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// Rivers run towards falling `u`: the left bank lies on the side of falling `v`.
    const fn side(self) -> f64 {
        match self {
            Self::Left => -1.0,
            Self::Right => 1.0,
        }
    }

    /// Code and word.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Left => ("ta", "tả"),
            Self::Right => ("huu", "hữu"),
        }
    }
}

/// Grades of the dikes of [`RIVERS`].
const GRADES: [&str; 3] = ["IV", "III", "II"];
/// Half the ground of a dike, metres: from its line to either toe.
const TO_TOE: f64 = 13.0;

/// Where the dike on a bank of the river on line `j` passes crossing `i`, `beyond` metres landward of its
/// line, on the board.
pub fn dike_at(frame: &Frame, i: usize, j: usize, bank: Bank, beyond: f64) -> P {
    let [toe, ..] = bank_profile(frame.along_u(j).half_width(), frame.side);
    let reach = bank.side() * (toe + TO_TOE + beyond);
    let corner = frame.corner(i, j);
    let towards = |k: usize| left_of(direction(frame.corner(k, j), frame.corner(k + 1, j)));
    let (west, east) = (
        towards(i.saturating_sub(1).min(frame.nx - 1)),
        towards(i.min(frame.nx - 1)),
    );
    between(along(corner, west, reach), along(corner, east, reach), 0.5)
}

/// The dike's course between crossings `i` and `i + 1`, downstream.
fn course(province: &Province, i: usize, j: usize, bank: Bank) -> Vec<P> {
    let frame = &province.frame;
    let [toe, ..] = bank_profile(frame.along_u(j).half_width(), frame.side);
    let (a, b) = (frame.corner(i, j), frame.corner(i + 1, j));
    let aside = left_of(direction(a, b));
    let inner = |t: f64| along(between(a, b, t), aside, bank.side() * (toe + TO_TOE));
    let (upper, lower) = (
        dike_at(frame, i + 1, j, bank, 0.0),
        dike_at(frame, i, j, bank, 0.0),
    );
    let mut out = province.warp.course(upper, inner(0.96), 40.0);
    out.pop();
    out.extend(province.warp.course(inner(0.96), inner(0.04), 40.0));
    out.pop();
    out.extend(province.warp.course(inner(0.04), lower, 40.0));
    out
}

/// Metres as chainage: `K12+345`.
pub fn chainage(metres: f64) -> String {
    let m = metres.round().max(0.0) as u64;
    format!("K{}+{:03}", m / 1000, m % 1000)
}

/// Adds the dikes.
pub fn push_frame(table: &mut Table, province: &Province) -> Result<(), WriteError> {
    let frame = &province.frame;
    for j in 0..=frame.ny {
        let LineKind::River(r) = frame.along_u(j) else {
            continue;
        };
        let river = RIVERS.get(r).copied().unwrap_or("Thương");
        for bank in Bank::BOTH {
            let (code, word) = bank.names();
            let mut at = 0.0;
            for i in (0..frame.nx).rev() {
                let course = course(province, i, j, bank);
                let long = length(&course);
                let h = hash(
                    province.seed ^ 0x444B,
                    i as i64,
                    (2 * j) as i64 + i64::from(bank == Bank::Left),
                );
                let row = [
                    Value::text(format!("DE-{}-{}", code.to_uppercase(), r + 1)),
                    Value::text(format!("Đê {word} {river}")),
                    Value::text(river),
                    Value::text(code),
                    Value::text("de_song"),
                    GRADES.get(r).map_or(Value::Null, |g| Value::text(*g)),
                    Value::text(chainage(at)),
                    Value::Real(rounded(at, 1)),
                    Value::text(chainage(at + long)),
                    Value::Real(rounded(at + long, 1)),
                    Value::Real(rounded(long, 1)),
                    Value::Real(rounded(7.2 + 1.6 * unit(h) - at / 60_000.0, 2)),
                    Value::Real(rounded(
                        5.0 + (unit(h.rotate_left(11)) * 3.0).floor() * 0.5,
                        1,
                    )),
                    Value::Real(TO_TOE),
                    Value::Real(TO_TOE),
                    Value::Boolean(true),
                    Value::Real(2.0),
                    Value::Real(if unit(h.rotate_left(17)) < 0.5 {
                        2.0
                    } else {
                        3.0
                    }),
                    Value::Boolean(unit(h.rotate_left(23)) < 0.08),
                    Value::text(if unit(h.rotate_left(29)) < 0.7 {
                        "be_tong_xi_mang"
                    } else {
                        "cap_phoi"
                    }),
                    Value::text(if unit(h.rotate_left(37)) < 0.8 {
                        "binh_thuong"
                    } else {
                        "xuong_cap"
                    }),
                    Value::text(format!("Hạt quản lý đê {word} {river}")),
                ];
                table.push(Geometry::LineString(super::line(&course, false)), &row)?;
                at += long;
            }
        }
    }
    Ok(())
}
