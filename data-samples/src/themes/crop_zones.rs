//! Growing zones: forty-five orchards of litchi, longan, orange and pomelo, drawn as they are on the ground,
//! roughly, not along parcels.

use std::path::Path;

use flatgeobuf::GeometryType;
use geo_types::Geometry;
use serde_json::json;

use super::rounded;
use crate::chance::{hash, signed, unit};
use crate::ground::terrain::Zone;
use crate::ground::warp::{P, distance};
use crate::output::fgb::{Column, Form, Kind, Table, Value, WriteError};
use crate::province::{Member, Province};
use crate::register::places;
use crate::register::survey::ring_area;

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_vung", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("cay", Kind::Text),
    Column::new("giong", Kind::Text),
    Column::new("ma_vung_trong", Kind::Json),
    Column::new("thi_truong", Kind::Json),
    Column::new("tieu_chuan", Kind::Json),
    Column::new("trang_thai", Kind::Text),
    Column::new("ngay_cap", Kind::Date),
    Column::new("trang_thai_sau_benh", Kind::Text),
    Column::new("dich_hai", Kind::Text),
    Column::new("ty_le_hai", Kind::Real),
    Column::new("ngay_dieu_tra", Kind::Date),
    Column::new("dien_tich_ha", Kind::Real),
    Column::new("san_luong_tan", Kind::Real),
    Column::new("so_ho", Kind::Integer),
    Column::new("nam_trong", Kind::Integer),
    Column::new("co_so_dong_goi", Kind::Json),
    Column::new("ma_xa", Kind::Text),
    Column::new("ma_xa_goc", Kind::Text),
];

/// How many zones there are.
pub const COUNT: usize = 45;

/// Markets a zone may have a code for, the most frequent first.
const MARKETS: [&str; 6] = ["CN", "JP", "US", "AU", "TH", "EU"];

