//! A strict reader of the protocol buffer wire format, for [`super::validate`].

/// One field of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 1.
    Fixed64(u64),
    /// Wire type 2.
    Bytes(&'a [u8]),
    /// Wire type 5.
    Fixed32(u32),
}

/// Fields of a message in the order they are written. After an error nothing more comes.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub const fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn field(&mut self) -> Result<(u32, Field<'a>), &'static str> {
        let head = varint(&mut self.rest).ok_or("a field's head is cut off")?;
        let number = u32::try_from(head >> 3).map_err(|_| "a field's number is too large")?;
        if number == 0 {
            return Err("a field has the number 0");
        }
        let field = match head & 7 {
            0 => Field::Varint(
                varint(&mut self.rest).ok_or("a varint is cut off or longer than 64 bits")?,
            ),
            1 => Field::Fixed64(u64::from_le_bytes(*self.take()?)),
            5 => Field::Fixed32(u32::from_le_bytes(*self.take()?)),
            2 => {
                let len = varint(&mut self.rest).ok_or("a length is cut off")?;
                let len = usize::try_from(len).map_err(|_| "a length is too large")?;
                let (bytes, rest) = self
                    .rest
                    .split_at_checked(len)
                    .ok_or("a field is cut off")?;
                self.rest = rest;
                Field::Bytes(bytes)
            }
            _ => return Err("a field has an unknown wire type"),
        };
        Ok((number, field))
    }

    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], &'static str> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or("a number is cut off")?;
        self.rest = rest;
        Ok(bytes)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Field<'a>), &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// Takes a varint from the front of `bytes`; `None` where it is cut off or has more than 64 bits.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return None;
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// The 32-bit numbers of a packed field; `None` where it is malformed.
pub(super) fn packed(mut bytes: &[u8]) -> Option<Vec<u32>> {
    let mut numbers = Vec::with_capacity(bytes.len());
    while !bytes.is_empty() {
        numbers.push(u32::try_from(varint(&mut bytes)?).ok()?);
    }
    Some(numbers)
}
