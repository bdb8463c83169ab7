//! Hydrological stations: gauges on the rivers, with the levels at which the alarm grades begin at real stations of these
//! names. Where they stand and what is read at them is made up, and their names say so.

use std::path::Path;

use flatgeobuf::GeometryType;
use geo_types::{Geometry, Point};

use super::crop_zones::commune_at;
use super::rounded;
use crate::ground::frame::{LineKind, RIVERS};
use crate::output::fgb::{Column, Form, Kind, Table, Value, WriteError};
use crate::province::Province;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_tram", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("song", Kind::Text),
    Column::new("loai", Kind::Text),
    Column::new("muc_nuoc_m", Kind::Real),
    Column::new("thoi_diem_do", Kind::Text),
    Column::new("bao_dong_1_m", Kind::Real),
    Column::new("bao_dong_2_m", Kind::Real),
    Column::new("bao_dong_3_m", Kind::Real),
    Column::new("ma_xa", Kind::Text),
    Column::new("ma_xa_goc", Kind::Text),
];

/// A station.
struct Station {
    name: &'static str,
    /// The number of its river in [`RIVERS`].
    river: usize,
    /// How far along the river it stands, a share of the board.
    along: f64,
    /// Where the first alarm grade begins, metres; each of the others is a metre above the one before.
    alarm: f64,
    /// Its made-up level above that, metres.
    above: f64,
}

const fn station(name: &'static str, river: usize, along: f64, alarm: f64, above: f64) -> Station {
    Station {
        name,
        river,
        along,
        alarm,
        above,
    }
}

const STATIONS: [Station; 4] = [
    station("Đáp Cầu", 2, 0.8, 4.3, 0.32),
    station("Phúc Lộc Phương", 2, 0.3, 6.0, -0.85),
    station("Phủ Lạng Thương", 1, 0.7, 4.3, 1.18),
    station("Cầu Sơn", 1, 0.2, 14.0, -1.05),
];

/// When all of them were read.
const READ_AT: &str = "2026-09-08T07:00+07:00";

/// Writes the file; the number of stations, which is that of those whose river is on the board.
pub fn write(province: &Province, path: &Path, form: Form) -> Result<usize, WriteError> {
    let theme = "hydrological_stations";
    let mut table = Table::create(path, theme, GeometryType::Point, COLUMNS, form)?;
    let frame = &province.frame;
    for (k, one) in STATIONS.iter().enumerate() {
        let river = LineKind::River(one.river);
        let Some(j) = (0..=frame.ny).find(|&j| frame.along_u(j) == river) else {
            continue;
        };
        let i = (one.along * frame.nx as f64) as usize;
        let (from, to) = (frame.corner(i, j), frame.corner(i + 1, j));
        let place = [0, 1].map(|axis: usize| f64::midpoint(from[axis], to[axis]));
        let commune = commune_at(province, place).map(|member| member.commune);
        let row = [
            Value::text(format!("TV-{:02}", k + 1)),
            Value::text(format!("{} (mẫu)", one.name)),
            RIVERS
                .get(one.river)
                .map_or(Value::Null, |name| Value::text(*name)),
            Value::text("quoc_gia"),
            Value::Real(rounded(one.alarm + one.above, 2)),
            Value::text(READ_AT),
            Value::Real(one.alarm),
            Value::Real(one.alarm + 1.0),
            Value::Real(one.alarm + 2.0),
            commune.map_or(Value::Null, |c| Value::text(c.joined)),
            commune.map_or(Value::Null, |c| Value::text(c.code)),
        ];
        let [x, y] = province.warp.ground(place);
        table.push(Geometry::Point(Point::new(x, y)), &row)?;
    }
    table.finish()
}
