//! Which encoding a column is in: the one under which its words can be Vietnamese.

use serde::Serialize;

use super::{ColumnSample, Encoding, decode, is_syllable};

/// The encodings that compete, in order of preference where nothing tells them apart.
const CANDIDATES: [Encoding; 5] = [
    Encoding::Unicode,
    Encoding::Tcvn3,
    Encoding::Vni,
    Encoding::Cp1258,
    Encoding::Latin1,
];
/// How likely a word is a possible syllable, only letters, or neither, when read in the encoding it was written in.
const SYLLABLE: f64 = 0.95;
const LETTERS: f64 = 0.05;
const NEITHER: f64 = 0.01;
/// Below this the column is called ambiguous.
const SURE: f64 = 0.9;
/// What a file's own word for its encoding is worth against the other candidates. Not more: `.cpg` files are
/// written by tools that never looked at the text.
const DECLARED: f64 = 20.0;

/// On what an encoding was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Nothing beyond ASCII.
    Ascii,
    /// Given on the command line.
    Given,
    /// The column's own words.
    Detected,
    /// The column's words fit several; the file's other columns decide.
    OtherColumns,
    /// Neither the column nor the file decides: the likeliest was taken, and the operator should look.
    Ambiguous,
}

/// What each candidate makes of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The candidate.
    pub encoding: Encoding,
    /// Share of the words beyond ASCII that become possible syllables.
    pub syllables: f64,
}

/// The encoding a column is read in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnEncoding {
    /// The encoding.
    pub encoding: Encoding,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// On what it was settled.
    pub how: How,
    /// Distinct words that were looked at.
    pub words: usize,
    /// What the candidates made of them, best first; empty where there was nothing to tell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Evidence>,
}

/// Log-likelihoods of one column under each of [`CANDIDATES`].
struct Scores {
    log: [f64; CANDIDATES.len()],
    syllables: [usize; CANDIDATES.len()],
}

/// Settles the encoding of every column of a file. `bytes` as in [`decode`]; `declared` is what the file says of
/// itself, `given` what the operator says.
pub fn settle(
    columns: &[ColumnSample],
    bytes: bool,
    declared: Option<Encoding>,
    given: Option<Encoding>,
) -> Vec<ColumnEncoding> {
    let scores: Vec<Scores> = columns.iter().map(|c| score(c, bytes)).collect();
    let prior = prior(bytes, declared);
    let mut file = prior;
    for column in &scores {
        for (sum, log) in file.iter_mut().zip(column.log) {
            *sum += log;
        }
    }
    let (file_best, file_sure) = best(&file);
    columns
        .iter()
        .zip(&scores)
        .map(|(column, scores)| {
            let words = column.words.len();
            if column.beyond_ascii == 0 {
                return ColumnEncoding {
                    encoding: Encoding::Ascii,
                    confidence: 1.0,
                    how: How::Ascii,
                    words,
                    candidates: Vec::new(),
                };
            }
            let candidates = evidence(scores, words);
            if let Some(encoding) = given {
                return ColumnEncoding {
                    encoding,
                    confidence: 1.0,
                    how: How::Given,
                    words,
                    candidates,
                };
            }
            let mut own = prior;
            for (sum, log) in own.iter_mut().zip(scores.log) {
                *sum += log;
            }
            let (best, sure) = best(&own);
            let (encoding, confidence, how) = if sure >= SURE {
                (candidate(best), sure, How::Detected)
            } else if file_sure >= SURE && fits(&own, file_best, best) {
                (candidate(file_best), file_sure, How::OtherColumns)
            } else {
                (candidate(best), sure, How::Ambiguous)
            };
            ColumnEncoding {
                encoding,
                confidence,
                how,
                words,
                candidates,
            }
        })
        .collect()
}

/// Whether the column's own words leave room for what the file says (its likelihood within a factor of 20).
fn fits(own: &[f64; CANDIDATES.len()], file: usize, best: usize) -> bool {
    match (own.get(file), own.get(best)) {
        (Some(file), Some(best)) => best - file < 3.0,
        _ => false,
    }
}

fn candidate(index: usize) -> Encoding {
    CANDIDATES.get(index).copied().unwrap_or(Encoding::Unicode)
}

fn prior(bytes: bool, declared: Option<Encoding>) -> [f64; CANDIDATES.len()] {
    CANDIDATES.map(|candidate| {
        let weight = match candidate {
            // A Unicode file's Latin-1 letters are what they are unless its words say otherwise; raw bytes that are
            // plain Latin-1 would be text without Vietnamese.
            Encoding::Unicode if !bytes => 5.0,
            Encoding::Latin1 if bytes => 0.3,
            Encoding::Latin1 => 0.0,
            _ => 1.0,
        };
        let declared = if declared == Some(candidate) {
            DECLARED
        } else {
            1.0
        };
        f64::ln(weight * declared)
    })
}

fn score(column: &ColumnSample, bytes: bool) -> Scores {
    let mut scores = Scores {
        log: [0.0; CANDIDATES.len()],
        syllables: [0; CANDIDATES.len()],
    };
    for word in &column.words {
        let likelihoods = CANDIDATES.map(|candidate| likelihood(word, candidate, bytes));
        // A word no candidate understands (a foreign name, a unit) says nothing.
        if likelihoods.iter().all(|&l| l <= NEITHER) {
            continue;
        }
        for ((log, syllables), likelihood) in scores
            .log
            .iter_mut()
            .zip(&mut scores.syllables)
            .zip(likelihoods)
        {
            *log += likelihood.ln();
            *syllables += usize::from(likelihood >= SYLLABLE);
        }
    }
    scores
}

/// How likely `word` is, had it been written in `candidate`.
fn likelihood(word: &str, candidate: Encoding, bytes: bool) -> f64 {
    let legacy = !matches!(candidate, Encoding::Unicode | Encoding::Latin1);
    if legacy && word.chars().any(|c| u32::from(c) > 0xFF) {
        return NEITHER;
    }
    let decoded = decode(word, candidate, bytes);
    if decoded.flags.unmapped > 0 || decoded.flags.lost > 0 {
        return NEITHER;
    }
    let text = decoded.text;
    if is_syllable(&text) {
        SYLLABLE
    } else if text.chars().all(char::is_alphanumeric) {
        LETTERS
    } else {
        NEITHER
    }
}

/// The likeliest candidate and its share of the whole likelihood.
fn best(log: &[f64; CANDIDATES.len()]) -> (usize, f64) {
    let mut top = (0, f64::NEG_INFINITY);
    for (index, &value) in log.iter().enumerate() {
        if value > top.1 {
            top = (index, value);
        }
    }
    let sum: f64 = log.iter().map(|value| (value - top.1).exp()).sum();
    // Four places, rounded down: what is not certain never reads as certain.
    (top.0, (1e4 / sum).floor() / 1e4)
}

fn evidence(scores: &Scores, words: usize) -> Vec<Evidence> {
    let mut list: Vec<Evidence> = CANDIDATES
        .iter()
        .zip(scores.syllables)
        .filter(|(_, syllables)| *syllables > 0)
        .map(|(&encoding, syllables)| Evidence {
            encoding,
            syllables: (syllables as f64 / words.max(1) as f64 * 1e4).round() / 1e4,
        })
        .collect();
    list.sort_by(|a, b| b.syllables.total_cmp(&a.syllables));
    list
}
