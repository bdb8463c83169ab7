//! How far a protected corridor reaches on each side of a line, as the law and the record have it.

use crate::feature::Value;
use crate::theme::{Corridor, CorridorRule, FARTHEST};

/// A corridor's reach from the line or the surface, metres of the working plane.
#[derive(Debug, Clone, Copy)]
pub struct Breadth<'t> {
    /// To the left, seen along the line.
    pub left: f64,
    /// To the right.
    pub right: f64,
    /// Whether it is certain: the toes surveyed, the river's side known.
    pub certain: bool,
    /// The rule it follows, where it is not written in the record.
    pub rule: Option<&'t CorridorRule>,
    /// Breadths of the corridor beyond the toes: on the river's side, on the land's.
    pub beyond: [f64; 2],
}

impl<'t> Breadth<'t> {
    /// The corridor of a feature with these values, on settled ground or elsewhere; `None` where nothing says how broad
    /// it is.
    pub fn of(corridor: &'t Corridor, values: &[Option<Value>], settled: bool) -> Option<Self> {
        let value = |field: usize| values.get(field).and_then(Option::as_ref);
        let metres = |field: usize| {
            let metres = value(field).and_then(Value::as_f64);
            metres.filter(|m| (0.0..=FARTHEST).contains(m))
        };
        let (beyond, rule) = if let Some(breadth) = corridor.breadth.and_then(metres) {
            ([breadth; 2], None)
        } else {
            let rule = corridor.rules.iter().find(|rule| rule.holds(values))?;
            let narrow = rule.settled.filter(|_| settled);
            (
                narrow.map_or([rule.river, rule.land], |m| [m; 2]),
                Some(rule),
            )
        };
        let half = corridor.width.and_then(metres).unwrap_or(0.0) / 2.0;
        let toes = corridor.toes.map(|toes| toes.map(metres));
        let surveyed = corridor
            .surveyed
            .is_none_or(|field| matches!(value(field), Some(Value::Bool(true))));
        let [river, land] = toes.map_or([half; 2], |toes| toes.map(|toe| toe.unwrap_or(half)));
        let known = toes.is_none_or(|toes| toes.iter().all(Option::is_some));
        let (river, land) = (river + beyond[0], land + beyond[1]);
        let side = corridor.bank.as_ref().map(|bank| {
            let code = value(bank.field).and_then(Value::as_text).unwrap_or("");
            let on = |codes: &[String]| codes.iter().any(|c| c == code);
            (on(&bank.left), on(&bank.right))
        });
        let (left, right, told) = match side {
            Some((true, _)) => (river, land, true),
            Some((_, true)) => (land, river, true),
            // Whichever side the river is on, no more than this is protected.
            Some(_) => (river.max(land), river.max(land), false),
            None => (river.max(land), river.max(land), true),
        };
        Some(Self {
            left,
            right,
            certain: surveyed && known && told,
            rule,
            beyond,
        })
    }

    /// The farther of the two reaches.
    pub fn reach(&self) -> f64 {
        self.left.max(self.right)
    }
}
