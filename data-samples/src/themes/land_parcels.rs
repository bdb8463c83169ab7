//! Land parcels: made a commune at a time on all cores, written in the communes' order.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use flatgeobuf::GeometryType;
use geo_types::Geometry;
use rayon::prelude::*;
use serde_json::json;

use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::parcels::{Parcel, of_commune};

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

/// Calls `take` with the parcels of every commune, in the communes' order, while the next ones are being made.
pub fn each_commune<E: Send>(
    province: &Province,
    mut take: impl FnMut(Vec<Parcel>) -> Result<(), E> + Send,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Vec<Vec<Parcel>>>(1);
        let taker = scope.spawn(move || {
            for batch in receive {
                for parcels in batch {
                    take(parcels)?;
                }
            }
            Ok(())
        });
        let width = rayon::current_num_threads().max(1) * 2;
        for members in province.members.chunks(width) {
            let batch = members
                .par_iter()
                .map(|m| of_commune(province, m))
                .collect();
            if send.send(batch).is_err() {
                break;
            }
        }
        drop(send);
        match taker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Writes the file; the number of parcels in it.
pub fn write(province: &Province, path: &Path) -> Result<usize, WriteError> {
    let mut table = Table::create(path, "land_parcels", GeometryType::Polygon, COLUMNS)?;
    each_commune(province, |parcels| {
        for p in &parcels {
            table.push(Geometry::Polygon(super::polygon(&p.rings)), &values(p))?;
        }
        Ok::<_, WriteError>(())
    })?;
    table.finish()
}
