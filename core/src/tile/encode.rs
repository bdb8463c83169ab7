//! The bytes of a tile: protocol buffer fields and the geometry's commands.

use super::decode;
use super::rings::RingSet;
use crate::space::TilePx;

/// Protocol buffer field heads (`number << 3 | wire type`) of the messages of a tile.
pub(super) mod head {
    pub const TILE_LAYER: u8 = 3 << 3 | 2;
    pub const LAYER_NAME: u8 = 1 << 3 | 2;
    pub const LAYER_FEATURE: u8 = 2 << 3 | 2;
    pub const LAYER_KEY: u8 = 3 << 3 | 2;
    pub const LAYER_VALUE: u8 = 4 << 3 | 2;
    pub const LAYER_EXTENT: u8 = 5 << 3;
    pub const LAYER_VERSION: u8 = 15 << 3;
    pub const FEATURE_ID: u8 = 1 << 3;
    pub const FEATURE_TAGS: u8 = 2 << 3 | 2;
    pub const FEATURE_TYPE: u8 = 3 << 3;
    pub const FEATURE_GEOMETRY: u8 = 4 << 3 | 2;
}

/// Geometry command numbers.
pub(super) const MOVE_TO: u32 = 1;
/// See [`MOVE_TO`].
pub(super) const LINE_TO: u32 = 2;
/// See [`MOVE_TO`].
pub(super) const CLOSE_PATH: u32 = 7;

/// Appends `value` as a varint.
#[inline]
pub(super) fn varint(out: &mut Vec<u8>, value: u64) {
    if value < 0x80 {
        out.push(value as u8);
    } else {
        long_varint(out, value);
    }
}

