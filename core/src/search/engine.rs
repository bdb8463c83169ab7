//! What a typed text stands for, in a snapshot of the register.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::features::named;
use super::landing::{Grids, Landing};
use super::parcels::parcels;
use super::units::Units;
use super::{Era, ParcelKey, Typed, read_coordinates, read_parcel_key};
use crate::code_list::{Code, CodeList};
use crate::feature::Value;
use crate::shard::{Box2, ShardError};
use crate::theme::{Catalogue, Theme};
use crate::view::{FeatureRef, LayerView};
use crate::words::{Effort, Pattern};

/// The theme of parcels, that of units, and their code list.
const PARCELS: &str = "land_parcels";
const UNITS: &str = "admin_units";
/// What units of a kind are called: `Xã`, `Phường`.
const UNIT_KINDS: &str = "admin_types";
/// What a place out of the view costs.
const OUT_OF_VIEW: f32 = 0.15;
/// What the second-best grid of a pair of coordinates costs.
const NEXT_GRID: f32 = 0.1;
const NO_COMMUNE: f32 = 0.5;
/// Degrees around the register within which coordinates land in it.
const AROUND: f64 = 0.05;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// What was typed.
    pub text: &'q str,
    /// Most hits.
    pub limit: usize,
    /// The box somebody looks at, in the working CRS: what lies in it comes first among equals.
    pub near: Option<Box2>,
}

/// How a text was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It says nothing.
    Nothing,
    /// A parcel's key.
    Parcel(ParcelKey),
    /// A pair of coordinates.
    Place(Typed),
    /// A name or a code.
    Name,
}

/// Something found.
#[derive(Debug, Clone)]
pub struct Hit<'v> {
    /// How far it is from what was typed: 0 is it to the letter, every typing error is about 1.
    pub cost: f32,
    /// Where it lies, in the working CRS; none where that is not known.
    pub bbox: Option<Box2>,
    /// What it is.
    pub what: What<'v>,
}

