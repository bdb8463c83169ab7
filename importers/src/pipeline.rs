//! One file, from its first byte to its shard.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use diaba_core::crs::{Crs, Transform};
use diaba_core::feature::NewFeature;
use diaba_core::geometry::areas::Agreement;
use diaba_core::quality::Checked;
use diaba_core::shard::{self, Provenance};
use geo::CoordsIter;
use rayon::prelude::*;

use crate::error::ImportError;
use crate::findings;
use crate::inputs::PassedOver;
use crate::job::Job;
use crate::plan;
use crate::progress::Progress;
use crate::record::{Plan, Processed};
use crate::report::picture::{MarkKind, Picture};
use crate::report::{Areas, Outcome, RejectedRecord, Report, readable};
use crate::sink::Sink;
use crate::source::{self, DeclaredCrs, Record, Source, SourceFile};
use crate::survey::survey;

/// Records that travel together.
const BATCH: usize = 1024;
/// Batches read ahead of the one being worked on.
const AHEAD: usize = 4;
/// Communes drawn around the data.
const COMMUNES: usize = 40;

fn begin(theme: &str) -> Report {
    Report {
        tool: concat!("diaba-import ", env!("CARGO_PKG_VERSION")).to_owned(),
        when: jiff::Zoned::now()
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string(),
        theme: theme.to_owned(),
        ..Report::default()
    }
}

/// The report of a file that is not imported, and need not be.
pub fn passed_over(theme: &str, file: &PassedOver) -> Report {
    Report {
        outcome: Outcome::PassedOver,
        refusal: Some(file.reason.clone()),
        file: Some(file.name.clone()),
        ..begin(theme)
    }
}

/// The report of an import that was refused before a file was opened.
pub fn refusal(theme: &str, error: &ImportError) -> Report {
    Report {
        refusal: Some(error.bilingual()),
        ..begin(theme)
    }
}

/// Imports one file. The report is made however it ends; the error says why it was refused.
pub fn import(job: &Job, progress: &Progress) -> (Report, Option<ImportError>) {
    let mut report = Report {
        dataset: job.dataset.clone(),
        file: job.found.then(|| job.name.clone()),
        picture: Picture::of(&job.theme),
        ..begin(&job.theme.id)
    };
    let done = drive(job, &mut report, progress);
    progress.done();
    if let Some(extent) = report.picture.extent {
        report.picture.communes = job.communes().around(extent, COMMUNES);
    }
    match done {
        Ok(outcome) => {
            report.outcome = outcome;
            (report, None)
        }
        Err(error) => {
            let error = error.about(&job.name);
            report.refusal = Some(error.bilingual());
            // What would have been imported was not.
            report.counts.imported = 0;
            (report, Some(error))
        }
    }
}

