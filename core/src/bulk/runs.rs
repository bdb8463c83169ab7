//! Items put in order part by part: each part is a run on disk, and all runs are read as one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::marker::PhantomData;

use bytemuck::Pod;

/// Bytes of a run read or written at a time.
const BUFFER: usize = 1 << 17;

/// What runs consist of.
pub(crate) trait Item: Ord + Sized {
    /// Puts it behind those written.
    fn write(&self, run: &mut impl Write) -> io::Result<()>;

    /// The next one of those written.
    fn read(run: &mut impl Read) -> io::Result<Self>;
}

impl<T: Pod + Ord> Item for T {
    fn write(&self, run: &mut impl Write) -> io::Result<()> {
        run.write_all(bytemuck::bytes_of(self))
    }

    fn read(run: &mut impl Read) -> io::Result<Self> {
        let mut item = T::zeroed();
        run.read_exact(bytemuck::bytes_of_mut(&mut item))?;
        Ok(item)
    }
}

/// Runs on disk, each in order.
pub(crate) struct Runs<T> {
    runs: Vec<(File, u64)>,
    kind: PhantomData<T>,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Self {
            runs: Vec::new(),
            kind: PhantomData,
        }
    }
}

impl<T: Item> Runs<T> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Adds one of these items, which are in order: `write` writes each.
    pub fn add<I>(
        &mut self,
        items: impl Iterator<Item = I>,
        write: impl Fn(I, &mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        let mut len = 0;
        for item in items {
            write(item, &mut out)?;
            len += 1;
        }
        self.runs.push((out.into_inner()?, len));
        Ok(())
    }

    /// The items of all of them, in order.
    pub fn merged(self) -> io::Result<Merged<T>> {
        let mut merged = Merged {
            runs: Vec::with_capacity(self.runs.len()),
            heads: BinaryHeap::with_capacity(self.runs.len()),
        };
        for (at, (mut file, left)) in self.runs.into_iter().enumerate() {
            file.rewind()?;
            let mut run = Run {
                file: BufReader::with_capacity(BUFFER, file),
                left,
            };
            merged
                .heads
                .extend(run.next()?.map(|head| Reverse((head, at))));
            merged.runs.push(run);
        }
        Ok(merged)
    }
}

/// A run on its way out.
struct Run {
    file: BufReader<File>,
    left: u64,
}

impl Run {
    fn next<T: Item>(&mut self) -> io::Result<Option<T>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        T::read(&mut self.file).map(Some)
    }
}

/// The items of several runs, in order.
pub(crate) struct Merged<T> {
    runs: Vec<Run>,
    /// The first item of each run that is not at its end, and which run it is.
    heads: BinaryHeap<Reverse<(T, usize)>>,
}

impl<T: Item> Iterator for Merged<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<io::Result<T>> {
        let mut first = self.heads.peek_mut()?;
        let Reverse((head, run)) = &mut *first;
        let next = self.runs.get_mut(*run).map_or(Ok(None), Run::next);
        Some(match next {
            Ok(Some(next)) => Ok(std::mem::replace(head, next)),
            Ok(None) => Ok(PeekMut::pop(first).0.0),
            Err(error) => Err(error),
        })
    }
}
