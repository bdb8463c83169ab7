//! Water: river and reservoir surfaces, larger ponds, and the courses of main canals.

use geo_types::Geometry;

use super::rounded;
use crate::ground::frame::{LineKind, RIVERS};
use crate::ground::warp::P;
use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::places;
use crate::register::survey::{CommuneSurvey, ring_area};

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_doi_tuong", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("loai", Kind::Text),
    Column::new("be_rong_m", Kind::Real),
    Column::new("dien_tich", Kind::Real),
    Column::new("chay_lien_tuc", Kind::Boolean),
];

/// Ponds smaller than this, m², are left to the parcel map.
const POND: f64 = 1_800.0;

/// Adds the rivers, one surface a stretch between two crossings, and the main canals.
pub fn push_frame(table: &mut Table, province: &Province) -> Result<(), WriteError> {
    let (frame, warp) = (&province.frame, &province.warp);
    let mut number = 0;
    for j in 0..=frame.ny {
        for i in 0..frame.nx {
            let kind = frame.along_u(j);
            let (a, b) = (frame.corner(i, j), frame.corner(i + 1, j));
            let (name, class, geometry, area) = match kind {
                LineKind::River(r) => {
                    let shore = frame.river_stretch(i, j);
                    let ring: Vec<P> = shore.into_iter().map(|p| warp.ground(p)).collect();
                    let name = RIVERS.get(r).map(|n| format!("Sông {n}"));
                    let area = Value::Real(rounded(ring_area(&ring), 1));
                    (
                        name,
                        "song",
                        Geometry::Polygon(super::polygon(&[ring])),
                        area,
                    )
                }
                LineKind::Canal => {
                    let line = super::line(&warp.course(a, b, 45.0), false);
                    (
                        Some(format!("Kênh chính N{j}")),
                        "kenh_muong",
                        Geometry::LineString(line),
                        Value::Null,
                    )
                }
                _ => continue,
            };
            number += 1;
            let row = [
                Value::text(format!("TH-{number:05}")),
                name.map_or(Value::Null, Value::text),
                Value::text(class),
                Value::Real(rounded(2.0 * kind.half_width(), 1)),
                area,
                Value::Boolean(true),
            ];
            table.push(geometry, &row)?;
        }
    }
    Ok(())
}

/// Adds the reservoirs and larger ponds of a commune.
pub fn push(table: &mut Table, survey: &CommuneSurvey) -> Result<(), WriteError> {
    let mut number = 0;
    let mut surface = |table: &mut Table,
                       rings: &[Vec<P>],
                       area: f64,
                       class: &str,
                       name: Value,
                       all_year: bool| {
        number += 1;
        let row = [
            Value::text(format!("TH-{}-{number:04}", survey.commune.code)),
            name,
            Value::text(class),
            Value::Null,
            Value::Real(rounded(area, 1)),
            Value::Boolean(all_year),
        ];
        table.push(Geometry::Polygon(super::polygon(rings)), &row)
    };
    for lake in &survey.lakes {
        let name = Value::text(format!("Hồ {}", places::hamlet(lake.hamlet)));
        surface(
            table,
            std::slice::from_ref(&lake.shore),
            ring_area(&lake.shore),
            "ho_chua",
            name,
            true,
        )?;
    }
    for p in survey
        .parcels
        .iter()
        .filter(|p| p.land.code == "NTS" && p.area >= POND)
    {
        surface(table, &p.rings, p.area, "ao", Value::Null, false)?;
    }
    Ok(())
}
