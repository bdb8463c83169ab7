//! What an archive may ask of this machine.

/// Bounds of what is unpacked for one command line, all archives and those within them together.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries, folders included.
    pub entries: usize,
    /// Bytes unpacked.
    pub bytes: u64,
    /// How many times larger than in the archive an entry may become, above [`Limits::small`] bytes. Tables padded with
    /// blanks reach a hundred; deflate itself ends at 1,032.
    pub ratio: u64,
    /// Entries of at most so many bytes may have any ratio.
    pub small: u64,
    /// Archives within archives.
    pub nesting: usize,
}

/// The limits of the command. A province's delivery of a million parcels has some two gigabytes.
pub const LIMITS: Limits = Limits {
    entries: 20_000,
    bytes: 32 << 30,
    ratio: 250,
    small: 32 << 20,
    nesting: 3,
};
