//! Pieces of ground and the texts in them, made into the records of parcels.

use std::collections::BTreeSet;

use diaba_core::feature::Value;
use diaba_core::quality::{Finding, FindingKind, Severity};
use diaba_core::shard::ids::business_key;
use diaba_core::theme::FieldMap;
use geo::{Area, Point, Polygon};

use super::attach::Pieces;
use super::cadastral::{Written, text};
use super::drawing::{Drawing, Said};
use super::found::{finding, of_unlabelled};
use super::label::{self, AREA, Label, PARCEL, bare, same};
use super::profile::Profile;
use super::remarks::Reader;
use super::sheet::{COMMUNE, SHEET};
use super::side_table::SideTable;
use crate::job::Job;
use crate::source::SourceColumn;

/// The field of the land use.
const LAND_USE: &str = "loai_dat";
/// Fields the side table's value goes into beside the drawing's.
const MERGED: [&str; 2] = [LAND_USE, AREA];
/// Numbers of parcels named in a remark.
const NAMED: usize = 20;

/// What parcels are made of.
pub struct Parcels<'a> {
    /// Pieces of ground.
    pub faces: &'a [Polygon<f64>],
    /// Texts of the drawing.
    pub texts: &'a [Written],
    /// The commune and the sheet.
    pub whole: &'a [Said],
    /// Attributes beside the drawing.
    pub table: Option<&'a SideTable>,
    /// Whether text comes as bytes.
    pub bytes: bool,
}

/// Records of parcels.
#[derive(Default)]
pub struct Made {
    /// Their columns.
    pub columns: Vec<SourceColumn>,
    /// The piece of ground of each, and its values.
    pub rows: Vec<(usize, Vec<Option<Value>>)>,
}

/// What stands in one piece of ground.
#[derive(Default, Clone)]
struct Inside {
    texts: Vec<label::Text>,
    remarks: Vec<String>,
}

/// Columns and their fields, in the records' order.
struct Columns<'a> {
    /// The drawing's own fields.
    own: Vec<&'a str>,
    /// Columns of the side table that follow them.
    further: Vec<usize>,
    /// Columns of the side table whose values go into the drawing's own.
    merged: Vec<(&'a str, usize)>,
}

/// Makes the parcels of `from`; what is doubtful goes to `findings`, what is to be known to `drawing`.
pub fn make(
    job: &Job,
    profile: &Profile,
    from: &Parcels<'_>,
    findings: &mut Vec<Finding>,
    drawing: &mut Drawing,
) -> Made {
    let inside = gather(profile, from, findings, drawing);
    let columns = columns(profile, from.table);
    let names: Vec<SourceColumn> = columns
        .own
        .iter()
        .map(|field| SourceColumn {
            name: (*field).to_owned(),
            text: true,
        })
        .chain(
            columns
                .further
                .iter()
                .filter_map(|&index| from.table.and_then(|t| t.columns.get(index)).cloned()),
        )
        .collect();
    let plain_names: Vec<&str> = names.iter().map(|c| c.name.as_str()).collect();
    let keys = Keys {
        map: job.theme.match_fields(&plain_names),
    };
    let mut made = Made {
        columns: names,
        rows: Vec::new(),
    };
    let mut joined = BTreeSet::new();
    let mut without_row = Vec::new();
    for (index, (face, inside)) in from.faces.iter().zip(inside).enumerate() {
        let label = label::together(inside.texts, face.unsigned_area());
        if label.values.is_empty() {
            findings.push(of_unlabelled(face, profile.noding.sliver));
            continue;
        }
        let number = label.values.get(PARCEL).map(String::as_str);
        let row = match (from.table, number) {
            (Some(table), Some(number)) => {
                let row = table.row(said(from.whole, SHEET), number);
                match row {
                    Some(_) => drop(joined.insert(bare(number).to_owned())),
                    None => without_row.push(number.to_owned()),
                }
                row
            }
            _ => None,
        };
        let values = values(from.whole, &columns, &label, &inside.remarks, row);
        let before = findings.len();
        judge(face, &label, row, &columns, findings);
        let told = findings.get_mut(before..).unwrap_or_default();
        if label.contradictions.contains_key(PARCEL) {
            keys.of_several(&values, &columns, &label, told);
            continue;
        }
        keys.of(&values, told);
        made.rows.push((index, values));
    }
    if let Some(table) = from.table {
        remark_join(
            table,
            said(from.whole, SHEET),
            &joined,
            &without_row,
            drawing,
        );
    }
    made
}

