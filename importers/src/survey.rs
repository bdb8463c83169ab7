//! The first reading of a file: nothing is written, everything that must be decided is counted.

use std::ops::ControlFlow;

use diaba_core::crs::Transform;
use diaba_core::feature::Value;
use geo::CoordsIter;

use crate::decode::ColumnSample;
use crate::error::ImportError;
use crate::locate::Witnesses;
use crate::place::{Landing, Place};
use crate::sample::Sample;
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
    pub values: Vec<Sample<String, SCREENED>>,
    /// Where the records land.
    pub landing: Landing,
    /// Some of the records, to be asked where they should lie.
    pub witnesses: Witnesses,
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
    survey.values.resize_with(columns, Sample::default);
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
