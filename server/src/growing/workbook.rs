//! Growing areas as a workbook, as the national system takes them: names instead of codes, one row an area.

use std::collections::BTreeMap;

use diaba_core::code_list::CodeList;
use diaba_core::feature::Value;
use diaba_core::theme::{Field, FieldType, Theme};
use diaba_core::view::FeatureRef;
use geo::Area;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::error::ApiError;
use crate::features::geojson::public_fields;

/// Square metres of a hectare.
const HECTARE: f64 = 1e4;
/// Width of columns, characters.
const WIDTH: f64 = 18.0;

/// The three sheets.
pub struct Book<'a> {
    /// The areas.
    pub zones: &'a [FeatureRef<'a>],
    /// Observations of them.
    pub observations: &'a [FeatureRef<'a>],
    /// Names of communes.
    pub units: Option<&'a CodeList>,
}

impl Book<'_> {
    /// The workbook's bytes.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where a feature cannot be read or the file cannot be written.
    pub fn bytes(&self) -> Result<Vec<u8>, ApiError> {
        let mut book = Workbook::new();
        let zones = book.add_worksheet().set_name("Vùng trồng");
        self.features(zones.map_err(ApiError::internal)?, self.zones, true)?;
        let seen = book.add_worksheet().set_name("Quan sát dịch hại");
        self.features(seen.map_err(ApiError::internal)?, self.observations, false)?;
        let sums = book.add_worksheet().set_name("Tổng hợp");
        self.sums(sums.map_err(ApiError::internal)?)?;
        book.save_to_buffer().map_err(ApiError::internal)
    }

    /// A row a feature, a column a public field, under its Vietnamese name.
    fn features(
        &self,
        sheet: &mut Worksheet,
        features: &[FeatureRef<'_>],
        measured: bool,
    ) -> Result<(), ApiError> {
        let Some(first) = features.first() else {
            return head(sheet, &["Không có dữ liệu".to_owned()]).map_err(ApiError::internal);
        };
        let theme = first.theme();
        let fields: Vec<(usize, &Field)> = columns(theme).collect();
        let mut titles: Vec<String> = fields.iter().map(|(_, field)| titled(field)).collect();
        if measured {
            titles.push("Diện tích theo bản đồ (ha)".to_owned());
        }
        titles.push("Xã, phường".to_owned());
        head(sheet, &titles).map_err(ApiError::internal)?;
        for (row, feature) in (1..).zip(features) {
            let values = feature.values().map_err(ApiError::internal)?;
            let mut column = 0;
            for (index, field) in &fields {
                let value = values.get(*index).and_then(Option::as_ref);
                write(sheet, row, column, field, value).map_err(ApiError::internal)?;
                column += 1;
            }
            if measured {
                let area = feature
                    .geometry()
                    .map_err(ApiError::internal)?
                    .unsigned_area();
                let hectares = (area / HECTARE * 1e4).round() / 1e4;
                sheet
                    .write_number(row, column, hectares)
                    .map_err(ApiError::internal)?;
                column += 1;
            }
            let commune = self.commune(theme, &values);
            sheet
                .write_string(row, column, commune)
                .map_err(ApiError::internal)?;
        }
        Ok(())
    }

    fn commune(&self, theme: &Theme, values: &[Option<Value>]) -> String {
        let index = theme.field_index("ma_xa");
        let code = index.and_then(|index| values.get(index)?.as_ref()?.as_text());
        let named = code.zip(self.units).and_then(|(code, units)| {
            let today = units.get_in(code, &units.current().id);
            Some(today.or_else(|| units.get(code))?.title.vi.clone())
        });
        named
            .or_else(|| code.map(str::to_owned))
            .unwrap_or_default()
    }

    /// Areas and hectares by crop and commune.
    fn sums(&self, sheet: &mut Worksheet) -> Result<(), ApiError> {
        let mut sums: BTreeMap<(String, String), (u32, f64)> = BTreeMap::new();
        for zone in self.zones {
            let theme = zone.theme();
            let values = zone.values().map_err(ApiError::internal)?;
            let crop = theme.legend.and_then(|index| {
                let code = values.get(index)?.as_ref()?;
                Some(named(theme.fields.get(index)?, &code.to_string()))
            });
            let key = (crop.unwrap_or_default(), self.commune(theme, &values));
            let sum = sums.entry(key).or_default();
            let area = zone.geometry().map_err(ApiError::internal)?.unsigned_area();
            *sum = (sum.0 + 1, sum.1 + area / HECTARE);
        }
        let titles = [
            "Cây trồng",
            "Xã, phường",
            "Số vùng",
            "Diện tích theo bản đồ (ha)",
        ];
        head(sheet, &titles.map(str::to_owned)).map_err(ApiError::internal)?;
        for (row, ((crop, commune), (count, hectares))) in (1..).zip(sums) {
            let done = sheet
                .write_string(row, 0, crop)
                .and_then(|sheet| sheet.write_string(row, 1, commune))
                .and_then(|sheet| sheet.write_number(row, 2, count))
                .and_then(|sheet| sheet.write_number(row, 3, (hectares * 1e4).round() / 1e4));
            done.map(drop).map_err(ApiError::internal)?;
        }
        Ok(())
    }
}