/// A crop of the growing zones.
pub(super) struct Crop {
    /// Its code.
    pub code: &'static str,
    name: &'static str,
    varieties: [&'static str; 2],
    /// What harms it.
    pub pests: [&'static str; 3],
    /// Tonnes a hectare.
    yields: f64,
}

const CROPS: [Crop; 4] = [
    Crop {
        code: "vai_thieu",
        name: "vải thiều",
        varieties: ["Vải thiều Thanh Hà", "U hồng"],
        pests: ["Sâu đục cuống quả", "Bọ xít nhãn vải", "Sương mai"],
        yields: 6.4,
    },
    Crop {
        code: "nhan",
        name: "nhãn",
        varieties: ["Nhãn lồng", "Nhãn Miền Thiết"],
        pests: ["Bọ xít nhãn vải", "Nhện lông nhung", "Thán thư"],
        yields: 7.2,
    },
    Crop {
        code: "cam",
        name: "cam",
        varieties: ["Cam Vinh", "Cam đường canh"],
        pests: ["Ruồi đục quả", "Nhện đỏ", "Thán thư"],
        yields: 12.0,
    },
    Crop {
        code: "buoi",
        name: "bưởi",
        varieties: ["Bưởi Diễn", "Bưởi da xanh"],
        pests: ["Ruồi đục quả", "Nhện đỏ", "Sâu vẽ bùa"],
        yields: 13.5,
    },
];

/// The crop of the zone at position `k`, from 0, and the chance its row is made from.
pub(super) fn crop(province: &Province, k: usize) -> (&'static Crop, u64) {
    let [litchi, longan, orange, pomelo] = &CROPS;
    let h = hash(province.seed ^ 0x4355, k as i64, 0);
    let crop = match unit(h) {
        x if x < 0.62 => litchi,
        x if x < 0.78 => longan,
        x if x < 0.9 => orange,
        _ => pomelo,
    };
    (crop, h)
}

/// The code of the zone at position `k`, from 0.
pub(super) fn code(k: usize) -> String {
    format!("VT-{:03}", k + 1)
}

/// Sixteen directions around the circle, by points of a square brought to length one.
fn directions() -> impl Iterator<Item = P> {
    let side = |k: i32| f64::from(k % 4) / 2.0 - 1.0;
    (0..16).map(move |k| {
        let t = side(k);
        let p = match k / 4 {
            0 => [t, -1.0],
            1 => [1.0, t],
            2 => [-t, 1.0],
            _ => [-1.0, -t],
        };
        let d = distance([0.0, 0.0], p);
        [p[0] / d, p[1] / d]
    })
}

/// Centres of zones with reach `reach`, the deepest in orchard land first, none overlapping another.
fn centres(province: &Province, reach: f64) -> Vec<P> {
    let half = province.frame.half_size();
    let step = reach * 1.3;
    let (nx, ny) = ((half[0] * 2.0 / step) as i64, (half[1] * 2.0 / step) as i64);
    let mut found: Vec<(usize, u64, P)> = Vec::new();
    for i in 0..nx {
        for j in 0..ny {
            let h = hash(province.seed ^ 0x4352, i, j);
            let p = [
                -half[0] + (i as f64 + 0.5 + 0.3 * signed(h)) * step,
                -half[1] + (j as f64 + 0.5 + 0.3 * signed(h.rotate_left(31))) * step,
            ];
            let inside = p[0].abs() < half[0] * 0.86 - reach && p[1].abs() < half[1] * 0.86 - reach;
            if !inside || province.terrain.zone(p) != Zone::Orchard {
                continue;
            }
            let around = directions()
                .filter(|d| {
                    province
                        .terrain
                        .zone([p[0] + d[0] * reach, p[1] + d[1] * reach])
                        == Zone::Orchard
                })
                .count();
            found.push((around, h, p));
        }
    }
    found.sort_by_key(|f| (std::cmp::Reverse(f.0), f.1));
    let mut out: Vec<P> = Vec::new();
    for (_, _, p) in found {
        if out.len() < COUNT && out.iter().all(|&q| distance(p, q) > reach * 2.3) {
            out.push(p);
        }
    }
    out
}

/// The zones' outlines on the ground with their centres on the board.
pub fn outlines(province: &Province) -> Vec<(P, Vec<P>)> {
    let half = province.frame.half_size();
    let mut reach = (half[0].min(half[1]) / 14.0).clamp(60.0, 420.0);
    let mut chosen = centres(province, reach);
    while chosen.len() < COUNT && reach > 18.0 {
        reach *= 0.85;
        chosen = centres(province, reach);
    }
    chosen
        .into_iter()
        .map(|c| {
            let ring = directions()
                .enumerate()
                .map(|(k, d)| {
                    let h = hash(
                        province.seed ^ 0x5A4F,
                        (c[0] * 10.0) as i64,
                        (c[1] * 10.0) as i64 + k as i64,
                    );
                    let r = reach * (0.92 + 0.2 * signed(h));
                    province.warp.ground([c[0] + d[0] * r, c[1] + d[1] * r])
                })
                .collect();
            (c, ring)
        })
        .collect()
}

/// The commune whose square holds a place on the board.
pub fn commune_at(province: &Province, p: P) -> Option<&Member> {
    let frame = &province.frame;
    let holds = |&(i, j): &(usize, usize)| {
        let corners = [
            frame.corner(i, j),
            frame.corner(i + 1, j),
            frame.corner(i + 1, j + 1),
            frame.corner(i, j + 1),
        ];
        (0..4).all(|k| match (corners.get(k), corners.get((k + 1) % 4)) {
            (Some(a), Some(b)) => {
                (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) >= 0.0
            }
            _ => false,
        })
    };
    province
        .members
        .iter()
        .find(|m| m.squares.iter().any(holds))
}

/// Writes the file; the number of zones.
pub fn write(province: &Province, path: &Path, form: Form) -> Result<usize, WriteError> {
    let mut table = Table::create(path, "crop_zones", GeometryType::Polygon, COLUMNS, form)?;
    for (k, (centre, ring)) in outlines(province).into_iter().enumerate() {
        let (
            Crop {
                code: crop_code,
                name: crop_name,
                varieties,
                pests,
                yields,
            },
            h,
        ) = crop(province, k);
        let markets: Vec<&str> = MARKETS
            .iter()
            .enumerate()
            .filter(|(m, _)| *m == 0 || unit(h.rotate_left(7 * *m as u32)) < 0.42)
            .map(|(_, m)| *m)
            .collect();
        let codes: Vec<String> = (0..markets.len())
            .map(|m| format!("VN-BGOR-{:04}", 1 + k * 6 + m))
            .collect();
        let standard = if markets.len() > 3 {
            json!(["GLOBALGAP", "VIETGAP"])
        } else {
            json!(["VIETGAP"])
        };
        let area = ring_area(&ring) / 10_000.0;
        let share = unit(h.rotate_left(45));
        let (pest, infested) = match share {
            x if x < 0.55 => ("khong_nhiem", 0.0),
            x if x < 0.8 => ("nhe", 2.0 + 6.0 * x),
            x if x < 0.95 => ("trung_binh", 10.0 + 8.0 * x),
            x => ("nang", 24.0 + 10.0 * x),
        };
        let commune = commune_at(province, centre).map(|m| m.commune);
        let pick = |list: &[&str], h: u64| {
            list.get((h % list.len() as u64) as usize)
                .copied()
                .unwrap_or_default()
                .to_owned()
        };
        let row = [
            Value::text(code(k)),
            Value::text(format!("Vùng trồng {crop_name} {}", places::hamlet(h))),
            Value::text(*crop_code),
            Value::text(pick(varieties, h >> 5)),
            Value::Json(json!(codes).to_string()),
            Value::Json(json!(markets).to_string()),
            Value::Json(standard.to_string()),
            Value::text(match unit(h.rotate_left(51)) {
                x if x < 0.88 => "hoat_dong",
                x if x < 0.96 => "tam_dung",
                _ => "thu_hoi",
            }),
            Value::Date(format!(
                "{}-{:02}-{:02}",
                2019 + h % 6,
                1 + (h >> 8) % 12,
                1 + (h >> 16) % 28
            )),
            Value::text(pest),
            if infested > 0.0 {
                Value::text(pick(pests, h >> 24))
            } else {
                Value::Null
            },
            Value::Real(rounded(infested, 1)),
            Value::Date(format!(
                "2025-{:02}-{:02}",
                3 + (h >> 32) % 4,
                1 + (h >> 40) % 28
            )),
            Value::Real(rounded(area, 2)),
            Value::Real(rounded(area * yields * (0.7 + 0.6 * share), 1)),
            Value::Integer((area * 1.4) as i64 + 3),
            Value::Integer(1_995 + (h >> 44) as i64 % 22),
            Value::Json(json!([format!("VN-BGPH-{:03}", 1 + h % 40)]).to_string()),
            commune.map_or(Value::Null, |c| Value::text(c.joined)),
            commune.map_or(Value::Null, |c| Value::text(c.code)),
        ];
        table.push(Geometry::Polygon(super::polygon(&[ring])), &row)?;
    }
    table.finish()
}
