//! A planning drawing: zones out of hatches and closed lines, or the plan's boundary.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use diaba_core::feature::Value;
use diaba_core::quality::{Finding, FindingKind, Severity};
use geo::{MultiPolygon, Point, Polygon};

use super::cadastral::{origin, text};
use super::drawing::{Drawing, DrawnLayer, Said};
use super::elements::{Element, Elements};
use super::found::finding;
use super::made::MadeSource;
use super::mapping::Mapping;
use super::zones::{self, Drawn, Zone};
use super::{Kind, plan_record};
use crate::error::ImportError;
use crate::job::Job;
use crate::source::SourceColumn;

/// Ends this near to each other are one, metres: the rounding of a drawing.
const ROUNDING: f64 = 0.001;
/// The theme's fields a zone's layer fills.
const FUNCTION: &str = "chuc_nang";
const LAYER: &str = "chuc_nang_goc";
const STAGE: &str = "giai_doan";
const LEVEL: &str = "phan_loai";

/// What the elements of a drawing are, by its mapping.
#[derive(Default)]
struct Read {
    zones: Vec<Zone>,
    boundary: Vec<Polygon<f64>>,
    texts: Vec<(String, String, Point<f64>)>,
    layers: BTreeMap<String, DrawnLayer>,
    findings: Vec<Finding>,
    open: u64,
}

/// Reads the drawing of `job`: its zones, or its boundary where the theme is the plans'.
///
/// # Errors
/// [`ImportError`] where it cannot be read, or has nothing for the theme on the layers the mapping knows.
pub(super) fn open(job: &Job, kind: Kind, mapping: &Mapping) -> Result<MadeSource, ImportError> {
    let mut read = Read::default();
    let mut elements = Elements::open(&job.file, kind)?;
    let complaint = elements.each(|element| {
        read.take(element, mapping);
        ControlFlow::Continue(())
    });
    let mut drawing = Drawing {
        profile: Some(mapping.name.clone()),
        layers: std::mem::take(&mut read.layers).into_values().collect(),
        ..Drawing::default()
    };
    if let Some(complaint) = complaint {
        drawing.remark(
            format!("GDAL báo khi đọc bản vẽ: {complaint}"),
            format!("GDAL said while reading the drawing: {complaint}"),
        );
    }
    let plan = plan_record::of(job, &mapping.plans, &mut drawing)?;
    let of_file = plan.iter().filter(|s| s.from != "flag").count();
    if of_file > 0 {
        let (vi, en) = origin("plan_file");
        drawing.remark(
            format!("{of_file} giá trị của hồ sơ quy hoạch lấy từ {vi}"),
            format!("{of_file} values of the plan's record were taken from {en}"),
        );
    }
    let is_plan = job.theme.id == mapping.plans;
    if is_plan {
        required(job, &plan)?;
    }
    remark_layers(&read, is_plan, &mut drawing);
    let (columns, rows) = if is_plan {
        boundary(&read.boundary, &plan)
    } else {
        zones_of(&mut read, &plan, mapping, &mut drawing)
    };
    drawing.said = plan;
    if rows.is_empty() {
        return Err(nothing(job, is_plan, mapping, &drawing));
    }
    let rows = rows
        .into_iter()
        .map(|(ground, values)| (Some(ground), values))
        .collect();
    let about = (read.findings, drawing);
    Ok(MadeSource::new(kind, elements.name(), columns, rows, about))
}

impl Read {
    fn take(&mut self, element: Element, mapping: &Mapping) {
        let Element {
            layer,
            text,
            geometry,
            ..
        } = element;
        let meaning = mapping.meaning(&layer);
        let is_boundary = mapping.is_boundary(&layer);
        let has_texts = mapping.has_texts(&layer);
        let drawn = self
            .layers
            .entry(layer.clone())
            .or_insert_with(|| DrawnLayer {
                name: layer.clone(),
                became: match (&meaning, is_boundary, has_texts) {
                    (Some(_), ..) => "zone",
                    (None, true, _) => "boundary",
                    (None, false, true) => "text",
                    (None, false, false) => "not_used",
                },
                ..DrawnLayer::default()
            });
        drawn.elements += 1;
        let Some(geometry) = geometry else { return };
        // GDAL also gives a hatch a text: the name of its pattern.
        if let (Some(text), geo::Geometry::Point(at)) = (text, &geometry) {
            if has_texts {
                self.texts.push((layer, text, *at));
            }
            return;
        }
        if meaning.is_none() && !is_boundary {
            return;
        }
        let (areas, hatch) = match zones::drawn(geometry, ROUNDING) {
            Drawn::Hatch(areas) => (areas, true),
            Drawn::Outline(area) => (vec![area], false),
            Drawn::Open(line) => {
                self.open += 1;
                self.findings
                    .extend(zones::open_outline(&line, &layer, mapping.reach));
                return;
            }
            Drawn::Other => return,
        };
        match meaning {
            Some(meaning) => self.zones.extend(areas.into_iter().map(|ground| Zone {
                layer: layer.clone(),
                meaning: meaning.clone(),
                ground,
                hatch,
            })),
            None => self.boundary.extend(areas),
        }
    }
}

type Rows = Vec<(geo::Geometry<f64>, Vec<Option<Value>>)>;

fn column(name: impl Into<String>) -> SourceColumn {
    SourceColumn {
        name: name.into(),
        text: true,
    }
}

