//! What changed lately, numbered in the order it was taken over: what clients are told to look at again.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use thiserror::Error;

use crate::edits::Operation;
use crate::feature::FeatureId;

/// Changes kept; whoever missed more looks at everything again.
const KEPT: usize = 20_000;

/// What happened to a feature, or to a dataset as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A new feature.
    Insert,
    /// A feature has other values or another geometry.
    Update,
    /// A feature is gone.
    Delete,
    /// The dataset was imported anew or withdrawn: any of its features may be another.
    Dataset,
}

impl From<Operation> for What {
    fn from(operation: Operation) -> Self {
        match operation {
            Operation::Insert => Self::Insert,
            Operation::Update => Self::Update,
            Operation::Delete => Self::Delete,
        }
    }
}

/// One change of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Its number: one more than that of the change before it.
    pub number: u64,
    /// Theme.
    pub theme: String,
    /// Dataset.
    pub dataset: String,
    /// The feature; none where it is the dataset as a whole.
    pub id: Option<FeatureId>,
    /// What happened.
    pub what: What,
    /// Where it was: west, south, east, north in degrees.
    pub old: Option<[f64; 4]>,
    /// Where it is: west, south, east, north in degrees.
    pub new: Option<[f64; 4]>,
}

/// A place in the journal: all changes up to a number, of one run of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    run: u64,
    /// Number of the last change seen.
    pub number: u64,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{}", self.run, self.number)
    }
}

/// A place of which it cannot be said what came after.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It is no token.
    #[error("{0:?} is no token; take it from an earlier answer")]
    Malformed(String),
    /// It belongs to another run of the server, or too much has happened since.
    #[error("too much has happened since {0}; read everything again and go on from the new token")]
    TooOld(Token),
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let parse = || {
            let (run, number) = text.split_once('.')?;
            Some(Self {
                run: u64::from_str_radix(run, 16).ok()?,
                number: number.parse().ok()?,
            })
        };
        parse().ok_or_else(|| TokenError::Malformed(text.to_owned()))
    }
}

/// The last changes.
#[derive(Debug)]
pub struct Journal {
    run: u64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    changes: VecDeque<Changed>,
}

impl Default for Journal {
    fn default() -> Self {
        // Numbers begin anew with every run, so a run is told from another by its time.
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self {
            run: since.as_micros() as u64,
            kept: Mutex::default(),
        }
    }
}

impl Journal {
    /// The place after everything so far.
    pub fn now(&self) -> Token {
        Token {
            run: self.run,
            number: self.kept().last,
        }
    }

    /// At most `limit` changes after a place, oldest first, and the place after them.
    ///
    /// # Errors
    /// [`TokenError::TooOld`].
    pub fn since(&self, token: Token, limit: usize) -> Result<(Vec<Changed>, Token), TokenError> {
        let kept = self.kept();
        let oldest = kept.last - kept.changes.len() as u64;
        if token.run != self.run || token.number < oldest || token.number > kept.last {
            return Err(TokenError::TooOld(token));
        }
        let skip = (token.number - oldest) as usize;
        let changes: Vec<Changed> = kept
            .changes
            .iter()
            .skip(skip)
            .take(limit)
            .cloned()
            .collect();
        let number = changes.last().map_or(token.number, |c| c.number);
        Ok((
            changes,
            Token {
                run: self.run,
                number,
            },
        ))
    }

    /// Adds changes, whose numbers are given here.
    pub(super) fn push(&self, changes: impl IntoIterator<Item = Changed>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for mut change in changes {
            kept.last += 1;
            change.number = kept.last;
            kept.changes.push_back(change);
            if kept.changes.len() > KEPT {
                kept.changes.pop_front();
            }
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change() -> Changed {
        Changed {
            number: 0,
            theme: "land_parcels".into(),
            dataset: "manual".into(),
            id: FeatureId::new(7),
            what: What::Update,
            old: None,
            new: None,
        }
    }

    #[test]
    fn every_change_is_given_once_in_order() {
        let journal = Journal::default();
        let start = journal.now();
        journal.push(std::iter::repeat_n(change(), 5));
        let (first, token) = journal.since(start, 3).unwrap();
        let (rest, end) = journal.since(token, 3).unwrap();
        let numbers: Vec<u64> = first.iter().chain(&rest).map(|c| c.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        assert_eq!(end, journal.now());
        assert_eq!(end.to_string().parse(), Ok(end));
    }

    #[test]
    fn what_was_dropped_or_never_was_is_said() {
        let journal = Journal::default();
        let start = journal.now();
        journal.push(std::iter::repeat_n(change(), KEPT + 1));
        assert!(matches!(
            journal.since(start, 1),
            Err(TokenError::TooOld(_))
        ));
        let other = Token {
            run: start.run ^ 1,
            ..journal.now()
        };
        assert!(matches!(
            journal.since(other, 1),
            Err(TokenError::TooOld(_))
        ));
        let ahead = Token {
            number: u64::MAX,
            ..start
        };
        assert!(matches!(
            journal.since(ahead, 1),
            Err(TokenError::TooOld(_))
        ));
        assert!("x.1".parse::<Token>().is_err());
    }
}
