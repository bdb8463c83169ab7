//! Irrigation works: sluices and pumping stations at the dikes, main canals, field canals, reservoirs and dams.

use geo_types::{Geometry, Point};

use super::dikes::{Bank, dike_at};
use super::{length, rounded};
use crate::chance::{hash, unit};
use crate::ground::frame::{LineKind, RIVERS};
use crate::ground::warp::P;
use crate::layout::WayKind;
use crate::output::fgb::{Column, Kind, Table, Value, WriteError};
use crate::province::Province;
use crate::register::places;
use crate::register::survey::{CommuneSurvey, ring_area};

/// The columns.
pub const COLUMNS: &[Column] = &[
    Column::new("ma_cong_trinh", Kind::Text),
    Column::new("ten", Kind::Text),
    Column::new("loai", Kind::Text),
    Column::new("quy_mo", Kind::Text),
    Column::new("he_thong", Kind::Text),
    Column::new("nam_xay_dung", Kind::Integer),
    Column::new("dung_tich_trieu_m3", Kind::Real),
    Column::new("dung_tich_huu_ich_trieu_m3", Kind::Real),
    Column::new("chieu_cao_dap_m", Kind::Real),
    Column::new("chieu_dai_dap_m", Kind::Real),
    Column::new("so_may", Kind::Integer),
    Column::new("cong_suat_m3h", Kind::Real),
    Column::new("dien_tich_tuoi_ha", Kind::Real),
    Column::new("dien_tich_tieu_ha", Kind::Real),
    Column::new("chieu_dai_m", Kind::Real),
    Column::new("be_rong_m", Kind::Real),
    Column::new("cap_kenh", Kind::Text),
    Column::new("kien_co_hoa", Kind::Boolean),
    Column::new("tinh_trang", Kind::Text),
    Column::new("ma_xa", Kind::Text),
    Column::new("ma_xa_goc", Kind::Text),
];

/// A work to be written; what is not said stays empty.
#[derive(Debug, Default)]
struct Work {
    code: String,
    name: String,
    kind: &'static str,
    size: Option<&'static str>,
    capacity: Option<f64>,
    dam: Option<(f64, f64)>,
    pumps: Option<(i64, f64)>,
    irrigates: Option<f64>,
    drains: Option<f64>,
    long: Option<f64>,
    wide: Option<f64>,
    order: Option<&'static str>,
    commune: Option<(&'static str, &'static str)>,
}

fn push_work(
    table: &mut Table,
    work: &Work,
    geometry: Geometry<f64>,
    seed: u64,
) -> Result<(), WriteError> {
    let h = work
        .code
        .bytes()
        .fold(seed, |h, b| hash(h, i64::from(b), 3));
    let real = |x: Option<f64>, digits| x.map_or(Value::Null, |x| Value::Real(rounded(x, digits)));
    let text = |t: Option<&str>| t.map_or(Value::Null, Value::text);
    let row = [
        Value::text(work.code.as_str()),
        Value::text(work.name.as_str()),
        Value::text(work.kind),
        text(work.size),
        Value::text("Cầu Sơn - Cấm Sơn"),
        Value::Integer(1_962 + (unit(h) * 58.0) as i64),
        real(work.capacity, 3),
        real(work.capacity.map(|c| c * 0.86), 3),
        real(work.dam.map(|d| d.0), 1),
        real(work.dam.map(|d| d.1), 1),
        work.pumps.map_or(Value::Null, |p| Value::Integer(p.0)),
        real(work.pumps.map(|p| p.0 as f64 * p.1), 0),
        real(work.irrigates, 1),
        real(work.drains, 1),
        real(work.long, 1),
        real(work.wide, 1),
        text(work.order),
        work.order.map_or(Value::Null, |_| {
            Value::Boolean(unit(h.rotate_left(9)) < 0.6)
        }),
        Value::text(match unit(h.rotate_left(19)) {
            x if x < 0.35 => "tot",
            x if x < 0.8 => "binh_thuong",
            x if x < 0.95 => "xuong_cap",
            _ => "hu_hong",
        }),
        text(work.commune.map(|c| c.0)),
        text(work.commune.map(|c| c.1)),
    ];
    table.push(geometry, &row)
}

