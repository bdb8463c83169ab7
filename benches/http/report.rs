//! The report: a table of medians and ratios, then everything `wrk` printed.

use std::io::{Result, Write};

use crate::load::Run;

/// One kind of request over one number of connections.
#[derive(Debug)]
pub struct Case {
    name: &'static str,
    target: f64,
    connections: u16,
    mean_bytes: usize,
    /// Measurements of the bare server.
    pub bare: Vec<Run>,
    /// Measurements of the real one.
    pub diaba: Vec<Run>,
}

impl Case {
    /// A case without measurements; `target` is the least ratio wanted, `mean_bytes` the length of a body.
    pub fn new(name: &'static str, target: f64, connections: u16, mean_bytes: usize) -> Self {
        Self {
            name,
            target,
            connections,
            mean_bytes,
            bare: Vec::new(),
            diaba: Vec::new(),
        }
    }
}

fn median(runs: &[Run]) -> f64 {
    let mut rates: Vec<f64> = runs.iter().map(|run| run.per_second).collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Writes the report of `cases` in Markdown.
pub fn write(out: &mut impl Write, cases: &[Case]) -> Result<()> {
    writeln!(
        out,
        "| asked for | connections | bytes a body | bare axum, 1/s | diaba, 1/s | ratio | wanted |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for case in cases {
        let (bare, diaba) = (median(&case.bare), median(&case.diaba));
        writeln!(
            out,
            "| {} | {} | {} | {bare:.0} | {diaba:.0} | {:.2} | ≥ {} |",
            case.name,
            case.connections,
            case.mean_bytes,
            diaba / bare,
            case.target
        )?;
    }
    writeln!(out, "\n## Raw output\n")?;
    for case in cases {
        for (server, runs) in [("bare axum", &case.bare), ("diaba", &case.diaba)] {
            for run in runs {
                writeln!(
                    out,
                    "{}, {} connections, {server}\n```\n{}```\n",
                    case.name, case.connections, run.raw
                )?;
            }
        }
    }
    Ok(())
}
