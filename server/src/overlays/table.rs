//! The sums of an overlay by function and land use.

use std::collections::{BTreeMap, HashSet};

use diaba_core::theme::Theme;
use serde::Serialize;
use utoipa::ToSchema;

use super::rows::Row;
use crate::parcel_extract::document::Code;
use crate::parcel_extract::named;
use crate::themes::Text;

/// What an overlay comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Table {
    /// The theme that was laid; null for a drawn area.
    pub of: Option<ThemeSaid>,
    /// The layer it was laid on.
    pub on: ThemeSaid,
    /// Number of pairs.
    pub pairs: usize,
    /// Number of features of the layer, each counted once.
    pub features: usize,
    /// Area of what is laid, m²; where it lies on itself every time.
    pub laid_area: f64,
    /// Area in common, m²: the sum of all pairs.
    pub area: f64,
    /// By what is laid and what it lies on: how much of which function on which land use.
    pub by: Vec<Sum>,
    /// The pairs, up to the limit.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub truncated: bool,
}

/// A theme with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ThemeSaid {
    /// Its identifier.
    pub theme: String,
    /// Its name.
    pub title: Text,
    /// Names of the fields of its business key.
    pub key: Vec<String>,
}

/// A sum.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sum {
    /// What is laid: a plan's function.
    pub of_class: Option<Code>,
    /// What it lies on: a parcel's land use.
    pub class: Option<Code>,
    /// Number of features of the layer.
    pub features: usize,
    /// Area in common, m².
    pub area: f64,
}

/// The codes of what is laid and of what it lies on.
type Classes = (Option<String>, Option<String>);

/// The sums while pairs are counted.
#[derive(Default)]
pub struct Tally {
    by: BTreeMap<Classes, (HashSet<u64>, f64)>,
    features: HashSet<u64>,
    pairs: usize,
    area: f64,
}

impl Tally {
    /// Counts a pair.
    pub fn count(&mut self, row: &Row) {
        self.pairs += 1;
        self.area += row.area;
        self.features.insert(row.id);
        let key = (row.of_class.clone(), row.class.clone());
        let (features, area) = self.by.entry(key).or_default();
        features.insert(row.id);
        *area += row.area;
    }

    /// The table of what was counted, the largest sum first.
    pub fn table(self, of: Option<&Theme>, on: &Theme, laid_area: f64, rows: Vec<Row>) -> Table {
        let code = |theme: Option<&Theme>, code: Option<String>| {
            let legend = theme.and_then(Theme::legend)?;
            code.map(|code| named(legend.list, &code))
        };
        let mut by: Vec<Sum> = self
            .by
            .into_iter()
            .map(|((of_class, class), (features, area))| Sum {
                of_class: code(of, of_class),
                class: code(Some(on), class),
                features: features.len(),
                area: rounded(area),
            })
            .collect();
        by.sort_by(|a, b| b.area.total_cmp(&a.area));
        Table {
            of: of.map(ThemeSaid::of),
            on: ThemeSaid::of(on),
            pairs: self.pairs,
            features: self.features.len(),
            laid_area: rounded(laid_area),
            area: rounded(self.area),
            by,
            truncated: self.pairs > rows.len(),
            rows,
        }
    }
}

impl Table {
    /// A sum in percent of what is laid, two decimals.
    pub fn percent(&self, sum: &Sum) -> f64 {
        (sum.area / self.laid_area.max(f64::MIN_POSITIVE) * 1e4).round() / 100.0
    }
}

impl ThemeSaid {
    fn of(theme: &Theme) -> Self {
        let key = theme
            .key
            .iter()
            .filter_map(|field| theme.fields.get(*field));
        Self {
            theme: theme.id.clone(),
            title: (&theme.title).into(),
            key: key.map(|field| field.name.clone()).collect(),
        }
    }
}

fn rounded(area: f64) -> f64 {
    (area * 1e4).round() / 1e4
}
