//! One value decoded, with what the decoding could not save.

use std::borrow::Cow;

use diaba_core::text::is_nfc;
use unicode_normalization::UnicodeNormalization;

use super::{Encoding, cp1258, damage, tcvn3, vni};

/// What became of a value on its way to Unicode NFC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// Characters lost before the file reached us: `?` inside a word, U+FFFD.
    pub lost: usize,
    /// Characters the encoding has no letter for; they stand as they came.
    pub unmapped: usize,
    /// A capital was certainly lost (TCVN3 has none with a tone mark): the text reads `ất` where `Ất` stood.
    pub lossy: bool,
    /// Upper case or title case: the cell has too few plain capitals to tell.
    pub ambiguous_capitals: bool,
    /// The value held combining marks and was composed.
    pub composed: bool,
}

impl Flags {
    /// Whether the raw value must be kept beside the decoded one.
    pub fn keep_raw(self) -> bool {
        self.unmapped > 0 || self.lossy || self.ambiguous_capitals
    }
}

/// A decoded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Unicode in NFC.
    pub text: Cow<'a, str>,
    /// What was lost or doubtful.
    pub flags: Flags,
}

/// Decodes `raw` as `encoding`. `bytes` says that each character of `raw` is one byte of a file that does not say its
/// encoding; otherwise `raw` is Unicode already and only what looks like legacy codes is decoded.
pub fn decode(raw: &str, encoding: Encoding, bytes: bool) -> Decoded<'_> {
    let mut flags = Flags::default();
    if raw.is_ascii() {
        flags.lost = damage::lost_characters(raw);
        return Decoded {
            text: Cow::Borrowed(raw),
            flags,
        };
    }
    let legacy = matches!(encoding, Encoding::Tcvn3 | Encoding::Vni | Encoding::Cp1258);
    let text = if legacy && raw.chars().all(|c| u32::from(c) <= 0xFF) {
        match encoding {
            Encoding::Tcvn3 => Cow::Owned(from_tcvn3(raw, &mut flags)),
            Encoding::Vni => Cow::Owned(from_vni(raw, &mut flags)),
            _ => cp1258::decode(raw).map_or(Cow::Borrowed(raw), Cow::Owned),
        }
    } else if bytes && matches!(encoding, Encoding::Unicode | Encoding::Ascii) {
        // A fixed-width field may have cut the last letter in the middle: what is not UTF-8 becomes U+FFFD, counted.
        match cp1258::bytes(raw) {
            Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
            None => Cow::Borrowed(raw),
        }
    } else {
        Cow::Borrowed(raw)
    };
    let text = if is_nfc(&text) {
        text
    } else {
        flags.composed = true;
        Cow::Owned(text.nfc().collect())
    };
    flags.lost = damage::lost_characters(&text);
    Decoded { text, flags }
}

fn from_tcvn3(raw: &str, flags: &mut Flags) -> String {
    // A letter of two bytes here may have three in Unicode.
    let mut text = String::with_capacity(raw.len() * 3 / 2);
    text.extend(raw.chars().map(|c| {
        tcvn3::letter(c).unwrap_or_else(|| {
            flags.unmapped += 1;
            c
        })
    }));
    match tcvn3::capitals(&text) {
        tcvn3::Capitals::Upper => text.to_uppercase(),
        tcvn3::Capitals::Ambiguous => {
            flags.ambiguous_capitals = true;
            text
        }
        tcvn3::Capitals::AsWritten => {
            flags.lossy = tcvn3::lost_capital(&text);
            text
        }
    }
}

fn from_vni(raw: &str, flags: &mut Flags) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(first) = characters.next() {
        if let Some((letter, taken)) = vni::letter(first, characters.clone().next()) {
            out.push(letter);
            if taken == 2 {
                characters.next();
            }
        } else {
            flags.unmapped += 1;
            out.push(first);
        }
    }
    out
}
