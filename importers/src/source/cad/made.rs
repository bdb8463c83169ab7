//! Records made of a drawing's elements, as a source.

use std::ops::ControlFlow;

use diaba_core::feature::Value;
use diaba_core::quality::Finding;
use geo::Geometry;

use super::{Drawing, Kind};
use crate::error::ImportError;
use crate::source::{DeclaredCrs, Description, Record, Shape, Source, SourceColumn};

/// Ground and values.
pub type Row = (Option<Geometry<f64>>, Vec<Option<Value>>);

/// What a drawing was made into; all of it is in memory, because parcels and zones are known when all lines are.
pub struct MadeSource {
    description: Description,
    records: Vec<Record>,
    findings: Vec<Finding>,
    drawing: Drawing,
}

impl MadeSource {
    /// Of rows of ground and values, a value a column, out of a drawing of `kind`; `layer` names what was read.
    pub fn new(
        kind: Kind,
        layer: String,
        columns: Vec<SourceColumn>,
        rows: Vec<Row>,
        (findings, drawing): (Vec<Finding>, Drawing),
    ) -> Self {
        let records: Vec<Record> = rows
            .into_iter()
            .enumerate()
            .map(|(index, (ground, values))| Record {
                number: index as u64 + 1,
                shape: ground.map(|ground| Ok(plain(ground))),
                values,
            })
            .collect();
        Self {
            description: Description {
                format: kind.driver().to_owned(),
                layer,
                columns,
                bytes: kind.bytes(),
                declared_encoding: None,
                crs: DeclaredCrs::None,
                expected: Some(records.len() as u64),
            },
            records,
            findings,
            drawing,
        }
    }
}

/// A geometry nothing had to be done to.
pub(super) const fn plain(geometry: Geometry<f64>) -> Shape {
    Shape {
        geometry,
        flattened: false,
        closed_rings: 0,
        linearised: false,
    }
}

impl Source for MadeSource {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&mut self, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), ImportError> {
        for record in &self.records {
            if take(record.clone()).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn drawing(&self) -> Option<&Drawing> {
        Some(&self.drawing)
    }
}
