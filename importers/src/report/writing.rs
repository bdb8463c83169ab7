//! Where the papers of an import lie, and writing them: JSON, text, page, rejected records.

use std::path::{Path, PathBuf};

use super::html;
use super::text::text;
use super::{Outcome, Report};
use crate::error::ImportError;
use crate::job::{Home, Job};

/// Where the papers of one import go: a path to which `.json`, `.txt` … are added; and the rejected records, where the
/// operator names a file for them.
#[derive(Debug, Clone, Default)]
pub struct Papers {
    /// Without its ending; none where nobody asked for papers and there is no revision for them to lie beside.
    pub stem: Option<PathBuf>,
    /// The file for rejected records.
    pub rejects: Option<PathBuf>,
}

impl Papers {
    /// For one of `several` imports, or the only one: where `--report` and `--rejects` say, else beside the revision.
    pub fn of(job: &Job, report: &Report, several: bool) -> Self {
        let stem = match &job.report {
            Some(path) if several => Some(named(path, &job.dataset)),
            Some(path) => Some(path.with_extension("")),
            None => beside(job, report),
        };
        let rejects = match &job.rejects {
            Some(path) if several => Some(with(&named(path, &job.dataset), "gpkg")),
            Some(path) => Some(path.clone()),
            None if job.report.is_some() => stem.as_ref().map(|stem| with(stem, "rejects.gpkg")),
            None => stem
                .as_ref()
                .map(|stem| stem.with_extension("rejects.gpkg")),
        };
        Self { stem, rejects }
    }

    /// The page.
    pub fn page(&self) -> Option<PathBuf> {
        Some(with(self.stem.as_ref()?, "html"))
    }
}

/// Beside the folder of the revision: `r000002.report`.
fn beside(job: &Job, report: &Report) -> Option<PathBuf> {
    let revision = report.revision.as_ref()?;
    let Home::Directory(data) = &job.home else {
        return None;
    };
    if report.outcome != Outcome::Imported {
        return None;
    }
    let dataset = data.join(&job.theme.id).join(&job.dataset);
    Some(dataset.join(format!("{revision}.report")))
}

/// `folder/report.json` of the dataset `xa` → `folder/report.xa`
fn named(path: &Path, dataset: &str) -> PathBuf {
    with(&path.with_extension(""), dataset)
}

/// The path with an ending more; names of datasets may have points in them, so nothing is taken off.
fn with(stem: &Path, ending: &str) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Writes the papers of an import; JSON only where it lies beside its revision, since `--report` names its own file.
///
/// # Errors
/// [`ImportError::Report`].
pub fn write_papers(job: &Job, report: &mut Report, papers: &Papers) -> Result<(), ImportError> {
    if let (Some(made), Some(to)) = (report.made_rejects.take(), &papers.rejects) {
        made.put(to)?;
        report.rejects_file = to.file_name().map(|n| n.to_string_lossy().into_owned());
    }
    let Some(stem) = &papers.stem else {
        return Ok(());
    };
    if job.report.is_none() {
        write_json(&with(stem, "json"), report)?;
    }
    write_readable(report, stem)
}

/// Writes text and page of a report.
///
/// # Errors
/// [`ImportError::Report`].
fn write_readable(report: &Report, stem: &Path) -> Result<(), ImportError> {
    write_text(&with(stem, "txt"), &text(report))?;
    write_text(&with(stem, "html"), &html::page(report))
}

/// Writes the page over several reports.
///
/// # Errors
/// [`ImportError::Report`].
pub fn write_folder(reports: &[(Report, Option<PathBuf>)], to: &Path) -> Result<(), ImportError> {
    let linked: Vec<(&Report, Option<String>)> = reports
        .iter()
        .map(|(report, page)| (report, page.as_deref().map(|page| address(page, to))))
        .collect();
    write_text(to, &html::folder(&linked))
}

/// How one page names another: by its way from there, where both lie on the same disk.
fn address(page: &Path, from: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (page, from) = (absolute(page), absolute(from));
    let folder = from.parent().unwrap_or(&from);
    let common = page
        .components()
        .zip(folder.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().count() - common;
    let mut way: Vec<String> = std::iter::repeat_n("..".to_owned(), up).collect();
    let rest = page.components().skip(common);
    way.extend(rest.map(|part| part.as_os_str().to_string_lossy().into_owned()));
    way.join("/")
}

/// Writes a report, or a list of them, as JSON.
///
/// # Errors
/// [`ImportError::Report`].
pub fn write_json(path: &Path, report: &impl serde::Serialize) -> Result<(), ImportError> {
    let json = serde_json::to_string_pretty(report).map_err(|e| refused(path, &e.into()))?;
    write_text(path, &(json + "\n"))
}

fn write_text(path: &Path, text: &str) -> Result<(), ImportError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|e| refused(path, &e))?;
    }
    std::fs::write(path, text).map_err(|e| refused(path, &e))
}

fn refused(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::Report {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_are_named_after_their_report_and_find_each_other() {
        assert_eq!(
            named(Path::new("a/bao-cao.json"), "xa-1"),
            Path::new("a/bao-cao.xa-1")
        );
        assert_eq!(
            with(Path::new("d/r000002.report"), "html"),
            Path::new("d/r000002.report.html")
        );
        let way = address(
            Path::new("/d/land_parcels/xa/r000001.report.html"),
            Path::new("/d/reports/x.html"),
        );
        assert_eq!(way, "../land_parcels/xa/r000001.report.html");
        assert_eq!(
            address(Path::new("a/b.x.html"), Path::new("a/b.html")),
            "b.x.html"
        );
    }
}
