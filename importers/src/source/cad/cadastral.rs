//! A cadastral drawing: parcels out of linework and texts, one sheet a file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use diaba_core::feature::Value;
use geo::{Geometry, LineString, Point};

use super::drawing::{Drawing, DrawnLayer, Said};
use super::elements::Elements;
use super::made::MadeSource;
use super::parcels::{self, Parcels};
use super::profile::Profile;
use super::side_table::SideTable;
use super::{Kind, faces, found, sheet};
use crate::error::ImportError;
use crate::job::Job;

/// A text of a drawing.
#[derive(Debug, Clone)]
pub struct Written {
    /// The level it is on.
    pub level: u8,
    /// What it says, as it came.
    pub text: String,
    /// Where it begins.
    pub at: Point<f64>,
}

/// What the elements of a drawing are, by its profile.
#[derive(Default)]
struct Read {
    lines: Vec<LineString<f64>>,
    texts: Vec<Written>,
    layers: BTreeMap<String, DrawnLayer>,
    complaint: Option<String>,
}

impl Read {
    /// What is known of the drawing before its parcels are made.
    fn drawing(&mut self, profile: &Profile, whole: &[Said]) -> Drawing {
        let mut drawing = Drawing {
            profile: Some(profile.name.clone()),
            said: whole.to_vec(),
            layers: std::mem::take(&mut self.layers).into_values().collect(),
            remarks: Vec::new(),
        };
        for said in whole {
            if said.from != "flag" {
                drawing.remark(
                    format!(
                        "{} = {}, lấy từ {}",
                        said.field,
                        said.value,
                        origin(said.from).0
                    ),
                    format!(
                        "{} = {}, taken from {}",
                        said.field,
                        said.value,
                        origin(said.from).1
                    ),
                );
            }
        }
        if let Some(complaint) = self.complaint.take() {
            drawing.remark(
                format!("GDAL báo khi đọc bản vẽ: {complaint}"),
                format!("GDAL said while reading the drawing: {complaint}"),
            );
        }
        drawing
    }
}

/// Reads the drawing of `job` and makes its parcels.
///
/// # Errors
/// [`ImportError`] where it cannot be read, encloses nothing, or does not say its sheet or commune.
pub(super) fn open(job: &Job, kind: Kind, profile: &Profile) -> Result<MadeSource, ImportError> {
    let mut read = read(job, kind, profile)?;
    let table = job
        .drawing
        .side_table
        .as_deref()
        .map(|path| SideTable::read(path, &job.theme, kind.bytes()))
        .transpose()?;
    let whole = sheet::of(job, profile, table.as_ref())?;
    let mut drawing = read.drawing(profile, &whole);
    if read.lines.is_empty() {
        return Err(nothing(job, profile, &drawing));
    }
    let ground =
        faces::enclose(&read.lines, profile.noding).map_err(|reason| ImportError::Read {
            path: job.file.clone(),
            reason,
        })?;
    remark_roundings(&ground, &mut drawing);
    let mut findings = found::of_ends(&ground.ends);
    findings.extend(ground.idle.iter().map(found::of_idle));
    let parcels = parcels::make(
        job,
        profile,
        &Parcels {
            faces: &ground.faces,
            texts: &read.texts,
            whole: &whole,
            table: table.as_ref(),
            bytes: kind.bytes(),
        },
        &mut findings,
        &mut drawing,
    );
    if parcels.rows.is_empty() {
        let (faces, ends) = (ground.faces.len(), ground.ends.len());
        return Err(ImportError::Nothing {
            path: job.file.clone(),
            vi: format!(
                "đường ranh khép được {faces} vùng, {ends} đầu hở; không vùng nào có nhãn thửa."
            ),
            en: format!(
                "its linework encloses {faces} pieces of ground, with {ends} open ends; none has a label."
            ),
        });
    }
    let rows = parcels
        .rows
        .into_iter()
        .map(|(face, values)| {
            let ground = ground.faces.get(face);
            (ground.map(|ground| ground.clone().into()), values)
        })
        .collect();
    let layer = profile.name.clone();
    let about = (findings, drawing);
    Ok(MadeSource::new(kind, layer, parcels.columns, rows, about))
}

