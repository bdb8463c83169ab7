//! What a theme is in the extract of a parcel: `[extract]` of its file.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::load::find;
use super::{Bilingual, GeometryKind, Theme, ThemeError};
use crate::feature::Value;

/// Farthest a corridor may reach from its line or surface, metres.
pub const FARTHEST: f64 = 500.0;

/// What a theme has to say about a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is what extracts are made of.
    Subject,
    /// What the ground is planned for.
    Plan,
    /// What may not be done on it, or not without leave.
    Restriction,
    /// An area it belongs to, such as a growing area.
    Area,
    /// Doubt about its geometry.
    Finding,
}

/// The role of a theme in extracts.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractRule {
    /// What it has to say.
    pub role: Role,
    /// What it rests on: laws, decrees, standards.
    pub legal: Vec<Bilingual>,
    /// Positions of the fields an extract shows.
    pub show: Vec<usize>,
    /// Position of the field that says which plan a feature is a part of; parts of one plan are summed.
    pub plan: Option<usize>,
    /// The theme with the records of those plans, under the same key.
    pub record: Option<String>,
    /// Position of the field with the land use, and the codes that make ground settled. Of the subject.
    pub settled: Option<(usize, Vec<String>)>,
    /// The corridor along its features that is protected too.
    pub corridor: Option<Corridor>,
}

/// How a protected corridor is computed. Distances are metres in the working plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Corridor {
    /// Positions of the fields with the distance from the line to the toe: on the river's side, on the land's.
    pub toes: Option<[usize; 2]>,
    /// Position of the field that says whether the toes are surveyed.
    pub surveyed: Option<usize>,
    /// Position of the field with the work's whole width; half of it stands for a toe that is not known.
    pub width: Option<usize>,
    /// Position of the field whose codes say on which side of the line, seen along it, the river is.
    pub bank: Option<Bank>,
    /// Position of the field with the corridor's breadth, on both sides; it goes before the rules.
    pub breadth: Option<usize>,
    /// The first whose codes agree gives the breadth.
    pub rules: Vec<CorridorRule>,
    /// A feature nothing gives a breadth for is named in the extract where it is this near, metres; 0 where it touches.
    pub remark_within: f64,
}

/// On which side the river is.
#[derive(Debug, Clone, PartialEq)]
pub struct Bank {
    /// Position of the field.
    pub field: usize,
    /// Codes that have it on the left.
    pub left: Vec<String>,
    /// Codes that have it on the right.
    pub right: Vec<String>,
}

/// How broad a corridor is by law.
#[derive(Debug, Clone, PartialEq)]
pub struct CorridorRule {
    /// Positions of fields and the codes of which each must have one.
    pub when: Vec<(usize, Vec<String>)>,
    /// Breadth on the river's side.
    pub river: f64,
    /// Breadth on the land's side.
    pub land: f64,
    /// Breadth on both sides on settled ground.
    pub settled: Option<f64>,
    /// The article, and what it leaves open.
    pub legal: Bilingual,
}

