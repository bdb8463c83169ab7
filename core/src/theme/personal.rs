//! What is never kept: columns that name a person and values that are a person's number, as `styles/personal.toml`
//! says them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use super::names::{dbf_cuts, may_be_cut};
use super::{Bilingual, ThemeError};
use crate::text::fold;

/// The deny-list of personal columns and values.
#[derive(Debug, Clone)]
pub struct PersonalRules {
    names: HashSet<String>,
    /// `names` as DBF cuts them.
    cut_names: HashSet<String>,
    name_parts: Vec<String>,
    beside_owner: HashSet<String>,
    technical: HashSet<String>,
    share: f64,
    values: Vec<(Bilingual, Regex)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    names: Vec<String>,
    #[serde(default)]
    name_parts: Vec<String>,
    #[serde(default)]
    names_beside_owner: Vec<String>,
    #[serde(default)]
    technical: Vec<String>,
    share: f64,
    #[serde(default)]
    values: Vec<RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValue {
    what: Bilingual,
    pattern: String,
}

/// What in a longer text may be a person's: e-mail addresses, and runs of digits with the blanks, dots and dashes people
/// put between them.
static CANDIDATES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+|\+?\d(?:[ .\-]?\d){8,}").ok());

impl PersonalRules {
    /// Reads the rules from the TOML `text` of `file`.
    ///
    /// # Errors
    /// [`ThemeError`] where the text is no TOML, has an unknown key or a pattern that is no regular expression.
    pub fn parse(file: &str, text: &str) -> Result<Self, ThemeError> {
        let raw: Raw = toml::from_str(text).map_err(|e| ThemeError::syntax(file, &e))?;
        if !(raw.share > 0.0 && raw.share <= 1.0) {
            return Err(ThemeError::key(
                file,
                "share",
                "is no share",
                "write a number above 0 and up to 1",
            ));
        }
        let values = raw
            .values
            .into_iter()
            .enumerate()
            .map(|(i, v)| {
                let pattern = Regex::new(&v.pattern).map_err(|_| {
                    let key = format!("values[{i}].pattern");
                    ThemeError::key(file, key, "is no regular expression", "correct it")
                })?;
                Ok((v.what, pattern))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let folded = |names: &[String]| -> HashSet<String> {
            names
                .iter()
                .map(|n| fold(n))
                .filter(|n| !n.is_empty())
                .collect()
        };
        Ok(Self {
            names: folded(&raw.names),
            cut_names: raw.names.iter().flat_map(|n| dbf_cuts(n)).collect(),
            name_parts: raw
                .name_parts
                .iter()
                .map(|n| fold(n))
                .filter(|n| !n.is_empty())
                .collect(),
            beside_owner: folded(&raw.names_beside_owner),
            technical: folded(&raw.technical),
            share: raw.share,
            values,
        })
    }

    /// Whether a column of this name tells who a person is.
    pub fn names_person(&self, column: &str) -> bool {
        let folded = fold(column);
        self.names.contains(&folded)
            || (may_be_cut(column) && self.cut_names.contains(&folded))
            || self
                .name_parts
                .iter()
                .any(|part| folded.contains(part.as_str()))
    }

    /// Whether a column of this name is a person's where the file also has one that [`Self::names_person`].
    pub fn names_person_beside_owner(&self, column: &str) -> bool {
        self.beside_owner.contains(&fold(column))
    }

    /// Whether a GIS writes a column of this name for itself.
    pub fn is_technical(&self, column: &str) -> bool {
        self.technical.contains(&fold(column))
    }

    /// What sort of person's number `value` is, if it is one.
    pub fn value_is(&self, value: &str) -> Option<&Bilingual> {
        let plain: Cow<str> = if value.contains([' ', '.', '-', '\u{a0}']) {
            value
                .chars()
                .filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}'))
                .collect::<String>()
                .into()
        } else {
            value.into()
        };
        self.values
            .iter()
            .find(|(_, pattern)| pattern.is_match(&plain))
            .map(|(what, _)| what)
    }

    /// What sort of person's numbers a column with these (filled) values holds, if enough of them are.
    pub fn column_is<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Option<&Bilingual> {
        let (mut filled, mut hits, mut what) = (0u64, 0u64, None);
        for value in values {
            filled += 1;
            if let Some(found) = self.value_is(value) {
                hits += 1;
                what.get_or_insert(found);
            }
        }
        what.filter(|_| hits as f64 >= self.share * filled as f64)
    }

    /// `text` as it may be shown: `…` where it is a person's number or address, otherwise with those in it blotted out.
    pub fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.value_is(text).is_some() {
            Cow::Borrowed("…")
        } else {
            self.blot(text).map_or(Cow::Borrowed(text), Cow::Owned)
        }
    }

    /// `text` with the person's numbers and e-mail addresses in it blotted out; none where there are none.
    pub fn blot(&self, text: &str) -> Option<String> {
        let candidates = CANDIDATES.as_ref()?;
        match candidates.replace_all(text, |found: &Captures| {
            let candidate = &found[0];
            if self.value_is(candidate).is_some() {
                "…".to_owned()
            } else {
                candidate.to_owned()
            }
        }) {
            Cow::Owned(blotted) if blotted != text => Some(blotted),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::Catalogue;

    #[test]
    fn what_is_a_persons_is_blotted_out_of_longer_text() {
        let catalogue = Catalogue::load(None).unwrap();
        let rules = &catalogue.theme("land_parcels").unwrap().personal;
        for (text, expected) in [
            (
                "liên hệ an.nguyen+dat@thu.example.vn, sau 17 giờ",
                Some("liên hệ …, sau 17 giờ"),
            ),
            ("thư: hộ_A-1@mail.vn.", Some("thư: ….")),
            ("gọi 0912 345 678 hoặc b@c.vn", Some("gọi … hoặc …")),
            ("CCCD 024080001231 (cũ)", Some("CCCD … (cũ)")),
            ("mốc số 3 @ km 12, tờ 345", None),
            ("giá 2@500", None),
            ("thửa 1234567890123456", None),
            ("", None),
        ] {
            assert_eq!(rules.blot(text).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_blotted_is_left(before in "[a-zđ ]{0,9}", name in "[a-z0-9][a-z0-9._]{0,11}", after in "[ ,;]?[a-zđ ]{0,9}") {
            let catalogue = Catalogue::load(None).unwrap();
            let rules = &catalogue.theme("land_parcels").unwrap().personal;
            let text = format!("{before} {name}@mail.example{after}");
            let blotted = rules.blot(&text).unwrap();
            proptest::prop_assert!(!blotted.contains('@') && blotted.contains('…'));
        }
    }
}
