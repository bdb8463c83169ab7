//! Text as it is compared and as it is kept: folding for search and matching, Unicode NFC for storing.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` without case, diacritics, spaces, punctuation and separators: the form names are compared in.
///
/// `"Số hiệu tờ bản đồ"`, `"SO_HIEU_TO_BAN_DO"` and `"SoHieuToBanDo"` all become `"sohieutobando"`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'đ' | 'Đ' => out.push('d'),
            c => out.extend(c.to_lowercase().filter(|c| c.is_alphanumeric())),
        }
    }
    out
}

/// `text` in Unicode NFC, borrowed where it already is.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Whether `text` is in Unicode NFC.
pub fn is_nfc(text: &str) -> bool {
    // Nearly all there is: up to U+02FF everything is composed and stands for itself, as do the letters of Vietnamese.
    let composed = |c: char| c < '\u{300}' || ('\u{1EA0}'..='\u{1EF9}').contains(&c);
    text.chars().all(composed) || unicode_normalization::is_nfc(text)
}

/// `text` without white space and NUL padding at both ends.
///
/// Only for decoded text: in undecoded TCVN3 and VNI bytes some Vietnamese letters look like blanks.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_name_in_many_spellings_folds_to_one() {
        for spelling in [
            "Số hiệu tờ bản đồ",
            "SO_HIEU_TO_BAN_DO",
            "SoHieuToBanDo",
            "so-hieu to.ban_do",
        ] {
            assert_eq!(fold(spelling), "sohieutobando", "{spelling}");
        }
        assert_eq!(fold("ĐẤT Ở đô thị"), "datodothi");
    }

    #[test]
    fn decomposed_text_is_composed() {
        assert_eq!(nfc("Lu\u{323}c Nga\u{323}n"), "Lục Ngạn");
    }

    proptest! {
        #[test]
        fn composed_text_is_told_as_unicode_tells_it(text in "[\u{20}-\u{36f}\u{1100}-\u{11ff}\u{1e80}-\u{1f10}]{0,6}") {
            prop_assert_eq!(is_nfc(&text), unicode_normalization::is_nfc(&text));
        }

        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }

        #[test]
        fn case_and_composition_never_matter(text in "[a-zA-Z0-9ăâêôơưđáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ _-]{0,24}") {
            let upper = text.to_uppercase();
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold(&upper), fold(&text));
            prop_assert_eq!(fold(&decomposed), fold(&text));
        }
    }
}
