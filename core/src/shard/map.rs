//! Mapped files, and the one container all of Diaba's own binary files share.
//!
//! ```text
//! magic 8 bytes | format u32 | sections u32 | (offset u64, bytes u64) × sections | sections, each on 64 bytes
//! ```
//!
//! All numbers are little-endian. A section is an array of plain values, read in place.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;

use bytemuck::Pod;
use memmap2::{Mmap, UncheckedAdvice};

use super::ShardError;

const ALIGN: usize = 64;
const HEADER: usize = 16;

/// Maps `path` for reading.
///
/// # Errors
/// [`ShardError::Io`].
#[expect(
    unsafe_code,
    reason = "mapping a file is what makes reads in place possible"
)]
pub fn map(path: &Path) -> Result<Mmap, ShardError> {
    let file = File::open(path).map_err(|e| ShardError::io(path, e))?;
    // SAFETY: the file belongs to a sealed shard: it was written under another name, set read-only and then
    // renamed into place; nothing of Diaba writes to or truncates it afterwards (a new revision is a new
    // folder, and an unlinked file stays mapped). Files an operator drops into the directory are not mapped.
    unsafe { Mmap::map(&file) }.map_err(|e| ShardError::io(path, e))
}

/// Has what was read of a mapped file leave the program's memory. The system still has it at hand: what is read again is
/// back at once.
#[expect(
    unsafe_code,
    reason = "letting go of pages would lose what was written to them"
)]
pub fn let_go(map: &Mmap) {
    // SAFETY: the mapping is shared and read-only, so nothing was written to its pages, and they come back with the bytes
    // of the file, which is sealed.
    // That the system will not is no harm: the pages stay.
    let _ = unsafe { map.unchecked_advise(UncheckedAdvice::DontNeed) };
}

/// Has the cache line at `soon` fetched from memory, beside the work that comes before it is read.
#[inline]
#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "the processor's own instruction for it takes a pointer"
    )
)]
pub fn prefetch<T>(soon: &T) {
    // SAFETY: it is a hint that reads nothing the program sees, and the address is that of a live value.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(soon).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = soon;
}

/// A mapped container.
#[derive(Debug)]
pub struct Container {
    map: Mmap,
    sections: Vec<Range<usize>>,
}

impl Container {
    /// Opens the container at `path` and checks that its sections lie inside it.
    ///
    /// # Errors
    /// [`ShardError::Io`], or [`ShardError::Corrupt`] where magic, format or sections are not as expected.
    pub fn open(
        path: &Path,
        magic: [u8; 8],
        format: u32,
        sections: usize,
    ) -> Result<Self, ShardError> {
        let map = map(path)?;
        let sections = read_table(&map, magic, format, sections).ok_or_else(|| {
            ShardError::corrupt(path, "the table of sections does not fit the file")
        })?;
        Ok(Self { map, sections })
    }

    /// The values of section `i`; empty where the section does not hold whole values of that type.
    pub fn get<T: Pod>(&self, i: usize) -> &[T] {
        bytemuck::try_cast_slice(self.bytes(i)).unwrap_or_default()
    }

    /// Has what was read of it leave memory.
    pub fn let_go(&self) {
        let_go(&self.map);
    }

    /// The bytes of section `i`.
    pub fn bytes(&self, i: usize) -> &[u8] {
        self.sections
            .get(i)
            .and_then(|r| self.map.get(r.clone()))
            .unwrap_or_default()
    }
}

fn read_table(
    bytes: &[u8],
    magic: [u8; 8],
    format: u32,
    sections: usize,
) -> Option<Vec<Range<usize>>> {
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let u64_at = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    if bytes.get(..8)? != magic || u32_at(8)? != format || u32_at(12)? as usize != sections {
        return None;
    }
    (0..sections)
        .map(|i| {
            let start = usize::try_from(u64_at(HEADER + 16 * i)?).ok()?;
            let len = usize::try_from(u64_at(HEADER + 16 * i + 8)?).ok()?;
            let end = start.checked_add(len)?;
            (start % ALIGN == 0 && end <= bytes.len()).then_some(start..end)
        })
        .collect()
}

/// Writes a container of `sections` to `out`.
///
/// # Errors
/// Those of `out`.
pub fn write_container(
    out: &mut impl Write,
    magic: [u8; 8],
    format: u32,
    sections: &[&[u8]],
) -> io::Result<()> {
    let lengths: Vec<u64> = sections.iter().map(|s| s.len() as u64).collect();
    let mut written = write_table(out, magic, format, &lengths)?;
    for section in sections {
        pad(out, &mut written)?;
        out.write_all(section)?;
        written += section.len() as u64;
    }
    Ok(())
}

/// Writes what stands before the sections; how many bytes that were.
fn write_table(
    out: &mut impl Write,
    magic: [u8; 8],
    format: u32,
    lengths: &[u64],
) -> io::Result<u64> {
    out.write_all(&magic)?;
    out.write_all(&format.to_le_bytes())?;
    out.write_all(&(lengths.len() as u32).to_le_bytes())?;
    let table_end = (HEADER + 16 * lengths.len()) as u64;
    let mut at = table_end.next_multiple_of(ALIGN as u64);
    for len in lengths {
        out.write_all(&at.to_le_bytes())?;
        out.write_all(&len.to_le_bytes())?;
        at = (at + len).next_multiple_of(ALIGN as u64);
    }
    Ok(table_end)
}

