//! Some of many, spread evenly over all of them.

/// At most `MOST` of the things it is shown, from the first on, at even distances.
#[derive(Debug, Clone)]
pub struct Sample<T, const MOST: usize> {
    kept: Vec<T>,
    seen: u64,
    every: u64,
}

impl<T, const MOST: usize> Default for Sample<T, MOST> {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            seen: 0,
            every: 1,
        }
    }
}

impl<T, const MOST: usize> Sample<T, MOST> {
    /// Is shown the next thing, which is made only where it is kept.
    pub fn push(&mut self, thing: impl FnOnce() -> T) {
        if self.seen.is_multiple_of(self.every) {
            if self.kept.len() == MOST {
                // Every other one goes, and from here on half as many come.
                let mut keep = false;
                self.kept.retain(|_| {
                    keep = !keep;
                    keep
                });
                self.every *= 2;
            }
            if self.seen.is_multiple_of(self.every) {
                self.kept.push(thing());
            }
        }
        self.seen += 1;
    }

    /// What was kept, in the order it came.
    pub fn kept(&self) -> &[T] {
        &self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_covers_everything() {
        const MOST: usize = 4096;
        let mut sample = Sample::<u64, MOST>::default();
        for n in 0..100_000_u64 {
            sample.push(|| n);
        }
        let kept = sample.kept();
        assert!(kept.len() > MOST / 4 && kept.len() <= MOST);
        assert_eq!(kept.first(), Some(&0));
        assert!(kept.last() > Some(&95_000));
        let step = kept[1] - kept[0];
        assert!(kept.windows(2).all(|w| w[1] - w[0] == step));
    }
}
