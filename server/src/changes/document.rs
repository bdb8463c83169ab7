//! Changes as clients read them.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use diaba_core::registry::{Changed, Token, TokenError, What};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::ApiError;
use crate::features::geojson::ten_decimals;

/// Most changes in one answer or event.
pub const MOST: usize = 1_000;
/// Most boxes of one theme; more are one box around them.
const MOST_BOXES: usize = 200;

/// What changed after a token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// The place up to which this answer goes: what the next question gives as `since`.
    #[schema(example = "6436a2b1c0d1f.42")]
    pub token: String,
    /// Whether there is more to be asked for at once.
    pub more: bool,
    /// Whether the store is out of reach, and what is served may be old.
    pub stale: bool,
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// By theme, where tiles are other than before: west, south, east, north in degrees. Tiles that touch none of the
    /// boxes are as they were; a theme with `null` has changed as a whole.
    pub boxes: BTreeMap<String, Option<Vec<[f64; 4]>>>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// The theme.
    pub theme: String,
    /// The dataset.
    pub dataset: String,
    /// The feature; missing where the dataset as a whole is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// `insert`, `update`, `delete`, or `dataset` for all of a dataset.
    #[schema(value_type = String, example = "update")]
    pub operation: What,
    /// Where it was: west, south, east, north in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<[f64; 4]>,
    /// Where it is: west, south, east, north in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
}

/// The themes a client wants to hear of; all where it names none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Themes(Option<BTreeSet<String>>);

impl FromStr for Themes {
    type Err = std::convert::Infallible;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        Ok(Self(Some(list.split(',').map(str::to_owned).collect())))
    }
}

impl Themes {
    /// Reads a list of themes, all of which must exist.
    pub fn read(app: &App, list: Option<&str>) -> Result<Self, ApiError> {
        let Some(list) = list else {
            return Ok(Self::default());
        };
        for id in list.split(',') {
            app.theme(id)?;
        }
        Ok(Self(Some(list.split(',').map(str::to_owned).collect())))
    }

    fn has(&self, theme: &str) -> bool {
        self.0.as_ref().is_none_or(|themes| themes.contains(theme))
    }
}

/// Reads the token of a client.
pub fn token(name: &str, text: &str) -> Result<Token, ApiError> {
    text.parse()
        .map_err(|error: TokenError| ApiError::bad(name, error))
}

impl App {
    /// What changed after `since`, as far as it is served already.
    ///
    /// # Errors
    /// [`TokenError::TooOld`] where that cannot be said any more.
    pub fn changes(&self, since: Token, themes: &Themes) -> Result<Option<Changes>, TokenError> {
        let Some(pulse) = self.beat.now() else {
            return Ok(None);
        };
        let (mut changed, mut token) = self.registry.journal().since(since, MOST)?;
        if token.number > pulse.token.number {
            changed.retain(|change| change.number <= pulse.token.number);
            token = pulse.token;
        }
        changed.retain(|change| themes.has(&change.theme));
        Ok(Some(Changes {
            more: token.number < pulse.token.number,
            token: token.to_string(),
            stale: pulse.stale,
            boxes: boxes(&changed),
            changes: changed.into_iter().map(Change::from).collect(),
        }))
    }
}

impl From<Changed> for Change {
    fn from(changed: Changed) -> Self {
        Self {
            theme: changed.theme,
            dataset: changed.dataset,
            id: changed.id.map(diaba_core::feature::FeatureId::get),
            operation: changed.what,
            before: changed.old.map(rounded),
            bbox: changed.new.map(rounded),
        }
    }
}

fn rounded(bbox: [f64; 4]) -> [f64; 4] {
    bbox.map(ten_decimals)
}

fn boxes(changed: &[Changed]) -> BTreeMap<String, Option<Vec<[f64; 4]>>> {
    let mut all: BTreeMap<String, Option<Vec<[f64; 4]>>> = BTreeMap::new();
    for change in changed {
        let theme = all
            .entry(change.theme.clone())
            .or_insert_with(|| Some(Vec::new()));
        let places: Vec<[f64; 4]> = [change.old, change.new].into_iter().flatten().collect();
        if places.is_empty() {
            *theme = None;
        }
        if let Some(theme) = theme {
            for place in places.into_iter().map(rounded) {
                if !theme.contains(&place) {
                    theme.push(place);
                }
            }
        }
    }
    for boxes in all.values_mut().flatten() {
        if boxes.len() > MOST_BOXES
            && let Some(around) = boxes.iter().copied().reduce(around)
        {
            *boxes = vec![around];
        }
    }
    all
}

fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    let ([w, s, e, n], [west, south, east, north]) = (a, b);
    [w.min(west), s.min(south), e.max(east), n.max(north)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(old: Option<[f64; 4]>, new: Option<[f64; 4]>) -> Changed {
        Changed {
            number: 1,
            theme: "land_parcels".into(),
            dataset: "manual".into(),
            id: None,
            what: What::Update,
            old,
            new,
        }
    }

    #[test]
    fn both_places_of_a_moved_feature_are_touched() {
        let (a, b) = ([0.0, 0.0, 1.0, 1.0], [2.0, 2.0, 3.0, 3.0]);
        let said = boxes(&[change(Some(a), Some(b)), change(Some(b), Some(b))]);
        assert_eq!(said["land_parcels"], Some(vec![a, b]));
        let said = boxes(&[change(Some(a), None), change(None, None)]);
        assert_eq!(said["land_parcels"], None, "nobody knows where");
    }

    #[test]
    fn many_boxes_become_one() {
        let many: Vec<Changed> = (0..300)
            .map(|i| change(None, Some([f64::from(i), 0.0, f64::from(i) + 1.0, 1.0])))
            .collect();
        let said = boxes(&many);
        assert_eq!(said["land_parcels"], Some(vec![[0.0, 0.0, 300.0, 1.0]]));
    }
}
