//! What must be known of a file before its records are taken: counted on its first records, and on all of them where
//! those do not settle it.

use std::ops::ControlFlow;

use diaba_core::crs::Transform;
use diaba_core::feature::Value;

use crate::decode::ColumnSample;
use crate::error::ImportError;
use crate::locate::Witnesses;
use crate::place::{Landing, Place};
use crate::sample::Sample;
use crate::source::{Record, Source};

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

/// Records looked at before the others are taken.
const HEAD: u64 = 4096;

impl Survey {
    /// Of nothing yet, for that many columns.
    fn of(columns: usize) -> Self {
        let mut survey = Self {
            text: vec![ColumnSample::default(); columns],
            ..Self::default()
        };
        survey.values.resize_with(columns, Sample::default);
        survey
    }

    /// One of all records, from the first, that begins with the places kept by `self`.
    #[must_use]
    pub fn anew(&self) -> Self {
        let mut survey = Self::of(self.text.len());
        survey.landing.sample.clone_from(&self.landing.sample);
        survey
    }

    /// Takes in what a record says, but for where it lands.
    pub fn push(&mut self, record: &Record) {
        self.records = record.number;
        for ((value, text), spread) in record
            .values
            .iter()
            .zip(&mut self.text)
            .zip(&mut self.values)
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
        if let Some(first) = record.first_point() {
            self.witnesses.push(first, &record.values);
        }
    }
}

/// Reads the first records of `source`; says whether those were all. `transform` leads from its CRS to the working
/// one, where the CRS is known.
///
/// # Errors
/// As [`Source::read`].
pub fn head(
    source: &mut dyn Source,
    transform: Option<&Transform>,
    place: &Place,
) -> Result<(Survey, bool), ImportError> {
    let mut more = false;
    let survey = read(source, transform, place, |number| {
        more = number > HEAD;
        if more {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok((survey, !more))
}

/// Reads `source` through, as [`head`].
///
/// # Errors
/// As [`Source::read`].
pub fn whole(
    source: &mut dyn Source,
    transform: Option<&Transform>,
    place: &Place,
    mut progress: impl FnMut(u64),
) -> Result<Survey, ImportError> {
    read(source, transform, place, |number| {
        progress(number);
        ControlFlow::Continue(())
    })
}

fn read(
    source: &mut dyn Source,
    transform: Option<&Transform>,
    place: &Place,
    mut goes_on: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Survey, ImportError> {
    let mut survey = Survey::of(source.description().columns.len());
    source.read(&mut |record| {
        goes_on(record.number)?;
        survey.push(&record);
        if let Some(first) = record.first_point() {
            survey.landing.push(first, transform, place);
        }
        ControlFlow::Continue(())
    })?;
    Ok(survey)
}
