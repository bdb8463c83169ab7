//! A parcel's key in the spellings people use.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What was said of the commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commune {
    /// Its code.
    Code(String),
    /// Its name, or part of it.
    Name(String),
    /// Nothing.
    Unsaid,
}

/// A parcel's key as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelKey {
    /// The commune.
    pub commune: Commune,
    /// The map sheet.
    pub sheet: String,
    /// The number on it; empty where it is not typed yet.
    pub parcel: String,
    /// Whether the number was the last thing typed, and may go on.
    pub open: bool,
}

const NUMBER: &str = r"(\d{1,5}[a-z]?)";

macro_rules! pattern {
    ($name:ident, $($part:expr),+) => {
        static $name: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(&[$($part),+].concat()).ok());
    };
}

// `07210/12/345`, `7210-12-345`, `07210 12`; what comes first has the length of a commune's code.
pattern!(
    BARE,
    r"^(\d{4,5})\s*[\s/.,;_-]\s*",
    NUMBER,
    r"(?:\s*[\s/.,;_-]\s*",
    NUMBER,
    r"?)?$"
);
// `12/345 Nghĩa Trung`, and the other way round.
pattern!(
    PAIR_FIRST,
    r"^",
    NUMBER,
    r"\s*/\s*",
    NUMBER,
    r"\s*[,;]?\s+([^0-9/].*)$"
);
pattern!(
    PAIR_LAST,
    r"^([^0-9/].*?)\s*[,;]?\s+",
    NUMBER,
    r"\s*/\s*",
    NUMBER,
    r"$"
);
pattern!(
    SHEET,
    r"\b(?:so\s+(?:hieu\s+)?to(?:\s+ban\s+do)?|to\s+ban\s+do|to\s+bd|tbd|to|map\s+sheet|sheet)\s*(?:so|no)?\s*[:.]?\s*",
    NUMBER,
    r"\b"
);
pattern!(
    PARCEL,
    r"\b(?:so\s+thua(?:\s+dat)?|thua\s+dat|thua|parcel)\s*(?:so|no)?\s*[:.]?\s*",
    NUMBER,
    r"\b"
);
pattern!(CODE, r"\b(?:ma\s+xa\s*:?\s*)?(\d{5})\b");
// Neighbourhoods are called `tổ 3`, which without its marks reads as a map sheet.
pattern!(NEIGHBOURHOOD, r"\bt[ổộồốỗôợởớỡơọỏóòõ]\b");
pattern!(
    LABELLED,
    r"^(?:xa|phuong|thi\s+tran|tt\.?|p\.|x\.|commune|ward)\s"
);

/// Lower case without marks; everything else stays where it is.
fn plain(text: &str) -> String {
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c));
    let lower = bare.flat_map(char::to_lowercase);
    lower.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// Reads a parcel's key: at least a map sheet, with its commune or with a number on it.
pub fn read_parcel_key(typed: &str) -> Option<ParcelKey> {
    let composed: String = typed.nfc().flat_map(char::to_lowercase).collect();
    let without = NEIGHBOURHOOD.as_ref()?.replace_all(&composed, "khu");
    let text = plain(without.trim());
    let open = composed
        .chars()
        .next_back()
        .is_some_and(char::is_alphanumeric);
    bare(&text, open)
        .or_else(|| labelled(&text))
        .or_else(|| pair(&text))
}

fn bare(text: &str, open: bool) -> Option<ParcelKey> {
    let found = BARE.as_ref()?.captures(text)?;
    let part = |i| {
        found
            .get(i)
            .map_or_else(String::new, |m| m.as_str().to_owned())
    };
    Some(ParcelKey {
        commune: Commune::Code(part(1)),
        sheet: part(2),
        parcel: part(3),
        open,
    })
}

fn pair(text: &str) -> Option<ParcelKey> {
    let first = PAIR_FIRST.as_ref()?.captures(text).map(|c| (c, [1, 2, 3]));
    let found = first.or_else(|| Some((PAIR_LAST.as_ref()?.captures(text)?, [2, 3, 1])));
    let (found, [sheet, parcel, name]) = found?;
    let part = |i| {
        found
            .get(i)
            .map_or_else(String::new, |m| m.as_str().to_owned())
    };
    Some(ParcelKey {
        commune: commune(&part(name)),
        sheet: part(sheet),
        parcel: part(parcel),
        open: false,
    })
}

