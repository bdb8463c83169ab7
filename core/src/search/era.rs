//! Parcels by commune, sheet and number, whichever era the commune's code is of.
//!
//! A bare commune code does not say its era. On 1 July 2025 communes were merged, and the code of a new commune is
//! that of an old one: 07210 was Phường Hoàng Văn Thụ and is Phường Bắc Giang. So a code is read both ways: as the
//! commune of today, and as the one a parcel was surveyed under.

use rustc_hash::FxHashSet;

use crate::code_list::CodeList;
use crate::feature::Value;
use crate::shard::ShardError;
use crate::theme::Theme;
use crate::view::{FeatureRef, LayerView};

/// Which communes a code is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Those before 1 July 2025: the code the parcel was surveyed under.
    Before,
    /// Those since 1 July 2025.
    Since,
}

impl Era {
    /// The version of the code list it is called by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "2023",
            Self::Since => "2025",
        }
    }
}

/// Positions of the theme's fields that a key is made of.
#[derive(Debug, Clone, Copy)]
pub struct ParcelFields {
    /// The commune of today.
    pub commune: usize,
    /// The commune it was surveyed in.
    pub surveyed_commune: usize,
    /// The version of that code.
    pub surveyed_version: Option<usize>,
    /// The map sheet.
    pub sheet: usize,
    /// The number on it.
    pub number: usize,
}

impl ParcelFields {
    /// Those of `theme`.
    ///
    /// # Errors
    /// The name of the field it does not have.
    pub fn of(theme: &Theme) -> Result<Self, &'static str> {
        let index = |name: &'static str| theme.field_index(name).ok_or(name);
        Ok(Self {
            commune: index("ma_xa")?,
            surveyed_commune: index("ma_xa_goc")?,
            surveyed_version: theme.field_index("danh_muc_ma_xa_goc"),
            sheet: index("so_to")?,
            number: index("so_thua")?,
        })
    }
}

/// A sheet and a number looked for in a layer of parcels.
pub struct ParcelLookup<'a> {
    /// The parcels.
    pub layer: &'a LayerView,
    /// Its theme's fields.
    pub fields: ParcelFields,
    /// The map sheet.
    pub sheet: &'a str,
    /// The number on it.
    pub number: &'a str,
    /// Where the number may be incomplete: so many parcels at most.
    pub begun: Option<usize>,
}

impl<'a> ParcelLookup<'a> {
    /// The parcels of the commune that `code` is, was, or both, each once, with the way the code was read.
    ///
    /// # Errors
    /// [`ShardError`] where a parcel cannot be read.
    pub fn parcels(
        &self,
        code: &str,
        only: Option<Era>,
    ) -> Result<Vec<(FeatureRef<'a>, Era)>, ShardError> {
        let list = self.list();
        let code = list.and_then(|list| list.recognise(code)).unwrap_or(code);
        let mut seen = FxHashSet::default();
        let mut parcels = Vec::new();
        for era in [Era::Since, Era::Before] {
            if only.is_some_and(|only| only != era) {
                continue;
            }
            for parcel in self.of_era(code, era, list)? {
                if seen.insert(parcel.id()) {
                    parcels.push((parcel, era));
                }
            }
        }
        Ok(parcels)
    }

    fn list(&self) -> Option<&'a CodeList> {
        let field = self.layer.theme().fields.get(self.fields.commune)?;
        field.code_list.as_deref()
    }

    fn keyed(&self, commune: &str) -> Vec<FeatureRef<'a>> {
        let key = [commune, self.sheet, self.number];
        match self.begun {
            None => self.layer.by_key(&key),
            Some(most) => {
                // The number itself before those it is the beginning of.
                let mut found = self.layer.by_key(&key);
                found.extend(self.layer.by_key_prefix(&key, most));
                found
            }
        }
    }

    fn of_era(
        &self,
        code: &str,
        era: Era,
        list: Option<&CodeList>,
    ) -> Result<Vec<FeatureRef<'a>>, ShardError> {
        match era {
            Era::Since => Ok(self.keyed(code)),
            Era::Before => {
                // Parcels are kept under the commune of today; where a code's way there is not certain, under itself.
                let today = list
                    .into_iter()
                    .flat_map(|list| list.entries(code))
                    .flat_map(|entry| &entry.becomes);
                let mut codes: Vec<&str> = today.map(String::as_str).chain([code]).collect();
                codes.sort_unstable();
                codes.dedup();
                let mut found = Vec::new();
                for today in codes {
                    for parcel in self.keyed(today) {
                        if self.surveyed_under(&parcel, code, list)? {
                            found.push(parcel);
                        }
                    }
                }
                Ok(found)
            }
        }
    }

    /// Whether the parcel was surveyed in the commune that had `code` before the merger.
    fn surveyed_under(
        &self,
        parcel: &FeatureRef<'_>,
        code: &str,
        list: Option<&CodeList>,
    ) -> Result<bool, ShardError> {
        let is = |index: usize, text: &str| {
            let value = parcel.value(index)?;
            Ok::<_, ShardError>(value.as_ref().and_then(Value::as_text) == Some(text))
        };
        let since = match list.zip(self.fields.surveyed_version) {
            Some((list, version)) => is(version, &list.current().id)?,
            None => false,
        };
        Ok(is(self.fields.surveyed_commune, code)? && !since)
    }
}