impl Hit<'_> {
    /// Its place among equals.
    fn place(&self) -> (u32, u64) {
        match &self.what {
            What::Unit(..) | What::Place(..) => (0, 0),
            What::Parcel(feature, _) | What::Feature(feature) => {
                (feature.theme().order, feature.id().get())
            }
        }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub enum What<'v> {
    /// A parcel, and in which era the commune's code was read.
    Parcel(FeatureRef<'v>, Era),
    /// A commune, district or province, with its boundary or that of what it became a part of, where there is one.
    Unit(&'v Code, Option<FeatureRef<'v>>),
    /// A place, and the commune of today it lies in.
    Place(Landing, Option<FeatureRef<'v>>),
    /// Any other feature.
    Feature(FeatureRef<'v>),
}

/// What was found, the best first.
#[derive(Debug)]
pub struct Answer<'v> {
    /// How the text was read.
    pub reading: Reading,
    /// What it may stand for.
    pub hits: Vec<Hit<'v>>,
}

/// Reads what is typed into the search box; made once.
pub struct Searcher {
    units: Option<Units>,
    grids: OnceLock<Option<Grids>>,
}

/// Layers by theme.
type Layers = BTreeMap<String, Arc<LayerView>>;

impl Searcher {
    /// A searcher for the themes and code lists of `catalogue`.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self {
            units: catalogue.code_list(UNITS).map(|list| {
                let kinds = catalogue.code_list(UNIT_KINDS);
                Units::new(Arc::clone(list), kinds.map(AsRef::as_ref))
            }),
            grids: OnceLock::new(),
        }
    }

    /// The code list of communes, districts and provinces.
    pub fn unit_list(&self) -> Option<&CodeList> {
        self.units.as_ref().map(Units::list)
    }

    /// How a text is to be read.
    pub fn read(&self, text: &str) -> Reading {
        if let Some(place) = read_coordinates(text) {
            return Reading::Place(place);
        }
        if let Some(key) = read_parcel_key(text) {
            return Reading::Parcel(key);
        }
        match Pattern::new(text) {
            Some(_) => Reading::Name,
            None => Reading::Nothing,
        }
    }

    /// What `question` may stand for; `reading` is what [`Searcher::read`] made of its text.
    ///
    /// # Errors
    /// [`ShardError`] where a feature cannot be read.
    pub fn search<'v>(
        &'v self,
        layers: &'v Layers,
        question: Question<'_>,
        reading: &'v Reading,
    ) -> Result<Vec<Hit<'v>>, ShardError> {
        let mut hits = match reading {
            Reading::Nothing => Vec::new(),
            Reading::Place(typed) => self.places(layers, *typed)?,
            Reading::Parcel(key) => self.parcels(layers, key, question.limit)?,
            Reading::Name => self.names(layers, question)?,
        };
        if let Some(near) = question.near {
            for hit in &mut hits {
                if hit.bbox.is_some_and(|bbox| !bbox.intersects(&near)) {
                    hit.cost += OUT_OF_VIEW;
                }
            }
        }
        // Equals come in one order in every home, wherever their records lie.
        hits.sort_by(|a, b| {
            a.cost
                .total_cmp(&b.cost)
                .then_with(|| a.place().cmp(&b.place()))
        });
        let mut hits = once_each(hits)?;
        hits.truncate(question.limit);
        Ok(hits)
    }

    fn parcels<'v>(
        &'v self,
        layers: &'v Layers,
        key: &'v ParcelKey,
        limit: usize,
    ) -> Result<Vec<Hit<'v>>, ShardError> {
        let Some(layer) = layers.get(PARCELS) else {
            return Ok(Vec::new());
        };
        let found = parcels(layer, self.units.as_ref(), key, limit)?;
        let hit = |(cost, parcel, era): (f32, FeatureRef<'v>, Era)| Hit {
            cost,
            bbox: Some(parcel.bbox()),
            what: What::Parcel(parcel, era),
        };
        Ok(found.into_iter().map(hit).collect())
    }

    fn places<'v>(&'v self, layers: &'v Layers, typed: Typed) -> Result<Vec<Hit<'v>>, ShardError> {
        let grids = self.grids.get_or_init(|| {
            let made = Grids::new();
            made.inspect_err(|error| tracing::error!(%error, "no grid can be used"))
                .ok()
        });
        let Some(grids) = grids else {
            return Ok(Vec::new());
        };
        let extents = layers.values().filter_map(|layer| layer.extent_lonlat());
        let extent = extents.reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        });
        let around = extent.map(|[w, s, e, n]| [w - AROUND, s - AROUND, e + AROUND, n + AROUND]);
        let mut hits = Vec::new();
        for (rank, landing) in grids.landings(typed, around).into_iter().enumerate() {
            let commune = self.commune_at(layers, landing.working)?;
            let elsewhere = if commune.is_none() { NO_COMMUNE } else { 0.0 };
            let [x, y] = landing.working;
            hits.push(Hit {
                cost: elsewhere + NEXT_GRID * rank as f32,
                bbox: Some(Box2::point(x, y)),
                what: What::Place(landing, commune),
            });
        }
        Ok(hits)
    }

    /// The commune of today a place lies in.
    fn commune_at<'v>(
        &self,
        layers: &'v Layers,
        [x, y]: [f64; 2],
    ) -> Result<Option<FeatureRef<'v>>, ShardError> {
        let (Some(layer), Some(list)) = (layers.get(UNITS), self.unit_list()) else {
            return Ok(None);
        };
        for unit in layer.at_point(geo::Coord { x, y }, 0.0)? {
            let code = text_of(layer.theme(), &unit, "ma_dvhc")?;
            let version = text_of(layer.theme(), &unit, "danh_muc")?;
            let today = version.is_none_or(|version| version == list.current().id);
            let entry = code.and_then(|code| list.get_in(&code, &list.current().id));
            if today && entry.is_some_and(|entry| entry.kind.as_deref() == Some("xa")) {
                return Ok(Some(unit));
            }
        }
        Ok(None)
    }

    fn names<'v>(
        &'v self,
        layers: &'v Layers,
        question: Question<'_>,
    ) -> Result<Vec<Hit<'v>>, ShardError> {
        let Some(pattern) = Pattern::new(question.text) else {
            return Ok(Vec::new());
        };
        let mut hits = Vec::new();
        for effort in [Effort::Exact, Effort::Errors, Effort::Loose] {
            hits = self.named(layers, question, &pattern, effort)?;
            let enough = match effort {
                Effort::Exact => hits.len() >= question.limit,
                Effort::Errors | Effort::Loose => !hits.is_empty(),
            };
            if enough {
                break;
            }
        }
        Ok(hits)
    }

    fn named<'v>(
        &'v self,
        layers: &'v Layers,
        question: Question<'_>,
        pattern: &Pattern,
        effort: Effort,
    ) -> Result<Vec<Hit<'v>>, ShardError> {
        let mut hits = Vec::new();
        if let Some(units) = &self.units {
            let mut found = units.named(pattern, effort);
            let typed = question.text.trim();
            if typed.len() > 1 && typed.bytes().all(|b| b.is_ascii_digit()) {
                found.extend(units.coded(typed));
            }
            for (cost, code) in found {
                let boundary = boundary(layers, units.list(), code)?;
                hits.push(Hit {
                    cost,
                    bbox: boundary.map(|unit| unit.bbox()),
                    what: What::Unit(code, boundary),
                });
            }
        }
        for layer in layers.values() {
            for (cost, feature) in named(layer, pattern, effort, question.near.as_ref())? {
                hits.push(Hit {
                    cost,
                    bbox: Some(feature.bbox()),
                    what: What::Feature(feature),
                });
            }
        }
        Ok(hits)
    }
}

