//! VNI for Windows: a base letter followed by its mark, both taken from Latin-1.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// Marks after a plain vowel (a e o u y, ơ written `ô`, ư written `ö`): the mark and the combining tone it adds.
const TONES: [(char, &str); 5] = [
    ('ø', "\u{300}"),
    ('ù', "\u{301}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
];
/// Marks that add the circumflex to a, e, o, alone or with a tone.
const CIRCUMFLEX: [(char, &str); 6] = [
    ('â', "\u{302}"),
    ('à', "\u{302}\u{300}"),
    ('á', "\u{302}\u{301}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
];
/// Marks that add the breve to a, alone or with a tone.
const BREVE: [(char, &str); 6] = [
    ('ê', "\u{306}"),
    ('è', "\u{306}\u{300}"),
    ('é', "\u{306}\u{301}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
];
/// Letters written with one character of their own.
const SINGLES: [(char, char); 9] = [
    ('ô', 'ơ'),
    ('ö', 'ư'),
    ('ñ', 'đ'),
    ('ì', 'ì'),
    ('í', 'í'),
    ('æ', 'ỉ'),
    ('ó', 'ĩ'),
    ('ò', 'ị'),
    ('î', 'ỵ'),
];

struct Tables {
    pairs: FxHashMap<(char, char), char>,
    singles: FxHashMap<char, char>,
    codes: FxHashMap<char, (char, Option<char>)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut pairs = FxHashMap::default();
    let families: [(&str, &[(char, &str)]); 3] =
        [("aeouyôö", &TONES), ("aeo", &CIRCUMFLEX), ("a", &BREVE)];
    for (bases, marks) in families {
        for base in bases.chars() {
            let stem = SINGLES
                .iter()
                .find(|(code, _)| *code == base)
                .map_or(base, |(_, l)| *l);
            for &(mark, combining) in marks {
                let composed: String = std::iter::once(stem)
                    .chain(combining.chars())
                    .nfc()
                    .collect();
                if let Some(letter) = composed.chars().next() {
                    pairs.insert((base, mark), letter);
                    // The marks of a capital are capitals; fonts also show a small mark after one.
                    pairs.insert((upper(base), upper(mark)), upper(letter));
                    pairs.insert((upper(base), mark), upper(letter));
                }
            }
        }
    }
    let singles: FxHashMap<char, char> = SINGLES
        .iter()
        .flat_map(|&(code, letter)| [(code, letter), (upper(code), upper(letter))])
        .collect();
    let mut codes: FxHashMap<char, (char, Option<char>)> = FxHashMap::default();
    for (&code, &letter) in &singles {
        codes.insert(letter, (code, None));
    }
    for (&(base, mark), &letter) in &pairs {
        if base.is_uppercase() == mark.is_uppercase() {
            codes.insert(letter, (base, Some(mark)));
        }
    }
    Tables {
        pairs,
        singles,
        codes,
    }
});

fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

/// What the start of `text` stands for: the letter and how many characters it took, or `None` for a character that
/// is no VNI code (an orphaned mark).
pub fn letter(first: char, second: Option<char>) -> Option<(char, usize)> {
    let tables = &*TABLES;
    if let Some(&letter) = second.and_then(|mark| tables.pairs.get(&(first, mark))) {
        return Some((letter, 2));
    }
    if let Some(&letter) = tables.singles.get(&first) {
        return Some((letter, 1));
    }
    (first.is_ascii() || !first.is_alphabetic()).then_some((first, 1))
}

/// `text` in VNI-Windows, one character a byte; `None` where it has a letter VNI lacks.
pub fn encode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() || (u32::from(c) <= 0xFF && !c.is_alphabetic()) {
            out.push(c);
            continue;
        }
        let &(base, mark) = TABLES.codes.get(&c)?;
        out.push(base);
        out.extend(mark);
    }
    Some(out)
}
