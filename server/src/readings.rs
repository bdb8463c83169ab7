//! What is read at the features of a theme, such as water levels at stations: the newest reading, the grade it has reached
//! and what it was before. A part of `/stats`.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use diaba_core::feature::Value;
use diaba_core::shard::Box2;
use diaba_core::theme::{Readings, Theme};
use diaba_core::view::{FeatureRef, LayerView};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use crate::code_lists::hex;
use crate::error::ApiError;
use crate::themes::Text;

/// Readings an answer has at most: a wall shows fewer, and who keeps more of them reads the collection.
const MOST: usize = 1_000;

/// All of the working plane.
const EVERYWHERE: Box2 = Box2 {
    min_x: f64::NEG_INFINITY,
    min_y: f64::NEG_INFINITY,
    max_x: f64::INFINITY,
    max_y: f64::INFINITY,
};

/// What is read at a feature.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    /// The feature's number.
    id: u64,
    /// What it is called.
    label: String,
    /// Its class by the field the theme is counted by first, such as the river.
    class: Option<String>,
    /// The code of its commune of today.
    commune: Option<String>,
    /// The newest reading; null where there is none.
    value: Option<f64>,
    /// Its unit, UCUM.
    unit: Option<String>,
    /// When it was read, RFC 3339; null where the record does not say it as an instant.
    at: Option<String>,
    /// The highest grade it has reached; null below all of them.
    grade: Option<String>,
    /// The grades, the lowest first.
    grades: Vec<ReadingGrade>,
    /// The reading before, where the history has one.
    before: Option<Before>,
}

/// A grade a reading may reach.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingGrade {
    /// Its code.
    code: String,
    /// Its name.
    title: Option<Text>,
    /// `#RRGGBB`.
    color: Option<String>,
    /// From which reading on it is reached; null where the feature has no number for it.
    from: Option<f64>,
}

/// An earlier reading.
#[derive(Debug, Serialize, ToSchema)]
struct Before {
    /// The reading.
    value: f64,
    /// When it was read, RFC 3339.
    at: Option<String>,
}

/// The readings of a layer, what has reached the highest grade first; `None` where its theme has none. `only` names communes.
pub fn of(
    layer: &LayerView,
    only: Option<&BTreeSet<String>>,
) -> Result<Option<Vec<Reading>>, ApiError> {
    let theme = layer.theme();
    let Some(rule) = &theme.readings else {
        return Ok(None);
    };
    let mut found = Vec::new();
    for feature in layer.search(&EVERYWHERE).into_iter().take(MOST) {
        let values = feature.values().map_err(ApiError::internal)?;
        let told = Told {
            theme,
            rule,
            values: &values,
        };
        let commune = theme.statistics.as_ref().and_then(|s| s.commune);
        let commune = commune.and_then(|field| told.text(field));
        if only.is_some_and(|only| !commune.as_ref().is_some_and(|c| only.contains(c))) {
            continue;
        }
        let reached = rule.reached(&values);
        let reading = told.reading(commune, reached, &feature, layer)?;
        found.push((reached, reading));
    }
    found.sort_by(|(a, one), (b, other)| {
        let by_grade = Reverse(a).cmp(&Reverse(b));
        by_grade.then_with(|| (&one.label, one.id).cmp(&(&other.label, other.id)))
    });
    Ok(Some(found.into_iter().map(|(_, one)| one).collect()))
}

/// A record, as the theme's rule reads it.
struct Told<'a> {
    theme: &'a Theme,
    rule: &'a Readings,
    values: &'a [Option<Value>],
}

impl Told<'_> {
    fn reading(
        &self,
        commune: Option<String>,
        reached: Option<usize>,
        feature: &FeatureRef<'_>,
        layer: &LayerView,
    ) -> Result<Reading, ApiError> {
        let id = feature.id().get();
        let grades = self.rule.grades.iter().map(|grade| {
            let code = self.rule.list.get(&grade.code);
            ReadingGrade {
                code: grade.code.clone(),
                title: code.map(|code| (&code.title).into()),
                color: code.and_then(|code| code.color).map(hex),
                from: self.number(grade.from),
            }
        });
        let statistics = self.theme.statistics.as_ref();
        let class = statistics.and_then(|statistics| statistics.by.first());
        Ok(Reading {
            id,
            label: self
                .theme
                .label
                .and_then(|field| self.text(field))
                .unwrap_or_else(|| id.to_string()),
            class: class.and_then(|field| self.text(*field)),
            commune,
            value: self.number(self.rule.value),
            unit: self
                .theme
                .fields
                .get(self.rule.value)
                .and_then(|field| field.unit.clone()),
            at: self.at(),
            grade: reached
                .and_then(|grade| self.rule.grades.get(grade))
                .map(|grade| grade.code.clone()),
            grades: grades.collect(),
            before: self.before(feature, layer)?,
        })
    }

    /// The newest earlier state whose reading is another one.
    fn before(
        &self,
        feature: &FeatureRef<'_>,
        layer: &LayerView,
    ) -> Result<Option<Before>, ApiError> {
        let states = layer.states(feature.id()).map_err(ApiError::internal)?;
        let now = (self.number(self.rule.value), self.at());
        let earlier = states.iter().skip(1).find_map(|state| {
            let told = Told {
                values: &state.feature.values,
                ..*self
            };
            let (value, at) = (told.number(self.rule.value), told.at());
            let value = value.filter(|_| (value, &at) != (now.0, &now.1))?;
            Some(Before { value, at })
        });
        Ok(earlier)
    }

    fn number(&self, field: usize) -> Option<f64> {
        self.values.get(field)?.as_ref()?.as_f64()
    }

    fn text(&self, field: usize) -> Option<String> {
        Some(self.values.get(field)?.as_ref()?.to_string())
    }

    fn at(&self) -> Option<String> {
        let text = self.text(self.rule.at?)?;
        instant(&text).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }
}

/// An instant; without an offset it is Vietnam's time, a day is its first instant there.
fn instant(text: &str) -> Option<Timestamp> {
    let hanoi = TimeZone::fixed(Offset::constant(7));
    text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(hanoi).ok()?.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn an_instant_without_an_offset_is_vietnams_time() {
        let at = |text: &str| instant(text).map(|at| at.to_string());
        assert_eq!(
            at("2025-10-06T07:00:00+07:00").as_deref(),
            Some("2025-10-06T00:00:00Z")
        );
        assert_eq!(
            at("2025-10-06 07:00").as_deref(),
            Some("2025-10-06T00:00:00Z")
        );
        assert_eq!(at("2025-10-06").as_deref(), Some("2025-10-05T17:00:00Z"));
        assert_eq!(at("7h"), None);
    }
}