/// Who said something, in words.
pub(super) fn origin(from: &str) -> (&'static str, &'static str) {
    match from {
        "file_name" => ("tên tệp", "the file's name"),
        "side_table" => ("bảng thuộc tính", "the side table"),
        "plan_file" => ("tệp hồ sơ quy hoạch", "the plan's file"),
        _ => ("người nhập", "the operator"),
    }
}

fn read(job: &Job, kind: Kind, profile: &Profile) -> Result<Read, ImportError> {
    let mut read = Read::default();
    let texts: Vec<u8> = profile
        .texts
        .iter()
        .flat_map(|t| &t.levels)
        .chain(profile.remarks.iter().flat_map(|r| &r.levels))
        .copied()
        .collect();
    let mut elements = Elements::open(&job.file, kind)?;
    let complaint = elements.each(|element| {
        let level = profile.level(kind, &element.layer);
        let title = level.and_then(|level| profile.objects.get(&level)).cloned();
        let layer = read
            .layers
            .entry(element.layer.clone())
            .or_insert_with(|| DrawnLayer {
                name: element.layer.clone(),
                title,
                became: match level {
                    Some(level) if profile.lines.contains(&level) => "boundary",
                    Some(level) if texts.contains(&level) => "text",
                    _ => "not_used",
                },
                ..DrawnLayer::default()
            });
        layer.elements += 1;
        let (Some(level), Some(geometry)) = (level, element.geometry) else {
            return ControlFlow::Continue(());
        };
        match (element.text, geometry) {
            (Some(text), Geometry::Point(at)) => {
                if texts.contains(&level) {
                    read.texts.push(Written { level, text, at });
                }
            }
            (_, geometry) => {
                if profile.lines.contains(&level) {
                    linework(geometry, &mut read.lines);
                }
            }
        }
        ControlFlow::Continue(())
    });
    read.complaint = complaint;
    Ok(read)
}

/// The lines of `geometry`: those of closed shapes too. Lines with a place that is no number are none.
fn linework(geometry: Geometry<f64>, lines: &mut Vec<LineString<f64>>) {
    let mut take = |mut line: LineString<f64>| {
        line.0.dedup();
        if line.0.len() > 1 && line.0.iter().all(|c| c.x.is_finite() && c.y.is_finite()) {
            lines.push(line);
        }
    };
    match geometry {
        Geometry::LineString(line) => take(line),
        Geometry::MultiLineString(many) => many.into_iter().for_each(take),
        Geometry::Polygon(polygon) => {
            let (shell, holes) = polygon.into_inner();
            take(shell);
            holes.into_iter().for_each(take);
        }
        Geometry::MultiPolygon(many) => {
            for polygon in many {
                linework(polygon.into(), lines);
            }
        }
        Geometry::GeometryCollection(many) => {
            for part in many {
                linework(part, lines);
            }
        }
        _ => {}
    }
}

fn remark_roundings(ground: &faces::Ground, drawing: &mut Drawing) {
    let (met, cut) = (ground.met, ground.cut);
    if met + cut > 0 {
        drawing.remark(
            format!("{met} đầu đường được nối vào đường bên cạnh và {cut} đầu thừa được bỏ trong sai số làm tròn của bản vẽ; không dịch đỉnh nào"),
            format!("{met} ends were joined to the line beside them and {cut} overshoots left out within the drawing's rounding; no vertex was moved"),
        );
    }
}

/// Refuses a drawing without linework, with the levels it has.
fn nothing(job: &Job, profile: &Profile, drawing: &Drawing) -> ImportError {
    let wanted = profile
        .lines
        .iter()
        .map(u8::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let has = drawing.layers_in_words();
    ImportError::Nothing {
        path: job.file.clone(),
        vi: format!(
            "không có đường ranh thửa ở lớp {wanted} theo bảng phân lớp {}; các lớp (số đối tượng): {has}. Dùng --profile nếu bản vẽ theo bảng khác.",
            profile.name
        ),
        en: format!(
            "there is no linework of parcels on level {wanted} of the profile {}; its levels (elements): {has}. Use --profile where the drawing follows another.",
            profile.name
        ),
    }
}

/// A text value; none where there is nothing in it.
pub(super) fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| Value::Text(value.to_owned()))
}
