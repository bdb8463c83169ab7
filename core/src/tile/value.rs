//! A field's value as a tile carries it.

use super::encode::{bytes, varint};
use crate::feature::Value;

mod head {
    pub const STRING: u8 = 1 << 3 | 2;
    pub const FLOAT: u8 = 2 << 3 | 5;
    pub const DOUBLE: u8 = 3 << 3 | 1;
    pub const UINT: u8 = 5 << 3;
    pub const SINT: u8 = 6 << 3;
    pub const BOOL: u8 = 7 << 3;
}

/// Whole numbers up to here are the same number as integer and as 64-bit float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The `Value` message of a tile for `value`; `None` for what a tile cannot say (no number, infinity, JSON null).
///
/// Numbers take the shortest form that says the same number: readers of tiles know one kind of number. Lists
/// and records become JSON text, which is what map clients and GDAL expect.
pub fn encode_value(value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    append_value(&mut out, value)?;
    Some(out)
}

/// As [`encode_value`], behind what is in `out`, which is left as it is where a tile cannot say the value.
pub(crate) fn append_value(out: &mut Vec<u8>, value: &Value) -> Option<()> {
    match value {
        Value::Bool(v) => out.extend([head::BOOL, u8::from(*v)]),
        Value::Integer(v) => integer(out, *v),
        Value::Real(v) => real(out, *v)?,
        Value::Text(v) => bytes(out, head::STRING, v.as_bytes()),
        Value::Json(serde_json::Value::Null) => return None,
        Value::Json(v) => bytes(out, head::STRING, v.to_string().as_bytes()),
    }
    Some(())
}

/// The number a message of [`encode_value`] holds; `None` where it holds another value.
pub fn decode_number(value: &[u8]) -> Option<f64> {
    let (&head, rest) = value.split_first()?;
    match head {
        head::UINT => Some(read_varint(rest)? as f64),
        head::SINT => {
            let v = read_varint(rest)?;
            Some(((v >> 1) as i64 ^ -((v & 1) as i64)) as f64)
        }
        head::FLOAT => Some(f64::from(f32::from_le_bytes(rest.try_into().ok()?))),
        head::DOUBLE => Some(f64::from_le_bytes(rest.try_into().ok()?)),
        _ => None,
    }
}

fn read_varint(bytes: &[u8]) -> Option<u64> {
    let (last, more) = bytes.split_last()?;
    if bytes.len() > 10 || *last >= 0x80 || more.iter().any(|byte| *byte < 0x80) {
        return None;
    }
    let low = |byte: &u8| u64::from(*byte & 0x7f);
    Some(bytes.iter().rev().fold(0, |sum, byte| sum << 7 | low(byte)))
}

fn integer(out: &mut Vec<u8>, v: i64) {
    if let Ok(v) = u64::try_from(v) {
        out.push(head::UINT);
        varint(out, v);
    } else {
        out.push(head::SINT);
        varint(out, (v << 1 ^ v >> 63) as u64);
    }
}

fn real(out: &mut Vec<u8>, v: f64) -> Option<()> {
    if !v.is_finite() {
        return None;
    }
    if v.fract() == 0.0 && v.abs() <= EXACT {
        integer(out, v as i64);
    } else if f64::from(v as f32) == v {
        out.push(head::FLOAT);
        out.extend((v as f32).to_le_bytes());
    } else {
        out.push(head::DOUBLE);
        out.extend(v.to_le_bytes());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_written_is_read_back(whole in any::<i64>(), real in any::<f64>(), single in any::<f32>()) {
            let back = |value: Value| encode_value(&value).and_then(|bytes| decode_number(&bytes));
            prop_assert_eq!(back(Value::Integer(whole)), Some(whole as f64));
            for real in [real, f64::from(single)].into_iter().filter(|real| real.is_finite()) {
                prop_assert_eq!(back(Value::Real(real)), Some(real));
            }
        }

        #[test]
        fn any_bytes_are_a_number_or_none(bytes in prop::collection::vec(any::<u8>(), 0..14)) {
            let _ = decode_number(&bytes);
        }
    }

    #[test]
    fn text_is_no_number() {
        assert_eq!(
            encode_value(&Value::Text("12".into())).and_then(|v| decode_number(&v)),
            None
        );
    }
}
