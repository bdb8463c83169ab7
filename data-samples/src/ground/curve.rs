//! A walk through a rectangle of squares where every step goes to a neighbour and near squares come near in
//! the walk: communes are pieces of it, so that they hang together.

/// The squares of a `nx` by `ny` rectangle in walking order (a Hilbert-like curve for any rectangle).
pub fn walk(nx: usize, ny: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::with_capacity(nx * ny);
    let (w, h) = (nx as i64, ny as i64);
    if w >= h {
        step(&mut out, (0, 0), (w, 0), (0, h));
    } else {
        step(&mut out, (0, 0), (0, h), (w, 0));
    }
    out
}

/// Fills the rectangle at `at` spanned by the walk's main direction `a` and the other direction `b`.
fn step(out: &mut Vec<(usize, usize)>, at: (i64, i64), a: (i64, i64), b: (i64, i64)) {
    let (w, h) = ((a.0 + a.1).abs(), (b.0 + b.1).abs());
    let (da, db) = ((a.0.signum(), a.1.signum()), (b.0.signum(), b.1.signum()));
    if h == 1 || w == 1 {
        let (d, n) = if h == 1 { (da, w) } else { (db, h) };
        out.extend((0..n).map(|k| ((at.0 + d.0 * k) as usize, (at.1 + d.1 * k) as usize)));
        return;
    }
    let mut a2 = (a.0.div_euclid(2), a.1.div_euclid(2));
    let mut b2 = (b.0.div_euclid(2), b.1.div_euclid(2));
    if 2 * w > 3 * h {
        if (a2.0 + a2.1) % 2 != 0 && w > 2 {
            a2 = (a2.0 + da.0, a2.1 + da.1);
        }
        step(out, at, a2, b);
        step(out, (at.0 + a2.0, at.1 + a2.1), (a.0 - a2.0, a.1 - a2.1), b);
    } else {
        if (b2.0 + b2.1) % 2 != 0 && h > 2 {
            b2 = (b2.0 + db.0, b2.1 + db.1);
        }
        step(out, at, b2, a2);
        step(out, (at.0 + b2.0, at.1 + b2.1), a, (b.0 - b2.0, b.1 - b2.1));
        let last = (
            at.0 + (a.0 - da.0) + (b2.0 - db.0),
            at.1 + (a.1 - da.1) + (b2.1 - db.1),
        );
        step(out, last, (-b2.0, -b2.1), (-(a.0 - a2.0), -(a.1 - a2.1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_square_is_met_once() {
        for (nx, ny) in [(1, 1), (2, 2), (3, 5), (7, 4), (16, 16), (19, 15)] {
            let mut squares = walk(nx, ny);
            assert_eq!(squares.len(), nx * ny);
            squares.sort_unstable();
            squares.dedup();
            assert_eq!(squares.len(), nx * ny, "{nx} x {ny}");
            assert!(squares.iter().all(|&(i, j)| i < nx && j < ny));
        }
    }
}
