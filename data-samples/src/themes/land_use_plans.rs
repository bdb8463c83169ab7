//! The land-use plans of the districts of 2023: what each area is to be used for until 2030.

use geo_types::Geometry;

use super::rounded;
use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::register::communes::DISTRICTS;
use crate::register::survey::{CommuneSurvey, ring_area};

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_quy_hoach", Kind::Text),
    Column::new("ten_quy_hoach", Kind::Text),
    Column::new("so_hieu", Kind::Text),
    Column::new("cap", Kind::Text),
    Column::new("ky_quy_hoach", Kind::Text),
    Column::new("ma_xa", Kind::Text),
    Column::new("ma_xa_goc", Kind::Text),
    Column::new("loai_dat_quy_hoach", Kind::Text),
    Column::new("loai_dat_hien_trang", Kind::Text),
    Column::new("dien_tich", Kind::Real),
    Column::new("so_quyet_dinh", Kind::Text),
    Column::new("ngay_phe_duyet", Kind::Date),
    Column::new("co_quan_phe_duyet", Kind::Text),
    Column::new("trang_thai", Kind::Text),
];

/// Adds the areas of a commune.
pub fn push(table: &mut Table, survey: &CommuneSurvey) -> Result<(), WriteError> {
    let commune = survey.commune;
    let number = DISTRICTS
        .iter()
        .position(|d| d.0 == commune.district)
        .unwrap_or(0);
    let district = DISTRICTS.get(number).map_or("", |d| d.1);
    for (k, area) in survey.plan.iter().enumerate() {
        let row = [
            Value::text(format!("QHSDD-{}-2030", commune.district)),
            Value::text(format!(
                "Quy hoạch sử dụng đất {district} thời kỳ 2021-2030 (tổng hợp)"
            )),
            Value::text(format!("{}-{:03}", commune.code, k + 1)),
            Value::text("huyen"),
            Value::text("2021-2030"),
            Value::text(commune.joined),
            Value::text(commune.code),
            Value::text(area.planned),
            Value::text(area.now),
            Value::Real(rounded(ring_area(&area.outline), 1)),
            Value::text(format!("{}/QĐ-UBND", 900 + 7 * number)),
            Value::Date(format!("2022-{:02}-{:02}", 3 + number % 9, 5 + number)),
            Value::text("UBND tỉnh"),
            Value::text("da_phe_duyet"),
        ];
        let shape = super::polygon(std::slice::from_ref(&area.outline));
        table.push(Geometry::Polygon(shape), &row)?;
    }
    Ok(())
}
