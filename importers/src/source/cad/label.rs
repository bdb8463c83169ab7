//! What the texts within a parcel say: number, land use, area.

use std::collections::BTreeMap;

use regex::Regex;

use super::profile::Profile;

/// The parcel's number.
pub const PARCEL: &str = "so_thua";
/// Its area.
pub const AREA: &str = "dien_tich";
/// In a form: a whole number that is one of these two.
const NUMBER: &str = "so";
/// How near to the measured area a written one is, as a share of it.
const NEAR: f64 = 0.05;

/// A text that said something.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// What it said, by field, in the form's order.
    pub groups: Vec<(String, String)>,
    /// Its northing, metres.
    pub northing: f64,
    /// Which rule of the profile read it; a lower one counts more.
    pub rule: usize,
}

/// What a parcel's texts say together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Label {
    /// Each field with its value as written.
    pub values: BTreeMap<String, String>,
    /// Fields with several values that are not the same, with them.
    pub contradictions: BTreeMap<String, Vec<String>>,
}

/// What `text` on `level` says by `profile`; `None` where it has none of the forms.
pub fn read(profile: &Profile, level: u8, text: &str, northing: f64) -> Option<Text> {
    let rules = profile.texts.iter().enumerate();
    rules
        .filter(|(_, rule)| rule.levels.contains(&level))
        .find_map(|(index, rule)| by_forms(&rule.forms, text, northing, index))
}

/// What `text` says by the first of `forms` that fits it.
pub fn by_forms(forms: &[Regex], text: &str, northing: f64, rule: usize) -> Option<Text> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    forms.iter().find_map(|form| {
        let found = form.captures(text)?;
        let groups = form
            .capture_names()
            .flatten()
            .filter_map(|name| Some((name.to_owned(), found.name(name)?.as_str().to_owned())))
            .collect();
        Some(Text {
            groups,
            northing,
            rule,
        })
    })
}

/// What `texts`, all in one piece of ground of `area` m², say together.
pub fn together(mut texts: Vec<Text>, area: f64) -> Label {
    texts.sort_by(|a, b| {
        a.rule
            .cmp(&b.rule)
            .then(b.northing.total_cmp(&a.northing))
            .then_with(|| a.groups.cmp(&b.groups))
    });
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut numbers: Vec<String> = Vec::new();
    for (field, value) in texts.into_iter().flat_map(|t| t.groups) {
        let list = if field == NUMBER {
            &mut numbers
        } else {
            said.entry(field.clone()).or_default()
        };
        if list.iter().all(|known| !same(&field, known, &value)) {
            list.push(value);
        }
    }
    tell_numbers(numbers, &mut said, area);
    let mut label = Label::default();
    for (field, values) in said {
        if let Some(first) = values.first() {
            label.values.insert(field.clone(), first.clone());
        }
        if values.len() > 1 {
            label.contradictions.insert(field, values);
        }
    }
    label
}

/// Settles which of `numbers` is the parcel's number and which its area: one near the measured `area` is the area.
fn tell_numbers(numbers: Vec<String>, said: &mut BTreeMap<String, Vec<String>>, area: f64) {
    let has_area = said.contains_key(AREA);
    let known = said.get(PARCEL).cloned().unwrap_or_default();
    let mut open: Vec<String> = numbers
        .into_iter()
        .filter(|n| known.iter().all(|k| !same(PARCEL, k, n)))
        .collect();
    let near = |text: &String| number(text).is_some_and(|n| (n - area).abs() <= NEAR * area);
    if !has_area && open.len() + known.len() > 1 {
        let candidates: Vec<usize> = (0..open.len())
            .filter(|&i| open.get(i).is_some_and(near))
            .collect();
        let chosen = match candidates.as_slice() {
            [one] => Some(*one),
            [] => None,
            // Several near the area: the lowest of them stands where areas stand.
            several => several.last().copied(),
        };
        if let Some(index) = chosen {
            said.entry(AREA.to_owned())
                .or_default()
                .push(open.remove(index));
        }
    }
    if !open.is_empty() {
        said.entry(PARCEL.to_owned()).or_default().append(&mut open);
    }
}

