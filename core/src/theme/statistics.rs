//! What a theme's features are counted by: `[statistics]` of its file.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::load::find;
use super::{FieldType, Sensitivity, Theme, ThemeError};

/// What features are counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Position of the field with the commune's code of today; none where features do not say their commune.
    pub commune: Option<usize>,
    /// Positions of the fields whose values are classes, the most telling first.
    pub by: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStatistics {
    #[serde(default)]
    commune: Option<String>,
    by: Vec<String>,
}

impl RawStatistics {
    /// With the fields it refers to, of which `names` are the theme's.
    pub(super) fn resolve(
        self,
        file: &str,
        names: &HashMap<String, usize>,
    ) -> Result<Statistics, ThemeError> {
        let commune = self.commune.as_deref();
        let commune = commune.map(|name| find(file, names, "statistics.commune", name));
        let by = self.by.iter().enumerate();
        let by = by.map(|(i, name)| find(file, names, &format!("statistics.by[{i}]"), name));
        Ok(Statistics {
            commune: commune.transpose()?,
            by: by.collect::<Result<_, _>>()?,
        })
    }
}

/// Everybody may read figures, so they are made of what everybody may see; classes are codes, or texts of few values.
pub(super) fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let Some(statistics) = &theme.statistics else {
        return Ok(());
    };
    let refuse =
        |key: &str, problem: String, advice: &str| Err(ThemeError::key(file, key, problem, advice));
    let mut seen = HashSet::new();
    let named = statistics.by.iter().map(|i| ("statistics.by", i));
    for (key, index) in named.chain(statistics.commune.iter().map(|i| ("statistics.commune", i))) {
        let Some(field) = theme.fields.get(*index) else {
            continue;
        };
        let name = &field.name;
        if field.sensitivity != Sensitivity::Public {
            return refuse(
                key,
                format!("the field `{name}` is not public"),
                "leave it out",
            );
        }
        if !(field.kind == FieldType::Text || field.list) {
            let advice = "name text fields, or JSON fields with list = true";
            return refuse(key, format!("the field `{name}` has no classes"), advice);
        }
        if !seen.insert(index) {
            return refuse(key, format!("`{name}` is there twice"), "remove one");
        }
    }
    if statistics.by.is_empty() {
        return refuse(
            "statistics.by",
            "is empty".into(),
            "name at least one field",
        );
    }
    Ok(())
}
