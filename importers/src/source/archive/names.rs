//! Names of entries: in the encoding of whoever packed them, and never a way out of the folder.

use std::path::PathBuf;

use crate::decode::{ColumnSample, Encoding, How, decode, settle};

/// The names of all entries in Unicode. A name that is UTF-8 is that, whatever its flag says; of the others the words
/// say whether they are in a Vietnamese encoding, and where they do not, `standard` is what ZIP prescribes (CP437).
pub fn readable(raw: &[Vec<u8>], standard: impl Fn(usize) -> String) -> Vec<String> {
    let characters = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
    let mut sample = ColumnSample::default();
    for bytes in raw
        .iter()
        .filter(|bytes| std::str::from_utf8(bytes).is_err())
    {
        sample.push(&characters(bytes));
    }
    let settled = settle(&[sample], true, None, None).pop();
    let legacy = settled
        .filter(|c| c.how == How::Detected)
        .map(|c| c.encoding)
        .filter(|e| matches!(e, Encoding::Tcvn3 | Encoding::Vni | Encoding::Cp1258));
    raw.iter()
        .enumerate()
        .map(
            |(index, bytes)| match (std::str::from_utf8(bytes), legacy) {
                (Ok(text), _) => text.to_owned(),
                (Err(_), Some(encoding)) => {
                    decode(&characters(bytes), encoding, true).text.into_owned()
                }
                (Err(_), None) => standard(index),
            },
        )
        .collect()
}

/// The path below the folder that the name of an entry means; `None` where it would lead out of it or is no name:
/// absolute, with a drive, with `..`, with control characters. Windows writes `\` between folders.
pub fn inside(name: &str) -> Option<PathBuf> {
    let name = name.replace('\\', "/");
    if name.starts_with('/') || name.chars().any(char::is_control) {
        return None;
    }
    let mut path = PathBuf::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            // A drive, or a stream of a file, on the machine it was packed on.
            _ if part.contains(':') => return None,
            _ => path.push(part),
        }
    }
    (!path.as_os_str().is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use super::*;
    use crate::decode::encode;

    #[test]
    fn names_stay_inside() {
        for (name, path) in [
            ("thua/to 1.shp", Some("thua/to 1.shp")),
            ("thua\\to1.shp", Some("thua/to1.shp")),
            ("./a//b.shp", Some("a/b.shp")),
            ("../a", None),
            ("a/../../b", None),
            ("a\\..\\..\\b", None),
            ("/etc/passwd", None),
            ("\\\\server\\a", None),
            ("C:\\a", None),
            ("a\0b", None),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(inside(name), path.map(PathBuf::from), "{name:?}");
        }
    }

    #[test]
    fn names_are_read_in_the_encoding_they_were_packed_in() {
        let words = [
            "Thửa đất xã Tân Mỹ.shp",
            "Quy hoạch sử dụng đất.dbf",
            "Bản đồ địa chính.tab",
        ];
        for encoding in [
            Encoding::Unicode,
            Encoding::Tcvn3,
            Encoding::Vni,
            Encoding::Cp1258,
        ] {
            let raw: Vec<Vec<u8>> = words
                .iter()
                .map(|word| {
                    let text = encode(word, encoding).expect("the encoding has its letters");
                    text.chars().map(|c| c as u8).collect()
                })
                .collect();
            assert_eq!(
                readable(&raw, |_| "?".to_owned()),
                words,
                "{}",
                encoding.name()
            );
        }
        // Nothing Vietnamese in it: what ZIP prescribes.
        let raw = [vec![b'x', 0x81]];
        assert_eq!(readable(&raw, |_| "xü".to_owned()), ["xü"]);
    }

    proptest::proptest! {
        #[test]
        fn no_name_leads_out(name in ".{0,30}") {
            for name in [name.clone(), name.replace(' ', "/"), name.replace(' ', "..")] {
                if let Some(path) = inside(&name) {
                    proptest::prop_assert!(path.components().all(|c| matches!(c, Component::Normal(_))));
                }
            }
        }
    }
}
