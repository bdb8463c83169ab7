//! The first reading of a file: nothing is written, everything that must be decided is counted.

use std::ops::ControlFlow;

use diaba_core::crs::Transform;
use diaba_core::feature::Value;
use geo::CoordsIter;

use crate::decode::ColumnSample;
use crate::error::ImportError;
use crate::locate::Witnesses;
use crate::place::{Landing, Place};
use crate::source::Source;

/// Values of a column kept for telling numbers of persons.
const SCREENED: usize = 4096;

/// What one reading of a file says.
#[derive(Debug, Default)]
pub struct Survey {
    /// Records read.
    pub records: u64,
    /// What the values of each column say about its encoding.
    pub text: Vec<ColumnSample>,
    /// Filled values of each column, spread evenly over the file.
    pub values: Vec<Spread>,
    /// Where the records land.
    pub landing: Landing,
    /// Some of the records, to be asked where they should lie.
    pub witnesses: Witnesses,
}

/// Some of many values, spread evenly over all of them.
#[derive(Debug, Default)]
pub struct Spread {
    /// The values.
    pub kept: Vec<String>,
    seen: u64,
    every: u64,
}

impl Spread {
    fn push(&mut self, value: impl FnOnce() -> String) {
        self.every = self.every.max(1);
        if self.seen.is_multiple_of(self.every) {
            if self.kept.len() == SCREENED {
                // Every other one goes, and from here on half as many come.
                let mut keep = false;
                self.kept.retain(|_| {
                    keep = !keep;
                    keep
                });
                self.every *= 2;
            }
            if self.seen.is_multiple_of(self.every) {
                self.kept.push(value());
            }
        }
        self.seen += 1;
    }
}

/// Reads `source` through. `transform` leads from its CRS to the working one, where the CRS is known.
///
/// # Errors
/// As [`Source::read`].
pub fn survey(
    source: &mut dyn Source,
    transform: Option<&Transform>,
    place: &Place,
    mut progress: impl FnMut(u64),
) -> Result<Survey, ImportError> {
    let columns = source.description().columns.len();
    let mut survey = Survey {
        text: vec![ColumnSample::default(); columns],
        ..Survey::default()
    };
    survey.values.resize_with(columns, Spread::default);
    source.read(&mut |record| {
        survey.records = record.number;
        progress(record.number);
        for ((value, text), spread) in record
            .values
            .iter()
            .zip(&mut survey.text)
            .zip(&mut survey.values)
        {
            match value {
                Some(Value::Text(raw)) => {
                    text.push(raw);
                    spread.push(|| raw.clone());
                }
                Some(number @ (Value::Integer(_) | Value::Real(_))) => {
                    spread.push(|| number.to_string());
                }
                _ => {}
            }
        }
        if let Some(Ok(shape)) = &record.shape
            && let Some(first) = shape.geometry.coords_iter().next()
        {
            survey.landing.push([first.x, first.y], transform, place);
            survey.witnesses.push([first.x, first.y], &record.values);
        }
        ControlFlow::Continue(())
    })?;
    Ok(survey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_covers_the_whole_file() {
        let mut spread = Spread::default();
        for n in 0..100_000 {
            spread.push(|| n.to_string());
        }
        assert!(spread.kept.len() > SCREENED / 4 && spread.kept.len() <= SCREENED);
        let numbers: Vec<u64> = spread
            .kept
            .iter()
            .map(|v| v.parse().expect("a number"))
            .collect();
        assert_eq!(numbers.first(), Some(&0));
        assert!(numbers.last() > Some(&95_000));
        let step = numbers[1] - numbers[0];
        assert!(numbers.windows(2).all(|w| w[1] - w[0] == step));
    }
}
