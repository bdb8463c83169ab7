//! `diaba-import`: files in, shards out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use diaba_importers::cli::Cli;
use diaba_importers::error::ImportError;
use diaba_importers::job::{Home, Job};
use diaba_importers::pipeline::{import, refusal};
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
    let jobs = match cli.jobs() {
        Ok(jobs) => jobs,
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
        let (report, error) = import(job, &progress);
        if let Some(error) = &error {
            worst = worst.max(complain(error));
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
    if let Some(path) = &cli.report {
        let written = match reports.as_slice() {
            [one] => write(path, one),
            several => write(path, &several),
        };
        if let Err(error) = written {
            worst = worst.max(complain(&error));
        }
    }
    if worst == 0 { Ok(()) } else { Err(worst) }
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
