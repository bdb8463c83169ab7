//! `GET /plans/{theme}/{code}`: the record of a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use diaba_core::overlay::outline_of;
use diaba_core::view::FeatureRef;

use super::document::{Boundary, Function, MOST_ZONES, PlanRecord, PlanSource, Zone};
use super::read::{Planned, fields_of, place, text_of};
use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::extract::Path;
use crate::parcel_extract::named;
use crate::response::Json;

/// The record of a plan: decision, validity, boundary, and its zones by function with their areas.
///
/// Areas are measured in the working plane (EPSG:9214) on the surveyed geometry.
#[utoipa::path(get, path = "/plans/{theme}/{code}", tag = "lookup",
    params(("theme" = String, Path, description = "The theme its zones are of"),
        ("code" = String, Path, description = "The plan's key")),
    responses((status = 200, description = "The record", body = PlanRecord),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such plan")))]
pub async fn plan(
    State(app): State<AppState>,
    Path((theme, code)): Path<(String, String)>,
) -> Result<Json<PlanRecord>, ApiError> {
    let reading = Arc::clone(&app);
    let work = move || read(&reading, &theme, code);
    Ok(Json::new(app.pool.run(work).await??))
}

fn read(app: &App, theme: &str, code: String) -> Result<PlanRecord, ApiError> {
    let all = Planned::all(app);
    let planned = all.iter().find(|planned| planned.theme.id == theme);
    let planned = planned
        .ok_or_else(|| ApiError::NotFound(format!("'{theme}' is no theme with zones of plans")))?;
    let zones = planned.zones(&code)?;
    let record = planned.record(&code);
    if zones.is_empty() && record.is_none() {
        return Err(ApiError::NotFound(format!(
            "'{theme}' has no plan with this key"
        )));
    }
    let (functions, area) = functions(planned, &zones)?;
    let boundary = record.as_ref().map(|record| Boundary {
        theme: record.theme().id.clone(),
        id: record.id().get(),
        area: rounded(outline_of(record).area()),
    });
    let fields = match (&record, zones.first()) {
        (Some(record), _) => fields_of(record, &[])?,
        (None, Some(zone)) => on_every(planned, zone, &zones)?,
        (None, None) => Vec::new(),
    };
    let everything: Vec<FeatureRef<'_>> = record.into_iter().chain(zones.iter().copied()).collect();
    let legal = planned.rule.legal.iter();
    Ok(PlanRecord {
        theme: planned.theme.id.clone(),
        theme_title: (&planned.theme.title).into(),
        name: planned.name(record.as_ref(), zones.first())?,
        bbox: place(app, &everything),
        fields,
        boundary,
        zones: zones.len(),
        area: rounded(area),
        functions,
        legal: legal.map(Into::into).collect(),
        sources: sources(&everything),
        code,
    })
}

/// What all zones of a plan without a record say alike is said of the plan.
fn on_every(
    planned: &Planned,
    first: &FeatureRef<'_>,
    zones: &[FeatureRef<'_>],
) -> Result<Vec<crate::parcel_extract::document::Shown>, ApiError> {
    let said = first.values().map_err(ApiError::internal)?;
    let mut differ: BTreeSet<usize> = planned.theme.key.iter().skip(1).copied().collect();
    // What tells zones apart is theirs, also where a plan has one zone only.
    differ.extend(planned.theme.legend);
    for zone in zones {
        let values = zone.values().map_err(ApiError::internal)?;
        let other = values.iter().zip(&said).enumerate();
        differ.extend(other.filter(|(_, (a, b))| a != b).map(|(at, _)| at));
    }
    let differ: Vec<usize> = differ.into_iter().collect();
    fields_of(first, &differ)
}

/// The zones by function, the largest first, and their area in all.
fn functions(
    planned: &Planned,
    zones: &[FeatureRef<'_>],
) -> Result<(Vec<Function>, f64), ApiError> {
    let theme = &planned.theme;
    let mut by: BTreeMap<Option<String>, (f64, usize, Vec<Zone>)> = BTreeMap::new();
    for (count, zone) in zones.iter().enumerate() {
        let area = outline_of(zone).area();
        let sum = by.entry(text_of(zone, theme.legend)?).or_default();
        *sum = (sum.0 + area, sum.1 + 1, std::mem::take(&mut sum.2));
        if count < MOST_ZONES {
            sum.2.push(told(planned, zone, area)?);
        }
    }
    let whole: f64 = by.values().map(|(area, ..)| area).sum();
    let legend = theme.legend();
    let mut functions: Vec<Function> = by
        .into_iter()
        .map(|(code, (area, count, mut zones))| {
            zones.sort_by(|a, b| {
                natural(&a.label)
                    .cmp(&natural(&b.label))
                    .then(a.id.cmp(&b.id))
            });
            Function {
                class: code
                    .zip(legend.as_ref())
                    .map(|(code, l)| named(l.list, &code)),
                area: rounded(area),
                percent: (area / whole.max(f64::MIN_POSITIVE) * 1e4).round() / 100.0,
                count,
                zones,
            }
        })
        .collect();
    functions.sort_by(|a, b| b.area.total_cmp(&a.area));
    Ok((functions, whole))
}

fn told(planned: &Planned, zone: &FeatureRef<'_>, area: f64) -> Result<Zone, ApiError> {
    let id = zone.id().get();
    let theme = &planned.theme;
    let mut values = serde_json::Map::new();
    let shown = planned.rule.show.iter().copied();
    // The function stands over them, the plan over all.
    for at in shown.filter(|at| Some(*at) != theme.legend && Some(*at) != planned.rule.plan) {
        if let (Some(_), Some(field)) = (text_of(zone, Some(at))?, theme.fields.get(at)) {
            let value = zone.value(at).map_err(ApiError::internal)?;
            values.extend(value.map(|value| (field.name.clone(), value.to_json())));
        }
    }
    // Of land-use plans what labels a zone is its land use; its number is what tells it from others.
    let label = match theme.label.filter(|at| Some(*at) != theme.legend) {
        Some(label) => text_of(zone, Some(label))?,
        None => text_of(zone, theme.key.get(1).copied())?,
    };
    Ok(Zone {
        id,
        label: label.unwrap_or_else(|| id.to_string()),
        area: rounded(area),
        values,
    })
}

fn sources(features: &[FeatureRef<'_>]) -> Vec<PlanSource> {
    let all: BTreeSet<PlanSource> = features
        .iter()
        .map(|feature| PlanSource {
            theme: feature.theme().id.clone(),
            dataset: feature.dataset().to_owned(),
            imported_at: feature.manifest().provenance.imported_at.clone(),
        })
        .collect();
    all.into_iter().collect()
}

/// Marks in the order people count them: `A-2` before `A-10`.
fn natural(label: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0u64)];
    for letter in label.chars() {
        let Some(last) = parts.last_mut() else {
            break;
        };
        match letter.to_digit(10) {
            Some(digit) => last.1 = last.1.saturating_mul(10).saturating_add(u64::from(digit)),
            None if last.1 > 0 => parts.push((letter.to_string(), 0)),
            None => last.0.push(letter),
        }
    }
    parts
}

fn rounded(area: f64) -> f64 {
    (area * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn marks_are_sorted_as_people_count() {
        let mut marks = ["B-1", "A-10", "A-2", "A-1b", "A-1"];
        marks.sort_by_key(|mark| natural(mark));
        assert_eq!(marks, ["A-1", "A-1b", "A-2", "A-10", "B-1"]);
    }
}
