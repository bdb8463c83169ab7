//! Numbers and times as people read them.

use diaba_core::store::Revision;

/// `1.234.567`, as numbers are written in Vietnam.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// `22/11/2026 03:16`; a text that is no time stays as it is.
pub fn time(iso: &str) -> String {
    let parsed = iso
        .parse::<jiff::Timestamp>()
        .ok()
        .zip(jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%:z", iso).ok());
    match parsed {
        Some((_, broken)) => broken.to_datetime().map_or_else(
            |_| iso.to_owned(),
            |t| t.strftime("%d/%m/%Y %H:%M").to_string(),
        ),
        None => iso.to_owned(),
    }
}

/// The files a revision was read from.
pub fn files(revision: &Revision) -> String {
    let names: Vec<&str> = revision
        .provenance
        .sources
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    match names.as_slice() {
        [] => "–".to_owned(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} +{}", rest.len()),
    }
}

/// The grid its coordinates came in.
pub fn grid(revision: &Revision) -> String {
    revision
        .provenance
        .source_crs
        .map_or_else(|| "–".to_owned(), |code| format!("EPSG:{code}"))
}

/// Rows of text in columns as wide as they must be; the last column is not filled up.
pub fn columns(rows: &[Vec<String>]) -> String {
    let wide = |text: &str| text.chars().count();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|i| {
            rows.iter()
                .filter_map(|row| row.get(i))
                .map(|t| wide(t))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(
                ' ',
                width.saturating_sub(wide(text)) + 2,
            ));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_written_as_here() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1.234.567");
        assert_eq!(time("2026-11-22T03:16:05+07:00"), "22/11/2026 03:16");
        assert_eq!(time("hôm qua"), "hôm qua");
    }

    #[test]
    fn columns_line_up_by_letters_not_bytes() {
        let rows = [
            vec!["đất".to_owned(), "1".to_owned()],
            vec!["a".to_owned(), "2".to_owned()],
        ];
        assert_eq!(columns(&rows), "đất  1\na    2\n");
    }
}
