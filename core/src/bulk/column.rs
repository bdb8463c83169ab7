//! Values in the order they came.

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::marker::PhantomData;

use bytemuck::Pod;
use tempfile::SpooledTempFile;

/// Bytes read or written at a time.
const BUFFER: usize = 1 << 16;

/// Values on their way in; on disk once there are more than are kept in memory.
pub(crate) struct Column<T> {
    file: BufWriter<SpooledTempFile>,
    len: u64,
    kind: PhantomData<T>,
}

impl<T: Pod> Column<T> {
    /// Without any; up to `kept` stay in memory.
    pub fn new(kept: usize) -> Self {
        let file = tempfile::spooled_tempfile(kept.saturating_mul(size_of::<T>()));
        Self {
            file: BufWriter::with_capacity(BUFFER, file),
            len: 0,
            kind: PhantomData,
        }
    }

    /// Adds one.
    pub fn push(&mut self, value: T) -> io::Result<()> {
        self.file.write_all(bytemuck::bytes_of(&value))?;
        self.len += 1;
        Ok(())
    }

    /// How many there are.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// The values, from the first to the last.
    pub fn read(self) -> io::Result<Values<T>> {
        let mut file = self.file.into_inner()?;
        file.rewind()?;
        Ok(Values {
            file: BufReader::with_capacity(BUFFER, file),
            left: self.len,
            kind: PhantomData,
        })
    }
}

/// Values on their way out.
pub(crate) struct Values<T> {
    file: BufReader<SpooledTempFile>,
    left: u64,
    kind: PhantomData<T>,
}

impl<T: Pod> Iterator for Values<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<io::Result<T>> {
        self.left = self.left.checked_sub(1)?;
        let mut value = T::zeroed();
        let read = self.file.read_exact(bytemuck::bytes_of_mut(&mut value));
        Some(read.map(|()| value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn values_come_back_in_their_order(values in proptest::collection::vec(any::<u64>(), 0..200), kept in 0usize..100) {
            let mut column = Column::new(kept);
            for value in &values {
                column.push(*value).unwrap();
            }
            prop_assert_eq!(column.len(), values.len() as u64);
            let back: Vec<u64> = column.read().unwrap().collect::<io::Result<_>>().unwrap();
            prop_assert_eq!(back, values);
        }
    }
}
