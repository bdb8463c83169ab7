//! One file, from its first byte to its shard.
//!
//! The head of the file is looked at, and decides how its records are read. They are taken on all cores, while
//! everything that was decided is counted on all of them. Where the whole file would have decided otherwise, what was
//! taken is dropped and the file read once more; so the outcome is always that of the whole file. A file that does not
//! say its coordinate system is looked at to its end first.

use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use diaba_core::crs::{Crs, Transform};
use diaba_core::quality::{Checked, Finding};
use diaba_core::shard::{self, Provenance};

use crate::error::ImportError;
use crate::findings;
use crate::inputs::PassedOver;
use crate::job::Job;
use crate::plan;
use crate::progress::Progress;
use crate::record::Plan;
use crate::report::picture::Picture;
use crate::report::{Outcome, Report};
use crate::sink::Sink;
use crate::source::{self, DeclaredCrs, SourceFile};
use crate::survey::{self, Survey};
use crate::take::{joined, take};

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
    let paths = [source::parts(&job.file), job.drawing.files(&job.file)].concat();
    let Some((path, others)) = paths.split_first() else {
        return Err(ImportError::Read {
            path: job.file.clone(),
            reason: "no file".to_owned(),
        });
    };
    // The bytes of a text say how it is read; what only the record of the import needs is read beside the records.
    let first = source::is_text(&job.file).then(|| source::fingerprint(path));
    let first = first.transpose()?;
    let beside = if first.is_some() { others } else { &paths };
    let (taken, beside) = std::thread::scope(|scope| {
        let beside: ScopedJoinHandle<'_, Result<Vec<SourceFile>, ImportError>> =
            scope.spawn(|| {
                beside
                    .iter()
                    .map(|path| source::fingerprint(path))
                    .collect()
            });
        let utf8 = first.as_ref().is_some_and(|file| file.utf8);
        let taken = take_file(job, utf8, report, progress);
        (taken, joined(beside))
    });
    report.sources = first.into_iter().collect();
    report.sources.extend(beside?);
    report.sources.extend(job.archives.iter().cloned());
    if let Some(attributes) = &report.attributes {
        report.sources.extend(attributes.files.iter().cloned());
    }
    let (mut sink, linework) = taken?;
    match sink.rejects() {
        Ok(made) => report.made_rejects = made.map(Arc::new),
        Err(reason) => report.warn(
            format!("không ghi được các bản ghi bị loại: {reason}"),
            format!("the rejected records could not be written: {reason}"),
        ),
    }
    warn_of_records(report);
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

/// The records of a file, taken and not published, and what its linework showed, in the working CRS.
type Taken<'j> = (Sink<'j>, Vec<Finding>);

/// Reads the file and takes its records; nothing is published yet. `utf8` says whether a file of text is UTF-8.
fn take_file<'j>(
    job: &'j Job,
    utf8: bool,
    report: &mut Report,
    progress: &Progress,
) -> Result<Taken<'j>, ImportError> {
    let mut source = source::open(job, utf8)?;
    let description = source.description().clone();
    report.format.clone_from(&description.format);
    report.layer.clone_from(&description.layer);
    report.warnings.extend_from_slice(&job.drawing.notes);
    if let Some(drawing) = source.drawing() {
        report.warnings.extend_from_slice(&drawing.remarks);
        report.drawing = Some(drawing.clone());
    }
    let known = plan::source_crs(job, &description.crs, report)
        .map(|crs| Transform::new(crs, Crs::WORKING))
        .transpose()?;
    progress.step("Đọc thử · surveying", description.expected);
    let (head, whole) = survey::head(source.as_mut(), known.as_ref(), &job.place)?;
    let decide = |transform: &Transform, survey: &Survey, report: &mut Report| {
        let swap = plan::axes(job, transform.from(), &survey.landing, report)?;
        transform.operation().clone_into(&mut report.crs.operation);
        plan::make(job, &description, survey, (transform.clone(), swap), report)
    };

    if let (Some(transform), false) = (&known, whole) {
        let (mut foreseen, mut settled) = (report.clone(), report.clone());
        if let Ok(plan) = decide(transform, &head, &mut foreseen).map(Plan::foreseeing) {
            progress.step("Nhập · importing", description.expected);
            let mut sink = Sink::new(job, transform.from());
            let mut seen = head.anew();
            take(
                source.as_mut(),
                &plan,
                &mut sink,
                &mut foreseen,
                Some(&mut seen),
                progress,
            )?;
            // Had the whole file been read first, would the records have come out the same?
            if decide(transform, &seen, &mut settled).is_ok_and(|settled| plan.was_right(&settled))
            {
                *report = foreseen.settled_by(settled);
                return Ok((sink, findings::linework(source.findings(), &plan)?));
            }
            tracing::info!("the rest of the file is not like its beginning; it is read once more");
        }
    }

    let survey = if whole {
        head
    } else {
        progress.step("Đọc thử · surveying", description.expected);
        survey::whole(source.as_mut(), known.as_ref(), &job.place, |n| {
            progress.at(n);
        })?
    };
    report.counts.read = survey.records;
    let plan = match known {
        Some(transform) => decide(&transform, &survey, report)?,
        None if description.crs == DeclaredCrs::None => {
            let (crs, swap) = plan::scored(job, &description, &survey, report)?;
            let transform = Transform::new(crs, Crs::WORKING)?;
            transform.operation().clone_into(&mut report.crs.operation);
            plan::make(job, &description, &survey, (transform, swap), report)?
        }
        None => return Err(plan::unknown_crs(job, &description.crs, &survey.landing)),
    };
    progress.step("Nhập · importing", Some(survey.records));
    let mut sink = Sink::new(job, plan.transform.from());
    take(source.as_mut(), &plan, &mut sink, report, None, progress)?;
    Ok((sink, findings::linework(source.findings(), &plan)?))
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
