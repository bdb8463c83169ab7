//! What tiles carry of a feature: a value for each tile field of its theme, or none.

use crate::feature::Value;
use crate::tile::append_value;

/// The values as MVT encodes them, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    bytes: Vec<u8>,
    /// Where each ends; one without a value ends where it begins, for an encoded value has at least two bytes.
    ends: Vec<usize>,
}

impl Tags {
    /// Those of these values.
    pub fn of<'v>(values: impl Iterator<Item = Option<&'v Value>>) -> Self {
        let mut tags = Self::default();
        for value in values {
            // What a tile cannot say is as good as none.
            let _said = value.and_then(|value| append_value(&mut tags.bytes, value));
            tags.ends.push(tags.bytes.len());
        }
        tags
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends);
        ranges.map(|(from, to)| self.bytes.get(from..*to).filter(|bytes| !bytes.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::encode_value;

    #[test]
    fn each_is_encoded_as_by_itself() {
        let values = [
            Some(Value::Text("ONT".to_owned())),
            None,
            Some(Value::Real(f64::NAN)),
            Some(Value::Text(String::new())),
            Some(Value::Integer(-3)),
            Some(Value::Json(serde_json::Value::Null)),
        ];
        let alone: Vec<Option<Vec<u8>>> = values
            .iter()
            .map(|value| value.as_ref().and_then(encode_value))
            .collect();
        let tags = Tags::of(values.iter().map(Option::as_ref));
        let together: Vec<Option<Vec<u8>>> =
            tags.iter().map(|tag| tag.map(<[u8]>::to_vec)).collect();
        assert_eq!(together, alone);
        assert!(
            together.get(3).is_some_and(Option::is_some),
            "empty text is a value"
        );
    }
}
