//! What became of a record, entered in the report.

use diaba_core::geometry::areas::Agreement;
use geo::CoordsIter;

use crate::error::ImportError;
use crate::record::Processed;
use crate::report::picture::MarkKind;
use crate::report::{RejectedRecord, Report, readable};
use crate::sink::{Made, Sink};
use crate::take::Worked;

/// Enters what became of a record in the report, and those that are not taken in the sink's file of them; the feature,
/// if there is one, in the form its home takes it. Whether others have its key is counted by the batch.
pub fn count(
    record: Worked,
    report: &mut Report,
    sink: &mut Sink,
) -> Option<Result<Made, ImportError>> {
    let Processed {
        number,
        landed: _,
        key,
        result,
        repairs,
        area,
        notes,
        damage,
        joined,
    } = record;
    report.counts.read += 1;
    if let (Some(attributes), Some(joined)) = (&mut report.attributes, joined) {
        attributes.push(&key, joined);
    }
    for note in notes {
        report.notes.push(number, note);
    }
    for (column, counted) in damage {
        if let Some(column) = report.columns.get_mut(column) {
            column.damage.add(counted);
        }
    }
    match result {
        Ok((feature, made)) => {
            report.counts.imported += 1;
            report.picture.feature(&feature);
            let repaired = report.repairs.push(number, &key, repairs.into_iter());
            report.counts.repaired += u64::from(repaired);
            let contradicts = area
                .as_ref()
                .is_some_and(|a| matches!(a.agreement, Agreement::Contradicts));
            if let (Some(areas), Some(area)) = (&mut report.areas, area) {
                areas.push(number, &key, area);
            }
            for (kind, is) in [
                (MarkKind::Area, contradicts),
                (MarkKind::Repaired, repaired),
            ] {
                if is && let Some(place) = feature.geometry.coords_iter().next() {
                    let text = || format!("{number}: {}", readable(&key));
                    report.picture.mark(kind, place, text);
                }
            }
            Some(made)
        }
        Err(refused) => {
            report.counts.rejected += 1;
            let record = RejectedRecord {
                code: refused.code,
                record: number,
                key: readable(&key),
                field: refused.field,
                value: refused.value,
                reason: refused.reason,
            };
            report.rejects.push(&record);
            if let Some(place) = refused.place {
                let text = || format!("{}: {} {}", record.record, record.key, record.reason.vi);
                report.picture.mark(MarkKind::Rejected, place, text);
            }
            sink.reject(record, refused.geometry);
            None
        }
    }
}