fn point(p: P) -> Geometry<f64> {
    Geometry::Point(Point::new(p[0], p[1]))
}

/// The size class of a pumping station of `m3h` cubic metres an hour.
fn station_size(m3h: f64) -> &'static str {
    match m3h {
        q if q >= 72_000.0 => "lon",
        q if q >= 3_600.0 => "vua",
        _ => "nho",
    }
}

/// The size class of a reservoir of `hm3` million cubic metres.
fn reservoir_size(hm3: f64) -> &'static str {
    match hm3 {
        v if v >= 3.0 => "lon",
        v if v >= 0.5 => "vua",
        _ => "nho",
    }
}

/// Adds the main canals, and a sluice and a pumping station wherever one meets a dike.
pub fn push_frame(table: &mut Table, province: &Province) -> Result<(), WriteError> {
    let (frame, warp, seed) = (&province.frame, &province.warp, province.seed);
    let wide = 2.0 * LineKind::Canal.half_width();
    let mut canals = Vec::new();
    for j in (0..=frame.ny).filter(|&j| frame.along_u(j) == LineKind::Canal) {
        canals.push((
            format!("KC-N{j}"),
            (0..frame.nx)
                .map(|i| [frame.corner(i, j), frame.corner(i + 1, j)])
                .collect(),
        ));
    }
    for i in (0..=frame.nx).filter(|&i| frame.along_v(i) == LineKind::Canal) {
        let pieces: Vec<[P; 2]> = (0..frame.ny)
            .map(|j| [frame.corner(i, j), frame.corner(i, j + 1)])
            .collect();
        canals.push((format!("KC-D{i}"), pieces));
    }
    for (code, pieces) in canals {
        for (k, [a, b]) in pieces.into_iter().enumerate() {
            let course = warp.course(a, b, 45.0);
            let long = length(&course);
            let work = Work {
                code: format!("{code}-{}", k + 1),
                name: format!("Kênh chính {}", code.trim_start_matches("KC-")),
                kind: "kenh",
                size: Some("vua"),
                irrigates: Some(long * 0.06),
                long: Some(long),
                wide: Some(wide),
                order: Some("Kênh chính"),
                ..Work::default()
            };
            push_work(
                table,
                &work,
                Geometry::LineString(super::line(&course, false)),
                seed,
            )?;
        }
    }
    push_crossings(table, province)
}

/// Adds a sluice and a pumping station wherever a main canal meets a dike.
fn push_crossings(table: &mut Table, province: &Province) -> Result<(), WriteError> {
    let (frame, warp, seed) = (&province.frame, &province.warp, province.seed);
    for j in 0..=frame.ny {
        let LineKind::River(r) = frame.along_u(j) else {
            continue;
        };
        let river = RIVERS.get(r).copied().unwrap_or("Thương");
        for i in (0..=frame.nx).filter(|&i| frame.along_v(i) == LineKind::Canal) {
            for bank in Bank::BOTH {
                let (code, word) = bank.names();
                let name = places::hamlet(hash(
                    seed,
                    i as i64,
                    (10 * j) as i64 + i64::from(bank == Bank::Left),
                ));
                let sluice = Work {
                    code: format!("CONG-{}-{}-{i}", code.to_uppercase(), r + 1),
                    name: format!("Cống {name} qua đê {word} {river}"),
                    kind: "cong",
                    size: Some("vua"),
                    wide: Some(6.0),
                    ..Work::default()
                };
                push_work(
                    table,
                    &sluice,
                    point(warp.ground(dike_at(frame, i, j, bank, 0.0))),
                    seed,
                )?;
                let h = hash(
                    seed ^ 0x5442,
                    i as i64,
                    (3 * j) as i64 + i64::from(bank == Bank::Left),
                );
                let (pumps, each) = (
                    3 + (unit(h) * 9.0) as i64,
                    [1_000.0, 2_500.0, 4_000.0, 8_000.0],
                );
                let each = each
                    .get((unit(h.rotate_left(13)) * 4.0) as usize)
                    .copied()
                    .unwrap_or(1_000.0);
                let flow = pumps as f64 * each;
                let station = Work {
                    code: format!("TB-{}-{}-{i}", code.to_uppercase(), r + 1),
                    name: format!("Trạm bơm {name}"),
                    kind: "tram_bom",
                    size: Some(station_size(flow)),
                    pumps: Some((pumps, each)),
                    irrigates: Some(flow * 0.05),
                    drains: Some(flow * 0.028),
                    ..Work::default()
                };
                push_work(
                    table,
                    &station,
                    point(warp.ground(dike_at(frame, i, j, bank, 42.0))),
                    seed,
                )?;
            }
        }
    }
    Ok(())
}

