//! Indexes a code list's entries by code and by name, and checks what they refer to.

use std::collections::{HashMap, HashSet};

use super::{Code, Spelling};
use crate::text::{fold, nfc, trim};
use crate::theme::ThemeError;

/// Refuses codes that refer to codes the list does not have.
pub(super) fn check_references(
    file: &str,
    codes: &[Code],
    current: usize,
) -> Result<(), ThemeError> {
    let all: HashSet<&str> = codes.iter().map(|c| c.code.as_str()).collect();
    let live: HashSet<&str> = codes
        .iter()
        .filter(|c| c.versions.contains(&current))
        .map(|c| c.code.as_str())
        .collect();
    for code in codes {
        if let Some(parent) = &code.parent
            && !all.contains(parent.as_str())
        {
            let problem = format!("`{parent}` is not a code of this list");
            return Err(ThemeError::key(
                file,
                format!("codes.{}.parent", code.code),
                problem,
                "add it or correct it",
            ));
        }
        if let Some(missing) = code.becomes.iter().find(|to| !live.contains(to.as_str())) {
            let problem = format!("`{missing}` is not a code of the current version");
            return Err(ThemeError::key(
                file,
                format!("codes.{}.to", code.code),
                problem,
                "add it or correct it",
            ));
        }
    }
    Ok(())
}

/// Entries by code, the current version's first, then newest first.
pub(super) fn by_code(
    file: &str,
    codes: &[Code],
    current: usize,
) -> Result<HashMap<String, Vec<usize>>, ThemeError> {
    let mut map: HashMap<String, Vec<usize>> = HashMap::with_capacity(codes.len());
    for (i, code) in codes.iter().enumerate() {
        let key = || format!("codes.{}", code.code);
        if code.code.trim().is_empty() {
            return Err(ThemeError::key(
                file,
                key(),
                "a code is empty",
                "remove it or write it",
            ));
        }
        let entries = map.entry(code.code.clone()).or_default();
        if entries
            .iter()
            .any(|&j| codes[j].versions.iter().any(|v| code.versions.contains(v)))
        {
            let advice = "remove one, or give them different `versions`";
            return Err(ThemeError::key(
                file,
                key(),
                "is there twice in one version",
                advice,
            ));
        }
        entries.push(i);
    }
    for entries in map.values_mut() {
        entries.sort_by_key(|&i| {
            let versions = &codes[i].versions;
            (
                !versions.contains(&current),
                std::cmp::Reverse(versions.last().copied()),
            )
        });
    }
    Ok(map)
}

/// `name` as a key that keeps its diacritics: `Mỹ` is the United States, `MY` is Malaysia. The mark in front keeps it
/// apart from folded names.
pub(super) fn written(name: &str) -> String {
    format!("={}", nfc(trim(name)).to_lowercase())
}

/// Codes by the names people write instead: aliases always, titles where the list says so. A name of two codes
/// stands for neither, unless only one of them is current.
pub(super) fn by_name(
    codes: &[Code],
    spelling: &Spelling,
    current: usize,
) -> HashMap<String, Option<String>> {
    let mut map: HashMap<String, (bool, Option<String>)> = HashMap::new();
    for code in codes {
        let live = code.versions.contains(&current);
        let titles = if spelling.titles {
            vec![&code.code, &code.title.vi, &code.title.en]
        } else {
            vec![&code.code]
        };
        let names = titles.into_iter().chain(&code.aliases);
        let keys = names.flat_map(|name| [written(name), fold(name)]);
        for key in keys.filter(|key| !key.is_empty()) {
            let slot = map
                .entry(key)
                .or_insert_with(|| (live, Some(code.code.clone())));
            if slot.1.as_deref() == Some(code.code.as_str()) || (slot.0 && !live) {
                continue;
            }
            *slot = (live, (live && !slot.0).then(|| code.code.clone()));
        }
    }
    map.into_iter()
        .map(|(name, (_, code))| (name, code))
        .collect()
}
