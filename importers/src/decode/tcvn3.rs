//! TCVN3 (ABC): one byte a letter, lower case with every mark, capitals with none but the base letters'.

use std::sync::LazyLock;

/// Runs of letters at successive codes, each with the code of its first. Checked against iconv's TCVN5712-1 in the
/// tests. The rest of TCVN 5712 (capitals with tone marks at 0x80–0x9F and in the gaps) is VN1, which the `.Vn*`
/// fonts never wrote.
const RUNS: [(u8, &str); 22] = [
    (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
    (0xB5, "àảãáạ"),
    (0xBB, "ằẳẵắ"),
    (0xC6, "ặ"),
    (0xC7, "ầẩẫấậ"),
    (0xCC, "è"),
    (0xCE, "ẻẽéẹ"),
    (0xD2, "ềểễếệ"),
    (0xD7, "ìỉ"),
    (0xDC, "ĩíị"),
    (0xDF, "ò"),
    (0xE1, "ỏõóọ"),
    (0xE5, "ồổỗốộ"),
    (0xEA, "ờởỡớợ"),
    (0xEF, "ù"),
    (0xF1, "ủũúụ"),
    (0xF5, "ừửữứự"),
    (0xFA, "ỳỷỹýỵ"),
    // Codes every encoding here shares, kept where they mean themselves.
    (0xA0, "\u{A0}"),
    (0xB0, "°"),
    (0xB1, "±"),
    (0xB2, "²"),
];

static TO_UNICODE: LazyLock<[Option<char>; 256]> = LazyLock::new(|| {
    let mut table = [None; 256];
    for (first, letters) in RUNS {
        for (slot, letter) in table
            .iter_mut()
            .skip(usize::from(first))
            .zip(letters.chars())
        {
            *slot = Some(letter);
        }
    }
    table
});

/// The character for `c` read as a TCVN3 code; `None` where TCVN3 has nothing at that code.
pub fn letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    let code = usize::try_from(u32::from(c)).ok()?;
    TO_UNICODE.get(code).copied().flatten()
}

/// `text` in TCVN3, one character a byte; `None` where it has a character TCVN3 lacks.
pub fn encode(text: &str) -> Option<String> {
    text.chars()
        .map(|c| {
            if c.is_ascii() {
                return Some(c);
            }
            let code = TO_UNICODE.iter().position(|&slot| slot == Some(c))?;
            u8::try_from(code).ok().map(char::from)
        })
        .collect()
}

/// What the capitals rule says of a decoded cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capitals {
    /// The letters' case stands as decoded.
    AsWritten,
    /// The cell was set in a capitals font: the whole of it is upper case.
    Upper,
    /// Only capitals and marked letters, too few to tell a capitals font from title case.
    Ambiguous,
}

/// TCVN3 has no capitals with tone marks: fonts such as `.VnTimeH` draw the small letters as capitals, and the case is
/// in the font, which no file keeps. A cell without a small ASCII letter in which some word has two ASCII capitals was
/// written in capitals.
pub fn capitals(decoded: &str) -> Capitals {
    if decoded.chars().any(|c| c.is_ascii_lowercase()) {
        return Capitals::AsWritten;
    }
    let marked_small = decoded.chars().any(|c| !c.is_ascii() && c.is_lowercase());
    if !marked_small || !decoded.chars().any(char::is_uppercase) {
        return Capitals::AsWritten;
    }
    let in_capitals = decoded
        .split(|c: char| !c.is_alphabetic())
        .any(|word| word.chars().filter(char::is_ascii_uppercase).count() >= 2);
    if in_capitals {
        Capitals::Upper
    } else {
        Capitals::Ambiguous
    }
}

/// Whether a word of `decoded` has lost its capital: it starts with a small letter TCVN3 has no capital for, while
/// every other word starts with a capital (`Nguyễn Văn ất`).
pub fn lost_capital(decoded: &str) -> bool {
    // Most names have a word of another kind, and it is seen without asking what Unicode calls a letter.
    let ends_word = |b: u8| b.is_ascii() && !b.is_ascii_alphabetic();
    let mut beside = decoded.as_bytes().windows(2);
    if beside.any(|pair| matches!(pair, [a, b] if ends_word(*a) && b.is_ascii_lowercase())) {
        return false;
    }
    let mut capitals = 0_usize;
    let mut suspects = 0_usize;
    for word in decoded.split(|c: char| !c.is_alphabetic()) {
        let Some(first) = word.chars().next() else {
            continue;
        };
        if first.is_uppercase() {
            capitals += 1;
        } else if !first.is_ascii() && !"ăâêôơưđ".contains(first) {
            suspects += 1;
        } else {
            return false;
        }
    }
    capitals > 0 && suspects > 0
}
