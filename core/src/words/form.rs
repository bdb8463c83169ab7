//! The words of a name.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::nfc;

/// Longest word that is kept, bytes; what is longer is no word anybody types.
const LONGEST: usize = 48;
/// Longest name that is also found written in one (`lucngan`), letters.
const IN_ONE: usize = 32;
/// Longest group of letters before a number that the two are also written together with (`QL 31`, `QL31`).
const PREFIX: usize = 4;

/// One way a word of a name is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Lower case, without marks: `Hòa` and `HOÀ` are `hoa`.
    pub plain: Box<str>,
    /// Lower case with its marks, the tone behind the letters, so that `hoà` and `hòa` are one.
    pub marked: Box<str>,
    /// Whether it is made of other words of the name, and so no word that somebody may have left out.
    pub extra: bool,
}

impl Form {
    /// The form of one word.
    fn of(word: &str, extra: bool) -> Option<Self> {
        // Codes and numbers: nothing to take apart.
        let ascii = word.is_ascii().then(|| word.to_ascii_lowercase());
        let simple = ascii.filter(|word| word.bytes().all(|b| b.is_ascii_alphanumeric()));
        let (plain, marked) = match simple {
            Some(word) => (word.clone(), word),
            None => (plain(word), marked(word)),
        };
        let fits = !plain.is_empty() && plain.len() <= LONGEST;
        fits.then(|| Self {
            marked: marked.into(),
            plain: plain.into(),
            extra,
        })
    }
}

/// A word without case and marks.
fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'đ' | 'Đ' => out.push('d'),
            c => out.extend(c.to_lowercase().filter(|c| c.is_alphanumeric())),
        }
    }
    out
}

/// The tones of Vietnamese: grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

fn marked(word: &str) -> String {
    let lower = word.to_lowercase();
    let letters = lower.nfd().filter(|c| !TONES.contains(c));
    let mut out: String = letters.nfc().collect();
    out.extend(lower.nfd().filter(|c| TONES.contains(c)));
    out
}

/// The words of a name in every way they are typed: as they stand; a number with the letters before it, together and
/// apart; the name written in one.
pub fn forms(name: &str) -> Vec<Form> {
    let composed = nfc(name);
    let words: Vec<&str> = composed
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut forms: Vec<Form> = Vec::with_capacity(words.len());
    let mut put = |word: &str, extra| forms.extend(Form::of(word, extra));
    for (i, word) in words.iter().enumerate() {
        put(word, false);
        if let Some((letters, digits)) = lettered_number(word) {
            put(letters, true);
            put(digits, true);
        }
        let next = words.get(i + 1).copied().unwrap_or_default();
        if is_number(next) && is_short(word) {
            put(&format!("{word}{next}"), true);
        }
    }
    if words.len() > 1 && composed.chars().count() <= IN_ONE {
        put(&words.concat(), true);
    }
    forms
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_short(word: &str) -> bool {
    word.chars().count() <= PREFIX && word.chars().all(char::is_alphabetic)
}

/// `ql31` as `ql` and `31`.
fn lettered_number(word: &str) -> Option<(&str, &str)> {
    let at = word.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = word.split_at_checked(at)?;
    (!letters.is_empty() && is_short(letters) && is_number(digits)).then_some((letters, digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain_of(name: &str) -> Vec<String> {
        forms(name)
            .into_iter()
            .map(|form| form.plain.into_string())
            .collect()
    }

    #[test]
    fn a_name_is_found_by_its_words_and_written_in_one() {
        assert_eq!(plain_of("Lục Ngạn"), ["luc", "ngan", "lucngan"]);
        assert_eq!(
            plain_of("Đường QL31"),
            ["duong", "ql31", "ql", "31", "duongql31"]
        );
        assert_eq!(plain_of("QL 31"), ["ql", "ql31", "31", "ql31"]);
        assert_eq!(
            plain_of("VN-BGOR-0012"),
            ["vn", "bgor", "bgor0012", "0012", "vnbgor0012"]
        );
    }

    #[test]
    fn both_ways_to_set_a_tone_are_one() {
        let [old, new] = ["Hoà", "Hòa"].map(forms);
        assert_eq!(old, new);
        assert_ne!(forms("Hóa"), new);
        assert_ne!(forms("hơa"), forms("hoa"));
    }

    proptest! {
        #[test]
        fn any_text_has_words_that_can_be_typed(text in "\\PC{0,60}") {
            for form in forms(&text) {
                prop_assert!(!form.plain.is_empty() && form.plain.len() <= LONGEST);
                prop_assert!(form.plain.chars().all(char::is_alphanumeric));
            }
        }
    }
}
