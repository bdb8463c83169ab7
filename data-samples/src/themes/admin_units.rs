//! Administrative units, bounded by the squares they own, vertex for vertex the lines their parcels end on.

use std::path::Path;

use flatgeobuf::GeometryType;
use geo::Contains;
use geo_types::{Geometry, MultiPolygon};
use rustc_hash::FxHashMap;

use super::rounded;
use crate::ground::warp::{P, twice_area};
use crate::layout::square::outline;
use crate::output::fgb::{Column, Form, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::communes::{DISTRICTS, JOINED};

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_dvhc", Kind::Text),
    Column::new("danh_muc", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("ten_day_du", Kind::Text),
    Column::new("cap", Kind::Text),
    Column::new("loai", Kind::Text),
    Column::new("ma_huyen", Kind::Text),
    Column::new("ten_huyen", Kind::Text),
    Column::new("ma_tinh", Kind::Text),
    Column::new("ten_tinh", Kind::Text),
    Column::new("dien_tich_km2", Kind::Real),
    Column::new("ngay_hieu_luc", Kind::Date),
    Column::new("ngay_het_hieu_luc", Kind::Date),
];

/// A state of the administrative map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Communes and districts until 30 June 2025, codes of 2023.
    Before,
    /// Communes from 1 July 2025.
    Now,
}

/// The day the communes of 2025 came into being.
const JOINED_ON: &str = "2025-07-01";

/// Kinds of unit as they begin full names, with their codes.
const KINDS: [(&str, &str); 6] = [
    ("Xã ", "xa"),
    ("Phường ", "phuong"),
    ("Thị trấn ", "thi_tran"),
    ("Thành phố ", "thanh_pho"),
    ("Huyện ", "huyen"),
    ("Tỉnh ", "tinh"),
];

/// The rings around a set of squares in EPSG:9214: outlines counter-clockwise, holes clockwise.
pub fn boundary(province: &Province, squares: &[(usize, usize)]) -> Vec<Vec<P>> {
    let key = |p: P| {
        (
            (p[0] * 1000.0).round() as i64,
            (p[1] * 1000.0).round() as i64,
        )
    };
    let mut edges: FxHashMap<(i64, i64), Vec<P>> = FxHashMap::default();
    let mut starts = Vec::new();
    for &(i, j) in squares {
        let ring: Vec<P> = outline(&province.frame, i, j)
            .into_iter()
            .map(|p| province.warp.ground(p))
            .collect();
        for (k, &a) in ring.iter().enumerate() {
            let b = ring.get(k + 1).or(ring.first()).copied().unwrap_or(a);
            // An edge two squares share runs both ways and cancels.
            let twin = edges.get_mut(&key(b)).and_then(|to| {
                to.iter()
                    .position(|&q| key(q) == key(a))
                    .map(|n| to.remove(n))
            });
            if twin.is_none() {
                edges.entry(key(a)).or_default().push(b);
                starts.push(a);
            }
        }
    }
    let mut rings = Vec::new();
    for start in starts {
        let mut ring = Vec::new();
        let mut at = start;
        while let Some(next) = edges.get_mut(&key(at)).and_then(Vec::pop) {
            ring.push(at);
            at = next;
            if key(at) == key(start) {
                break;
            }
        }
        if ring.len() >= 3 {
            rings.push(ring);
        }
    }
    rings
}

/// Rings as a multipolygon, holes with the outline that holds them.
pub fn multipolygon(rings: Vec<Vec<P>>) -> MultiPolygon<f64> {
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|r| twice_area(r) > 0.0);
    let mut polygons: Vec<_> = outer
        .iter()
        .map(|r| super::polygon(std::slice::from_ref(r)))
        .collect();
    for hole in holes {
        let shape = super::polygon(std::slice::from_ref(&hole));
        if let Some(home) = polygons.iter_mut().find(|p| p.contains(&shape)) {
            home.interiors_push(super::line(&hole, true));
        }
    }
    MultiPolygon::new(polygons)
}

/// A unit to be written.
struct Unit<'a> {
    code: &'a str,
    full_name: &'a str,
    level: &'a str,
    district: Option<&'a str>,
    squares: Vec<(usize, usize)>,
}

fn district_name(code: &str) -> Option<&'static str> {
    DISTRICTS.iter().find(|d| d.0 == code).map(|d| d.1)
}

/// The units of an era.
fn units(province: &Province, era: Era) -> Vec<Unit<'static>> {
    let squares = |keep: &dyn Fn(&crate::register::communes::Commune) -> bool| {
        province
            .members
            .iter()
            .filter(|m| keep(m.commune))
            .flat_map(|m| m.squares.iter().copied())
            .collect::<Vec<_>>()
    };
    let mut out = Vec::new();
    match era {
        Era::Now => {
            for (code, full_name) in JOINED {
                let squares = squares(&|c| c.joined == code);
                out.push(Unit {
                    code,
                    full_name,
                    level: "xa",
                    district: None,
                    squares,
                });
            }
        }
        Era::Before => {
            for (code, full_name) in DISTRICTS {
                let squares = squares(&|c| c.district == code);
                out.push(Unit {
                    code,
                    full_name,
                    level: "huyen",
                    district: None,
                    squares,
                });
            }
            for m in &province.members {
                out.push(Unit {
                    code: m.commune.code,
                    full_name: m.commune.name,
                    level: "xa",
                    district: Some(m.commune.district),
                    squares: m.squares.clone(),
                });
            }
        }
    }
    out.retain(|u| !u.squares.is_empty());
    out
}

/// Writes the units of an era; how many.
pub fn write(province: &Province, era: Era, path: &Path, form: Form) -> Result<usize, WriteError> {
    let mut table = Table::create(
        path,
        "admin_units",
        GeometryType::MultiPolygon,
        COLUMNS,
        form,
    )?;
    for unit in units(province, era) {
        let rings = boundary(province, &unit.squares);
        let area = rings.iter().map(|r| twice_area(r)).sum::<f64>() / 2e6;
        let (kind, name) = KINDS
            .iter()
            .find_map(|(prefix, kind)| {
                unit.full_name
                    .strip_prefix(prefix)
                    .map(|name| (*kind, name))
            })
            .unwrap_or(("xa", unit.full_name));
        let optional = |text: Option<&str>| text.map_or(Value::Null, Value::text);
        let (list, parent, from, until) = match era {
            Era::Now => (
                "2025",
                "Tỉnh Bắc Ninh",
                Value::Date(JOINED_ON.to_owned()),
                Value::Null,
            ),
            Era::Before => (
                "2023",
                "Tỉnh Bắc Giang",
                Value::Null,
                Value::Date(JOINED_ON.to_owned()),
            ),
        };
        let row = [
            Value::text(unit.code),
            Value::text(list),
            Value::text(name),
            Value::text(unit.full_name),
            Value::text(unit.level),
            Value::text(kind),
            optional(unit.district),
            optional(unit.district.and_then(district_name)),
            Value::text("24"),
            Value::text(parent),
            Value::Real(rounded(area, 4)),
            from,
            until,
        ];
        table.push(Geometry::MultiPolygon(multipolygon(rings)), &row)?;
    }
    table.finish()
}