/// The fields a workbook shows: those everybody sees, but for what a source wrote instead of a code.
fn columns(theme: &Theme) -> impl Iterator<Item = (usize, &Field)> {
    let raw: Vec<usize> = theme
        .fields
        .iter()
        .filter_map(|f| f.coding.raw_to)
        .collect();
    public_fields(theme)
        .filter(move |index| !raw.contains(index))
        .filter_map(|index| Some((index, theme.fields.get(index)?)))
}

fn titled(field: &Field) -> String {
    match &field.unit {
        Some(unit) => format!("{} ({unit})", field.title.vi),
        None => field.title.vi.clone(),
    }
}

/// A code by its name; the code itself where it is that of a commune, whose name has a column of its own.
fn named(field: &Field, text: &str) -> String {
    let list = field.code_list.as_ref().filter(|_| field.name != "ma_xa");
    let code = list.and_then(|list| list.get(text));
    code.map_or_else(|| text.to_owned(), |code| code.title.vi.clone())
}

fn head(sheet: &mut Worksheet, titles: &[String]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_text_wrap();
    for (column, title) in (0..).zip(titles) {
        sheet.write_string_with_format(0, column, title, &bold)?;
        sheet.set_column_width(column, WIDTH)?;
    }
    sheet.set_freeze_panes(1, 0).map(drop)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    field: &Field,
    value: Option<&Value>,
) -> Result<(), XlsxError> {
    match value {
        None => Ok(()),
        Some(Value::Integer(number)) => sheet.write_number(row, column, *number as f64).map(drop),
        Some(Value::Real(number)) => sheet.write_number(row, column, *number).map(drop),
        Some(Value::Bool(yes)) => sheet
            .write_string(row, column, if *yes { "Có" } else { "Không" })
            .map(drop),
        Some(Value::Text(text)) if field.kind == FieldType::Date => {
            let mut parts = text.splitn(3, '-');
            let told = match (parts.next(), parts.next(), parts.next()) {
                (Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
                _ => text.clone(),
            };
            sheet.write_string(row, column, told).map(drop)
        }
        Some(Value::Text(text)) => sheet
            .write_string(row, column, named(field, text))
            .map(drop),
        Some(Value::Json(serde_json::Value::Array(list))) => {
            let items = list.iter().filter_map(|item| item.as_str());
            let told: Vec<String> = items.map(|item| named(field, item)).collect();
            sheet.write_string(row, column, told.join("; ")).map(drop)
        }
        Some(Value::Json(other)) => sheet.write_string(row, column, other.to_string()).map(drop),
    }
}
