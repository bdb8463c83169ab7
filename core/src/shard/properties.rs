//! The properties of a FlatGeobuf feature: column number (u16) and value, one after the other, little-endian.

use flatgeobuf::ColumnType;

use crate::feature::Value;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Id,
    Field(usize),
    Extra,
    Since,
    Until,
    /// A column of an earlier theme file.
    Unknown,
}

/// A value as the file has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'a> {
    kind: ColumnType,
    bytes: &'a [u8],
}

impl Raw<'_> {
    pub fn as_u64(self) -> Option<u64> {
        match self.kind {
            ColumnType::ULong => self.bytes.try_into().ok().map(u64::from_le_bytes),
            _ => None,
        }
    }

    pub fn as_timestamp(self) -> Option<jiff::Timestamp> {
        std::str::from_utf8(self.bytes).ok()?.parse().ok()
    }

    pub fn to_value(self) -> Option<Value> {
        Some(match self.kind {
            ColumnType::Bool => Value::Bool(self.bytes != [0]),
            ColumnType::Int => {
                Value::Integer(i32::from_le_bytes(self.bytes.try_into().ok()?).into())
            }
            ColumnType::Long => Value::Integer(i64::from_le_bytes(self.bytes.try_into().ok()?)),
            ColumnType::Double => Value::Real(f64::from_le_bytes(self.bytes.try_into().ok()?)),
            ColumnType::String | ColumnType::DateTime => {
                Value::Text(std::str::from_utf8(self.bytes).ok()?.to_owned())
            }
            ColumnType::Json => Value::Json(serde_json::from_slice(self.bytes).ok()?),
            _ => return None,
        })
    }
}

/// The values in `bytes` by the columns of the file; ends where they no longer fit.
pub(super) fn walk<'a>(
    mut bytes: &'a [u8],
    columns: &'a [(Slot, ColumnType)],
) -> impl Iterator<Item = (Slot, Raw<'a>)> {
    std::iter::from_fn(move || {
        let (number, rest) = bytes.split_first_chunk::<2>()?;
        let (slot, kind) = *columns.get(usize::from(u16::from_le_bytes(*number)))?;
        let (size, rest) = match kind {
            ColumnType::Bool | ColumnType::Byte | ColumnType::UByte => (1, rest),
            ColumnType::Short | ColumnType::UShort => (2, rest),
            ColumnType::Int | ColumnType::UInt | ColumnType::Float => (4, rest),
            ColumnType::Long | ColumnType::ULong | ColumnType::Double => (8, rest),
            _ => {
                let (len, rest) = rest.split_first_chunk::<4>()?;
                (u32::from_le_bytes(*len) as usize, rest)
            }
        };
        let (value, rest) = rest.split_at_checked(size)?;
        bytes = rest;
        Some((slot, Raw { kind, bytes: value }))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let columns = [
                (Slot::Id, ColumnType::ULong),
                (Slot::Field(0), ColumnType::String),
                (Slot::Field(1), ColumnType::Double),
                (Slot::Extra, ColumnType::Json),
            ];
            for (_, raw) in walk(&bytes, &columns) {
                let _ = (raw.as_u64(), raw.to_value());
            }
        }
    }
}