fn drive(job: &Job, report: &mut Report, progress: &Progress) -> Result<Outcome, ImportError> {
    let files: Vec<SourceFile> = source::parts(&job.file)
        .iter()
        .chain(&job.drawing.files(&job.file))
        .map(|path| source::fingerprint(path))
        .collect::<Result<_, _>>()?;
    let Some(main) = files.first() else {
        return Err(ImportError::Read {
            path: job.file.clone(),
            reason: "no file".to_owned(),
        });
    };
    let mut source = source::open(job, main)?;
    report.sources = files;
    report.sources.extend(job.archives.iter().cloned());
    let description = source.description().clone();
    report.format.clone_from(&description.format);
    report.layer.clone_from(&description.layer);
    report.warnings.extend_from_slice(&job.drawing.notes);
    if let Some(drawing) = source.drawing() {
        report.warnings.extend_from_slice(&drawing.remarks);
        report.drawing = Some(drawing.clone());
    }

    let crs = plan::source_crs(job, &description.crs, report);
    let transform = crs
        .map(|crs| Transform::new(crs, Crs::WORKING))
        .transpose()?;
    progress.step("Đọc thử · surveying", description.expected);
    let survey = survey(source.as_mut(), transform.as_ref(), &job.place, |n| {
        progress.at(n);
    })?;
    report.counts.read = survey.records;
    let (transform, swap) = match transform {
        Some(transform) => {
            let swap = plan::axes(job, transform.from(), &survey.landing, report)?;
            (transform, swap)
        }
        None if description.crs == DeclaredCrs::None => {
            let (crs, swap) = plan::scored(job, &description, &survey, report)?;
            (Transform::new(crs, Crs::WORKING)?, swap)
        }
        None => return Err(plan::unknown_crs(job, &description.crs, &survey.landing)),
    };
    transform.operation().clone_into(&mut report.crs.operation);
    let plan = plan::make(job, &description, &survey, (transform, swap), report)?;
    if plan.declared.is_some() {
        report.areas = Some(Areas {
            plane: plan.plane().epsg(),
            ..Areas::default()
        });
    }

    if let Some(joiner) = &plan.joiner {
        let begun = joiner.begin();
        report.sources.extend(begun.files.iter().cloned());
        report.attributes = Some(begun);
    }

    progress.step("Nhập · importing", Some(survey.records));
    let mut sink = Sink::new(job, plan.transform.from());
    take_all(source.as_mut(), &plan, &mut sink, report, progress)?;
    if let (Some(joiner), Some(attributes)) = (&plan.joiner, &mut report.attributes) {
        joiner.finish(&job.theme, attributes);
    }
    match sink.rejects() {
        Ok(made) => report.made_rejects = made.map(Arc::new),
        Err(reason) => report.warn(
            format!("không ghi được các bản ghi bị loại: {reason}"),
            format!("the rejected records could not be written: {reason}"),
        ),
    }
    warn_of_records(report);
    let linework = findings::linework(source.findings(), &plan)?;
    if report.counts.imported == 0 {
        // Why nothing came of a drawing is said by its linework alone.
        findings::report(&Checked::from_iter(linework), report);
        return Err(ImportError::Nothing {
            path: job.file.clone(),
            vi: format!(
                "không bản ghi nào trong {} nhập được; xem lý do trong báo cáo.",
                report.counts.read
            ),
            en: format!(
                "none of its {} records can be imported; the report says why.",
                report.counts.read
            ),
        });
    }
    progress.step("Đóng gói · packing", None);
    let sealed = sink
        .seal(provenance(report), linework)
        .inspect_err(|error| findings::report_refused(error, report))?;
    report.difference = sealed.difference;
    report.revision = sealed.revision;
    findings::report(&sealed.checked, report);
    Ok(if job.dry_run {
        Outcome::DryRun
    } else {
        Outcome::Imported
    })
}

/// Takes every record through, in the order of the file, on all cores.
fn take_all(
    source: &mut dyn Source,
    plan: &Plan,
    sink: &mut Sink,
    report: &mut Report,
    progress: &Progress,
) -> Result<(), ImportError> {
    report.counts.read = 0;
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        let reader = scope.spawn(move || read_batches(source, &sender));
        let sunk = sink_batches(receiver, plan, sink, report, progress);
        let read = match reader.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        sunk.and(read)
    })
}