/// The texts of each piece of ground; those in none become findings.
fn gather(
    profile: &Profile,
    from: &Parcels<'_>,
    findings: &mut Vec<Finding>,
    drawing: &mut Drawing,
) -> Vec<Inside> {
    let pieces = Pieces::new(from.faces);
    let mut inside = vec![Inside::default(); from.faces.len()];
    let reader = Reader::new(profile.remarks.as_ref(), from.texts, from.bytes);
    let mut not_kept = 0_u64;
    for written in from.texts {
        let Point(at) = written.at;
        let piece = pieces
            .at(written.at)
            .and_then(|index| inside.get_mut(index));
        let read = label::read(profile, written.level, &written.text, at.y);
        match (read, piece) {
            (Some(read), Some(piece)) => piece.texts.push(read),
            (Some(read), None) => {
                let said = read
                    .groups
                    .iter()
                    .map(|(_, value)| value.as_str())
                    .collect::<Vec<_>>()
                    .join(" ");
                findings.push(finding(
                    FindingKind::Label,
                    Severity::Error,
                    written.at.into(),
                    format!("nhãn “{said}” không nằm trong thửa nào"),
                    format!("the label “{said}” stands in no parcel"),
                ));
            }
            (None, Some(piece)) if reader.keeps(written) => {
                piece.remarks.push(written.text.clone());
            }
            (None, _) => not_kept += 1,
        }
    }
    if not_kept > 0 {
        drawing.remark(
            format!("{not_kept} dòng chữ không phải số thửa, loại đất, diện tích hay ghi chú quen thuộc; không giữ vì có thể là tên người"),
            format!("{not_kept} texts are no number, land use, area or usual remark; not kept, they may be names of people"),
        );
    }
    inside
}

fn columns<'a>(profile: &'a Profile, table: Option<&'a SideTable>) -> Columns<'a> {
    let fields: &[Option<String>] = table.map_or(&[], |t| t.fields.as_slice());
    let mut own = vec![COMMUNE, SHEET, PARCEL, LAND_USE, AREA];
    if let Some(remarks) = &profile.remarks {
        // One column holds one hand's writing: the table's remarks take the place of the drawing's.
        if fields.iter().flatten().all(|f| *f != remarks.field) {
            own.push(&remarks.field);
        }
    }
    let mut further = Vec::new();
    let mut merged = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        match field.as_deref() {
            Some(field) if MERGED.contains(&field) => {
                merged.extend(MERGED.iter().find(|m| **m == field).map(|m| (*m, index)));
            }
            Some(SHEET | PARCEL | COMMUNE) => {}
            _ => further.push(index),
        }
    }
    Columns {
        own,
        further,
        merged,
    }
}

/// What `whole` says of `field`.
fn said<'a>(whole: &'a [Said], field: &str) -> &'a str {
    whole
        .iter()
        .find(|s| s.field == field)
        .map_or("", |s| s.value.as_str())
}

fn values(
    whole: &[Said],
    columns: &Columns<'_>,
    label: &Label,
    remarks: &[String],
    row: Option<&[Option<Value>]>,
) -> Vec<Option<Value>> {
    let of_row = |index: usize| row.and_then(|row| row.get(index)).cloned().flatten();
    let own = columns.own.iter().map(|&field| match field {
        COMMUNE | SHEET => text(said(whole, field)),
        PARCEL => label.values.get(field).and_then(|v| text(v)),
        _ => columns
            .merged
            .iter()
            .find(|(merged, _)| *merged == field)
            .and_then(|(_, index)| of_row(*index))
            .or_else(|| label.values.get(field).and_then(|v| text(v)))
            .or_else(|| {
                let is_remark = ![LAND_USE, AREA].contains(&field);
                is_remark.then(|| text(&remarks.join("; "))).flatten()
            }),
    });
    own.chain(columns.further.iter().map(|&index| of_row(index)))
        .collect()
}

