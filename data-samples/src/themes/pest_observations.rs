//! Pest observations: what a survey saw at places in the growing zones, month by month through one spring.

use std::path::Path;

use flatgeobuf::GeometryType;
use geo_types::{Geometry, Point};

use super::crop_zones::{code, commune_at, crop, outlines};
use super::rounded;
use crate::chance::{hash, unit};
use crate::output::fgb::{Column, Form, Kind, Table, Value, WriteError};
use crate::province::Province;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_vung", Kind::Text),
    Column::new("ngay_dieu_tra", Kind::Date),
    Column::new("dich_hai", Kind::Text),
    Column::new("muc_do", Kind::Text),
    Column::new("ty_le_hai", Kind::Real),
    Column::new("cay", Kind::Text),
    Column::new("giai_doan", Kind::Text),
    Column::new("ma_xa", Kind::Text),
    Column::new("ma_xa_goc", Kind::Text),
];

/// The days of the surveys, and what stands in the orchards then.
const SURVEYS: [(&str, &str); 4] = [
    ("2026-03-10", "Ra hoa"),
    ("2026-04-07", "Đậu quả"),
    ("2026-05-05", "Quả non"),
    ("2026-06-02", "Quả chín"),
];

/// Writes the file; the number of observations. Each zone is surveyed on every day, for one of the pests of its crop, halfway
/// between its middle and a point of its outline.
pub fn write(province: &Province, path: &Path, form: Form) -> Result<usize, WriteError> {
    let mut table = Table::create(
        path,
        "pest_observations",
        GeometryType::Point,
        COLUMNS,
        form,
    )?;
    for (k, (centre, ring)) in outlines(province).into_iter().enumerate() {
        let (crop, _) = crop(province, k);
        let commune = commune_at(province, centre).map(|m| m.commune);
        let middle = province.warp.ground(centre);
        for (i, (day, stage)) in SURVEYS.into_iter().enumerate() {
            let h = hash(province.seed ^ 0x5045, k as i64, i as i64);
            let (Some(edge), Some(pest)) = (
                ring.get((h % ring.len().max(1) as u64) as usize),
                crop.pests.get((h >> 32) as usize % crop.pests.len()),
            ) else {
                continue;
            };
            let (degree, share) = match unit(h.rotate_left(17)) {
                x if x < 0.4 => ("khong_nhiem", 0.0),
                x if x < 0.75 => ("nhe", 1.0 + 8.0 * x),
                x if x < 0.95 => ("trung_binh", 10.0 + 8.0 * x),
                x => ("nang", 24.0 + 10.0 * x),
            };
            let row = [
                Value::text(code(k)),
                Value::Date(day.to_owned()),
                Value::text(*pest),
                Value::text(degree),
                Value::Real(rounded(share, 1)),
                Value::text(crop.code),
                Value::text(stage),
                commune.map_or(Value::Null, |c| Value::text(c.joined)),
                commune.map_or(Value::Null, |c| Value::text(c.code)),
            ];
            let at = [0, 1].map(|axis: usize| f64::midpoint(middle[axis], edge[axis]));
            table.push(Geometry::Point(Point::new(at[0], at[1])), &row)?;
        }
    }
    table.finish()
}
