//! The words a feature is found by.

use std::borrow::Borrow;

use super::{Form, forms};
use crate::feature::Value;
use crate::theme::{Field, Theme};

/// The words of the fields a theme is searched by, in their order; `value` gives the value of the field at a position. A
/// code stands for its names in both languages.
pub fn forms_of<V: Borrow<Value>>(theme: &Theme, value: impl Fn(usize) -> Option<V>) -> Vec<Form> {
    let mut found = Vec::new();
    for &index in &theme.search {
        let Some(field) = theme.fields.get(index) else {
            continue;
        };
        match value(index).as_ref().map(Borrow::borrow) {
            Some(Value::Text(text)) => named(field, text, &mut found),
            Some(Value::Json(serde_json::Value::Array(list))) => {
                for item in list.iter().filter_map(serde_json::Value::as_str) {
                    named(field, item, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

fn named(field: &Field, text: &str, found: &mut Vec<Form>) {
    match field.code_list.as_ref().map(|list| list.get(text)) {
        None => found.extend(forms(text)),
        // Names of codes tell of what kind a thing is; nobody has to type them.
        Some(code) => {
            let titles = code.map(|code| [&code.title.vi, &code.title.en]);
            let words = titles.into_iter().flatten().flat_map(|title| forms(title));
            found.extend(words.map(|form| Form {
                extra: true,
                ..form
            }));
        }
    }
}
