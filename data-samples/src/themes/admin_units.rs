//! Administrative units: communes of 2023 and of 2025, bounded by the squares they own, vertex for vertex
//! the lines their parcels end on.

use std::path::Path;

use flatgeobuf::GeometryType;
use geo_types::{Geometry, MultiPolygon};
use rustc_hash::FxHashMap;

use crate::ground::warp::{P, twice_area};
use crate::layout::square::outline;
use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::communes::JOINED;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column {
        name: "ma",
        kind: Kind::Text,
    },
    Column {
        name: "ten",
        kind: Kind::Text,
    },
    Column {
        name: "cap",
        kind: Kind::Text,
    },
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
        }
        if ring.len() >= 3 {
            rings.push(ring);
        }
    }
    rings
}

/// Rings as a multipolygon, holes with the outline that holds them.
pub fn multipolygon(rings: Vec<Vec<P>>) -> MultiPolygon<f64> {
    use geo::Contains;
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

/// Writes the file; the number of units in it.
pub fn write(province: &Province, path: &Path) -> Result<usize, WriteError> {
    let mut table = Table::create(path, "admin_units", GeometryType::MultiPolygon, COLUMNS)?;
    for member in &province.members {
        let shape = multipolygon(boundary(province, &member.squares));
        let row = [member.commune.code, member.commune.name, "xa_2023"]
            .map(|t| Value::Text(t.to_owned()));
        table.push(Geometry::MultiPolygon(shape), &row)?;
    }
    for (code, name) in JOINED {
        let squares: Vec<_> = province
            .members
            .iter()
            .filter(|m| m.commune.joined == code)
            .flat_map(|m| m.squares.iter().copied())
            .collect();
        if squares.is_empty() {
            continue;
        }
        let shape = multipolygon(boundary(province, &squares));
        let row = [code, name, "xa_2025"].map(|t| Value::Text(t.to_owned()));
        table.push(Geometry::MultiPolygon(shape), &row)?;
    }
    table.finish()
}
