//! Chainage: where on a dike or road something is, as `K12+350`.

/// Metres from the start of the line that `text` says: `K12+350`, `Km 12+350`, `12+350,5` or `K12`.
///
/// None where the text is no chainage. Metres behind the plus may pass a thousand: old dikes were not measured anew
/// when they were lengthened.
pub fn chainage_metres(text: &str) -> Option<f64> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let digits = plain
        .strip_prefix("km")
        .or_else(|| plain.strip_prefix('k'))
        .unwrap_or(&plain);
    let number = |part: &str| -> Option<f64> {
        let good = part
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
        part.replace(',', ".")
            .parse()
            .ok()
            .filter(|n: &f64| good && n.is_finite())
    };
    match digits.split_once('+') {
        Some((km, metres)) => {
            Some(number(km).filter(|n| n.fract() == 0.0)? * 1000.0 + number(metres)?)
        }
        // A bare number without the letter could be metres, kilometres or a serial number.
        None if digits.len() < plain.len() => Some(number(digits)? * 1000.0),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chainages_are_read_as_offices_write_them() {
        for (text, metres) in [
            ("K0+000", 0.0),
            ("K12+350", 12_350.0),
            ("km 40 + 050,5", 40_050.5),
            ("12+350", 12_350.0),
            ("K37", 37_000.0),
        ] {
            assert_eq!(chainage_metres(text), Some(metres), "{text}");
        }
        for text in [
            "",
            "K",
            "37",
            "K1+",
            "K1+a",
            "K1.5+200",
            "cuối làng",
            "K-1+200",
            "K1+2+3",
            "Kinf",
        ] {
            assert_eq!(chainage_metres(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(km in 0u32..1000, metres in 0u32..1000) {
            prop_assert_eq!(chainage_metres(&format!("K{km}+{metres:03}")), Some(f64::from(km * 1000 + metres)));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = chainage_metres(&text);
        }
    }
}
