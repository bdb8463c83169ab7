//! `diaba-import check`: what stands is checked anew, and what is found takes the place of what was.

use std::fmt::Write;

use diaba_core::quality::Severity;
use diaba_core::theme::Theme;
use serde::Serialize;

use super::opened::Opened;
use super::words::number;
use crate::cli::CheckArguments;
use crate::error::ImportError;
use crate::report::Findings;

/// What was found in a dataset.
#[derive(Serialize)]
struct Told {
    theme: String,
    dataset: String,
    findings: Findings,
}

/// The answer, text or JSON, with the newline at its end, and the exit code: 2 where something is to be corrected and
/// that was asked.
///
/// # Errors
/// [`ImportError`] where there is no such dataset or its theme has no rules; findings renewed before it stay renewed.
pub fn check(arguments: &CheckArguments) -> Result<(String, u8), ImportError> {
    let opened = Opened::new(&arguments.home)?;
    let (theme, dataset) = &arguments.checked;
    let theme = opened.theme(theme)?;
    if theme.topology.is_none() {
        return Err(without_rules(&theme));
    }
    let states = match dataset {
        Some(dataset) => vec![opened.dataset(&theme.id, dataset)?],
        None => opened.revisions.datasets(Some(&theme.id))?,
    };
    let datasets: Vec<String> = states
        .into_iter()
        .filter(|state| dataset.is_some() || state.published.is_some())
        .map(|state| state.dataset)
        .collect();
    let mut told = Vec::with_capacity(datasets.len());
    for dataset in datasets {
        let checked = opened.revisions.check(&theme, &dataset)?;
        told.push(Told {
            theme: theme.id.clone(),
            dataset,
            findings: Findings::of(&checked),
        });
    }
    let wrong = |t: &Told| t.findings.severe(Severity::Error) > 0;
    let code = if arguments.strict && told.iter().any(wrong) {
        2
    } else {
        0
    };
    let text = if arguments.json {
        super::show::json(&told)?
    } else {
        text(&told)
    };
    Ok((text, code))
}

fn without_rules(theme: &Theme) -> ImportError {
    ImportError::Usage {
        vi: format!(
            "Chuyên đề {} không có quy tắc kiểm tra hình học (mục [topology]).",
            theme.id
        ),
        en: format!(
            "The theme {} has no rules to check geometry by ([topology]).",
            theme.id
        ),
    }
}

fn text(told: &[Told]) -> String {
    if told.is_empty() {
        return "Chưa có bộ dữ liệu nào · there is no dataset\n".to_owned();
    }
    let mut out = String::new();
    // Writing to a String cannot fail.
    for Told {
        theme,
        dataset,
        findings,
    } in told
    {
        if findings.is_none() {
            let _ = writeln!(
                out,
                "{theme}/{dataset}: không có lỗi hình học · no findings"
            );
            continue;
        }
        let (total, errors) = (
            number(findings.total),
            number(findings.severe(Severity::Error)),
        );
        let _ = writeln!(
            out,
            "{theme}/{dataset}: {total} lỗi hình học, {errors} phải sửa; xem lớp quality_findings · {total} findings, {errors} to be corrected; see the layer quality_findings"
        );
        let _ = findings.write(&mut out);
    }
    out
}
