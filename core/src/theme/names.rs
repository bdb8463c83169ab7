//! The names a field is known by, and the forms files cut them to.

use std::collections::HashMap;

use super::Field;
use crate::text::fold;

/// Bytes of a column's name that a DBF file keeps.
const DBF_NAME: usize = 10;

/// How well a column's name fits a field, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Own,
    Alias,
    Cut,
}

/// Names a field is known by besides its titles, with the key of the theme file that gives them.
pub(super) fn names_of(field: &Field) -> impl Iterator<Item = (&'static str, &str)> {
    let aliases = field.aliases.iter().map(|a| ("aliases", a.as_str()));
    let was = field.was.iter().map(|w| ("was", w.as_str()));
    std::iter::once(("name", field.name.as_str()))
        .chain(was)
        .chain(aliases)
}

/// Whether a column called `name` may be one that DBF cut: it fills the ten bytes, or would with the rest of a
/// letter that did not fit.
pub(super) fn may_be_cut(name: &str) -> bool {
    name.len() == DBF_NAME || (!name.is_ascii() && (DBF_NAME - 2..DBF_NAME).contains(&name.len()))
}

/// `name` folded as DBF cuts it: as it is written, and without its separators. None where it fits.
pub(super) fn dbf_cuts(name: &str) -> Vec<String> {
    if name.len() > DBF_NAME {
        cuts(name, DBF_NAME)
    } else {
        Vec::new()
    }
}

/// `name` cut to `bytes` and folded: as written, and with its separators left out first.
fn cuts(name: &str, bytes: usize) -> Vec<String> {
    let head = |text: &str| {
        let mut end = bytes.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        fold(text.get(..end).unwrap_or(text))
    };
    let mut all = vec![head(name), head(&fold(name))];
    all.dedup();
    all
}

/// Fields by the folded names they are known by.
pub(super) struct Index {
    whole: HashMap<String, (usize, Fit)>,
    /// Fields in theme order by the cut of their names, for each length of cut.
    cut: HashMap<(usize, String), Vec<usize>>,
}

impl Index {
    pub(super) fn new(fields: &[Field]) -> Self {
        let mut whole: HashMap<String, (usize, Fit)> = HashMap::new();
        let mut cut: HashMap<(usize, String), Vec<usize>> = HashMap::new();
        for (i, field) in fields.iter().enumerate() {
            for (what, name) in names_of(field) {
                let fit = if what == "name" { Fit::Own } else { Fit::Alias };
                whole.entry(fold(name)).or_insert((i, fit));
                for bytes in [DBF_NAME, DBF_NAME - 2, DBF_NAME - 3] {
                    if name.len() <= bytes {
                        continue;
                    }
                    for form in cuts(name, bytes) {
                        let takers = cut.entry((bytes, form)).or_default();
                        if !takers.contains(&i) {
                            takers.push(i);
                        }
                    }
                }
            }
        }
        // Titles come last, so that a title never takes a name another field calls its own.
        for (i, field) in fields.iter().enumerate() {
            for title in [&field.title.vi, &field.title.en] {
                whole.entry(fold(title)).or_insert((i, Fit::Alias));
            }
        }
        Self { whole, cut }
    }

    pub(super) fn find(&self, name: &str) -> Option<(usize, Fit)> {
        let folded = fold(name);
        if folded.is_empty() {
            return None;
        }
        if let Some(found) = self.whole.get(&folded) {
            return Some(*found);
        }
        if may_be_cut(name)
            && let Some(first) = self
                .cut
                .get(&(DBF_NAME, folded))
                .and_then(|takers| takers.first())
        {
            return Some((*first, Fit::Cut));
        }
        let (base, number) = name.rsplit_once('_')?;
        let nth: usize = number.parse().ok().filter(|n| (1..=99).contains(n))?;
        let takers = self.cut.get(&(base.len(), fold(base)))?;
        // The writer numbers the second column of one cut `_1`; fields stand in the order exports write them.
        takers.get(nth).map(|field| (*field, Fit::Cut))
    }
}
