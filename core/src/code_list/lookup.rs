//! Finding codes: exactly, and as files spell them.

use thiserror::Error;

use super::index::written;
use super::{Carried, Code, CodeList, Mapped};
use crate::text::{fold, trim};

/// Why a value is not a code of a list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodeError {
    /// No version of the list has it.
    #[error("`{code}` không có trong danh mục {list} · `{code}` is not a code of the list {list}")]
    NotACode {
        /// The list's identifier.
        list: String,
        /// The value as it was read.
        code: String,
    },
    /// It is a code of another sort than the one asked for.
    #[error(
        "`{code}` thuộc loại `{is}`, không phải `{wanted}` · `{code}` is of kind `{is}`, not `{wanted}`"
    )]
    WrongKind {
        /// The value as it was read.
        code: String,
        /// The sort it is of.
        is: String,
        /// The sort asked for.
        wanted: String,
    },
    /// The list has no such version.
    #[error(
        "danh mục {list} không có phiên bản `{version}` · the list {list} has no version `{version}`"
    )]
    NoVersion {
        /// The list's identifier.
        list: String,
        /// The version asked for.
        version: String,
    },
}

impl CodeList {
    /// The entry of `code`: the current version's, else the newest one. Exact spelling only.
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.entries(code).next()
    }

    /// Every entry of `code`, the current version's first, then newest first: more than one where the code changed
    /// its meaning.
    pub fn entries(&self, code: &str) -> impl Iterator<Item = &Code> {
        self.by_code
            .get(code)
            .into_iter()
            .flatten()
            .map(|&i| &self.codes[i])
    }

    /// The entry `code` had in the version called `version`.
    pub fn get_in(&self, code: &str, version: &str) -> Option<&Code> {
        let version = self.versions.iter().position(|v| v.id == version)?;
        self.entries(code).find(|c| c.versions.contains(&version))
    }

    /// The version called `id`.
    ///
    /// # Errors
    /// [`CodeError::NoVersion`].
    pub fn version(&self, id: &str) -> Result<usize, CodeError> {
        self.versions
            .iter()
            .position(|v| v.id == id)
            .ok_or_else(|| CodeError::NoVersion {
                list: self.id.clone(),
                version: id.to_owned(),
            })
    }

    /// The grid cell value of a feature whose code is `code`: its class, or the list's class for "not known".
    pub fn class_of(&self, code: Option<&str>) -> u8 {
        match code.and_then(|c| self.get(c)).map(|c| c.class) {
            Some(class) if class > 0 => class,
            _ => self.fallback_class,
        }
    }

    /// Whether the entry belongs to the current version.
    pub fn is_current(&self, code: &Code) -> bool {
        code.versions.contains(&self.current)
    }

    /// The place of `code` in the list: lists of grades and classes begin with the most important.
    pub fn rank_of(&self, code: &str) -> Option<usize> {
        self.by_code.get(code)?.first().copied()
    }

    /// The code as this list spells it, where `raw` is one: exactly, in the list's spelling, or by name.
    pub fn recognise(&self, raw: &str) -> Option<&str> {
        let raw = trim(raw);
        if raw.is_empty() {
            return None;
        }
        self.spelled(raw).or_else(|| self.named(raw))
    }

    fn spelled(&self, raw: &str) -> Option<&str> {
        let spelled = |text: &str| {
            self.by_code
                .get_key_value(text)
                .map(|(code, _)| code.as_str())
        };
        if let Some(code) = spelled(raw) {
            return Some(code);
        }
        let rules = &self.spelling;
        let mut text: String = raw
            .chars()
            .filter(|c| !c.is_whitespace() && !rules.ignore.contains(*c))
            .collect();
        if rules.upper {
            text = text.to_uppercase();
        }
        if rules.digits > 0 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            // A shorter number may be a code of its own (a district's), so it is padded only when it is none.
            return spelled(&text)
                .or_else(|| spelled(&format!("{text:0>width$}", width = rules.digits)));
        }
        spelled(&text)
    }

    fn named(&self, raw: &str) -> Option<&str> {
        let mut text = raw;
        while let Some(rest) = self
            .spelling
            .strip_prefixes
            .iter()
            .find_map(|p| strip_prefix(text, p))
        {
            text = rest;
        }
        let find = |key: &str| self.by_name.get(key)?.as_deref();
        let code = find(&written(text)).or_else(|| find(&fold(text)))?;
        self.by_code
            .get_key_value(code)
            .map(|(code, _)| code.as_str())
    }

    /// Carries `raw` to the current version.
    ///
    /// `version` is the version the file was written in, where that is known: it decides what a code means that
    /// changed its meaning. `kind` keeps codes of another sort out.
    ///
    /// # Errors
    /// [`CodeError`] where `raw` is no code of any version, or of another kind, or the version does not exist.
    pub fn map<'a>(
        &'a self,
        raw: &str,
        version: Option<&str>,
        kind: Option<&str>,
    ) -> Result<Mapped<'a>, CodeError> {
        let said = version.map(|v| self.version(v)).transpose()?;
        let unknown = || CodeError::NotACode {
            list: self.id.clone(),
            code: raw.to_owned(),
        };
        let code = self.recognise(raw).ok_or_else(unknown)?;
        let of_kind: Vec<&Code> = self
            .entries(code)
            .filter(|c| kind.is_none() || c.kind.as_deref() == kind)
            .collect();
        let Some(&first) = of_kind.first() else {
            let is = self
                .get(code)
                .and_then(|c| c.kind.clone())
                .unwrap_or_default();
            let wanted = kind.unwrap_or_default().to_owned();
            return Err(CodeError::WrongKind {
                code: raw.to_owned(),
                is,
                wanted,
            });
        };
        let in_said = said.and_then(|v| {
            of_kind
                .iter()
                .find(|c| c.versions.contains(&v))
                .map(|c| (*c, v))
        });
        if let Some((entry, v)) = in_said {
            return Ok(self.carry(entry, self.versions.get(v).map(|v| v.id.as_str())));
        }
        if of_kind.len() == 1 {
            let newest = first.versions.last().and_then(|&v| self.versions.get(v));
            return Ok(self.carry(first, newest.map(|v| v.id.as_str())));
        }
        let mut ways: Vec<Mapped<'a>> = of_kind.iter().map(|c| self.carry(c, None)).collect();
        let certain = |m: &Mapped| matches!(m.carried, Carried::Same | Carried::Replaced);
        let mut candidates: Vec<&str> =
            ways.iter().filter(|m| certain(m)).map(|m| m.code).collect();
        candidates.sort_unstable();
        candidates.dedup();
        if candidates.len() == 1 && ways.iter().all(certain) {
            return Ok(ways.swap_remove(0));
        }
        let carried = Carried::Choose(candidates.into_iter().map(str::to_owned).collect());
        Ok(Mapped {
            code: &first.code,
            source_code: &first.code,
            from_version: None,
            carried,
        })
    }

    fn carry<'a>(&'a self, entry: &'a Code, from_version: Option<&'a str>) -> Mapped<'a> {
        let source_code = entry.code.as_str();
        let (code, carried) = if self.is_current(entry) {
            (source_code, Carried::Same)
        } else {
            match entry.becomes.as_slice() {
                [] => (source_code, Carried::Unknown),
                [one] => (one.as_str(), Carried::Replaced),
                several => (source_code, Carried::Choose(several.to_vec())),
            }
        };
        Mapped {
            code,
            source_code,
            from_version,
            carried,
        }
    }

    /// Carries a value that may hold several codes (`ONT+LNK`) to the current version; the first is the main one.
    /// A code that comes twice is kept once.
    ///
    /// # Errors
    /// [`CodeError`], naming the part that is no code.
    pub fn map_all<'a>(
        &'a self,
        raw: &str,
        version: Option<&str>,
        kind: Option<&str>,
    ) -> Result<Vec<Mapped<'a>>, CodeError> {
        let separators = self.spelling.separators.as_str();
        if separators.is_empty() || self.recognise(raw).is_some() {
            return Ok(vec![self.map(raw, version, kind)?]);
        }
        let mut all: Vec<Mapped<'a>> = Vec::new();
        for part in raw
            .split(|c| separators.contains(c))
            .map(trim)
            .filter(|p| !p.is_empty())
        {
            let mapped = self.map(part, version, kind)?;
            if !all.iter().any(|m| m.code == mapped.code) {
                all.push(mapped);
            }
        }
        if all.is_empty() {
            return Err(CodeError::NotACode {
                list: self.id.clone(),
                code: raw.to_owned(),
            });
        }
        Ok(all)
    }
}

/// `text` without `prefix` at its start, whatever their case; none where nothing would be left.
fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    let rest = text.get(prefix.len()..)?;
    (!prefix.is_empty() && !rest.is_empty() && head.eq_ignore_ascii_case(prefix)).then_some(rest)
}
