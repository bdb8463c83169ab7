//! An overlay as a workbook: the sums on one sheet, the pairs on the other.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::table::Table;
use crate::parcel_extract::document::Code;

/// Most pairs a workbook takes: what people open.
pub const MOST: usize = 200_000;

/// The workbook.
///
/// # Errors
/// [`XlsxError`] where it cannot be written.
pub fn write(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_background_color(0x00E8_ECEE);
    let number = Format::new().set_num_format("#,##0.00");
    sums(book.add_worksheet(), table, &head, &number)?;
    pairs(book.add_worksheet(), table, &head, &number)?;
    book.save_to_buffer()
}

fn sums(
    sheet: &mut Worksheet,
    table: &Table,
    head: &Format,
    number: &Format,
) -> Result<(), XlsxError> {
    sheet.set_name("Tổng hợp")?;
    let titles = [
        "Chức năng",
        "Tên chức năng",
        "Loại đất",
        "Tên loại đất",
        "Số đối tượng",
        "Diện tích (m²)",
        "Tỷ lệ (%)",
    ];
    titled(sheet, &titles, head)?;
    for (row, sum) in (1u32..).zip(&table.by) {
        coded(sheet, row, 0, sum.of_class.as_ref())?;
        coded(sheet, row, 2, sum.class.as_ref())?;
        sheet.write_number(row, 4, sum.features as f64)?;
        sheet.write_number_with_format(row, 5, sum.area, number)?;
        sheet.write_number_with_format(row, 6, table.percent(sum), number)?;
    }
    let last = table.by.len() as u32 + 1;
    sheet.write_string_with_format(last, 0, "Cộng", head)?;
    sheet.write_number_with_format(last, 4, table.features as f64, head)?;
    sheet.write_number_with_format(last, 5, table.area, number)?;
    sheet.autofit();
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn pairs(
    sheet: &mut Worksheet,
    table: &Table,
    head: &Format,
    number: &Format,
) -> Result<(), XlsxError> {
    sheet.set_name("Chi tiết")?;
    let mut titles = vec!["Đối tượng", "Chức năng", "ID", "Bộ dữ liệu"];
    titles.extend(table.on.key.iter().map(String::as_str));
    titles.extend(["Loại đất", "Diện tích (m²)", "Tỷ lệ (%)"]);
    titled(sheet, &titles, head)?;
    for (line, row) in (1u32..).zip(&table.rows) {
        let mut column = 0u16;
        let mut cells = vec![
            Some(row.of_label.clone()),
            row.of_class.clone(),
            Some(row.id.to_string()),
            Some(row.dataset.clone()),
        ];
        cells.extend(row.key.iter().cloned());
        cells.push(row.class.clone());
        for cell in cells {
            if let Some(text) = cell {
                sheet.write_string(line, column, text)?;
            }
            column += 1;
        }
        sheet.write_number_with_format(line, column, row.area, number)?;
        sheet.write_number_with_format(line, column + 1, row.percent, number)?;
    }
    sheet.autofit();
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn titled(sheet: &mut Worksheet, titles: &[&str], head: &Format) -> Result<(), XlsxError> {
    for (column, title) in (0u16..).zip(titles) {
        sheet.write_string_with_format(0, column, *title, head)?;
    }
    Ok(())
}

fn coded(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    code: Option<&Code>,
) -> Result<(), XlsxError> {
    if let Some(code) = code {
        sheet.write_string(row, column, &code.code)?;
        if let Some(title) = &code.title {
            sheet.write_string(row, column + 1, &title.vi)?;
        }
    }
    Ok(())
}
