//! Plans as the layers hold them: zones under one key, and a record in a theme of its own or in the zones' fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use diaba_core::feature::Value;
use diaba_core::overlay::outline_of;
use diaba_core::shard::Box2;
use diaba_core::theme::{ExtractRule, Role, Theme};
use diaba_core::view::{FeatureRef, LayerView};

use crate::app::App;
use crate::error::ApiError;
use crate::features::geojson::public_fields;
use crate::parcel_extract::document::{Code, Shown};
use crate::parcel_extract::{named, shown};
use crate::search::degrees;

/// Most features one plan may have.
const MOST: usize = 100_000;

/// A theme whose features are zones of plans, with the theme that keeps their records.
pub struct Planned {
    /// Its rule.
    pub rule: ExtractRule,
    /// The zones; none where there are no data.
    pub zones: Option<Arc<LayerView>>,
    /// The records.
    pub records: Option<Arc<LayerView>>,
    /// The theme of the zones.
    pub theme: Arc<Theme>,
}

impl Planned {
    /// All of the catalogue: themes of plans that are not themselves the records of another.
    pub fn all(app: &App) -> Vec<Self> {
        let catalogue = app.registry.catalogue();
        let kept: Vec<&str> = catalogue
            .themes()
            .filter_map(|theme| theme.extract.as_ref()?.record.as_deref())
            .collect();
        let layers = &app.published().snapshot.layers;
        let planned = catalogue.themes().filter_map(|theme| {
            let rule = theme.extract.as_ref()?;
            // A plan is found by the key of its zones, so that key has to begin with it.
            let first = rule.plan.is_some() && rule.plan == theme.key.first().copied();
            let own = rule.role == Role::Plan && first && !kept.contains(&theme.id.as_str());
            own.then(|| Self {
                zones: layers.get(&theme.id).cloned(),
                records: rule.record.as_ref().and_then(|id| layers.get(id).cloned()),
                rule: rule.clone(),
                theme: Arc::clone(theme),
            })
        });
        planned.collect()
    }

    /// Keys of all plans with the number and area of their zones.
    pub fn codes(&self) -> Result<BTreeMap<String, (i64, f64)>, ApiError> {
        let mut codes = BTreeMap::new();
        if let Some(zones) = &self.zones {
            match self.figures(zones) {
                Some(counted) => codes = counted,
                None => codes = measured(zones, self.rule.plan)?,
            }
        }
        if let Some(records) = &self.records {
            for record in records.by_key_prefix(&[""], MOST) {
                if let Some(code) = text_of(&record, records.theme().key.first().copied())? {
                    codes.entry(code).or_default();
                }
            }
        }
        Ok(codes)
    }

    /// What is counted by plan anyway.
    fn figures(&self, zones: &LayerView) -> Option<BTreeMap<String, (i64, f64)>> {
        let by = zones.theme().statistics.as_ref()?.by.iter();
        let place = by
            .clone()
            .position(|field| Some(*field) == self.rule.plan)?;
        let mut codes: BTreeMap<String, (i64, f64)> = BTreeMap::new();
        for row in zones.figures()?.iter() {
            if row.by == place + 1 && !row.class.is_empty() && row.sum.count > 0 {
                let sum = codes.entry(row.class.to_string()).or_default();
                *sum = (sum.0 + row.sum.count, sum.1 + row.sum.area());
            }
        }
        Some(codes)
    }

    /// The zones of a plan.
    pub fn zones(&self, code: &str) -> Result<Vec<FeatureRef<'_>>, ApiError> {
        let found = self.zones.as_ref().map(|zones| zones.by_key(&[code]));
        let found = found.unwrap_or_default();
        if found.len() > MOST {
            return Err(ApiError::bad("code", format!("more than {MOST} zones")));
        }
        Ok(found)
    }

    /// The record of a plan: of several the one imported last.
    pub fn record(&self, code: &str) -> Option<FeatureRef<'_>> {
        let found = self.records.as_ref()?.by_key(&[code]);
        let at = |record: &FeatureRef<'_>| record.manifest().provenance.imported_at.clone();
        found.into_iter().max_by_key(at)
    }

    /// What a plan is called: by its record, or by the field of its zones that is its name.
    pub fn name(
        &self,
        record: Option<&FeatureRef<'_>>,
        zone: Option<&FeatureRef<'_>>,
    ) -> Result<Option<String>, ApiError> {
        match (record, zone) {
            (Some(record), _) => text_of(record, record.theme().label),
            (None, Some(zone)) => text_of(zone, self.theme.field_index("ten_quy_hoach")),
            (None, None) => Ok(None),
        }
    }
}

/// Where features lie, in degrees.
pub fn place(app: &App, features: &[FeatureRef<'_>]) -> Option<[f64; 4]> {
    let mut all = Box2::EMPTY;
    for feature in features {
        all.union(&feature.bbox());
    }
    (!all.is_empty()).then(|| degrees(app, &all))?
}

/// Text of a field that anyone may see.
pub fn text_of(feature: &FeatureRef<'_>, field: Option<usize>) -> Result<Option<String>, ApiError> {
    let public = |field: &usize| public_fields(feature.theme()).any(|other| other == *field);
    let Some(field) = field.filter(public) else {
        return Ok(None);
    };
    let value = feature.value(field).map_err(ApiError::internal)?;
    Ok(value.as_ref().map(Value::to_string))
}

/// The code that colours a feature.
pub fn class_of(feature: &FeatureRef<'_>) -> Result<Option<Code>, ApiError> {
    let theme = feature.theme();
    let Some(legend) = theme.legend() else {
        return Ok(None);
    };
    let code = text_of(feature, Some(legend.position))?;
    Ok(code.map(|code| named(legend.list, &code)))
}

/// The fields of a record that anyone may see and that have a value, but for those at `without`.
pub fn fields_of(feature: &FeatureRef<'_>, without: &[usize]) -> Result<Vec<Shown>, ApiError> {
    let theme = feature.theme();
    let values = feature.values().map_err(ApiError::internal)?;
    let fields = public_fields(theme).filter(|at| !without.contains(at));
    Ok(fields
        .filter_map(|at| shown(theme.fields.get(at)?, values.get(at)?.as_ref()))
        .collect())
}

/// Numbers and areas by plan, of a theme that is not counted by it.
fn measured(
    zones: &LayerView,
    plan: Option<usize>,
) -> Result<BTreeMap<String, (i64, f64)>, ApiError> {
    let mut codes: BTreeMap<String, (i64, f64)> = BTreeMap::new();
    for zone in zones.by_key_prefix(&[""], MOST) {
        if let Some(code) = text_of(&zone, plan)?.filter(|code| !code.is_empty()) {
            let sum = codes.entry(code).or_default();
            *sum = (sum.0 + 1, sum.1 + outline_of(&zone).area());
        }
    }
    Ok(codes)
}
