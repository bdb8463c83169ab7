//! Urban plans: one general plan, two zoning plans in it, three detailed plans in those. Their streets have a
//! grid of their own, so that zones lie across parcels.

use std::path::Path;

use flatgeobuf::GeometryType;
use geo_types::Geometry;
use rand::Rng;
use serde_json::json;

use super::crop_zones::commune_at;
use super::rounded;
use crate::chance::{hash, octaves, stream, unit};
use crate::ground::plane::{Plane, Ring};
use crate::ground::terrain::Zone;
use crate::ground::warp::{P, distance};
use crate::layout::Draft;
use crate::output::fgb::{Column, Form, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::survey::ring_area;

/// The columns of the plans.
pub const PLAN_COLUMNS: &[Column] = &[
    Column::new("ma_ho_so_qh", Kind::Text),
    Column::new("ma_thong_tin_qh", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("cap_quy_hoach", Kind::Text),
    Column::new("loai_quy_hoach", Kind::Text),
    Column::new("ty_le", Kind::Text),
    Column::new("dien_tich_ha", Kind::Real),
    Column::new("dan_so", Kind::Integer),
    Column::new("ma_xa", Kind::Json),
    Column::new("so_quyet_dinh", Kind::Text),
    Column::new("ngay_phe_duyet", Kind::Date),
    Column::new("co_quan_phe_duyet", Kind::Text),
    Column::new("thoi_han", Kind::Text),
    Column::new("trang_thai", Kind::Text),
];

/// The columns of the zones.
pub const ZONE_COLUMNS: &[Column] = &[
    Column::new("ma_ho_so_qh", Kind::Text),
    Column::new("ma_thong_tin_qh", Kind::Text),
    Column::new("ma_doi_tuong", Kind::Text),
    Column::new("ten_doi_tuong", Kind::Text),
    Column::new("ky_hieu", Kind::Text),
    Column::new("cap_quy_hoach", Kind::Text),
    Column::new("chuc_nang", Kind::Text),
    Column::new("giai_doan", Kind::Text),
    Column::new("dien_tich", Kind::Real),
    Column::new("mat_do_xay_dung", Kind::Real),
    Column::new("tang_cao_toi_da", Kind::Real),
    Column::new("he_so_su_dung_dat", Kind::Real),
    Column::new("dan_so", Kind::Integer),
];

/// Level of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// General plan (quy hoạch chung).
    General,
    /// Zoning plan (quy hoạch phân khu).
    Zoning,
    /// Detailed plan (quy hoạch chi tiết).
    Detailed,
}

impl Level {
    const fn code(self) -> &'static str {
        match self {
            Self::General => "QHC",
            Self::Zoning => "QPK",
            Self::Detailed => "QCT",
        }
    }

    const fn digit(self) -> char {
        match self {
            Self::General => '1',
            Self::Zoning => '2',
            Self::Detailed => '3',
        }
    }

    /// Map scale, street width in metres, and how many blocks the plan has about.
    const fn measures(self) -> (&'static str, f64, f64) {
        match self {
            Self::General => ("1:10000", 26.0, 70.0),
            Self::Zoning => ("1:2000", 17.0, 90.0),
            Self::Detailed => ("1:500", 11.0, 26.0),
        }
    }
}

/// A plan: where it lies in the general plan's own frame, as share of its reach.
struct Plan {
    level: Level,
    number: u32,
    name: &'static str,
    /// Middle and size, shares of the general plan's reach.
    at: (f64, f64, f64),
    approved: &'static str,
}

