//! A detailed plan as its office draws it: hatches and outlines on layers named by function, marks in them, and the
//! plan's papers in a small file beside the drawing.

use geo::InteriorPoint;
use geo_types::{Coord, Geometry, LineString, Polygon};
use serde_json::{Map, Value};

use crate::output::dxf::Dxf;

/// A feature of the plan: its ground and its values.
pub type Row = (Polygon<f64>, Map<String, Value>);

/// The layer of the plan's boundary.
const BOUNDARY: &str = "RANH_QH";
/// Layers no mapping knows.
const MIDLINE: &str = "QH_TIMDUONG";
const FRAME: &str = "KHUNG_TEN";

/// Reads the areas of a GeoJSON text.
pub fn rows(text: &str) -> Vec<Row> {
    let collection: Value = serde_json::from_str(text).unwrap_or_default();
    let features = collection.get("features").and_then(Value::as_array);
    features
        .into_iter()
        .flatten()
        .filter_map(|feature| {
            let values = feature.get("properties")?.as_object()?.clone();
            let shape = feature.get("geometry")?.to_string();
            let shape = geozero::ToGeo::to_geo(&geozero::geojson::GeoJson(&shape)).ok()?;
            match shape {
                Geometry::Polygon(polygon) => Some((polygon, values)),
                Geometry::MultiPolygon(many) => Some((many.0.into_iter().next()?, values)),
                _ => None,
            }
        })
        .collect()
}

fn text<'v>(values: &'v Map<String, Value>, field: &str) -> &'v str {
    values
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The drawing of the `plan` with its `zones`. Every second zone is a hatch with its outline, the others a hatch or an
/// outline alone; marks are texts or attributes of a block.
pub fn drawing(plan: &Row, zones: &[Row], aci: impl Fn(&str) -> Option<u16>) -> Vec<u8> {
    let mut dxf = Dxf::default();
    dxf.layer(BOUNDARY, 1);
    dxf.layer(MIDLINE, 8);
    dxf.polyline(BOUNDARY, plan.0.exterior());
    for (k, (ground, values)) in zones.iter().enumerate() {
        let function = text(values, "chuc_nang");
        let layer = format!("{}_{function}", text(values, "giai_doan"));
        dxf.layer(&layer, aci(function).unwrap_or(7));
        if k % 4 != 3 || !ground.interiors().is_empty() {
            dxf.hatch(&layer, ground);
        }
        if k % 4 != 1 {
            dxf.polyline(&layer, ground.exterior());
        }
        let Some(at) = ground.interior_point() else {
            continue;
        };
        let mark = text(values, "ky_hieu");
        match k % 3 {
            0 => dxf.text(&layer, at.into(), mark),
            1 => dxf.mark("KYHIEU", at.into(), mark),
            _ => {
                dxf.text(&layer, at.into(), mark);
                dxf.text("GHICHU_QH", at.into(), &storeys(values));
            }
        }
    }
    let ring = &plan.0.exterior().0;
    if let (Some(&a), Some(&b)) = (ring.first(), ring.get(ring.len() / 2)) {
        dxf.polyline(MIDLINE, &LineString(vec![a, b]));
        let title = Coord {
            x: a.x,
            y: a.y - 20.0,
        };
        dxf.text(FRAME, title, "QUY HOẠCH CHI TIẾT (dữ liệu tổng hợp)");
    }
    dxf.finish()
}

/// The storeys allowed, as they are written in a zone; empty text where none are.
fn storeys(values: &Map<String, Value>) -> String {
    values
        .get("tang_cao_toi_da")
        .and_then(Value::as_f64)
        .map_or_else(|| "-".to_owned(), |n| format!("TC: {n}"))
}

/// The plan's papers as TOML.
pub fn papers(plan: &Row) -> String {
    let mut out = "# Hồ sơ của quy hoạch trong bản vẽ cùng tên; dữ liệu tổng hợp.\n".to_owned();
    for field in [
        "ma_ho_so_qh",
        "ma_thong_tin_qh",
        "ten",
        "cap_quy_hoach",
        "loai_quy_hoach",
        "ty_le",
        "so_quyet_dinh",
        "co_quan_phe_duyet",
        "trang_thai",
    ] {
        use std::fmt::Write;
        let value = text(&plan.1, field);
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{field} = {value:?}");
        }
    }
    if let Some(date) = plan.1.get("ngay_phe_duyet").and_then(Value::as_str) {
        use std::fmt::Write;
        let _ = writeln!(out, "ngay_phe_duyet = {}", date.replace('/', "-"));
    }
    out
}
