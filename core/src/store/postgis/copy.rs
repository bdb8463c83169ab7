//! PostgreSQL's binary COPY format: rows of values, each a length and its bytes, big-endian.

use std::ops::Range;

/// Signature, flags, length of an extension.
pub(super) const HEADER: [u8; 19] = *b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Microseconds from 1970 to 2000, where PostgreSQL's time begins.
const EPOCH_2000_US: i64 = 946_684_800_000_000;

/// Writes rows.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Before the first row.
    pub fn header(&mut self) {
        self.bytes.extend_from_slice(&HEADER);
    }

    /// After the last row.
    pub fn trailer(&mut self) {
        self.bytes.extend_from_slice(&(-1_i16).to_be_bytes());
    }

    /// Begins a row of that many values.
    pub fn row(&mut self, values: usize) {
        self.bytes.extend_from_slice(&(values as i16).to_be_bytes());
    }

    /// No value.
    pub fn null(&mut self) {
        self.bytes.extend_from_slice(&(-1_i32).to_be_bytes());
    }

    /// A value's bytes.
    pub fn value(&mut self, bytes: &[u8]) {
        self.bytes
            .extend_from_slice(&(bytes.len() as i32).to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// A value whose bytes `put` writes.
    ///
    /// # Errors
    /// Those of `put`; the value is then cut off.
    pub fn value_by<E>(
        &mut self,
        put: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        put(&mut self.bytes)?;
        let length = self.bytes.len() - at - 4;
        if let Some(place) = self.bytes.get_mut(at..at + 4) {
            place.copy_from_slice(&(length as i32).to_be_bytes());
        }
        Ok(())
    }

    /// What was written.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was written, and keeps its room.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// What was written; the writer is empty afterwards.
    pub fn take(&mut self) -> Vec<u8> {
        let room = self.bytes.capacity();
        std::mem::replace(&mut self.bytes, Vec::with_capacity(room))
    }
}

/// Reads rows out of pieces that end anywhere.
#[derive(Default)]
pub(super) struct Reader {
    bytes: Vec<u8>,
    at: usize,
    begun: bool,
    ended: bool,
}

/// One row: where each value lies in the bytes; `None` for no value.
pub(super) struct Tuple<'a> {
    bytes: &'a [u8],
    values: &'a [Option<Range<usize>>],
}

impl<'a> Tuple<'a> {
    /// The value at `column`, if there is one.
    pub fn get(&self, column: usize) -> Option<&'a [u8]> {
        self.bytes.get(self.values.get(column)?.clone()?)
    }

    /// A text.
    pub fn text(&self, column: usize) -> Option<&'a str> {
        std::str::from_utf8(self.get(column)?).ok()
    }

    /// A bigint.
    pub fn i64(&self, column: usize) -> Option<i64> {
        self.get(column)?.try_into().ok().map(i64::from_be_bytes)
    }

    /// A double precision.
    pub fn f64(&self, column: usize) -> Option<f64> {
        self.get(column)?.try_into().ok().map(f64::from_be_bytes)
    }

    /// A boolean.
    pub fn bool(&self, column: usize) -> Option<bool> {
        self.get(column).map(|bytes| bytes != [0])
    }

    /// A date as ISO 8601; those without a day (`infinity`) as PostgreSQL writes them.
    pub fn date(&self, column: usize) -> Option<String> {
        let days = i32::from_be_bytes(self.get(column)?.try_into().ok()?);
        match days {
            i32::MAX => Some("infinity".to_owned()),
            i32::MIN => Some("-infinity".to_owned()),
            _ => jiff::civil::date(2000, 1, 1)
                .checked_add(jiff::Span::new().try_days(days).ok()?)
                .ok()
                .map(|date| date.to_string()),
        }
    }

    /// A timestamp with time zone.
    pub fn timestamp(&self, column: usize) -> Option<jiff::Timestamp> {
        timestamp(self.i64(column)?)
    }
}

/// Microseconds since 2000 as an instant; what lies beyond jiff's years becomes its first or last instant.
fn timestamp(micros: i64) -> Option<jiff::Timestamp> {
    match micros {
        i64::MAX => Some(jiff::Timestamp::MAX),
        i64::MIN => Some(jiff::Timestamp::MIN),
        _ => jiff::Timestamp::from_microsecond(micros.checked_add(EPOCH_2000_US)?).ok(),
    }
}

/// Days since 2000 of an ISO 8601 date; `None` where it is none.
pub(super) fn days(date: &str) -> Option<i32> {
    let date: jiff::civil::Date = date.parse().ok()?;
    let since = date.since(jiff::civil::date(2000, 1, 1)).ok()?;
    Some(since.get_days())
}