fn read_batches(
    source: &mut dyn Source,
    sender: &SyncSender<Vec<Record>>,
) -> Result<(), ImportError> {
    let mut batch = Vec::with_capacity(BATCH);
    source.read(&mut |record| {
        batch.push(record);
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        // Nobody listens once the store has refused a record.
        if sender.send(full).is_err() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    let _nobody_listens = sender.send(batch);
    Ok(())
}

fn sink_batches(
    batches: Receiver<Vec<Record>>,
    plan: &Plan,
    sink: &mut Sink,
    report: &mut Report,
    progress: &Progress,
) -> Result<(), ImportError> {
    for batch in batches {
        let processed: Vec<Processed> = batch
            .into_par_iter()
            .map(|record| plan.process(record))
            .collect();
        for record in processed {
            progress.at(record.number);
            if let Some(feature) = count(record, report, sink) {
                sink.push(&feature)?;
            }
        }
    }
    Ok(())
}

/// Enters what became of a record in the report; the feature, if there is one.
fn count(record: Processed, report: &mut Report, sink: &mut Sink) -> Option<NewFeature> {
    let Processed {
        number,
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
        Ok(feature) => {
            report.counts.imported += 1;
            report.picture.feature(&feature);
            let repaired = report.repairs.push(number, &key, repairs.into_iter());
            report.counts.repaired += u64::from(repaired);
            report.duplicates.push(&key);
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
            Some(feature)
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

fn warn_of_records(report: &mut Report) {
    let lossy: u64 = report
        .columns
        .iter()
        .map(|c| c.damage.lossy + c.damage.ambiguous_capitals)
        .sum();
    let lost: u64 = report.columns.iter().map(|c| c.damage.lost).sum();
    if lossy > 0 {
        report.warn(
            format!("{lossy} giá trị TCVN3 có thể sai chữ hoa; giữ nguyên văn trong “_goc”"),
            format!("{lossy} TCVN3 values may have lost capitals; kept as they came under “_goc”"),
        );
    }
    if lost > 0 {
        report.warn(
            format!("{lost} giá trị có ký tự đã mất từ trước (dấu ? giữa chữ); không khôi phục được"),
            format!("{lost} values have characters that were lost before (? inside words); they cannot be brought back"),
        );
    }
    if report.duplicates.keys > 0 {
        let (keys, records) = (report.duplicates.keys, report.duplicates.records);
        report.warn(
            format!("{keys} khóa trùng ở {records} bản ghi; giữ tất cả"),
            format!("{keys} keys are shared by {records} records; all are kept"),
        );
    }
    if let Some(attributes) = &report.attributes {
        let (joined, off, bare) = (
            attributes.joined,
            attributes.without_geometry.count,
            attributes.without_attributes.count,
        );
        if off + bare > 0 {
            report.warn(
                format!("ghép thuộc tính cho {joined} thửa; {off} thửa trong CSDL không có hình, {bare} thửa có hình không có trong CSDL"),
                format!("{joined} parcels found their attributes; {off} of the land database have no geometry, {bare} with geometry are not in it"),
            );
        }
    }
    if let Some(areas) = &report.areas
        && areas.contradict > 0
    {
        let (contradict, plane) = (areas.contradict, areas.plane);
        report.warn(
            format!("{contradict} bản ghi có diện tích ghi lệch hơn 1 % so với hình (EPSG:{plane}); vẫn giữ"),
            format!("{contradict} records declare an area more than 1 % off their geometry's (EPSG:{plane}); kept"),
        );
    }
}

fn provenance(report: &Report) -> Provenance {
    Provenance {
        sources: report
            .sources
            .iter()
            .map(|f| shard::SourceFile {
                name: f.name.clone(),
                bytes: f.bytes,
                sha256: f.sha256.clone(),
            })
            .collect(),
        format: report.format.clone(),
        source_crs: report.crs.epsg,
        operation: report.crs.operation.clone(),
        encodings: report
            .columns
            .iter()
            .filter(|c| c.became != "personal")
            .filter_map(|c| {
                let text = c.text.as_ref()?;
                Some(shard::ColumnEncoding {
                    column: c.name.clone(),
                    encoding: text.encoding.name().to_owned(),
                    confidence: text.confidence,
                    declared: text.how == crate::decode::How::Given,
                })
            })
            .collect(),
        counts: report.counts.clone(),
        imported_at: report.when.clone(),
        tool: report.tool.clone(),
        notes: report
            .warnings
            .iter()
            .map(|w| format!("{} · {}", w.vi, w.en))
            .collect(),
        restores: None,
    }
}