fn labelled(text: &str) -> Option<ParcelKey> {
    let sheet = SHEET.as_ref()?.captures(text)?;
    let sheet_at = sheet.get(0)?;
    let parcel = PARCEL.as_ref()?.captures(text);
    let parcel_at = parcel.as_ref().and_then(|found| found.get(0));
    let mut rest = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let taken = sheet_at.range().contains(&at)
            || parcel_at.is_some_and(|found| found.range().contains(&at));
        rest.push(if taken { ',' } else { c });
    }
    let number =
        |found: Option<regex::Match<'_>>| found.map_or_else(String::new, |m| m.as_str().to_owned());
    let key = ParcelKey {
        commune: commune(&rest),
        sheet: number(sheet.get(1)),
        parcel: number(parcel.as_ref().and_then(|found| found.get(1))),
        open: parcel_at.is_some_and(|found| found.end() == text.len()),
    };
    let told = !key.parcel.is_empty() || key.commune != Commune::Unsaid;
    told.then_some(key)
}

/// The commune among what is left of the text: its code, else the part called a commune, else the first with letters.
fn commune(rest: &str) -> Commune {
    if let Some(code) = CODE.as_ref().and_then(|code| code.captures(rest)?.get(1)) {
        return Commune::Code(code.as_str().to_owned());
    }
    let parts = || {
        let parts = rest.split([',', ';', '(', ')', '/']).map(str::trim);
        parts.filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() > 1)
    };
    let labelled = |part: &&str| LABELLED.as_ref().is_some_and(|label| label.is_match(part));
    match parts().find(labelled).or_else(|| parts().next()) {
        Some(part) => Commune::Name(part.trim_matches(['-', '.', ' ', ':']).to_owned()),
        None => Commune::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> Option<(Commune, String, String)> {
        let key = read_parcel_key(typed)?;
        Some((key.commune, key.sheet, key.parcel))
    }

    type Told = Option<(Commune, String, String)>;

    fn key(commune: Commune, sheet: &str, parcel: &str) -> Told {
        (!sheet.is_empty()).then(|| (commune, sheet.to_owned(), parcel.to_owned()))
    }

    #[test]
    fn every_spelling_is_one_key() {
        let code = || Commune::Code("07210".to_owned());
        for typed in [
            "07210/12/345",
            "07210-12-345",
            " 07210 12 345 ",
            "07210.12.345",
            "tờ 12 thửa 345 xã 07210",
            "Thửa đất số 345, tờ bản đồ số 12, mã xã 07210",
            "thua 345 to 12 07210",
            "TBĐ 12, thửa 345, 07210",
            "số tờ: 12; số thửa: 345; mã xã: 07210",
            "sheet 12 parcel 345 commune 07210",
        ] {
            assert_eq!(read(typed), key(code(), "12", "345"), "{typed}");
        }
        let name = |name: &str| Commune::Name(name.to_owned());
        assert_eq!(
            read("thửa 345 tờ 12 Nghĩa Trung"),
            key(name("nghia trung"), "12", "345")
        );
        assert_eq!(
            read("Thửa 12a tờ 3, thôn Đông, xã Nghĩa Trung, huyện Việt Yên"),
            key(name("xa nghia trung"), "3", "12a")
        );
        assert_eq!(
            read("12/345 nghĩa trung"),
            key(name("nghia trung"), "12", "345")
        );
        assert_eq!(
            read("Nghĩa Trung, 12/345"),
            key(name("nghia trung"), "12", "345")
        );
        assert_eq!(read("tờ 12 thửa 345"), key(Commune::Unsaid, "12", "345"));
        assert_eq!(read("07210/12"), key(code(), "12", ""));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for typed in [
            "",
            "lục ngạn",
            "tổ 3",
            "tờ 12",
            "07210",
            "21.2731, 106.1946",
            "2353402.45 416226.77",
            "QL31",
            "toàn thắng 5 tổ 4",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn only_a_number_typed_last_may_go_on() {
        assert!(read_parcel_key("07210/12/3").is_some_and(|key| key.open));
        assert!(!read_parcel_key("thửa 3 tờ 12 xã 07210").is_some_and(|key| key.open));
    }

    proptest! {
        #[test]
        fn anything_can_be_typed(typed in "\\PC{0,80}") {
            let _ = read_parcel_key(&typed);
        }

        #[test]
        fn numbers_come_back(code in "0[67][0-9]{3}", sheet in 1u32..999, parcel in 1u32..9999) {
            let typed = format!("{code}/{sheet}/{parcel}");
            prop_assert_eq!(read(&typed), key(Commune::Code(code), &sheet.to_string(), &parcel.to_string()));
        }
    }
}