impl Reader {
    /// Adds a piece and gives each row that is whole now to `each`.
    ///
    /// # Errors
    /// What `each` says; `None` inside where the bytes are no binary COPY.
    pub fn feed<E>(
        &mut self,
        piece: &[u8],
        mut each: impl FnMut(&Tuple<'_>) -> Result<(), E>,
    ) -> Result<(), Option<E>> {
        self.bytes.extend_from_slice(piece);
        if !self.begun {
            if self.bytes.len() < HEADER.len() {
                return Ok(());
            }
            if self.bytes[..11] != HEADER[..11] {
                return Err(None);
            }
            self.begun = true;
            self.at = HEADER.len();
        }
        let mut values = Vec::new();
        while !self.ended
            && let Some(end) = self.next(&mut values)?
        {
            if self.ended {
                break;
            }
            let tuple = Tuple {
                bytes: &self.bytes,
                values: &values,
            };
            each(&tuple).map_err(Some)?;
            self.at = end;
        }
        self.bytes.drain(..self.at);
        self.at = 0;
        Ok(())
    }

    /// Whether the end was read.
    pub fn is_done(&self) -> bool {
        self.ended
    }

    /// Finds the values of the row at `at`; the position after it, or `None` where it is not whole yet.
    fn next<E>(
        &mut self,
        values: &mut Vec<Option<Range<usize>>>,
    ) -> Result<Option<usize>, Option<E>> {
        values.clear();
        let Some(count) = self.number(self.at).map(i16::from_be_bytes) else {
            return Ok(None);
        };
        let mut at = self.at + 2;
        if count == -1 {
            self.ended = true;
            return Ok(Some(at));
        }
        for _ in 0..usize::try_from(count).map_err(|_| None)? {
            let Some(length) = self.number(at).map(i32::from_be_bytes) else {
                return Ok(None);
            };
            at += 4;
            match usize::try_from(length) {
                Ok(length) => {
                    let end = at.checked_add(length).ok_or(None)?;
                    if end > self.bytes.len() {
                        return Ok(None);
                    }
                    values.push(Some(at..end));
                    at = end;
                }
                Err(_) if length == -1 => values.push(None),
                Err(_) => return Err(None),
            }
        }
        Ok(Some(at))
    }

    fn number<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..at.checked_add(N)?)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<Vec<Option<Vec<u8>>>>;

    fn read(bytes: &[u8], piece: usize) -> Result<Rows, Option<()>> {
        let mut reader = Reader::default();
        let mut rows = Vec::new();
        for piece in bytes.chunks(piece.max(1)) {
            reader.feed(piece, |t| {
                rows.push(
                    (0..t.values.len())
                        .map(|i| t.get(i).map(<[u8]>::to_vec))
                        .collect(),
                );
                Ok(())
            })?;
        }
        if reader.is_done() {
            Ok(rows)
        } else {
            Err(None)
        }
    }

    #[test]
    fn dates_and_instants_are_those_of_postgresql() {
        assert_eq!(days("2000-01-01"), Some(0));
        assert_eq!(days("2025-07-01"), Some(9313));
        assert_eq!(days("1999-12-31"), Some(-1));
        assert_eq!(days("hôm qua"), None);
        assert_eq!(
            timestamp(0).map(|t| t.to_string()).as_deref(),
            Some("2000-01-01T00:00:00Z")
        );
        let mut w = Writer::default();
        w.header();
        w.row(1);
        w.value(&9313_i32.to_be_bytes());
        w.trailer();
        let mut seen = None;
        Reader::default()
            .feed(&w.take(), |t| {
                seen = t.date(0);
                Ok::<(), ()>(())
            })
            .unwrap();
        assert_eq!(seen.as_deref(), Some("2025-07-01"));
    }

    proptest! {
        #[test]
        fn rows_come_back_however_they_are_cut(
            rows in proptest::collection::vec(proptest::collection::vec(proptest::option::of(proptest::collection::vec(any::<u8>(), 0..9)), 0..5), 0..9),
            piece in 1usize..40,
        ) {
            let mut w = Writer::default();
            w.header();
            for row in &rows {
                w.row(row.len());
                for value in row {
                    match value { Some(v) => w.value(v), None => w.null() }
                }
            }
            w.trailer();
            prop_assert_eq!(read(&w.take(), piece), Ok(rows));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100), piece in 1usize..20) {
            let _ = read(&[&HEADER[..], &bytes].concat(), piece);
            let _ = read(&bytes, piece);
        }
    }
}
