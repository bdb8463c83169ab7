//! What is checked between the features of a theme: `[topology]` of its file.

use std::collections::HashMap;

use serde::Deserialize;

use super::load::find;
use super::{GeometryKind, Theme, ThemeError};

/// Thresholds of the checks between features; lengths in metres, areas in m², in the working CRS.
#[derive(Debug, Clone, PartialEq)]
pub struct Topology {
    /// How far two boundaries may be apart and still be the same.
    pub tolerance: f64,
    /// Least area of an overlap or a gap that is worth a finding.
    pub area_min: f64,
    /// Width below which an overlap or a gap is a sliver.
    pub sliver_width: f64,
    /// Greatest area of enclosed ground that is a gap; what is larger is meant to be empty.
    pub gap_max: f64,
    /// How features are compared with the communes they name.
    pub commune: Option<CommuneRule>,
}

/// How a feature is compared with the commune it names.
#[derive(Debug, Clone, PartialEq)]
pub struct CommuneRule {
    /// Position of the field with the commune's code of today.
    pub field: usize,
    /// The theme the communes are of.
    pub theme: String,
    /// Name of that theme's field with the code.
    pub code: String,
    /// Name of its field that says which version of the code list the code is of; units of earlier ones do not count.
    pub version: Option<String>,
    /// How far outside a feature may lie.
    pub tolerance: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTopology {
    tolerance: f64,
    area_min: f64,
    sliver_width: f64,
    gap_max: f64,
    #[serde(default)]
    commune: Option<RawCommune>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCommune {
    field: String,
    theme: String,
    code: String,
    #[serde(default)]
    version: Option<String>,
    tolerance: f64,
}

impl RawTopology {
    /// With the fields it refers to, of which `names` are the theme's.
    pub(super) fn resolve(
        self,
        file: &str,
        names: &HashMap<String, usize>,
    ) -> Result<Topology, ThemeError> {
        let commune = self
            .commune
            .map(|raw| {
                Ok::<_, ThemeError>(CommuneRule {
                    field: find(file, names, "topology.commune.field", &raw.field)?,
                    theme: raw.theme,
                    code: raw.code,
                    version: raw.version,
                    tolerance: raw.tolerance,
                })
            })
            .transpose()?;
        Ok(Topology {
            tolerance: self.tolerance,
            area_min: self.area_min,
            sliver_width: self.sliver_width,
            gap_max: self.gap_max,
            commune,
        })
    }
}

/// Refuses thresholds that contradict each other or the theme.
pub(super) fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let Some(t) = &theme.topology else {
        return Ok(());
    };
    if theme.geometry != GeometryKind::Polygon {
        let advice = "leave [topology] out, or say geometry = \"polygon\"";
        return Err(ThemeError::key(
            file,
            "topology",
            "only polygons are checked",
            advice,
        ));
    }
    let within = |key: &str, value: f64, least: f64, most: f64| {
        if value >= least && value <= most {
            return Ok(());
        }
        let problem = format!("{value} is out of range");
        let advice = format!("it must be between {least} and {most}");
        Err(ThemeError::key(
            file,
            format!("topology.{key}"),
            problem,
            advice,
        ))
    };
    within("tolerance", t.tolerance, 1e-5, 1.0)?;
    // Nothing narrower than the tolerance is seen, so nothing smaller than its square can be.
    within(
        "area_min",
        t.area_min,
        100.0 * t.tolerance * t.tolerance,
        1e9,
    )?;
    within("sliver_width", t.sliver_width, t.tolerance, 1e4)?;
    within("gap_max", t.gap_max, t.area_min, 1e12)?;
    match &t.commune {
        Some(commune) => within("commune.tolerance", commune.tolerance, 0.0, 1e6),
        None => Ok(()),
    }
}