impl CorridorRule {
    /// Whether a feature with these values falls under it.
    pub fn holds(&self, values: &[Option<Value>]) -> bool {
        self.when.iter().all(|(field, codes)| {
            let code = values.get(*field).and_then(Option::as_ref);
            let code = code.and_then(Value::as_text);
            code.is_some_and(|code| codes.iter().any(|c| c == code))
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExtract {
    role: Role,
    legal: Vec<Bilingual>,
    #[serde(default)]
    show: Vec<String>,
    #[serde(default)]
    plan: Option<String>,
    #[serde(default)]
    record: Option<String>,
    #[serde(default)]
    settled: Option<RawSettled>,
    #[serde(default)]
    corridor: Option<RawCorridor>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettled {
    field: String,
    codes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCorridor {
    #[serde(default)]
    toes: Option<RawToes>,
    #[serde(default)]
    surveyed: Option<String>,
    #[serde(default)]
    width: Option<String>,
    #[serde(default)]
    bank: Option<RawBank>,
    #[serde(default)]
    breadth: Option<String>,
    #[serde(default)]
    rules: Vec<RawRule>,
    #[serde(default)]
    remark_within: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawToes {
    river: String,
    land: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBank {
    field: String,
    left: Vec<String>,
    right: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    #[serde(default)]
    when: BTreeMap<String, Vec<String>>,
    river: f64,
    land: f64,
    #[serde(default)]
    settled: Option<f64>,
    legal: Bilingual,
}

impl RawExtract {
    /// With the fields it refers to, of which `names` are the theme's.
    pub(super) fn resolve(
        self,
        file: &str,
        names: &HashMap<String, usize>,
    ) -> Result<ExtractRule, ThemeError> {
        let one = |key: &str, name: &str| find(file, names, &format!("extract.{key}"), name);
        let maybe = |key: &str, name: Option<&String>| name.map(|n| one(key, n)).transpose();
        let show = self.show.iter().map(|name| one("show", name));
        let corridor = self
            .corridor
            .map(|raw| {
                let toes = raw.toes.as_ref().map(|toes| {
                    Ok::<_, ThemeError>([
                        one("corridor.toes.river", &toes.river)?,
                        one("corridor.toes.land", &toes.land)?,
                    ])
                });
                let bank = raw.bank.map(|bank| {
                    Ok::<_, ThemeError>(Bank {
                        field: one("corridor.bank.field", &bank.field)?,
                        left: bank.left,
                        right: bank.right,
                    })
                });
                let rules = raw.rules.into_iter().map(|rule| {
                    let when = rule.when.into_iter();
                    let when = when
                        .map(|(name, codes)| Ok((one("corridor.rules.when", &name)?, codes)))
                        .collect::<Result<Vec<_>, ThemeError>>()?;
                    Ok(CorridorRule {
                        when,
                        river: rule.river,
                        land: rule.land,
                        settled: rule.settled,
                        legal: rule.legal,
                    })
                });
                Ok::<_, ThemeError>(Corridor {
                    toes: toes.transpose()?,
                    surveyed: maybe("corridor.surveyed", raw.surveyed.as_ref())?,
                    width: maybe("corridor.width", raw.width.as_ref())?,
                    bank: bank.transpose()?,
                    breadth: maybe("corridor.breadth", raw.breadth.as_ref())?,
                    rules: rules.collect::<Result<_, ThemeError>>()?,
                    remark_within: raw.remark_within,
                })
            })
            .transpose()?;
        Ok(ExtractRule {
            role: self.role,
            legal: self.legal,
            show: show.collect::<Result<_, _>>()?,
            plan: maybe("plan", self.plan.as_ref())?,
            record: self.record,
            settled: self
                .settled
                .map(|raw| Ok::<_, ThemeError>((one("settled.field", &raw.field)?, raw.codes)))
                .transpose()?,
            corridor,
        })
    }
}

/// Refuses a role that contradicts itself or the theme.
pub(super) fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let Some(rule) = &theme.extract else {
        return Ok(());
    };
    let wrong = |key: &str, problem: String, advice: &str| {
        Err(ThemeError::key(
            file,
            format!("extract.{key}"),
            problem,
            advice,
        ))
    };
    if rule.legal.is_empty() {
        return wrong(
            "legal",
            "there is none".to_owned(),
            "name what the theme rests on",
        );
    }
    if rule.role == Role::Subject && theme.geometry != GeometryKind::Polygon {
        let problem = "extracts are made of polygons".to_owned();
        return wrong(
            "role",
            problem,
            "say geometry = \"polygon\" or another role",
        );
    }
    if rule.settled.is_some() && rule.role != Role::Subject {
        let problem = "only the subject's ground is settled".to_owned();
        return wrong("settled", problem, "leave it out");
    }
    if rule.record.is_some() && rule.plan.is_none() {
        let problem = "records of plans need `plan`".to_owned();
        return wrong(
            "record",
            problem,
            "name the field with the plan's key as `plan`",
        );
    }
    let Some(corridor) = &rule.corridor else {
        return Ok(());
    };
    if corridor.rules.is_empty() && corridor.breadth.is_none() {
        let problem = "nothing says how broad it is".to_owned();
        return wrong(
            "corridor",
            problem,
            "add `breadth` or [[extract.corridor.rules]]",
        );
    }
    if !(0.0..=FARTHEST).contains(&corridor.remark_within) {
        let problem = format!("{} m is out of range", corridor.remark_within);
        let advice = format!("it must be between 0 and {FARTHEST}");
        return wrong("corridor.remark_within", problem, &advice);
    }
    for (i, r) in corridor.rules.iter().enumerate() {
        for breadth in [Some(r.river), Some(r.land), r.settled]
            .into_iter()
            .flatten()
        {
            if !(0.0..=FARTHEST).contains(&breadth) {
                let problem = format!("{breadth} m is out of range");
                let advice = format!("it must be between 0 and {FARTHEST}");
                return wrong(&format!("corridor.rules[{i}]"), problem, &advice);
            }
        }
        for (field, codes) in &r.when {
            let list = theme
                .fields
                .get(*field)
                .and_then(|f| f.code_list.as_deref());
            let known = |code: &&String| list.is_some_and(|list| list.get(code).is_none());
            if let Some(code) = codes.iter().find(known) {
                let problem = format!("`{code}` is not a code of the field");
                return wrong(
                    &format!("corridor.rules[{i}].when"),
                    problem,
                    "use its codes",
                );
            }
        }
    }
    Ok(())
}
