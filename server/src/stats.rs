//! `GET /stats`: counts, areas and lengths by theme, commune and class.
//!
//! Nothing is counted for a question: figures are packed with each shard and carried on with every edit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use diaba_core::code_list::CodeList;
use diaba_core::figures::{Row, Sum};
use diaba_core::theme::{Field, Statistics};
use diaba_core::view::LayerView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{App, AppState};
use crate::code_lists::hex;
use crate::error::{ApiError, Problem};
use crate::extract::Query;
use crate::readings::{self, Reading};
use crate::response::Json;
use crate::themes::Text;

/// The code list of communes.
const UNITS: &str = "admin_units";

/// Which figures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatsParams {
    /// Identifiers of themes, separated by commas; all that are counted without it.
    theme: Option<String>,
    /// Codes of communes of today, separated by commas; all without it.
    commune: Option<String>,
    /// The field whose values are the classes; the first the theme is counted by without it.
    by: Option<String>,
}

/// Figures of themes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stats {
    /// One entry a theme, in the order of themes.
    themes: Vec<ThemeStats>,
}

/// Figures of a theme.
#[derive(Debug, Serialize, ToSchema)]
struct ThemeStats {
    /// Its identifier.
    theme: String,
    /// Its name.
    title: Text,
    /// The field whose values are the classes.
    by: String,
    /// Its name.
    by_title: Text,
    /// The fields it is counted by.
    fields: Vec<String>,
    /// Whether a feature may be of several classes, so that classes add up to more than the total.
    overlapping: bool,
    /// All features.
    total: Measure,
    /// By class, in the code list's order.
    classes: Vec<ClassStats>,
    /// By commune, in the order of codes. They add up to the total.
    communes: Vec<CommuneStats>,
    /// What is read at its features, the highest grade first; only of a theme that has readings.
    #[serde(skip_serializing_if = "Option::is_none")]
    readings: Option<Vec<Reading>>,
}

/// A count, an area and a length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
struct Measure {
    /// Features.
    count: i64,
    /// Area in the working plane, m²; 0 of what is no polygon.
    area_m2: f64,
    /// Length in the working plane, m; 0 of what is no line.
    length_m: f64,
}

/// Figures of a class.
#[derive(Debug, Serialize, ToSchema)]
struct ClassStats {
    /// The class; null of features that have none.
    class: Option<String>,
    /// Its name; null where it is no code.
    title: Option<Text>,
    /// `#RRGGBB`, where the code has one.
    color: Option<String>,
    /// The figures.
    #[schema(inline)]
    #[serde(flatten)]
    figures: Measure,
}

/// Figures of a commune.
#[derive(Debug, Serialize, ToSchema)]
struct CommuneStats {
    /// Its code; null of features that do not say theirs.
    commune: Option<String>,
    /// Its name.
    title: Option<Text>,
    /// The figures.
    #[schema(inline)]
    #[serde(flatten)]
    figures: Measure,
    /// Its own figures by class.
    classes: Vec<ClassStats>,
}

impl From<Sum> for Measure {
    fn from(sum: Sum) -> Self {
        Self {
            count: sum.count,
            area_m2: sum.area(),
            length_m: sum.length(),
        }
    }
}

/// Counts, areas and lengths by theme, commune and class.
///
/// Always those of what is served: an edit is in them as soon as it is on the map. Areas and lengths are measured in the
/// working plane (EPSG:9214) on the surveyed geometry.
#[utoipa::path(get, path = "/stats", tag = "lookup", params(StatsParams),
    responses((status = 200, description = "The figures", body = Stats),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "No such theme, or one that is not counted")))]
pub async fn stats(
    State(app): State<AppState>,
    Query(asked): Query<StatsParams>,
) -> Result<Json<Stats>, ApiError> {
    let communes = asked.commune.as_deref().map(|list| communes(&app, list));
    let communes = communes.transpose()?;
    let layers = layers(&app, asked.theme.as_deref())?;
    let mut themes = Vec::new();
    for layer in &layers {
        let Some(counted) = Counted::of(layer, asked.by.as_deref()) else {
            continue;
        };
        let units = app.registry.catalogue().code_list(UNITS);
        themes.push(ThemeStats {
            readings: readings::of(layer, communes.as_ref())?,
            ..counted.told(units, communes.as_ref())
        });
    }
    if themes.is_empty()
        && let (Some(by), false) = (&asked.by, layers.is_empty())
    {
        let reason =
            format!("none of these themes is counted by '{by}'; /stats lists their fields");
        return Err(ApiError::bad("by", reason));
    }
    Ok(Json::new(Stats { themes }))
}

fn communes(app: &App, list: &str) -> Result<BTreeSet<String>, ApiError> {
    let units = app.registry.catalogue().code_list(UNITS);
    let code = |text: &str| {
        let known = units.and_then(|units| units.recognise(text));
        known.map(str::to_owned).ok_or_else(|| {
            ApiError::bad("commune", format!("'{text}' is not the code of a commune"))
        })
    };
    list.split(',').map(code).collect()
}

