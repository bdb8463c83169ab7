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
    match value {
        Value::Bool(v) => out.extend([head::BOOL, u8::from(*v)]),
        Value::Integer(v) => integer(&mut out, *v),
        Value::Real(v) => real(&mut out, *v)?,
        Value::Text(v) => bytes(&mut out, head::STRING, v.as_bytes()),
        Value::Json(serde_json::Value::Null) => return None,
        Value::Json(v) => bytes(&mut out, head::STRING, v.to_string().as_bytes()),
    }
    Some(out)
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