/// The plans of every province.
const PLANS: [Plan; 6] = [
    Plan {
        level: Level::General,
        number: 1,
        name: "Quy hoạch chung đô thị Chũ (tổng hợp)",
        at: (0.0, 0.0, 1.0),
        approved: "2023-05-18",
    },
    Plan {
        level: Level::Zoning,
        number: 1,
        name: "Quy hoạch phân khu số 1 (tổng hợp)",
        at: (-0.5, 0.0, 0.42),
        approved: "2023-11-02",
    },
    Plan {
        level: Level::Zoning,
        number: 2,
        name: "Quy hoạch phân khu số 2 (tổng hợp)",
        at: (0.5, 0.05, 0.42),
        approved: "2024-03-27",
    },
    Plan {
        level: Level::Detailed,
        number: 1,
        name: "Quy hoạch chi tiết khu dân cư Đông Bắc (tổng hợp)",
        at: (-0.62, 0.12, 0.13),
        approved: "2024-08-15",
    },
    Plan {
        level: Level::Detailed,
        number: 2,
        name: "Quy hoạch chi tiết khu đô thị Ven Sông (tổng hợp)",
        at: (0.4, -0.08, 0.11),
        approved: "2024-12-09",
    },
    Plan {
        level: Level::Detailed,
        number: 3,
        name: "Quy hoạch chi tiết trung tâm thương mại (tổng hợp)",
        at: (0.66, 0.18, 0.1),
        approved: "2025-02-20",
    },
];

/// Outline of a plan, in shares of its size, convex and counter-clockwise.
const OUTLINE: [P; 8] = [
    [-1.0, -0.7],
    [0.0, -0.95],
    [1.0, -0.75],
    [1.1, 0.1],
    [0.9, 0.8],
    [-0.1, 1.0],
    [-1.05, 0.7],
    [-1.15, 0.0],
];

/// The plans' own frame: turned against the land by 53°, so that streets and field bunds cross.
struct Grid {
    middle: P,
    reach: f64,
}

impl Grid {
    fn new(province: &Province) -> Self {
        let half = province.frame.half_size();
        let reach = (half[0].min(half[1]) * 0.42).clamp(250.0, 3_800.0);
        // The town nearest the middle of the board, drawn in so that the plan stays on it.
        let town = province
            .members
            .iter()
            .filter(|m| m.commune.is_urban())
            .filter_map(|m| m.squares.first())
            .map(|&(i, j)| province.frame.corner(i, j))
            .min_by(|a, b| distance(*a, [0.0, 0.0]).total_cmp(&distance(*b, [0.0, 0.0])))
            .unwrap_or([0.0, 0.0]);
        let room = [
            (half[0] * 0.8 - reach * 1.2).max(0.0),
            (half[1] * 0.8 - reach * 1.2).max(0.0),
        ];
        let at = [
            town[0].clamp(-room[0], room[0]),
            town[1].clamp(-room[1], room[1]),
        ];
        Self {
            middle: province.warp.ground(at),
            reach,
        }
    }

    fn ground(&self, p: P) -> P {
        let (x, y) = (0.6 * p[0] - 0.8 * p[1], 0.8 * p[0] + 0.6 * p[1]);
        [
            rounded(self.middle[0] + x, 3),
            rounded(self.middle[1] + y, 3),
        ]
    }

    fn outline(&self, plan: &Plan) -> Vec<P> {
        let (x, y, size) = plan.at;
        OUTLINE
            .iter()
            .map(|p| {
                [
                    (x + p[0] * size) * self.reach,
                    (y + p[1] * size) * self.reach,
                ]
            })
            .collect()
    }
}

/// A zone of a plan: its outline in the plan's frame, whether it is a street.
struct Lot {
    ring: Ring,
    street: bool,
}

/// Divides a plan's ground into streets and zones.
fn divide(draft: &mut Draft<'_>, face: Ring, level: Level) -> Vec<Lot> {
    let (_, width, blocks) = level.measures();
    let (total, _) = draft.plane.area_and_centre(&face);
    let mut lots = Vec::new();
    let mut open = vec![face];
    while let Some(face) = open.pop() {
        let (area, _) = draft.plane.area_and_centre(&draft.plane.expand(&face));
        let limit = total / blocks * draft.between(0.7, 1.5);
        let width = width.min((area.sqrt() * 0.055).max(5.0));
        let width = if area > total / 6.0 {
            width * 1.6
        } else {
            width
        };
        match if area > limit {
            draft.strip_across(&face, width, 0.04)
        } else {
            None
        } {
            Some(parts) => {
                lots.extend(parts.strip.map(|(ring, _)| Lot { ring, street: true }));
                open.push(parts.other);
                open.push(parts.one);
            }
            None if level == Level::Detailed => {
                let size = (area / 4.0).max(350.0);
                lots.extend(draft.halves(face, size, 0.03).into_iter().map(|ring| Lot {
                    ring,
                    street: false,
                }));
            }
            None => lots.push(Lot {
                ring: face,
                street: false,
            }),
        }
    }
    lots
}

