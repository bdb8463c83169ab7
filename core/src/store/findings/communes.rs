//! The communes parcels are compared with, from the layer of the same store.

use geo::Geometry;

use crate::feature::Value;
use crate::quality::Communes;
use crate::theme::{CommuneRule, Theme};

/// Takes units of the communes' theme and keeps those in force.
pub(in crate::store) struct CommuneReader<'a> {
    code: usize,
    version: Option<(usize, &'a str)>,
    communes: Communes,
}

impl<'a> CommuneReader<'a> {
    /// For units of `theme`; `None` where it does not have the fields the rule names.
    pub fn new(rule: &CommuneRule, theme: &'a Theme) -> Option<Self> {
        let code = theme.field_index(&rule.code)?;
        let current = theme.fields.get(code)?.code_list.as_ref();
        let version = match &rule.version {
            Some(name) => current
                .map(|list| list.current().id.as_str())
                .zip(theme.field_index(name))
                .map(|(current, field)| (field, current)),
            None => None,
        };
        Some(Self {
            code,
            version,
            communes: Communes::default(),
        })
    }

    /// Takes a unit; one of an earlier version of the code list does not count.
    pub fn take(&mut self, values: &[Option<Value>], geometry: Geometry<f64>) {
        let text = |field: usize| values.get(field)?.as_ref()?.as_text();
        let Some(code) = text(self.code) else { return };
        if let Some((field, current)) = self.version
            && text(field).is_some_and(|version| version != current)
        {
            return;
        }
        self.communes.insert(code.to_owned(), geometry);
    }

    /// The communes.
    pub fn done(self) -> Communes {
        self.communes
    }
}
