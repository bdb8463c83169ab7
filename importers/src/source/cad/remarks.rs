//! Which texts of a drawing are remarks about the ground, and not names of people.

use diaba_core::text::nfc;

use super::cadastral::Written;
use super::profile::Remarks;
use crate::decode::{ColumnSample, Encoding, decode, settle};

/// Knows the remarks of one drawing.
pub struct Reader<'a> {
    remarks: Option<&'a Remarks>,
    encoding: Encoding,
    bytes: bool,
}

impl<'a> Reader<'a> {
    /// Finds out how the `texts` of a drawing are encoded, to know their first words.
    pub fn new(remarks: Option<&'a Remarks>, texts: &[Written], bytes: bool) -> Self {
        let mut sample = ColumnSample::default();
        for written in texts {
            sample.push(&written.text);
        }
        let encoding = settle(&[sample], bytes, None, None)
            .first()
            .map_or(Encoding::Ascii, |settled| settled.encoding);
        Self {
            remarks,
            encoding,
            bytes,
        }
    }

    /// Whether `written` is a remark to keep.
    pub fn keeps(&self, written: &Written) -> bool {
        let Some(remarks) = self.remarks.filter(|r| r.levels.contains(&written.level)) else {
            return false;
        };
        let decoded = decode(&written.text, self.encoding, self.bytes).text;
        let said = plain(&decoded);
        remarks.whole.contains(&said)
            || remarks.begin_with.iter().any(|words| {
                said.strip_prefix(words.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
    }
}

/// `text` in small letters, diacritics kept (Đình is a temple, Đinh a name), without what stands around words.
pub fn plain(text: &str) -> String {
    let small = nfc(text).to_lowercase();
    let words = small.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::super::profile::tests::built_in;
    use super::*;
    use crate::decode::encode;

    #[test]
    fn remarks_about_the_ground_are_kept_and_names_are_not() {
        let profile = built_in();
        let kept = [
            "Đường giao thông",
            "kênh N3",
            "Nghĩa địa",
            "Nhà văn hóa thôn Đông",
            "Ao",
            "đình",
        ];
        let dropped = [
            "Nguyễn Văn Tám",
            "Hồ Văn Đường",
            "Đinh Thị Kênh",
            "Bà Ao",
            "Đường Văn Ngõ",
        ];
        let texts: Vec<Written> = kept
            .iter()
            .chain(&dropped)
            .map(|text| Written {
                level: 13,
                text: encode(text, Encoding::Tcvn3).expect("TCVN3 has its letters"),
                at: Point::new(0.0, 0.0),
            })
            .collect();
        let reader = Reader::new(profile.remarks.as_ref(), &texts, true);
        for (index, written) in texts.iter().enumerate() {
            assert_eq!(reader.keeps(written), index < kept.len(), "{index}");
        }
    }
}
