//! What is read at a theme's features again and again, such as the water level at a station, and the grades it may reach:
//! `[readings]` of its file.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::load::find;
use super::{FieldType, Sensitivity, Theme, ThemeError};
use crate::code_list::CodeList;
use crate::feature::Value;

/// What is read, and the grades.
#[derive(Debug, Clone)]
pub struct Readings {
    /// Position of the field with the number that is read.
    pub value: usize,
    /// Position of the field with the instant it was read at, ISO 8601; without an offset it is Vietnam's time.
    pub at: Option<usize>,
    /// The grades, the lowest first.
    pub grades: Vec<Grade>,
    /// The code list with the names and colours of the grades.
    pub list: Arc<CodeList>,
}

/// A grade a reading may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Its code.
    pub code: String,
    /// Position of the field with the number from which on it is reached, in the reading's unit.
    pub from: usize,
}

impl Readings {
    /// Position in `grades` of the highest grade a feature with these values has reached; `None` below all of them, or where
    /// nothing is read. A grade the feature has no number for is never reached.
    pub fn reached(&self, values: &[Option<Value>]) -> Option<usize> {
        let number = |field: usize| values.get(field)?.as_ref()?.as_f64();
        let value = number(self.value)?;
        self.grades
            .iter()
            .rposition(|grade| number(grade.from).is_some_and(|from| value >= from))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReadings {
    value: String,
    #[serde(default)]
    at: Option<String>,
    code_list: String,
    grades: Vec<RawGrade>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrade {
    code: String,
    from: String,
}

impl RawReadings {
    /// With the fields it refers to, of which `names` are the theme's, and its code list.
    pub(super) fn resolve(
        self,
        file: &str,
        names: &HashMap<String, usize>,
        lists: &BTreeMap<String, Arc<CodeList>>,
    ) -> Result<Readings, ThemeError> {
        let one = |key: &str, name: &str| find(file, names, &format!("readings.{key}"), name);
        let list = lists.get(&self.code_list).ok_or_else(|| {
            let problem = format!("there is no code list `{}`", self.code_list);
            ThemeError::key(file, "readings.code_list", problem, "name a code list")
        })?;
        let grades = self.grades.into_iter().enumerate().map(|(i, grade)| {
            if list.get(&grade.code).is_none() {
                let key = format!("readings.grades[{i}].code");
                let problem = format!("`{}` is not a code of the list", grade.code);
                return Err(ThemeError::key(file, key, problem, "use its codes"));
            }
            Ok(Grade {
                from: one(&format!("grades[{i}].from"), &grade.from)?,
                code: grade.code,
            })
        });
        Ok(Readings {
            value: one("value", &self.value)?,
            at: self.at.map(|name| one("at", &name)).transpose()?,
            grades: grades.collect::<Result<_, _>>()?,
            list: Arc::clone(list),
        })
    }
}

/// Everybody may see a wall, so what stands on it is what everybody may see; only numbers reach a grade.
pub(super) fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let Some(readings) = &theme.readings else {
        return Ok(());
    };
    let numbers = readings.grades.iter().map(|grade| grade.from);
    let numbers = numbers.chain([readings.value]).map(|field| (field, true));
    for (field, number) in numbers.chain(readings.at.map(|field| (field, false))) {
        let Some(field) = theme.fields.get(field) else {
            continue;
        };
        let refuse = |problem: &str, advice: &str| {
            let problem = format!("the field `{}` {problem}", field.name);
            Err(ThemeError::key(file, "readings", problem, advice))
        };
        if field.sensitivity != Sensitivity::Public {
            return refuse("is not public", "leave it out");
        }
        let is_number = matches!(field.kind, FieldType::Integer | FieldType::Real);
        if number && !is_number {
            return refuse("is no number", "name integer or real fields");
        }
        if !number && !matches!(field.kind, FieldType::Text | FieldType::Date) {
            return refuse("is no instant", "name a text or date field");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::feature::Value;
    use crate::theme::Catalogue;

    #[test]
    fn the_highest_grade_that_is_reached_counts() {
        let catalogue = Catalogue::load(None).unwrap();
        let theme = catalogue.theme("hydrological_stations").unwrap();
        let readings = theme.readings.as_ref().unwrap();
        let reached = |fields: &[(&str, f64)]| {
            let mut row = vec![None; theme.fields.len()];
            for (name, number) in fields {
                row[theme.field_index(name).unwrap()] = Some(Value::Real(*number));
            }
            let grade = readings.reached(&row)?;
            Some(readings.grades[grade].code.clone())
        };
        let grades = [
            ("bao_dong_1_m", 4.3),
            ("bao_dong_2_m", 5.3),
            ("bao_dong_3_m", 6.3),
        ];
        let at = |level: f64| reached(&[&grades[..], &[("muc_nuoc_m", level)]].concat());
        assert_eq!(at(4.29), None);
        assert_eq!(at(4.3).as_deref(), Some("BD1"));
        assert_eq!(at(6.29).as_deref(), Some("BD2"));
        assert_eq!(at(9.0).as_deref(), Some("BD3"));
        assert_eq!(reached(&grades), None, "nothing was read");
        // A station whose second grade nobody has fixed.
        let some = [grades[0], grades[2], ("muc_nuoc_m", 5.5)];
        assert_eq!(reached(&some).as_deref(), Some("BD1"));
    }
}