/// Adds the reservoirs, dams, canals and small pumping stations of a commune.
pub fn push(table: &mut Table, survey: &CommuneSurvey, seed: u64) -> Result<(), WriteError> {
    let commune = survey.commune;
    let here = Some((commune.joined, commune.code));
    for (k, lake) in survey.lakes.iter().enumerate() {
        let area = ring_area(&lake.shore);
        let capacity = area * 5.5 / 1e6;
        let name = places::hamlet(lake.hamlet);
        let reservoir = Work {
            code: format!("HO-{}-{}", commune.code, k + 1),
            name: format!("Hồ {name}"),
            kind: "ho_chua",
            size: Some(reservoir_size(capacity)),
            capacity: Some(capacity),
            irrigates: Some(area / 900.0),
            commune: here,
            ..Work::default()
        };
        let shore = super::polygon(std::slice::from_ref(&lake.shore));
        push_work(table, &reservoir, Geometry::Polygon(shore), seed)?;
        let dam = Work {
            code: format!("DAP-{}-{}", commune.code, k + 1),
            name: format!("Đập hồ {name}"),
            kind: "dap",
            size: Some(reservoir_size(capacity)),
            dam: Some((6.0 + capacity * 4.0, length(&lake.dam))),
            long: Some(length(&lake.dam)),
            commune: here,
            ..Work::default()
        };
        push_work(
            table,
            &dam,
            Geometry::LineString(super::line(&lake.dam, false)),
            seed,
        )?;
    }
    for (k, canal) in survey
        .lines
        .iter()
        .filter(|l| l.kind == WayKind::Canal)
        .enumerate()
    {
        let long = length(&canal.course);
        let name = places::hamlet(canal.hamlet);
        let work = Work {
            code: format!("KENH-{}-{}", commune.code, k + 1),
            name: format!("Kênh {name}"),
            kind: "kenh",
            size: Some("nho"),
            irrigates: Some(long * 0.03),
            long: Some(long),
            wide: Some(canal.width),
            order: Some("Kênh cấp I"),
            commune: here,
            ..Work::default()
        };
        push_work(
            table,
            &work,
            Geometry::LineString(super::line(&canal.course, false)),
            seed,
        )?;
        let (Some(&head), true) = (canal.course.first(), k % 3 == 0) else {
            continue;
        };
        let pumps = 1 + (k as i64 / 3) % 3;
        let station = Work {
            code: format!("TB-{}-{}", commune.code, k + 1),
            name: format!("Trạm bơm {name}"),
            kind: "tram_bom",
            size: Some(station_size(pumps as f64 * 800.0)),
            pumps: Some((pumps, 800.0)),
            irrigates: Some(pumps as f64 * 35.0),
            commune: here,
            ..Work::default()
        };
        push_work(table, &station, point(head), seed)?;
    }
    Ok(())
}