/// The plan itself: one record whatever its boundary is drawn of.
fn boundary(boundary: &[Polygon<f64>], plan: &[Said]) -> (Vec<SourceColumn>, Rows) {
    let columns = plan.iter().map(|s| column(&s.field)).collect();
    let values = plan.iter().map(|s| text(&s.value)).collect();
    let alike: Vec<Zone> = boundary
        .iter()
        .map(|ground| Zone {
            layer: String::new(),
            meaning: super::mapping::Meaning {
                function: String::new(),
                stage: None,
                level: None,
            },
            ground: ground.clone(),
            hatch: false,
        })
        .collect();
    let (mut parts, _) = zones::once(alike, ROUNDING);
    let ground = match parts.len() {
        0 => return (columns, Vec::new()),
        1 => parts.remove(0).ground.into(),
        _ => MultiPolygon(parts.into_iter().map(|p| p.ground).collect()).into(),
    };
    (columns, vec![(ground, values)])
}

fn zones_of(
    read: &mut Read,
    plan: &[Said],
    mapping: &Mapping,
    drawing: &mut Drawing,
) -> (Vec<SourceColumn>, Rows) {
    let (zones, doubled) = zones::once(std::mem::take(&mut read.zones), mapping.same);
    if doubled > 0 {
        drawing.remark(
            format!("{doubled} ô được vẽ hai lần (tô màu và đường bao), chỉ tính một"),
            format!("{doubled} zones are drawn twice (a hatch and its outline) and count once"),
        );
    }
    let labels = zones::labels(&zones, &read.texts, mapping);
    let mut written: Vec<&str> = mapping
        .forms
        .iter()
        .flat_map(|form| form.capture_names().flatten())
        .collect();
    written.sort_unstable();
    written.dedup();
    let (shared, further): (Vec<&Said>, Vec<&Said>) =
        plan.iter().partition(|s| mapping.shared.contains(&s.field));
    let columns = [FUNCTION, LAYER, STAGE, LEVEL]
        .into_iter()
        .chain(written.iter().copied())
        .chain(shared.iter().map(|s| s.field.as_str()))
        .map(column)
        .chain(further.iter().map(|s| column(format!("qh_{}", s.field))))
        .collect();
    let mut rows: Rows = Vec::with_capacity(zones.len());
    for (zone, label) in zones.into_iter().zip(labels) {
        for (field, values) in &label.contradictions {
            let said = values.join(", ");
            read.findings.push(finding(
                FindingKind::Label,
                Severity::Warning,
                zone.ground.clone().into(),
                format!("{field}: nhiều nhãn trong một ô: {said}; dùng giá trị đầu"),
                format!("{field}: several labels in one zone: {said}; the first was used"),
            ));
        }
        let Zone {
            layer,
            meaning,
            ground,
            ..
        } = zone;
        let own = [
            text(&meaning.function),
            text(&layer),
            meaning.stage.as_deref().and_then(text),
            meaning.level.as_deref().and_then(text),
        ];
        let values = own
            .into_iter()
            .chain(
                written
                    .iter()
                    .map(|field| label.values.get(*field).and_then(|v| text(v))),
            )
            .chain(shared.iter().chain(&further).map(|s| text(&s.value)))
            .collect();
        rows.push((ground.into(), values));
    }
    (columns, rows)
}

/// Checks that the plan's record has what the theme requires.
fn required(job: &Job, plan: &[Said]) -> Result<(), ImportError> {
    let missing: Vec<&str> = job
        .theme
        .fields
        .iter()
        .filter(|f| f.required && plan.iter().all(|s| s.field != f.name))
        .map(|f| f.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(", ");
    Err(ImportError::Nothing {
        path: job.file.clone(),
        vi: format!(
            "hồ sơ quy hoạch thiếu {list}; ghi bằng --plan KHÓA=GIÁ TRỊ hoặc trong tệp .plan.toml cạnh bản vẽ."
        ),
        en: format!(
            "the plan's record lacks {list}; say it with --plan KEY=VALUE or in a .plan.toml beside the drawing."
        ),
    })
}

fn remark_layers(read: &Read, is_plan: bool, drawing: &mut Drawing) {
    let unknown = drawing
        .layers
        .iter()
        .filter(|l| l.became == "not_used")
        .map(|l| format!("{} ({})", l.name, l.elements))
        .collect::<Vec<_>>()
        .join(", ");
    if !unknown.is_empty() && !is_plan {
        drawing.remark(
            format!("các lớp chưa có trong bảng ánh xạ, không nhập (số đối tượng): {unknown}; bổ sung bằng --layers"),
            format!("layers the mapping does not know were not imported (elements): {unknown}; add them with --layers"),
        );
    }
    if read.open > 0 {
        let n = read.open;
        drawing.remark(
            format!("{n} đường không khép kín trên các lớp ô đất hoặc ranh giới, không thành ô"),
            format!("{n} lines on layers of zones or the boundary do not close and make no zone"),
        );
    }
}

fn nothing(job: &Job, is_plan: bool, mapping: &Mapping, drawing: &Drawing) -> ImportError {
    let (has, name) = (drawing.layers_in_words(), &mapping.name);
    let (vi, en) = if is_plan {
        (
            "không có ranh giới quy hoạch khép kín",
            "there is no closed boundary of a plan",
        )
    } else {
        ("không có ô đất quy hoạch", "there is no zone of a plan")
    };
    ImportError::Nothing {
        path: job.file.clone(),
        vi: format!(
            "{vi} ở các lớp mà bảng {name} biết; các lớp (số đối tượng): {has}. Dùng --layers TỆP để nói lớp nào là gì."
        ),
        en: format!(
            "{en} on the layers the mapping {name} knows; its layers (elements): {has}. Use --layers FILE to say which layer is what."
        ),
    }
}
