//! Land parcels.

use geo_types::Geometry;
use serde_json::json;

use crate::output::fgb::{Column, Form, Kind, Table, Value, WriteError};
use crate::register::parcels::Parcel;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_xa", Kind::Text),
    Column::new("ma_xa_goc", Kind::Text),
    Column::new("danh_muc_ma_xa_goc", Kind::Text),
    Column::new("so_to", Kind::Text),
    Column::new("so_thua", Kind::Text),
    Column::new("loai_dat", Kind::Text),
    Column::new("loai_dat_goc", Kind::Text),
    Column::new("muc_dich", Kind::Json),
    Column::new("dien_tich", Kind::Real),
    Column::new("ma_thua_dat", Kind::Text),
    Column::new("dia_chi_thua_dat", Kind::Text),
];

/// Position of `loai_dat_goc`: the theme leaves it empty where it says no more than `loai_dat`, an office's
/// file has nothing else.
const LAND_USE_AS_READ: usize = 6;

/// The values of a parcel in the columns' order.
pub fn values(p: &Parcel) -> Vec<Value> {
    let (raw, purposes) = match p.land.second {
        None => (Value::Null, Value::Null),
        Some((code, share)) => {
            let second = (p.declared * share * 10.0).round() / 10.0;
            let first = ((p.declared - second) * 10.0).round() / 10.0;
            let list = json!([{"loai_dat": p.land.code, "dien_tich": first}, {"loai_dat": code, "dien_tich": second}]);
            (
                Value::text(format!("{}+{code}", p.land.code)),
                Value::Json(list.to_string()),
            )
        }
    };
    vec![
        Value::text(p.commune.joined),
        Value::text(p.commune.code),
        Value::text("2023"),
        Value::text(p.sheet.to_string()),
        Value::text(p.number.to_string()),
        Value::text(p.land.code),
        raw,
        purposes,
        Value::Real(p.declared),
        Value::text(p.name.clone()),
        Value::text(p.address.clone()),
    ]
}

/// Adds a parcel to the table.
pub fn push(table: &mut Table, parcel: &Parcel) -> Result<(), WriteError> {
    let mut values = values(parcel);
    if table.form() == Form::Local
        && parcel.land.second.is_none()
        && let Some(raw) = values.get_mut(LAND_USE_AS_READ)
    {
        *raw = Value::text(parcel.land.code);
    }
    table.push(Geometry::Polygon(super::polygon(&parcel.rings)), &values)
}
