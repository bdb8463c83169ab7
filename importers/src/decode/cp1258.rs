//! Windows-1258: some letters composed, tones as combining characters after them.

use encoding_rs::WINDOWS_1258;
use unicode_normalization::UnicodeNormalization;

/// `raw` (one character a byte) decoded and composed; `None` where a character is no byte.
pub fn decode(raw: &str) -> Option<String> {
    let bytes = bytes(raw)?;
    let (text, _) = WINDOWS_1258.decode_without_bom_handling(&bytes);
    Some(text.nfc().collect())
}

/// `text` in Windows-1258, one character a byte; `None` where it has a character the code page lacks.
pub fn encode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        if let Some(whole) = byte_of(c.encode_utf8(&mut [0; 4])) {
            out.push(whole);
            continue;
        }
        // A vowel with its own mark is one byte, the tone another: ế is ê and a combining acute.
        let decomposed: Vec<char> = std::iter::once(c).nfd().collect();
        let tone = decomposed
            .iter()
            .copied()
            .find(|d| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*d))?;
        let base: String = decomposed
            .iter()
            .copied()
            .filter(|&d| d != tone)
            .nfc()
            .collect();
        out.push(byte_of(&base)?);
        out.push(byte_of(tone.encode_utf8(&mut [0; 4]))?);
    }
    Some(out)
}

fn byte_of(one: &str) -> Option<char> {
    let (bytes, _, unmappable) = WINDOWS_1258.encode(one);
    match (&*bytes, unmappable) {
        ([byte], false) => Some(char::from(*byte)),
        _ => None,
    }
}

/// The bytes behind characters that are one byte each.
pub fn bytes(raw: &str) -> Option<Vec<u8>> {
    raw.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect()
}