/// What contradicts itself in one parcel.
fn judge(
    face: &Polygon<f64>,
    label: &Label,
    row: Option<&[Option<Value>]>,
    columns: &Columns<'_>,
    findings: &mut Vec<Finding>,
) {
    for (field, values) in &label.contradictions {
        let said = values.join(", ");
        let (severity, vi, en) = if field == PARCEL {
            (
                Severity::Error,
                format!("nhiều số thửa trong một vùng khép kín: {said}; không nhập"),
                format!("several parcel numbers in one piece of ground: {said}; not imported"),
            )
        } else {
            (
                Severity::Warning,
                format!("{field}: các nhãn mâu thuẫn: {said}; dùng giá trị đầu"),
                format!("{field}: contradicting labels: {said}; the first was used"),
            )
        };
        findings.push(finding(
            FindingKind::Label,
            severity,
            face.clone().into(),
            vi,
            en,
        ));
    }
    if !label.values.contains_key(PARCEL) {
        findings.push(finding(
            FindingKind::Label,
            Severity::Warning,
            face.clone().into(),
            "thửa không có số thửa",
            "the parcel has no number",
        ));
    }
    for (field, index) in &columns.merged {
        let of_table = row.and_then(|row| row.get(*index)?.as_ref());
        let (Some(drawn), Some(of_table)) = (label.values.get(*field), of_table) else {
            continue;
        };
        let of_table = of_table.to_string();
        if !same(field, drawn, &of_table) {
            findings.push(finding(
                FindingKind::Label,
                Severity::Warning,
                face.clone().into(),
                format!("{field}: bản vẽ ghi {drawn}, bảng thuộc tính ghi {of_table}; dùng bảng"),
                format!("{field}: the drawing says {drawn}, the side table {of_table}; the table's was used"),
            ));
        }
    }
}

/// Business keys of parcels, as the theme makes them.
struct Keys {
    map: FieldMap,
}

impl Keys {
    fn key(&self, values: &[Option<Value>]) -> Option<String> {
        let theme = self.map.theme();
        let converted = self.map.convert(values).ok()?;
        Some(business_key(
            theme
                .key
                .iter()
                .map(|&i| converted.values.get(i).and_then(Option::as_ref)),
        ))
    }

    fn of(&self, values: &[Option<Value>], findings: &mut [Finding]) {
        if findings.is_empty() {
            return;
        }
        for finding in findings {
            finding.keys.extend(self.key(values));
        }
    }

    /// Every number found in one piece of ground is a parcel concerned.
    fn of_several(
        &self,
        values: &[Option<Value>],
        columns: &Columns<'_>,
        label: &Label,
        findings: &mut [Finding],
    ) {
        let at = columns.own.iter().position(|f| *f == PARCEL);
        for number in label.contradictions.get(PARCEL).into_iter().flatten() {
            let mut values = values.to_vec();
            if let Some(slot) = at.and_then(|at| values.get_mut(at)) {
                *slot = text(number);
            }
            self.of(&values, findings);
        }
    }
}

fn remark_join(
    table: &SideTable,
    sheet: &str,
    joined: &BTreeSet<String>,
    without_row: &[String],
    drawing: &mut Drawing,
) {
    let listed = |mut numbers: Vec<&str>| {
        numbers.sort_unstable_by_key(|n| (n.len(), n.to_owned()));
        let more = numbers.len() > NAMED;
        numbers.truncate(NAMED);
        format!("{}{}", numbers.join(", "), if more { ", …" } else { "" })
    };
    if !without_row.is_empty() {
        let (n, list) = (
            without_row.len(),
            listed(without_row.iter().map(String::as_str).collect()),
        );
        drawing.remark(
            format!("{n} thửa trên bản vẽ không có trong bảng thuộc tính: {list}"),
            format!("{n} parcels of the drawing are not in the side table: {list}"),
        );
    }
    let left: Vec<&str> = table
        .parcels(sheet)
        .filter(|p| !joined.contains(*p))
        .collect();
    if !left.is_empty() {
        let (n, list) = (left.len(), listed(left));
        drawing.remark(
            format!("{n} dòng của bảng thuộc tính không có thửa trên bản vẽ: {list}"),
            format!("{n} rows of the side table have no parcel in the drawing: {list}"),
        );
    }
    if table.doubled > 0 {
        let n = table.doubled;
        drawing.remark(
            format!("{n} dòng của bảng thuộc tính trùng tờ và thửa với dòng trước; không dùng"),
            format!(
                "{n} rows of the side table repeat the sheet and parcel of an earlier one; not used"
            ),
        );
    }
}
