//! Values put in order.

use std::io;

use bytemuck::Pod;
use rayon::prelude::*;

use super::runs::{Item, Merged, Runs};

/// Values on their way into their order.
pub(crate) struct Sorter<T> {
    kept: usize,
    values: Vec<T>,
    runs: Runs<T>,
}

impl<T: Pod + Ord + Send> Sorter<T> {
    /// Without any; up to `kept` are put in order in memory.
    pub fn new(kept: usize) -> Self {
        Self {
            kept: kept.max(1),
            values: Vec::new(),
            runs: Runs::default(),
        }
    }

    /// Adds one.
    pub fn push(&mut self, value: T) -> io::Result<()> {
        if self.values.len() >= self.kept {
            self.put_aside()?;
        }
        self.values.push(value);
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.values.par_sort_unstable();
        self.runs.add(self.values.iter(), Item::write)?;
        self.values.clear();
        Ok(())
    }

    /// All of them, the smallest first.
    pub fn sorted(mut self) -> io::Result<Sorted<T>> {
        if self.runs.is_empty() {
            self.values.par_sort_unstable();
            return Ok(Sorted::Kept(self.values.into_iter()));
        }
        self.put_aside()?;
        drop(self.values);
        Ok(Sorted::Merged(self.runs.merged()?))
    }
}

/// Values in order.
pub(crate) enum Sorted<T> {
    /// In memory.
    Kept(std::vec::IntoIter<T>),
    /// On disk.
    Merged(Merged<T>),
}

impl<T: Item> Iterator for Sorted<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<io::Result<T>> {
        match self {
            Self::Kept(values) => values.next().map(Ok),
            Self::Merged(merged) => merged.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn values_come_in_order_however_few_are_kept(values in proptest::collection::vec(any::<[u8; 2]>(), 0..300), kept in 0usize..100) {
            let mut sorter = Sorter::new(kept);
            for value in &values {
                sorter.push(*value).unwrap();
            }
            let sorted: Vec<[u8; 2]> = sorter.sorted().unwrap().collect::<io::Result<_>>().unwrap();
            let mut expected = values;
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }
}
