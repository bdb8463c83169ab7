//! Runs the examples of a theme file: each is a record as files have it, with what must become of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Converted, Example, Reject, Target, Theme};
use crate::feature::Value;

impl Theme {
    /// Runs every example of the theme; what went otherwise than it says, in words, none where all is well.
    pub fn check_examples(self: &Arc<Self>) -> Vec<String> {
        let mut wrong = Vec::new();
        for example in &self.examples {
            let said = check(self, example);
            wrong.extend(
                said.into_iter()
                    .map(|text| format!("{}: example \"{}\": {text}", self.id, example.name)),
            );
        }
        wrong
    }
}

fn check(theme: &Arc<Theme>, example: &Example) -> Vec<String> {
    let mut wrong = Vec::new();
    let names: Vec<&str> = example.input.keys().map(String::as_str).collect();
    let mut map = theme.match_fields(&names);
    for (list, version) in &example.versions {
        if let Err(error) = map.written_in(list, version) {
            wrong.push(error.to_string());
        }
    }
    for (field, columns) in map.conflicts() {
        wrong.push(format!(
            "the columns {} could all be `{field}`",
            columns.join(", ")
        ));
    }
    let dropped = |name: &String| {
        map.columns()
            .iter()
            .any(|c| c.name == *name && matches!(c.target, Target::Personal(_)))
    };
    for name in example.expect_dropped.iter().filter(|n| !dropped(n)) {
        wrong.push(format!("`{name}` is kept, expected it dropped as personal"));
    }
    let record: Vec<Option<Value>> = example.input.values().map(value).collect();
    match (map.convert(&record), &example.expect_reject) {
        (Ok(got), None) => compare(theme, example, &got, &mut wrong),
        (Ok(_), Some(reason)) => {
            wrong.push(format!("is taken, expected a reject saying \"{reason}\""));
        }
        (Err(reject), None) => wrong.push(format!("is rejected: {reject}")),
        (Err(reject), Some(reason)) => compare_reject(&reject, reason, &mut wrong),
    }
    wrong
}

fn compare_reject(reject: &Reject, reason: &str, wrong: &mut Vec<String>) {
    if !reject.to_string().contains(reason) {
        wrong.push(format!(
            "is rejected with \"{reject}\", expected \"{reason}\""
        ));
    }
}

fn compare(theme: &Theme, example: &Example, got: &Converted, wrong: &mut Vec<String>) {
    let of = |name: &str| {
        theme
            .field_index(name)
            .map(|i| got.values.get(i).and_then(Option::as_ref))
    };
    for (name, want) in &example.expect {
        match (of(name), value(want)) {
            (None, _) => wrong.push(format!("`{name}` is not a field of the theme")),
            (Some(got), want) if !same(got, want.as_ref()) => {
                let print = |v: Option<&Value>| {
                    v.map_or_else(|| "nothing".to_owned(), |v| format!("`{v}`"))
                };
                wrong.push(format!(
                    "`{name}` is {}, expected {}",
                    print(got),
                    print(want.as_ref())
                ));
            }
            _ => {}
        }
    }
    for name in &example.expect_empty {
        match of(name) {
            None => wrong.push(format!("`{name}` is not a field of the theme")),
            Some(Some(value)) => wrong.push(format!("`{name}` is `{value}`, expected nothing")),
            Some(None) => {}
        }
    }
    for name in example
        .expect_extra
        .iter()
        .filter(|n| !got.extra.contains_key(*n))
    {
        wrong.push(format!("`{name}` is not kept in extra"));
    }
    for part in &example.expect_notes {
        if !got.notes.iter().any(|n| n.to_string().contains(part)) {
            let all: Vec<String> = got.notes.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "no note says \"{part}\"; there are: [{}]",
                all.join(" | ")
            ));
        }
    }
}

/// Equal, with 12 and 12.0 the same number.
fn same(got: Option<&Value>, want: Option<&Value>) -> bool {
    match (got, want) {
        (Some(Value::Json(a)), Some(Value::Json(b))) => a == b,
        (Some(a), Some(b)) => a == b || (a.as_f64().is_some() && a.as_f64() == b.as_f64()),
        (None, None) => true,
        _ => false,
    }
}

/// A value of the theme file as a record's; an empty text is nothing.
fn value(toml: &toml::Value) -> Option<Value> {
    Some(match toml {
        toml::Value::String(text) if text.is_empty() => return None,
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(n) => Value::Integer(*n),
        toml::Value::Float(n) => Value::Real(*n),
        toml::Value::Boolean(b) => Value::Bool(*b),
        toml::Value::Datetime(d) => Value::Text(d.to_string()),
        toml::Value::Array(_) | toml::Value::Table(_) => Value::Json(json(toml)),
    })
}

fn json(toml: &toml::Value) -> serde_json::Value {
    match toml {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(n) => (*n).into(),
        toml::Value::Float(n) => (*n).into(),
        toml::Value::Boolean(b) => (*b).into(),
        toml::Value::Datetime(d) => d.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect::<Vec<_>>().into(),
        toml::Value::Table(table) => {
            let members: BTreeMap<String, serde_json::Value> = table
                .iter()
                .map(|(name, v)| (name.clone(), json(v)))
                .collect();
            serde_json::Value::Object(members.into_iter().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::Catalogue;

    #[test]
    fn every_example_of_every_theme_holds() {
        let catalogue = Catalogue::load(None).unwrap();
        let mut wrong = Vec::new();
        for theme in catalogue.themes() {
            assert!(!theme.examples.is_empty(), "{} has no examples", theme.id);
            wrong.extend(theme.check_examples());
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
