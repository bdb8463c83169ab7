//! `periods.bin`: since when each record stood and until when, where the home keeps that.

use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;

use super::ShardError;
use super::map::{Container, ContainerWriter};

const MAGIC: [u8; 8] = *b"DIABAPER";
const FORMAT: u32 = 1;

/// A time as the file keeps it: whole microseconds since 1970, rounded down, which is what a database keeps.
pub(crate) fn micros(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanosecond().div_euclid(1000)).unwrap_or(i64::MAX)
}

/// A period: from its first instant to before its last; an open end is the end of all numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct Period {
    since: i64,
    until: i64,
}

impl Period {
    /// The period; an end that is not given is open.
    pub fn new(since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self {
            since: since.map_or(i64::MIN, micros),
            until: until.map_or(i64::MAX, micros),
        }
    }

    /// Whether the instant belongs to it.
    pub const fn holds(self, at: i64) -> bool {
        self.since <= at && at < self.until
    }

    /// Its ends, nothing where open.
    pub fn ends(self) -> (Option<Timestamp>, Option<Timestamp>) {
        let end = |open: i64, at: i64| {
            (at != open)
                .then(|| Timestamp::from_microsecond(at).ok())
                .flatten()
        };
        (end(i64::MIN, self.since), end(i64::MAX, self.until))
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct PeriodFile(Container);

impl PeriodFile {
    /// Opens the file of `features` records.
    pub fn open(path: &Path, features: usize) -> Result<Self, ShardError> {
        let file = Self(Container::open(path, MAGIC, FORMAT, 1)?);
        if file.periods().len() == features {
            Ok(file)
        } else {
            Err(ShardError::corrupt(
                path,
                "it does not hold a period for each record",
            ))
        }
    }

    /// By position of their records.
    pub fn periods(&self) -> &[Period] {
        self.0.get(0)
    }
}

/// The file in the making.
pub(super) struct PeriodWriter(ContainerWriter);

impl PeriodWriter {
    /// Without any; they wait in `folder`.
    pub fn new(folder: &Path) -> io::Result<Self> {
        ContainerWriter::new(folder, 1).map(Self)
    }

    /// Adds the periods of the next records.
    pub fn push(&mut self, periods: &[Period]) -> io::Result<()> {
        self.0.push(0, periods)
    }

    /// Writes the file.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        self.0.write(out, MAGIC, FORMAT)
    }
}
