//! `diaba-import`: files in, shards out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use diaba_importers::cli::Cli;
use diaba_importers::error::ImportError;
use diaba_importers::inputs::{Inputs, expand, name_datasets};
use diaba_importers::job::{Home, Job};
use diaba_importers::pipeline::{import, passed_over, refusal};
use diaba_importers::progress::Progress;
use diaba_importers::report::{Outcome, Report};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nothing can be done about a terminal that does not take the message.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(1),
            };
        }
    };
    let filter = EnvFilter::try_from_env("DIABA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => ExitCode::from(code),
    }
}

fn run(cli: &Cli) -> Result<(), u8> {
    let (inputs, jobs) = match asked(cli) {
        Ok(asked) => asked,
        Err(error) => {
            if let Some(path) = &cli.report {
                write(path, &refusal(&cli.theme, &error)).map_err(|error| complain(&error))?;
            }
            return Err(complain(&error));
        }
    };
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
                reports.push(report);
                continue;
            }
            Some(error) => worst = worst.max(complain(error)),
            None => {}
        }
        for warning in &report.warnings {
            say(&format!("! {} · {}", warning.vi, warning.en));
        }
        let kept = beside_revision(cli, job, &report);
        if let Some(path) = &kept
            && let Err(error) = write(path, &report)
        {
            worst = worst.max(complain(&error));
        }
        // Without a revision to lie beside and without --report, the report itself is the answer.
        let line = if kept.is_some() || cli.report.is_some() {
            report.summary()
        } else {
            serde_json::to_string(&report).unwrap_or_else(|_| report.summary())
        };
        // A pipe that is closed wants no more lines; the import stands.
        let _ = writeln!(std::io::stdout(), "{line}");
        reports.push(report);
    }
    for failed in inputs.failed {
        let error = failed.error.about(&failed.name);
        worst = worst.max(complain(&error));
        let mut report = refusal(&cli.theme, &error);
        report.file = Some(failed.name);
        reports.push(report);
    }
    for file in &inputs.passed_over {
        let report = passed_over(&cli.theme, file);
        say(&report.summary());
        reports.push(report);
    }
    if let Some(path) = &cli.report {
        let written = match reports.as_slice() {
            [one] if !inputs.many => write(path, one),
            several => write(path, &several),
        };
        if let Err(error) = written {
            worst = worst.max(complain(&error));
        }
    }
    if worst == 0 { Ok(()) } else { Err(worst) }
}

/// What the command line asks, checked before any file is opened, and the imports it means.
fn asked(cli: &Cli) -> Result<(Inputs, Vec<Job>), ImportError> {
    let pattern = cli.pattern()?;
    let mut inputs = expand(&cli.files);
    name_datasets(&mut inputs, cli.dataset.as_deref())?;
    let jobs = inputs.files.iter().map(|input| pattern.of(input)).collect();
    Ok((inputs, jobs))
}

/// Where the report lies when nobody says otherwise: beside the revision's folder.
fn beside_revision(cli: &Cli, job: &Job, report: &Report) -> Option<PathBuf> {
    let revision = report.revision.as_ref()?;
    if cli.report.is_some() || report.outcome != Outcome::Imported {
        return None;
    }
    let Home::Directory(data) = &job.home else {
        return None;
    };
    let dataset = data.join(&job.theme.id).join(&job.dataset);
    Some(dataset.join(format!("{revision}.report.json")))
}

fn write(path: &Path, report: &impl serde::Serialize) -> Result<(), ImportError> {
    let refused = |error: std::io::Error| ImportError::Report {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    let mut text = serde_json::to_vec_pretty(report).map_err(|e| refused(e.into()))?;
    text.push(b'\n');
    std::fs::write(path, text).map_err(refused)
}

/// Says why on standard error; the exit code it means.
fn complain(error: &ImportError) -> u8 {
    say(&error.to_string());
    error.exit_code()
}

fn say(text: &str) {
    // A closed standard error is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{text}");
}