/// The layers of the themes asked for that are counted.
fn layers(app: &App, asked: Option<&str>) -> Result<Vec<Arc<LayerView>>, ApiError> {
    // A home may have a place for a theme and nothing in it: that is no figure in either home.
    let all = app.layers().into_iter().filter(|layer| !layer.is_empty());
    let all: Vec<Arc<LayerView>> = all.collect();
    let Some(asked) = asked else {
        let counted = all.into_iter().filter(|layer| layer.figures().is_some());
        return Ok(counted.collect());
    };
    let mut layers = Vec::new();
    for id in asked.split(',') {
        let theme = app.registry.catalogue().theme(id);
        let theme = theme.ok_or_else(|| ApiError::no_layer(id))?;
        if theme.statistics.is_none() {
            return Err(ApiError::NotFound(format!(
                "the theme '{id}' is not counted"
            )));
        }
        // A theme without data has figures of nothing.
        layers.extend(all.iter().find(|layer| layer.theme().id == id).cloned());
    }
    Ok(layers)
}

/// Figures by class.
type Classes<'a> = Vec<(&'a str, Sum)>;

/// A layer, counted by one of its fields.
struct Counted<'a> {
    layer: &'a LayerView,
    rows: &'a [Row],
    statistics: &'a Statistics,
    /// Place of the field in the rows.
    by: usize,
    field: &'a Field,
}

impl<'a> Counted<'a> {
    fn of(layer: &'a LayerView, by: Option<&str>) -> Option<Self> {
        let theme = layer.theme();
        let statistics = theme.statistics.as_ref()?;
        let named = |index: &usize| theme.fields.get(*index).map(|field| field.name.as_str());
        let place = match by {
            Some(by) => statistics
                .by
                .iter()
                .position(|index| named(index) == Some(by))?,
            None => 0,
        };
        Some(Self {
            layer,
            rows: layer.figures()?,
            statistics,
            by: place + 1,
            field: theme.fields.get(*statistics.by.get(place)?)?,
        })
    }

    fn told(&self, units: Option<&Arc<CodeList>>, only: Option<&BTreeSet<String>>) -> ThemeStats {
        let theme = self.layer.theme();
        let wanted = |row: &&Row| only.is_none_or(|only| only.contains(&*row.commune));
        let rows = self.rows.iter().filter(wanted);
        let mut total = Sum::default();
        let mut communes: BTreeMap<&str, (Sum, Classes<'_>)> = BTreeMap::new();
        let mut classes: BTreeMap<&str, Sum> = BTreeMap::new();
        for row in rows {
            let commune = communes.entry(&row.commune).or_default();
            if row.by == 0 {
                total.add(row.sum, 1);
                commune.0.add(row.sum, 1);
            } else if row.by == self.by {
                classes.entry(&row.class).or_default().add(row.sum, 1);
                commune.1.push((&row.class, row.sum));
            }
        }
        let title = |code: &str| {
            let units = units?;
            let entry = units.get_in(code, &units.current().id);
            Some(Text::from(&entry.or_else(|| units.get(code))?.title))
        };
        let communes = communes
            .into_iter()
            .map(|(commune, (sum, classes))| CommuneStats {
                commune: (!commune.is_empty()).then(|| commune.to_owned()),
                title: title(commune),
                figures: sum.into(),
                classes: self.classes(classes),
            });
        let fields = self
            .statistics
            .by
            .iter()
            .filter_map(|i| theme.fields.get(*i));
        ThemeStats {
            theme: theme.id.clone(),
            title: (&theme.title).into(),
            by: self.field.name.clone(),
            by_title: (&self.field.title).into(),
            fields: fields.map(|field| field.name.clone()).collect(),
            overlapping: self.field.list,
            total: total.into(),
            classes: self.classes(classes.into_iter().collect()),
            communes: communes.collect(),
            readings: None,
        }
    }

    /// In the order of the code list; what is no code after it, and what has no class last.
    fn classes(&self, mut classes: Vec<(&str, Sum)>) -> Vec<ClassStats> {
        let list = self.field.code_list.as_deref();
        let rank = |class: &str| {
            let known = list.and_then(|list| list.rank_of(class));
            (class.is_empty(), known.unwrap_or(usize::MAX))
        };
        classes.sort_by(|a, b| (rank(a.0), a.0).cmp(&(rank(b.0), b.0)));
        let told = |(class, sum): (&str, Sum)| {
            let code = list.and_then(|list| list.get(class));
            ClassStats {
                class: (!class.is_empty()).then(|| class.to_owned()),
                title: code.map(|code| (&code.title).into()),
                color: code.and_then(|code| code.color).map(hex),
                figures: sum.into(),
            }
        };
        classes.into_iter().map(told).collect()
    }
}
