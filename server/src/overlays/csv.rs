//! Pairs as CSV (RFC 4180), UTF-8.

use std::fmt::Write;

use diaba_core::theme::Theme;

use super::rows::Row;

/// The first line: names of the columns. A byte order mark comes first, by which spreadsheets know UTF-8.
pub fn head(on: &Theme) -> String {
    let key = on.key.iter().filter_map(|field| on.fields.get(*field));
    let mut line = "\u{feff}of,of_label,of_class,id,dataset".to_owned();
    for field in key {
        line.push(',');
        line.push_str(&field.name);
    }
    line.push_str(",class,area_m2,percent\r\n");
    line
}

/// A pair's line.
pub fn line(row: &Row) -> String {
    let mut line = String::new();
    // Writing into a string cannot fail.
    let _ = write!(
        line,
        "{},",
        row.of.map(|of| of.to_string()).unwrap_or_default()
    );
    cell(&mut line, Some(&row.of_label));
    cell(&mut line, row.of_class.as_deref());
    let _ = write!(line, "{},", row.id);
    cell(&mut line, Some(&row.dataset));
    for part in &row.key {
        cell(&mut line, part.as_deref());
    }
    cell(&mut line, row.class.as_deref());
    let _ = write!(line, "{:.4},{:.2}\r\n", row.area, row.percent);
    line
}

fn cell(line: &mut String, text: Option<&str>) {
    let text = text.unwrap_or_default();
    // What begins so is a formula to a spreadsheet.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula || text.contains([',', '"', '\r', '\n']) {
        line.push('"');
        if formula {
            line.push('\'');
        }
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
    line.push(',');
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn texts_are_quoted_where_they_must_be_and_are_no_formulas() {
        let of = |text: &str| {
            let mut line = String::new();
            cell(&mut line, Some(text));
            line
        };
        assert_eq!(of("Ô A-1"), "Ô A-1,");
        assert_eq!(of("a,\"b\""), "\"a,\"\"b\"\"\",");
        assert_eq!(of("=1+1"), "\"'=1+1\",");
    }
}
