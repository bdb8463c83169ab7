//! Numbers as people write them: decimal commas, thousands in groups, units behind.

use crate::text::trim;

/// Units of one kind, each with how many of the first it is.
const UNITS: [&[(&str, f64)]; 2] = [
    &[("m", 1.0), ("km", 1000.0), ("cm", 0.01)],
    &[("m2", 1.0), ("ha", 10_000.0), ("km2", 1_000_000.0)],
];

/// `text` without the unit behind it, and the sizes of that unit and of `unit`. A unit of another kind, or
/// one nobody knows, stays in the text: it is then no number.
fn without_unit<'a>(text: &'a str, unit: Option<&str>) -> (&'a str, [f64; 2]) {
    let Some(unit) = unit else {
        return (text, [1.0, 1.0]);
    };
    let Some(start) = text.find(|c: char| c.is_alphabetic() || c == '%') else {
        return (text, [1.0, 1.0]);
    };
    let (number, suffix) = text.split_at(start);
    let suffix = suffix.to_lowercase().replace('²', "2").replace('³', "3");
    if suffix == unit.to_lowercase() {
        return (trim(number), [1.0, 1.0]);
    }
    for units in UNITS {
        let size = |name: &str| {
            units
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, size)| *size)
        };
        if let (Some(from), Some(to)) = (size(&suffix), size(unit)) {
            return (trim(number), [from, to]);
        }
    }
    (text, [1.0, 1.0])
}

/// A number as people write it.
///
/// `1.234,5`, `1,234.5`, `1 234,5` and `1234.5` are all 1234.5. A lone comma is a decimal comma, as Vietnamese
/// writes it; a lone point is a decimal point, as databases write it. But `1.234` is 1234 to a Vietnamese reader: such
/// a number comes with its other meaning. A unit may stand behind and is carried into `unit`: `2 ha` is 20000 m².
pub fn parse_number(text: &str, unit: Option<&str>) -> Option<(f64, Option<f64>)> {
    let (text, [from, to]) = without_unit(trim(text), unit);
    let mut plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\'')
        .collect();
    let grouped = |part: &str, separator: char| {
        let mut groups = part.trim_start_matches(['-', '+']).split(separator);
        groups.next().is_some_and(|g| (1..=3).contains(&g.len())) && groups.all(|g| g.len() == 3)
    };
    let last = |c: char| plain.rfind(c);
    let (decimal, thousands) = match (last('.'), last(',')) {
        (Some(point), Some(comma)) if point < comma => (Some(','), Some('.')),
        (Some(_), Some(_)) => (Some('.'), Some(',')),
        (None, Some(_)) if plain.matches(',').count() > 1 => (None, Some(',')),
        (None, Some(_)) => (Some(','), None),
        (Some(_), None) if plain.matches('.').count() > 1 => (None, Some('.')),
        _ => (Some('.'), None),
    };
    if let Some(separator) = thousands {
        let head = decimal
            .and_then(|d| plain.split(d).next())
            .unwrap_or(&plain);
        if !grouped(head, separator) {
            return None;
        }
        plain.retain(|c| c != separator);
    }
    let other = (decimal == Some('.') && thousands.is_none() && grouped(&plain, '.'))
        .then(|| plain.replace('.', "").parse().ok())
        .flatten()
        .filter(|_| plain.contains('.') && !plain.trim_start_matches(['-', '+']).starts_with('0'));
    if decimal == Some(',') {
        plain = plain.replace(',', ".");
    }
    // Rust also reads "inf", "nan" and "infinity"; none of them is a measure.
    let digits = plain
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number = plain
        .parse()
        .ok()
        .filter(|n: &f64| digits && n.is_finite())?;
    // Dividing by a whole number keeps more digits than multiplying by its inverse.
    let carried = |n: f64| {
        if from < to {
            n / (to / from)
        } else {
            n * (from / to)
        }
    };
    Some((carried(number), other.map(carried)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn real(text: &str) -> Option<f64> {
        parse_number(text, Some("m2")).map(|(n, _)| n)
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in [
            "1.234,5",
            "1,234.5",
            "1 234,5",
            "1234.5",
            "1234,5",
            "1234,5 m2",
            "1234.50 m²",
            "+1234.5",
        ] {
            assert_eq!(real(text), Some(1234.5), "{text}");
        }
        assert_eq!(real("1.234.567"), Some(1_234_567.0));
        assert_eq!(real("1,234,567"), Some(1_234_567.0));
        assert_eq!(real("-12,5"), Some(-12.5));
        assert_eq!(
            parse_number("24.140 ha", Some("ha")),
            Some((24.14, Some(24_140.0)))
        );
        assert_eq!(parse_number("0.140", None), Some((0.14, None)));
        assert_eq!(parse_number("495.31", None), Some((495.31, None)));
        for text in [
            "", "abc", "1.23.4", "1,23,4", "inf", "NaN", "12 sào", "1.2345,6", "--1",
        ] {
            assert_eq!(real(text), None, "{text}");
        }
    }

    #[test]
    fn a_unit_behind_is_carried_into_the_fields_own() {
        let read = |text: &str, unit: &str| parse_number(text, Some(unit)).map(|(n, _)| n);
        assert_eq!(read("2 ha", "m2"), Some(20_000.0));
        assert_eq!(read("1.500 m²", "ha"), Some(0.000_15));
        assert_eq!(
            parse_number("1.500 m²", Some("ha")),
            Some((0.000_15, Some(0.15)))
        );
        assert_eq!(read("0,5 KM2", "ha"), Some(50.0));
        assert_eq!(read("1,2 km", "m"), Some(1200.0));
        assert_eq!(read("60,5%", "%"), Some(60.5));
        assert_eq!(read("72.000,0 m3/h", "m3/h"), Some(72_000.0));
        for (text, unit) in [
            ("2 ha", "m"),
            ("5 sào", "m2"),
            ("ha", "ha"),
            ("2 ha 3", "ha"),
        ] {
            assert_eq!(read(text, unit), None, "{text}");
        }
        assert_eq!(parse_number("1e3", None), Some((1000.0, None)));
    }

    proptest! {
        #[test]
        fn a_number_printed_is_read_back(n in -1e12..1e12f64) {
            let printed = n.to_string();
            prop_assert_eq!(real(&printed), Some(n));
            prop_assert_eq!(real(&printed.replace('.', ",")), Some(n));
        }

        #[test]
        fn no_text_panics(text in any::<String>(), near in "[0-9.,e+' -]{0,10}(ha|m²|km2|%|m3/h)?") {
            for unit in [None, Some("m2"), Some("%"), Some("m3/h")] {
                let _ = parse_number(&text, unit);
                let _ = parse_number(&near, unit);
            }
        }
    }
}