/// Whether two values of `field` say the same.
pub fn same(field: &str, a: &str, b: &str) -> bool {
    match (field, number(a), number(b)) {
        (AREA, Some(x), Some(y)) => {
            // The coarser of the two may be the other rounded.
            let digit = 10_f64.powi(-(decimals(a).min(decimals(b)) as i32));
            (x - y).abs() <= 0.5 * digit + 1e-9
        }
        (PARCEL | NUMBER, _, _) => bare(a) == bare(b),
        _ => {
            let fold = |text: &str| text.replace([' ', '\t', '*'], "").to_uppercase();
            fold(a) == fold(b)
        }
    }
}

/// A sheet's or parcel's number without the zeros before it.
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    let bare = text.trim_start_matches('0');
    if bare.is_empty() || !bare.starts_with(|c: char| c.is_ascii_digit()) {
        text
    } else {
        bare
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok()
}

fn decimals(text: &str) -> usize {
    text.trim()
        .split_once(['.', ','])
        .map_or(0, |(_, after)| after.len())
}

#[cfg(test)]
mod tests {
    use super::super::profile::tests::built_in;
    use super::*;

    /// What texts of `(level, text, northing)` say in a piece of ground of 500 m².
    fn label(texts: &[(u8, &str, f64)]) -> Label {
        let profile = built_in();
        let read = texts
            .iter()
            .filter_map(|(level, text, northing)| read(&profile, *level, text, *northing))
            .collect();
        together(read, 500.0)
    }

    fn said(texts: &[(u8, &str, f64)]) -> [String; 3] {
        let label = label(texts);
        assert!(label.contradictions.is_empty(), "{label:?}");
        ["so_thua", "loai_dat", "dien_tich"]
            .map(|f| label.values.get(f).cloned().unwrap_or_default())
    }

    #[test]
    fn the_forms_of_labels_are_read() {
        for (texts, expected) in [
            (&[(11, "345", 0.0)][..], ["345", "", ""]),
            (&[(13, "LUC 345/495.3", 0.0)], ["345", "LUC", "495.3"]),
            (
                &[(13, "345/495,3 ONT+CLN", 0.0)],
                ["345", "ONT+CLN", "495,3"],
            ),
            (&[(13, "345 / 495", 0.0)], ["345", "", "495"]),
            (&[(13, "ONT 17", 0.0)], ["17", "ONT", ""]),
            (
                &[(13, "LUC", 1.0), (13, "345", 2.0), (13, "495.3", 0.0)],
                ["345", "LUC", "495.3"],
            ),
            (
                &[(11, "7", 0.0), (2, "ONT*+CLN", 0.0), (4, "495", 0.0)],
                ["7", "ONT*+CLN", "495"],
            ),
            // Two whole numbers: the one near the measured area, wherever it stands.
            (&[(11, "498", 9.0), (11, "12", 1.0)], ["12", "", "498"]),
            // The label point and the note say the same.
            (
                &[(11, "0012", 1.0), (13, "LUC 12/500", 9.0)],
                ["12", "LUC", "500"],
            ),
            (
                &[(13, "§\u{AD}êng", 0.0), (13, "Nguyễn Văn A", 0.0)],
                ["", "", ""],
            ),
        ] {
            let mut got = said(texts);
            got[0] = bare(&got[0]).to_owned();
            assert_eq!(got, expected, "{texts:?}");
        }
    }

    #[test]
    fn two_numbers_of_which_none_is_the_area_contradict_each_other() {
        let label = label(&[(11, "12", 1.0), (11, "98", 9.0)]);
        assert_eq!(label.contradictions["so_thua"], ["98", "12"]);
        assert!(!label.values.contains_key("dien_tich"));
    }

    #[test]
    fn contradictions_are_seen_and_roundings_are_none() {
        assert!(
            label(&[(4, "495", 0.0), (13, "1/495.3", 0.0)])
                .contradictions
                .is_empty()
        );
        let label = label(&[
            (11, "1", 0.0),
            (13, "LUC 2/500", 0.0),
            (2, "CLN", 0.0),
            (4, "480", 0.0),
        ]);
        assert_eq!(label.contradictions["so_thua"], ["2", "1"]);
        assert_eq!(label.contradictions["loai_dat"], ["CLN", "LUC"]);
        assert_eq!(label.contradictions["dien_tich"], ["480", "500"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,20}", level in 0_u8..64, area in 0.0_f64..1e6) {
            let profile = built_in();
            let texts = read(&profile, level, &text, 0.0).into_iter().collect();
            let _ = together(texts, area);
        }
    }
}