fn text_of(
    theme: &Theme,
    feature: &FeatureRef<'_>,
    field: &str,
) -> Result<Option<String>, ShardError> {
    let Some(index) = theme.field_index(field) else {
        return Ok(None);
    };
    let value = feature.value(index)?;
    Ok(value.as_ref().and_then(Value::as_text).map(str::to_owned))
}

/// The boundary of a unit: that of its own time, else that of the unit it became a part of.
fn boundary<'v>(
    layers: &'v Layers,
    list: &CodeList,
    code: &Code,
) -> Result<Option<FeatureRef<'v>>, ShardError> {
    if let Some(own) = own_boundary(layers, list, code)? {
        return Ok(Some(own));
    }
    let today = code.becomes.first();
    match today.and_then(|today| list.get_in(today, &list.current().id)) {
        Some(today) => own_boundary(layers, list, today),
        None => Ok(None),
    }
}

fn own_boundary<'v>(
    layers: &'v Layers,
    list: &CodeList,
    code: &Code,
) -> Result<Option<FeatureRef<'v>>, ShardError> {
    let Some(layer) = layers.get(UNITS) else {
        return Ok(None);
    };
    for unit in layer.by_key(&[&code.code]) {
        let version = text_of(layer.theme(), &unit, "danh_muc")?;
        let own = match version {
            None => list.entries(&code.code).count() == 1 || list.is_current(code),
            Some(version) => {
                let at = list.versions.iter().position(|v| v.id == version);
                at.is_some_and(|at| code.versions.contains(&at))
            }
        };
        if own {
            return Ok(Some(unit));
        }
    }
    Ok(None)
}

/// Hits without those that say the same again: the same feature, and pieces of one line, which become one.
fn once_each(hits: Vec<Hit<'_>>) -> Result<Vec<Hit<'_>>, ShardError> {
    let mut features = BTreeSet::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Hit<'_>> = Vec::with_capacity(hits.len());
    for hit in hits {
        let name = match &hit.what {
            What::Parcel(feature, _) | What::Feature(feature) => {
                let id = (feature.theme().id.clone(), feature.id());
                if !features.insert(id) {
                    continue;
                }
                line_name(feature)?
            }
            What::Unit(code, _) => Some(format!("{}\u{1f}{}", code.code, code.title.vi)),
            What::Place(..) => None,
        };
        let before = name
            .as_ref()
            .and_then(|name| kept.get_mut(*lines.get(name)?));
        match (before, hit.bbox) {
            (Some(before), Some(more)) => {
                before.bbox = before.bbox.map(|mut bbox| {
                    bbox.union(&more);
                    bbox
                });
            }
            (Some(_), None) => {}
            (None, _) => {
                lines.extend(name.map(|name| (name, kept.len())));
                kept.push(hit);
            }
        }
    }
    Ok(kept)
}

/// What pieces of one line agree in, by the theme's own word; none where its features stand for themselves.
fn line_name(feature: &FeatureRef<'_>) -> Result<Option<String>, ShardError> {
    let theme = feature.theme();
    if theme.generalise.merge.is_empty() {
        return Ok(None);
    }
    let record = feature.read()?;
    let mut name = theme.id.clone();
    for field in &theme.generalise.merge {
        let value = theme
            .field_index(field)
            .and_then(|index| record.value(index));
        name.push('\u{1f}');
        name.push_str(&value.map(|value| value.to_string()).unwrap_or_default());
    }
    Ok(Some(name))
}
