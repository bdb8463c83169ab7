//! An import as the program runs it: job after job, each with its report.

use std::io::Write;
use std::path::PathBuf;

use diaba_core::store::directory::REPORTS;

use crate::cli::ImportArguments;
use crate::error::ImportError;
use crate::inputs::{Inputs, expand, name_datasets};
use crate::job::Job;
use crate::pipeline::{import, passed_over, refusal};
use crate::progress::Progress;
use crate::report::writing::{Papers, write_folder, write_json, write_papers};
use crate::report::{Outcome, Report};
use crate::source::expand_packages;

/// Runs the imports asked for.
///
/// # Errors
/// The exit code, where one of them was refused.
pub fn run(arguments: &ImportArguments) -> Result<(), u8> {
    let (inputs, jobs) = match asked(arguments) {
        Ok(asked) => asked,
        Err(error) => {
            if let Some(path) = &arguments.report {
                write_json(path, &refusal(arguments.theme(), &error))
                    .map_err(|error| complain(&error))?;
            }
            return Err(complain(&error));
        }
    };
    let many = inputs.many || jobs.len() > 1;
    let progress = Progress::new();
    let mut reports = Vec::with_capacity(jobs.len());
    let mut worst = 0;
    for job in &jobs {
        let (mut report, error) = import(job, &progress);
        match &error {
            // Tables without geometry are normal beside maps.
            Some(ImportError::NoGeometry { .. }) if job.found => {
                report.outcome = Outcome::PassedOver;
                say(&report.summary());
                reports.push((report, None));
                continue;
            }
            Some(error) => worst = worst.max(complain(error)),
            None => {}
        }
        for warning in &report.warnings {
            say(&format!("! {} · {}", warning.vi, warning.en));
        }
        let papers = Papers::of(job, &report, many);
        if let Err(error) = write_papers(job, &mut report, &papers) {
            worst = worst.max(complain(&error));
        }
        // Without a revision to lie beside and without --report, the report itself is the answer.
        let line = if papers.stem.is_some() {
            report.summary()
        } else {
            serde_json::to_string(&report).unwrap_or_else(|_| report.summary())
        };
        // A pipe that is closed wants no more lines; the import stands.
        let _ = writeln!(std::io::stdout(), "{line}");
        reports.push((report, papers.page()));
    }
    for failed in inputs.failed {
        let error = failed.error.about(&failed.name);
        worst = worst.max(complain(&error));
        let mut report = refusal(arguments.theme(), &error);
        report.file = Some(failed.name);
        reports.push((report, None));
    }
    for file in &inputs.passed_over {
        let report = passed_over(arguments.theme(), file);
        say(&report.summary());
        reports.push((report, None));
    }
    if let Err(error) = write_together(arguments, &reports, many) {
        worst = worst.max(complain(&error));
    }
    if worst == 0 { Ok(()) } else { Err(worst) }
}

/// What the command line asks, checked before any file is opened, and the imports it means.
fn asked(arguments: &ImportArguments) -> Result<(Inputs, Vec<Job>), ImportError> {
    let pattern = arguments.pattern()?;
    let mut inputs = expand(&arguments.files);
    name_datasets(&mut inputs, arguments.dataset.as_deref())?;
    pattern.drawing.check(inputs.files.len())?;
    let jobs = inputs.files.iter().map(|input| pattern.of(input)).collect();
    let given = arguments.dataset.as_deref();
    let jobs = expand_packages(jobs, given, &mut inputs.passed_over)?;
    Ok((inputs, jobs))
}

/// What is written once for all: the JSON `--report` asks for, and the page over several files.
fn write_together(
    arguments: &ImportArguments,
    reports: &[(Report, Option<PathBuf>)],
    many: bool,
) -> Result<(), ImportError> {
    if let Some(path) = &arguments.report {
        let all: Vec<&Report> = reports.iter().map(|(report, _)| report).collect();
        match all.as_slice() {
            [one] if !many => write_json(path, one)?,
            several => write_json(path, &several)?,
        }
    }
    if !many {
        return Ok(());
    }
    let index = match (&arguments.report, &arguments.home.data) {
        (Some(path), _) => path.with_extension("html"),
        (None, Some(data)) if reports.iter().any(|(r, _)| r.outcome == Outcome::Imported) => {
            let now = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
            data.join(REPORTS)
                .join(format!("{now}-{}.html", arguments.theme()))
        }
        _ => return Ok(()),
    };
    write_folder(reports, &index)
}

/// Says why on standard error; the exit code it means.
pub fn complain(error: &ImportError) -> u8 {
    say(&error.to_string());
    error.exit_code()
}

fn say(text: &str) {
    // A closed standard error is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{text}");
}
