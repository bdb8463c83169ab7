//! Legacy Vietnamese text made Unicode NFC: TCVN3 (ABC), VNI-Windows, Windows-1258 and decomposed Unicode.
//!
//! A value comes as the characters GDAL handed over. Where a file does not say its encoding, those are the raw
//! bytes, one character U+0000–U+00FF a byte; the same characters come out of a Unicode file that was once written
//! with the wrong code page. Decoding works on these characters before anything trims or normalises them: TCVN3's
//! ư is the soft hyphen and its à the micro sign, and both are lost to the first well-meant clean-up.

mod cp1258;
mod damage;
mod detect;
mod sampler;
mod syllable;
mod tcvn3;
mod value;
mod vni;

pub use detect::{ColumnEncoding, Evidence, How, settle};
pub use sampler::ColumnSample;
pub use syllable::is_syllable;
pub use value::{Decoded, Flags, decode};

use serde::Serialize;

/// How the text of a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Encoding {
    /// Nothing but ASCII: every encoding reads it alike.
    #[serde(rename = "ascii")]
    Ascii,
    /// Unicode, composed or not.
    #[serde(rename = "utf-8")]
    Unicode,
    /// Each character is itself a Unicode letter of Latin-1 (a file without legacy text, such as `Hà`).
    #[serde(rename = "latin-1")]
    Latin1,
    /// TCVN 5712:1993 VN3, the `.Vn*` fonts.
    #[serde(rename = "tcvn3")]
    Tcvn3,
    /// VNI for Windows, the `VNI-*` fonts.
    #[serde(rename = "vni")]
    Vni,
    /// Windows-1258.
    #[serde(rename = "cp1258")]
    Cp1258,
}

impl Encoding {
    /// The encoding that reads every text as this one does: what is ASCII is Unicode as well.
    #[must_use]
    pub const fn plain(self) -> Self {
        match self {
            Self::Ascii => Self::Unicode,
            other => other,
        }
    }

    /// The name used on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Unicode => "utf-8",
            Self::Latin1 => "latin-1",
            Self::Tcvn3 => "tcvn3",
            Self::Vni => "vni",
            Self::Cp1258 => "cp1258",
        }
    }
}

/// Text of the letters `encoding` knows, written in it, one character a byte; `None` where a character has no code.
///
/// The inverse of [`decode`] on what the encoding can carry (TCVN3 has no capital with a tone mark).
pub fn encode(text: &str, encoding: Encoding) -> Option<String> {
    match encoding {
        Encoding::Ascii => text.is_ascii().then(|| text.to_owned()),
        Encoding::Unicode => Some(text.bytes().map(char::from).collect()),
        Encoding::Latin1 => text
            .chars()
            .all(|c| u32::from(c) <= 0xFF)
            .then(|| text.to_owned()),
        Encoding::Tcvn3 => tcvn3::encode(text),
        Encoding::Vni => vni::encode(text),
        Encoding::Cp1258 => cp1258::encode(text),
    }
}

#[cfg(test)]
mod tests;
