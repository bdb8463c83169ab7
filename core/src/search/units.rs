//! Communes, districts and provinces of every era, by name and by code.

use std::sync::Arc;

use crate::code_list::{Code, CodeList};
use crate::words::{Effort, Form, Pattern, forms};

/// What a unit that is not of the kind or the time most people ask for costs.
const NOT_A_COMMUNE: f32 = 0.05;
const OF_THE_PAST: f32 = 0.3;
/// The kind of communes in the list.
const COMMUNE: &str = "xa";

/// The units of a code list with their words.
pub(super) struct Units {
    list: Arc<CodeList>,
    words: Vec<Vec<Form>>,
}

impl Units {
    /// Of `list`, whose names begin with what units of a kind are called, as `kinds` says it.
    pub fn new(list: Arc<CodeList>, kinds: Option<&CodeList>) -> Self {
        let kinds = kinds.into_iter().flat_map(CodeList::codes);
        let kinds: Vec<String> = kinds.map(|kind| kind.title.vi.clone()).collect();
        let words = list.codes().iter().map(|code| words(code, &kinds));
        let words = words.collect();
        Self { list, words }
    }

    pub fn list(&self) -> &CodeList {
        &self.list
    }

    /// The units of these words, with what each costs.
    pub fn named(&self, pattern: &Pattern, effort: Effort) -> Vec<(f32, &Code)> {
        let all = self.list.codes().iter().zip(&self.words);
        let found = all.filter_map(|(code, words)| {
            let cost = pattern.cost(words, effort)?;
            Some((cost + self.weight(code), code))
        });
        found.collect()
    }

    /// The communes of these words, each with what it costs, the likeliest first.
    pub fn communes(&self, pattern: &Pattern) -> Vec<(f32, &Code)> {
        let mut found = Vec::new();
        for effort in [Effort::Exact, Effort::Errors, Effort::Loose] {
            found = self.named(pattern, effort);
            found.retain(|(_, code)| is_commune(code));
            if !found.is_empty() {
                break;
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found
    }

    /// The units whose code begins with these digits.
    pub fn coded(&self, digits: &str) -> Vec<(f32, &Code)> {
        let all = self.list.codes().iter();
        let found = all.filter(|code| code.code.starts_with(digits));
        let cost = |code: &Code| self.weight(code) + if code.code == digits { 0.0 } else { 0.5 };
        found.map(|code| (cost(code), code)).collect()
    }

    fn weight(&self, code: &Code) -> f32 {
        let past = if self.list.is_current(code) {
            0.0
        } else {
            OF_THE_PAST
        };
        past + if is_commune(code) { 0.0 } else { NOT_A_COMMUNE }
    }
}

fn is_commune(code: &Code) -> bool {
    code.kind.as_deref() == Some(COMMUNE)
}

/// The words of a unit's name; those that say of what kind it is need not be typed.
fn words(code: &Code, kinds: &[String]) -> Vec<Form> {
    let (vi, en) = (&code.title.vi, &code.title.en);
    let begins = |kind: &&String| {
        let rest = vi.strip_prefix(kind.as_str());
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    let kind = kinds.iter().filter(begins).max_by_key(|kind| kind.len());
    let (kind, name) = vi.split_at(kind.map_or(0, String::len));
    let extra = |form: Form| Form {
        extra: true,
        ..form
    };
    let beside = forms(kind).into_iter().chain(forms(en)).map(extra);
    beside.chain(forms(name)).collect()
}
