//! The fields every class of a planning package must have: there, of text, and no longer than the circular says.

use std::collections::BTreeMap;

use diaba_core::theme::Bilingual;
use gdal::vector::{Layer, LayerAccess, OGRFieldType, field_type_to_name};

use crate::source::ogr;

/// A field of a class.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    name: String,
    kind: OGRFieldType::Type,
    /// Characters it is declared to hold; 0 where the file does not say.
    width: u32,
    /// Values with more characters than the circular has for it.
    over: u64,
    /// Characters of the longest value.
    longest: usize,
}

/// The columns of `layer`; where one of them is of `fields`, its values are measured by the length that goes with it.
pub(super) fn columns(layer: &mut Layer<'_>, fields: &BTreeMap<String, u32>) -> Vec<Column> {
    let names = ogr::column_names(layer.defn());
    let mut columns: Vec<Column> = names
        .iter()
        .zip(layer.defn().fields())
        .map(|(name, field)| Column {
            name: String::from_utf8_lossy(name).into_owned(),
            kind: field.field_type(),
            width: u32::try_from(field.width()).unwrap_or_default(),
            ..Column::default()
        })
        .collect();
    let limits: Vec<(usize, u32)> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind == OGRFieldType::OFTString)
        .filter_map(|(i, column)| Some((i, length(fields, &column.name)?)))
        .collect();
    for feature in layer.features() {
        for &(i, limit) in &limits {
            let text = ogr::text(&feature, i).unwrap_or_default();
            let long = String::from_utf8_lossy(&text).trim_end().chars().count();
            if let Some(column) = columns.get_mut(i) {
                column.longest = column.longest.max(long);
                column.over += u64::from(long > limit as usize);
            }
        }
    }
    columns
}

fn length(fields: &BTreeMap<String, u32>, name: &str) -> Option<u32> {
    let own = |(field, _): &(&String, &u32)| field.eq_ignore_ascii_case(name);
    fields.iter().find(own).map(|(_, length)| *length)
}

/// What of `fields` the class `layer` lacks, has of another type, or has longer. No value is told.
pub(super) fn check(
    layer: &str,
    columns: &[Column],
    fields: &BTreeMap<String, u32>,
    notes: &mut Vec<Bilingual>,
) {
    let column = |field: &str| columns.iter().find(|c| c.name.eq_ignore_ascii_case(field));
    let missing: Vec<&str> = fields
        .keys()
        .map(String::as_str)
        .filter(|field| column(field).is_none())
        .collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        notes.push(Bilingual {
            vi: format!("{layer}: thiếu trường bắt buộc {list}"),
            en: format!("{layer}: the required fields {list} are missing"),
        });
    }
    for (field, limit) in fields {
        let Some(column) = column(field) else {
            continue;
        };
        if column.kind != OGRFieldType::OFTString {
            let kind = field_type_to_name(column.kind);
            notes.push(Bilingual {
                vi: format!(
                    "{layer}: trường {field} phải là chữ (TEXT {limit}), trong tệp là {kind}"
                ),
                en: format!(
                    "{layer}: the field {field} must be text ({limit}), in the file it is {kind}"
                ),
            });
        } else if column.over > 0 {
            let (over, longest) = (column.over, column.longest);
            notes.push(Bilingual {
                vi: format!("{layer}: {over} giá trị của {field} dài hơn {limit} ký tự, dài nhất {longest}; vẫn giữ nguyên"),
                en: format!("{layer}: {over} values of {field} are longer than {limit} characters, the longest has {longest}; they are kept whole"),
            });
        } else if column.width > 0 && column.width != *limit {
            let width = column.width;
            notes.push(Bilingual {
                vi: format!("{layer}: trường {field} khai {width} ký tự, theo Thông tư là {limit}"),
                en: format!("{layer}: the field {field} is declared with {width} characters, the circular says {limit}"),
            });
        }
    }
}
