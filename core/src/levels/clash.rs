//! Finding arcs that meet where they should not, after points were left out.

use super::trace::Point;

/// A bucket's side is this power of two of half cells.
const BUCKET_BITS: u32 = 4;

#[derive(Debug, Clone, Copy)]
struct Segment {
    a: Point,
    b: Point,
    arc: u32,
}

impl Segment {
    fn low(self, axis: usize) -> i32 {
        self.a[axis].min(self.b[axis])
    }

    fn high(self, axis: usize) -> i32 {
        self.a[axis].max(self.b[axis])
    }

    fn holds(self, p: Point) -> bool {
        turn(self.a, self.b, p) == 0
            && [0, 1]
                .into_iter()
                .all(|i| (self.low(i)..=self.high(i)).contains(&p[i]))
    }

    /// Whether the two share more than one common end.
    fn clashes(self, other: Self) -> bool {
        if [0, 1]
            .into_iter()
            .any(|i| self.high(i) < other.low(i) || other.high(i) < self.low(i))
        {
            return false;
        }
        let common = |p: Point| p == other.a || p == other.b;
        match (common(self.a), common(self.b)) {
            (true, true) => true,
            (false, false) => self.crosses(other),
            (first, _) => {
                let (end, free) = if first {
                    (self.a, self.b)
                } else {
                    (self.b, self.a)
                };
                let theirs = if other.a == end { other.b } else { other.a };
                other.holds(free) || self.holds(theirs)
            }
        }
    }

    fn crosses(self, other: Self) -> bool {
        let apart = |s: Self, t: Self| turn(s.a, s.b, t.a).signum() * turn(s.a, s.b, t.b).signum();
        let (one, two) = (apart(self, other), apart(other, self));
        (one < 0 && two < 0)
            || self.holds(other.a)
            || self.holds(other.b)
            || other.holds(self.a)
            || other.holds(self.b)
    }
}

/// On which side of a→b the point lies: the sign; 0 on the line.
fn turn(a: Point, b: Point, p: Point) -> i64 {
    let sub = |p: Point| (i64::from(p[0] - a[0]), i64::from(p[1] - a[1]));
    let ((bx, by), (px, py)) = (sub(b), sub(p));
    bx * py - by * px
}

/// The arcs (by position in `arcs`, ascending) that cross or touch another one or themselves anywhere but at their
/// common ends. Coordinates are in 0..=`extent`.
pub(super) fn find(arcs: &[Vec<Point>], extent: i32) -> Vec<usize> {
    search(arcs, extent, BUCKET_BITS)
}

/// As [`find`], of arcs whose coordinates are in `low..=high`.
pub(crate) fn clashes(arcs: &[Vec<Point>], [low, high]: [i32; 2]) -> Vec<usize> {
    let moved: Vec<Vec<Point>> = arcs
        .iter()
        .map(|arc| arc.iter().map(|p| p.map(|v| v - low)).collect())
        .collect();
    // Buckets about as large as what lies in them.
    let lengths = moved.iter().flat_map(|arc| arc.windows(2)).map(|w| {
        let along = |axis: usize| u64::from(w[0][axis].abs_diff(w[1][axis]));
        along(0).max(along(1))
    });
    let (count, sum) = lengths.fold((0u64, 0), |(count, sum), length| (count + 1, sum + length));
    let bits = (sum / count.max(1)).checked_ilog2().unwrap_or(0) + 1;
    search(&moved, high - low, bits.clamp(3, 10))
}

/// The arcs that clash, found in buckets of `2^bits` a side.
fn search(arcs: &[Vec<Point>], extent: i32, bits: u32) -> Vec<usize> {
    let segments: Vec<Segment> = arcs
        .iter()
        .enumerate()
        .flat_map(|(arc, points)| {
            points.windows(2).map(move |w| Segment {
                a: w[0],
                b: w[1],
                arc: arc as u32,
            })
        })
        .collect();
    let across = (extent >> bits) as usize + 1;
    let buckets = Buckets::new(&segments, across, bits);
    let mut out = Vec::new();
    for bucket in 0..across * across {
        let members = buckets.members(bucket);
        for (i, &s) in members.iter().enumerate() {
            let one = segments[s as usize];
            for &t in &members[i + 1..] {
                let two = segments[t as usize];
                if one.clashes(two) {
                    out.extend([one.arc as usize, two.arc as usize]);
                }
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Segments by the buckets their boxes touch, one bucket after the other.
struct Buckets {
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl Buckets {
    fn new(segments: &[Segment], across: usize, bits: u32) -> Self {
        let mut ends = vec![0u32; across * across + 1];
        for segment in segments {
            for bucket in touched(*segment, across, bits) {
                ends[bucket + 1] += 1;
            }
        }
        for i in 1..ends.len() {
            ends[i] += ends[i - 1];
        }
        let mut members = vec![0; ends[across * across] as usize];
        let mut next = ends.clone();
        for (i, segment) in segments.iter().enumerate() {
            for bucket in touched(*segment, across, bits) {
                members[next[bucket] as usize] = i as u32;
                next[bucket] += 1;
            }
        }
        Self { ends, members }
    }

    fn members(&self, bucket: usize) -> &[u32] {
        &self.members[self.ends[bucket] as usize..self.ends[bucket + 1] as usize]
    }
}

fn touched(segment: Segment, across: usize, bits: u32) -> impl Iterator<Item = usize> {
    let range = |axis: usize| {
        let cut = |v: i32| ((v.max(0) >> bits) as usize).min(across - 1);
        cut(segment.low(axis))..=cut(segment.high(axis))
    };
    let columns = range(0);
    range(1).flat_map(move |row| columns.clone().map(move |column| row * across + column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_common_ends_are_allowed() {
        let clashing =
            |arcs: &[&[Point]]| find(&arcs.iter().map(|a| a.to_vec()).collect::<Vec<_>>(), 64);
        assert!(
            clashing(&[
                &[[0, 0], [20, 20]],
                &[[20, 20], [40, 0]],
                &[[20, 20], [20, 60]]
            ])
            .is_empty()
        );
        assert_eq!(
            clashing(&[
                &[[0, 0], [40, 40]],
                &[[60, 60], [62, 60]],
                &[[0, 40], [40, 0]]
            ]),
            [0, 2]
        );
        // Touching, lying on one another, the same twice, and itself.
        assert_eq!(
            clashing(&[&[[0, 0], [40, 0]], &[[20, 0], [20, 30]]]),
            [0, 1]
        );
        assert_eq!(
            clashing(&[&[[0, 0], [40, 0]], &[[0, 0], [20, 0], [20, 9]]]),
            [0, 1]
        );
        assert_eq!(
            clashing(&[&[[0, 0], [40, 10]], &[[40, 10], [0, 0]]]),
            [0, 1]
        );
        assert_eq!(clashing(&[&[[0, 0], [40, 0], [40, 9], [20, -1]]]), [0]);
        assert!(clashing(&[&[[0, 0], [40, 0], [40, 9], [0, 0]]]).is_empty());
    }
}