/// What a zone may be: function, mark, density %, storeys, weight in general and zoning plans, in detailed plans.
const FUNCTIONS: [(&str, &str, f64, f64, f64, f64); 14] = [
    ("DAT_O_Nhomnhao", "OM", 60.0, 5.0, 26.0, 46.0),
    ("DAT_O_Honhop_Nhomo", "HH", 55.0, 15.0, 9.0, 6.0),
    ("DAT_HTXH_CayxanhCC", "CX", 5.0, 1.0, 9.0, 14.0),
    ("DAT_Dichvu", "DV", 50.0, 9.0, 7.0, 9.0),
    ("DAT_HTXH_Truonghoc", "TH", 40.0, 3.0, 4.0, 5.0),
    ("DAT_HTXH_TruongTHPT", "PT", 40.0, 4.0, 1.0, 0.0),
    ("DAT_HTXH_Yte", "YT", 40.0, 5.0, 1.5, 2.0),
    ("DAT_HTXH_Vanhoa", "VH", 40.0, 2.0, 1.5, 4.0),
    ("DAT_HTXH_Theducthethao", "TT", 25.0, 2.0, 2.0, 2.0),
    ("DAT_Coquan", "CQ", 40.0, 7.0, 2.5, 0.0),
    ("DAT_HTKT_Baidoxe", "BX", 20.0, 1.0, 1.5, 6.0),
    ("DAT_HTKT_Hatangkhac", "HT", 40.0, 1.0, 1.5, 3.0),
    ("DAT_SX_Congnghiep", "CN", 60.0, 3.0, 0.0, 0.0),
    ("DAT_NN_Nongnghiep", "NN", 0.0, 0.0, 14.0, 0.0),
];

/// The function of a zone: existing villages stay, industry gathers in one quarter, the rest is drawn.
fn function(province: &Province, level: Level, place: P, draw: f64) -> usize {
    let board = province.warp.board(place);
    if level != Level::Detailed {
        match province.terrain.zone(board) {
            Zone::Village => return FUNCTIONS.len(),
            Zone::Forest | Zone::Protected => return 13,
            _ => {}
        }
        if octaves(
            province.seed ^ 0x494E,
            place[0] / 1_500.0,
            place[1] / 1_500.0,
            2,
        ) > 0.66
        {
            return 12;
        }
    }
    let weight =
        |f: &(&str, &str, f64, f64, f64, f64)| if level == Level::Detailed { f.5 } else { f.4 };
    let total: f64 = FUNCTIONS.iter().map(weight).sum();
    let mut left = draw * total;
    for (k, f) in FUNCTIONS.iter().enumerate() {
        left -= weight(f);
        if left < 0.0 {
            return k;
        }
    }
    0
}

