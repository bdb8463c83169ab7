//! A typed text, held against the words of names.

use std::sync::{LazyLock, OnceLock};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};

use super::{Form, forms};

/// Most words of a typed text that count.
const MOST_WORDS: usize = 8;
/// From how many letters on a word may hold one typing error, and two.
const ONE_ERROR: usize = 3;
const TWO_ERRORS: usize = 8;

/// What each difference between what was typed and a name costs; a name that is typed to the letter costs nothing.
const OTHER_MARKS: f32 = 0.2;
const BEGUN: f32 = 0.25;
const AN_ERROR: f32 = 1.0;
const MISSING: f32 = 3.0;
const NOT_TYPED: f32 = 0.1;
const MOST_NOT_TYPED: f32 = 0.8;
const ANOTHER_ORDER: f32 = 0.15;

static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> = LazyLock::new(|| {
    [
        LevenshteinAutomatonBuilder::new(1, true),
        LevenshteinAutomatonBuilder::new(2, true),
    ]
});

/// How far a name may be from what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// To the letter, marks aside; the last word may be incomplete.
    Exact,
    /// With typing errors.
    Errors,
    /// With typing errors, and one word of several that the name does not have.
    Loose,
}

/// A typed text.
pub struct Pattern {
    asked: Vec<Asked>,
}

/// One of its words.
pub struct Asked {
    plain: Box<str>,
    marked: Box<str>,
    /// Whether more of it may still be typed.
    open: bool,
    errors: u8,
    automaton: OnceLock<DFA>,
}

impl Pattern {
    /// The pattern of what was typed; none where it has no word. The last word may still be incomplete, unless something
    /// was typed after it.
    pub fn new(typed: &str) -> Option<Self> {
        let open = typed.chars().next_back().is_some_and(char::is_alphanumeric);
        let mut words: Vec<Form> = forms(typed);
        words.retain(|form| !form.extra);
        words.truncate(MOST_WORDS);
        let last = words.len().checked_sub(1)?;
        let asked = words.into_iter().enumerate().map(|(i, form)| Asked {
            errors: errors(&form.plain),
            plain: form.plain,
            marked: form.marked,
            open: open && i == last,
            automaton: OnceLock::new(),
        });
        Some(Self {
            asked: asked.collect(),
        })
    }

    /// Its words.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// How many of its words a name may lack.
    pub fn may_lack(&self, effort: Effort) -> usize {
        usize::from(effort == Effort::Loose && self.asked.len() > 1)
    }

    /// How far what was typed is from a name with these words, 0 where it is the name; none where it is another.
    pub fn cost(&self, forms: &[Form], effort: Effort) -> Option<f32> {
        let mut taken = vec![false; forms.len()];
        let (mut cost, mut lacking, mut before) = (0.0, 0, None);
        for asked in &self.asked {
            let ways = forms.iter().enumerate().filter_map(|(i, form)| {
                let cost = asked.cost(form, effort)?;
                Some((i, cost + if form.extra { 0.05 } else { 0.0 }))
            });
            let best = ways.min_by(|(_, a), (_, b)| a.total_cmp(b));
            let Some((at, differs)) = best else {
                lacking += 1;
                cost += MISSING;
                continue;
            };
            cost += differs;
            if before.is_some_and(|before| at < before) {
                cost += ANOTHER_ORDER;
            }
            before = Some(at);
            if let Some(taken) = taken.get_mut(at) {
                *taken = true;
            }
        }
        if lacking > self.may_lack(effort) {
            return None;
        }
        let rest = forms.iter().zip(taken);
        let rest = rest.filter(|(form, taken)| !form.extra && !taken).count();
        Some(cost + (NOT_TYPED * rest as f32).min(MOST_NOT_TYPED))
    }
}

impl Asked {
    /// Without case and marks.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Whether more of it may still be typed.
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// The words it may be with typing errors; none where it is too short for any, or a number.
    pub fn automaton(&self) -> Option<&DFA> {
        let builder = BUILDERS.get(usize::from(self.errors.checked_sub(1)?))?;
        Some(self.automaton.get_or_init(|| {
            if self.open {
                builder.build_prefix_dfa(&self.plain)
            } else {
                builder.build_dfa(&self.plain)
            }
        }))
    }

    fn cost(&self, form: &Form, effort: Effort) -> Option<f32> {
        if form.plain == self.plain {
            let same = self.marked == form.marked || *self.marked == *self.plain;
            return Some(if same { 0.0 } else { OTHER_MARKS });
        }
        if self.open && form.plain.starts_with(&*self.plain) {
            let rest = form.plain.len() - self.plain.len();
            return Some(BEGUN + 0.01 * rest.min(20) as f32);
        }
        // Codes and numbers that are nearly alike are other ones.
        if effort == Effort::Exact || form.plain.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        match self.automaton()?.eval(form.plain.as_bytes()) {
            Distance::Exact(errors) => {
                let begun = if self.open { BEGUN } else { 0.0 };
                Some(begun + AN_ERROR * f32::from(errors.max(1)))
            }
            Distance::AtLeast(_) => None,
        }
    }
}

fn errors(word: &str) -> u8 {
    let letters = word.chars().count();
    if word.bytes().any(|b| b.is_ascii_digit()) || letters < ONE_ERROR {
        0
    } else if letters < TWO_ERRORS {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(typed: &str, name: &str, effort: Effort) -> Option<f32> {
        Pattern::new(typed)?.cost(&forms(name), effort)
    }

    #[test]
    fn marks_and_case_do_not_matter_but_right_marks_come_first() {
        assert_eq!(cost("LUC NGAN ", "Lục Ngạn", Effort::Exact), Some(0.0));
        let typed = |name| cost("hoà ", name, Effort::Exact);
        assert_eq!(typed("Hòa"), Some(0.0));
        assert!(typed("Hóa") > typed("Hòa"));
    }

    #[test]
    fn the_last_word_may_be_incomplete_and_the_shorter_name_comes_first() {
        assert!(cost("luc ng", "Lục Ngạn", Effort::Exact).is_some());
        assert!(cost("luc ng ", "Lục Ngạn", Effort::Exact).is_none());
        assert!(cost("lu ngan", "Lục Ngạn", Effort::Exact).is_none());
        let longer = cost("luc", "Lục Ngạn", Effort::Exact);
        assert!(cost("luc", "Lục", Effort::Exact) < longer);
    }

    #[test]
    fn typing_errors_are_forgiven_where_the_word_is_long_enough() {
        for typed in ["luc nagn", "luc nga", "lcu ngan", "luc ngann", "lucngn"] {
            assert!(cost(typed, "Lục Ngạn", Effort::Errors).is_some(), "{typed}");
        }
        assert!(cost("bac giang", "Lục Ngạn", Effort::Errors).is_none());
        assert!(
            cost("ql32", "QL31", Effort::Errors).is_none(),
            "a number is no error"
        );
        assert!(cost("qqqq", "QQ7QX81A", Effort::Errors).is_none());
    }

    #[test]
    fn one_word_of_several_may_be_wrong() {
        assert!(cost("huyen luc ngan", "Lục Ngạn", Effort::Errors).is_none());
        assert!(cost("huyen luc ngan", "Lục Ngạn", Effort::Loose).is_some());
        assert!(cost("huyen", "Lục Ngạn", Effort::Loose).is_none());
    }

    #[test]
    fn what_has_no_word_is_no_pattern() {
        assert!(Pattern::new("  /-. ").is_none());
        assert!(Pattern::new("").is_none());
    }
}