/// As [`varint`], where more than one byte is needed.
fn long_varint(out: &mut Vec<u8>, mut value: u64) {
    if value < 1 << 56 {
        spread(value).append(out);
        return;
    }
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The varint of a value of up to 56 bits, its groups of seven bits moved to their bytes all at once.
#[inline]
const fn spread(value: u64) -> Few {
    let halves = value & 0x0fff_ffff | (value & 0x00ff_ffff_f000_0000) << 4;
    let quarters = halves & 0x0000_3fff_0000_3fff | (halves & 0x0fff_c000_0fff_c000) << 2;
    let eighths = quarters & 0x007f_007f_007f_007f | (quarters & 0x3f80_3f80_3f80_3f80) << 1;
    let len = varint_len(value);
    // All bytes but the last say that another follows.
    let more = 0x8080_8080_8080_8080 & ((1 << (8 * (len - 1))) - 1);
    Few {
        bytes: eighths | more,
        len,
    }
}

/// Bytes [`varint`] writes for `value`.
pub(super) const fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Appends a field of bytes.
pub(super) fn bytes(out: &mut Vec<u8>, head: u8, value: &[u8]) {
    out.push(head);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// A few bytes on their way into a message, which they join in one go.
#[derive(Clone, Copy, Default)]
pub(super) struct Few {
    /// The first the lowest.
    bytes: u64,
    len: usize,
}

impl Few {
    /// Adds a byte. Eight there may be: heads of fields with lengths below 2^35 are no more.
    #[inline]
    #[must_use]
    pub const fn and(self, byte: u8) -> Self {
        Self {
            bytes: self.bytes | (byte as u64) << (8 * (self.len & 7)),
            len: self.len + 1,
        }
    }

    /// Adds a varint.
    #[inline]
    #[must_use]
    pub const fn and_varint(mut self, mut value: u64) -> Self {
        while value >= 0x80 {
            self = self.and(value as u8 | 0x80);
            value >>= 7;
        }
        self.and(value as u8)
    }

    /// Appends them to `out`. All eight are copied, which is one step, and the rest given up again.
    #[inline]
    pub fn append(self, out: &mut Vec<u8>) {
        let end = out.len() + self.len.min(8);
        out.extend_from_slice(&self.bytes.to_le_bytes());
        out.truncate(end);
    }
}

/// Writes a feature's geometry; the cursor runs on from part to part.
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// What is written so far.
    pub bytes: Vec<u8>,
    cursor: TilePx,
}

impl Commands {
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.cursor = TilePx::default();
    }

    /// Several points.
    pub fn points(&mut self, points: &[TilePx]) {
        self.command(MOVE_TO, points.len());
        for &p in points {
            self.to(p);
        }
    }

    /// A path of at least two points.
    pub fn path(&mut self, path: &[TilePx]) {
        if let [first, rest @ ..] = path {
            self.command(MOVE_TO, 1);
            self.to(*first);
            self.command(LINE_TO, rest.len());
            for &p in rest {
                self.to(p);
            }
        }
    }

    /// A ring without its closing vertex, in the order given.
    pub fn ring(&mut self, ring: &[TilePx]) {
        self.path(ring);
        self.command(CLOSE_PATH, 1);
    }

    /// Appends these rings to `out` so that [`Commands::lay`] can write them anywhere; nothing where there are none.
    pub fn stencil(&mut self, rings: &RingSet, out: &mut Vec<u8>) {
        let Some(&first) = rings.points.first() else {
            return;
        };
        self.clear();
        self.cursor = first;
        for (_, ring) in rings.iter() {
            self.ring(ring);
        }
        varint(out, u64::from(first.x as u32));
        varint(out, u64::from(first.y as u32));
        // The command that moves to the first place, and its two zeros.
        out.extend_from_slice(self.bytes.get(3..).unwrap_or_default());
    }

    /// One point.
    pub fn point(&mut self, point: TilePx) {
        self.command(MOVE_TO, 1);
        self.to(point);
    }

    /// Writes a stencil as the first geometry of a feature, its box's corner laid on `corner`; `false`, and nothing
    /// written, where it is no stencil.
    pub fn lay(&mut self, corner: TilePx, stencil: &[u8]) -> bool {
        let mut rest = stencil;
        let mut next = || i32::try_from(decode::varint(&mut rest)?).ok();
        let (Some(x), Some(y)) = (next(), next()) else {
            return false;
        };
        let (Some(x), Some(y)) = (corner.x.checked_add(x), corner.y.checked_add(y)) else {
            return false;
        };
        self.point(TilePx::new(x, y));
        self.bytes.extend_from_slice(rest);
        true
    }

    fn command(&mut self, id: u32, count: usize) {
        varint(&mut self.bytes, (count as u64) << 3 | u64::from(id));
    }

    #[inline]
    fn to(&mut self, p: TilePx) {
        varint(&mut self.bytes, u64::from(zigzag(p.x - self.cursor.x)));
        varint(&mut self.bytes, u64::from(zigzag(p.y - self.cursor.y)));
        self.cursor = p;
    }
}

/// Small numbers of either sign as small numbers.
#[inline]
const fn zigzag(v: i32) -> u32 {
    (v << 1 ^ v >> 31) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_varint_is_told_in_advance() {
        for bit in 0..64 {
            for value in [(1u64 << bit) - 1, 1 << bit] {
                let mut out = Vec::new();
                varint(&mut out, value);
                assert_eq!(out.len(), varint_len(value), "{value}");
                let mut back = out.as_slice();
                assert_eq!(decode::varint(&mut back), Some(value));
                assert_eq!(back, [] as [u8; 0]);
            }
        }
    }

    #[test]
    fn a_few_bytes_come_in_their_order() {
        let few = Few::default().and(7).and_varint(300).and_varint(0).and(9);
        let mut out = vec![1];
        few.append(&mut out);
        assert_eq!(out, [1, 7, 0xac, 2, 0, 9]);
        few.and(1).and(2).and(3).append(&mut out);
        assert_eq!(out.len(), 14);
    }

    /// The polygon of the specification, section 4.3.5.5, with the example's own numbers.
    #[test]
    fn a_ring_is_written_as_the_specification_writes_it() {
        let mut commands = Commands::default();
        commands.ring(&[TilePx::new(3, 6), TilePx::new(8, 12), TilePx::new(20, 34)]);
        assert_eq!(commands.bytes, [9, 6, 12, 18, 10, 12, 24, 44, 15]);
    }
}