/// Writes plans and zones; how many of each.
pub fn write(
    province: &Province,
    plans: &Path,
    zones: &Path,
    form: Form,
) -> Result<(usize, usize), WriteError> {
    let mut plan_table = Table::create(
        plans,
        "urban_plans",
        GeometryType::Polygon,
        PLAN_COLUMNS,
        form,
    )?;
    let mut zone_table = Table::create(
        zones,
        "urban_plan_zones",
        GeometryType::Polygon,
        ZONE_COLUMNS,
        form,
    )?;
    let grid = Grid::new(province);
    for (n, plan) in PLANS.iter().enumerate() {
        let file = format!("24{}000{:04}", plan.level.code(), plan.number);
        let info = format!(
            "24{}{}10{:05}",
            plan.approved.get(2..4).unwrap_or("25"),
            plan.level.digit(),
            n + 1
        );
        let outline = grid.outline(plan);
        let ring: Vec<P> = outline.iter().map(|&p| grid.ground(p)).collect();
        let mut communes: Vec<&str> = Vec::new();
        for &p in outline
            .iter()
            .chain([&[plan.at.0 * grid.reach, plan.at.1 * grid.reach]])
        {
            let home = commune_at(province, province.warp.board(grid.ground(p)));
            communes.extend(home.map(|m| m.commune.joined));
        }
        communes.sort_unstable();
        communes.dedup();
        let area = ring_area(&ring);
        let row = [
            Value::text(file.as_str()),
            Value::text(info.as_str()),
            Value::text(plan.name),
            Value::text(plan.level.code()),
            Value::text("do_thi"),
            Value::text(plan.level.measures().0),
            Value::Real(rounded(area / 10_000.0, 2)),
            Value::Integer((area / 10_000.0 * 38.0) as i64),
            Value::Json(json!(communes).to_string()),
            Value::text(format!("{}/QĐ-UBND", 310 + 127 * n)),
            Value::Date(plan.approved.to_owned()),
            Value::text("UBND tỉnh"),
            Value::text(if plan.level == Level::General {
                "2045"
            } else {
                "2035"
            }),
            Value::text(if n == 5 {
                "dang_dieu_chinh"
            } else {
                "da_phe_duyet"
            }),
        ];
        plan_table.push(Geometry::Polygon(super::polygon(&[ring])), &row)?;
        push_zones(&mut zone_table, province, &grid, plan, (&file, &info), n)?;
    }
    Ok((plan_table.finish()?, zone_table.finish()?))
}

/// Adds the zones of a plan.
fn push_zones(
    table: &mut Table,
    province: &Province,
    grid: &Grid,
    plan: &Plan,
    (file, info): (&str, &str),
    n: usize,
) -> Result<(), WriteError> {
    let (plane, face) = Plane::unfrozen(&grid.outline(plan));
    let mut draft = Draft::new(
        plane,
        &province.terrain,
        stream(province.seed ^ 0x5551, n as i64, 0),
    );
    let lots = divide(&mut draft, face, plan.level);
    let mut marks = [0usize; 16];
    for (k, lot) in lots.iter().enumerate() {
        let ring = draft.plane.expand(&lot.ring);
        let ground: Vec<P> = draft
            .plane
            .places(&ring)
            .into_iter()
            .map(|p| grid.ground(p))
            .collect();
        let (_, centre) = draft.plane.area_and_centre(&ring);
        let index = if lot.street {
            15
        } else {
            function(
                province,
                plan.level,
                grid.ground(centre),
                draft.rng.random(),
            )
        };
        let (code, mark, density, storeys) = match FUNCTIONS.get(index) {
            Some(f) => (f.0, f.1, f.2, f.3),
            None if lot.street => ("DAT_HTKT_DuongGT", "GT", 0.0, 0.0),
            None => ("DAT_O_Langxom", "LX", 50.0, 3.0),
        };
        let number = marks.get_mut(index).map_or(0, |m| {
            *m += 1;
            *m
        });
        let area = ring_area(&ground);
        let built = density > 0.0;
        let homes = matches!(mark, "OM" | "HH" | "LX");
        let h = hash(province.seed ^ 0x5A4E, n as i64, k as i64);
        let row = [
            Value::text(file),
            Value::text(info),
            Value::text(format!("{file}-{:04}", k + 1)),
            Value::text(format!("Ô {mark}-{number:02}")),
            Value::text(format!("{mark}-{number:02}")),
            Value::text(plan.level.code()),
            Value::text(code),
            Value::text(match unit(h) {
                _ if mark == "LX" => "HT",
                x if x < 0.55 => "QHDD",
                _ => "QHDH",
            }),
            Value::Real(rounded(area, 1)),
            if built {
                Value::Real(density)
            } else {
                Value::Null
            },
            if built {
                Value::Real(storeys)
            } else {
                Value::Null
            },
            if built {
                Value::Real(rounded(density / 100.0 * storeys, 2))
            } else {
                Value::Null
            },
            if homes {
                Value::Integer((area / 10_000.0 * 120.0) as i64)
            } else {
                Value::Null
            },
        ];
        table.push(Geometry::Polygon(super::polygon(&[ground])), &row)?;
    }
    Ok(())
}