/// Writes zeros up to where the next section may begin.
fn pad(out: &mut impl Write, written: &mut u64) -> io::Result<()> {
    let padding = written.next_multiple_of(ALIGN as u64) - *written;
    out.write_all(&[0; ALIGN][..padding as usize])?;
    *written += padding;
    Ok(())
}

/// A container whose sections grow side by side, on disk, until all are whole.
pub(super) struct ContainerWriter {
    sections: Vec<(BufWriter<File>, u64)>,
}

/// Bytes of a section that wait for their file.
const WAITING: usize = 1 << 18;

impl ContainerWriter {
    /// One of that many empty sections, which wait in files without a name in `folder`.
    pub fn new(folder: &Path, sections: usize) -> io::Result<Self> {
        let section = |_| {
            let file = tempfile::tempfile_in(folder)?;
            Ok((BufWriter::with_capacity(WAITING, file), 0))
        };
        Ok(Self {
            sections: (0..sections).map(section).collect::<io::Result<_>>()?,
        })
    }

    /// Adds values to section `i`.
    pub fn push<T: Pod>(&mut self, i: usize, values: &[T]) -> io::Result<()> {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        let (section, len) = self.section(i)?;
        *len += bytes.len() as u64;
        section.write_all(bytes)
    }

    /// The values section `i` has now, from the first to the last.
    pub fn read<T: Pod>(
        &mut self,
        i: usize,
    ) -> io::Result<impl Iterator<Item = io::Result<T>> + use<T>> {
        let (section, len) = self.section(i)?;
        section.flush()?;
        let file = section.get_ref().try_clone()?;
        let values = *len / size_of::<T>() as u64;
        let mut file = BufReader::with_capacity(WAITING, Lying { file, at: 0 });
        Ok((0..values).map(move |_| {
            let mut value = T::zeroed();
            let read = file.read_exact(bytemuck::bytes_of_mut(&mut value));
            read.map(|()| value)
        }))
    }

    fn section(&mut self, i: usize) -> io::Result<&mut (BufWriter<File>, u64)> {
        self.sections
            .get_mut(i)
            .ok_or_else(|| io::Error::other("there is no such section"))
    }

    /// Writes the container, as [`write_container`] does.
    pub fn write(self, out: &mut impl Write, magic: [u8; 8], format: u32) -> io::Result<()> {
        let lengths: Vec<u64> = self.sections.iter().map(|(_, len)| *len).collect();
        let mut written = write_table(out, magic, format, &lengths)?;
        for (section, len) in self.sections {
            let mut file = section.into_inner()?;
            file.rewind()?;
            pad(out, &mut written)?;
            written += io::copy(&mut file.take(len), out)?;
        }
        Ok(())
    }
}

/// A file as it lies, whoever writes behind what is read.
struct Lying {
    file: File,
    at: u64,
}

impl Read for Lying {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAGIC: [u8; 8] = *b"DIABATST";

    fn written(sections: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        write_container(&mut out, MAGIC, 1, sections).unwrap();
        out
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c");
        let numbers: Vec<u64> = (0..100).collect();
        std::fs::write(
            &path,
            written(&[b"abc", bytemuck::cast_slice(&numbers), b""]),
        )
        .unwrap();
        let c = Container::open(&path, MAGIC, 1, 3).unwrap();
        assert_eq!(c.bytes(0), b"abc");
        assert_eq!(c.get::<u64>(1), numbers);
        assert_eq!(c.bytes(2), b"");
        assert_eq!(c.get::<u64>(0), &[] as &[u64], "three bytes are no u64");
        assert!(Container::open(&path, MAGIC, 2, 3).is_err());
        assert!(Container::open(&path, *b"DIABAXXX", 1, 3).is_err());
    }

    #[test]
    fn sections_that_grow_side_by_side_make_the_same_container() {
        let dir = tempfile::tempdir().unwrap();
        let mut grown = ContainerWriter::new(dir.path(), 3).unwrap();
        for i in 0..100_u64 {
            grown.push(1, &[i]).unwrap();
            grown.push(0, &[7_u8; 3]).unwrap();
        }
        assert!(grown.push(3, &[1_u8]).is_err());
        let back: Vec<u64> = grown.read(1).unwrap().collect::<io::Result<_>>().unwrap();
        assert_eq!(back, (0..100).collect::<Vec<u64>>());
        let mut out = Vec::new();
        grown.write(&mut out, MAGIC, 1).unwrap();
        let numbers: Vec<u64> = (0..100).collect();
        assert_eq!(
            out,
            written(&[&[7; 300], bytemuck::cast_slice(&numbers), b""])
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), keep in 0usize..32) {
            let good = written(&[b"abc", b"defg"]);
            let keep = keep.min(bytes.len());
            bytes[..keep].copy_from_slice(&good[..keep]);
            if let Some(table) = read_table(&bytes, MAGIC, 1, 2) {
                for range in table {
                    prop_assert!(bytes.get(range).is_some());
                }
            }
        }

        #[test]
        fn a_truncated_container_is_refused(cut in 1usize..200) {
            let good = written(&[&[7; 100], &[8; 300]]);
            let short = &good[..good.len() - cut];
            prop_assert!(read_table(short, MAGIC, 1, 2).is_none());
        }
    }
}
