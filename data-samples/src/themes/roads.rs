//! Roads: the great lines of the frame, then the ways through the land.

use geo_types::Geometry;

use super::rounded;
use crate::ground::frame::LineKind;
use crate::ground::terrain::Zone;
use crate::ground::warp::P;
use crate::layout::WayKind;
use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::places;
use crate::register::survey::CommuneSurvey;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("so_hieu", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("cap_duong", Kind::Text),
    Column::new("be_rong_m", Kind::Real),
    Column::new("lo_gioi_m", Kind::Real),
    Column::new("mat_duong", Kind::Text),
    Column::new("so_lan", Kind::Integer),
    Column::new("don_vi_quan_ly", Kind::Text),
];

/// What is said about a road.
struct Road {
    number: Option<String>,
    name: Option<String>,
    class: &'static str,
    /// Width of its ground, metres.
    ground: f64,
    surface: &'static str,
    manager: Option<&'static str>,
}

fn push_road(table: &mut Table, road: &Road, course: &[P]) -> Result<(), WriteError> {
    let optional = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::text);
    let paved = rounded(road.ground * 0.62, 1);
    let row = [
        optional(&road.number),
        optional(&road.name),
        Value::text(road.class),
        Value::Real(paved),
        Value::Real(rounded(road.ground, 1)),
        Value::text(road.surface),
        Value::Integer(if paved >= 11.0 {
            4
        } else if paved >= 5.5 {
            2
        } else {
            1
        }),
        road.manager.map_or(Value::Null, Value::text),
    ];
    table.push(Geometry::LineString(super::line(course, false)), &row)
}

/// The road a line of the frame carries, if any. `number` tells lines of one kind apart.
fn great_road(kind: LineKind, number: usize) -> Option<Road> {
    let ground = 2.0 * kind.half_width();
    match kind {
        LineKind::National => Some(Road {
            number: Some("QL.31".to_owned()),
            name: Some("Quốc lộ 31".to_owned()),
            class: "quoc_lo",
            ground,
            surface: "be_tong_nhua",
            manager: Some("Sở Xây dựng"),
        }),
        LineKind::Provincial => {
            let code = 288 + number % 11;
            Some(Road {
                number: Some(format!("ĐT.{code}")),
                name: Some(format!("Đường tỉnh {code}")),
                class: "duong_tinh",
                ground,
                surface: "be_tong_nhua",
                manager: Some("Sở Xây dựng"),
            })
        }
        LineKind::Commune => Some(Road {
            number: Some(format!("ĐH.{:02}", 1 + number % 97)),
            name: Some(format!("Đường huyện {:02}", 1 + number % 97)),
            class: "duong_huyen",
            ground,
            surface: "be_tong_xi_mang",
            manager: None,
        }),
        LineKind::River(_) | LineKind::Canal => None,
    }
}

/// Adds the roads of the frame.
pub fn push_frame(table: &mut Table, province: &Province) -> Result<(), WriteError> {
    let frame = &province.frame;
    let ground = |line: Vec<P>| {
        line.into_iter()
            .map(|p| province.warp.ground(p))
            .collect::<Vec<P>>()
    };
    for j in 0..=frame.ny {
        let Some(road) = great_road(frame.along_u(j), 2 * j) else {
            continue;
        };
        for i in 0..frame.nx {
            push_road(table, &road, &ground(frame.piece_u(i, j)))?;
        }
    }
    for i in 0..=frame.nx {
        let Some(road) = great_road(frame.along_v(i), 2 * i + 1) else {
            continue;
        };
        for j in 0..frame.ny {
            push_road(table, &road, &ground(frame.piece_v(i, j)))?;
        }
    }
    Ok(())
}

/// Adds the roads and lanes of a commune.
pub fn push(table: &mut Table, survey: &CommuneSurvey) -> Result<(), WriteError> {
    for line in &survey.lines {
        let (class, name) = match (line.kind, line.zone) {
            (WayKind::Canal | WayKind::Ditch, _) => continue,
            (_, Zone::Town) => (
                "duong_do_thi",
                Some(format!(
                    "Phố {}",
                    places::hamlet(line.hamlet ^ line.width as u64)
                )),
            ),
            (WayKind::Road, _) => (
                "duong_xa",
                Some(format!("Đường xã {}", places::hamlet(line.hamlet))),
            ),
            (_, Zone::Village) => (
                "duong_thon",
                Some(format!("Đường thôn {}", places::hamlet(line.hamlet))),
            ),
            _ => ("noi_dong", None),
        };
        let surface = match class {
            "duong_do_thi" => "be_tong_nhua",
            "noi_dong" => "dat",
            _ => "be_tong_xi_mang",
        };
        let road = Road {
            number: None,
            name,
            class,
            ground: line.width,
            surface,
            manager: Some("UBND xã"),
        };
        push_road(table, &road, &line.course)?;
    }
    Ok(())
}
