//! The parcels a typed key stands for.

use std::collections::BTreeSet;

use super::units::Units;
use super::{Commune, Era, ParcelFields, ParcelKey, ParcelLookup};
use crate::edits::Edited;
use crate::shard::ShardError;
use crate::shard::ids::KEY_SEPARATOR;
use crate::view::{FeatureRef, LayerView};
use crate::words::Pattern;

/// Communes a typed name may stand for, and how much farther from it than the likeliest they may be.
const MOST_COMMUNES: usize = 8;
const FARTHER: f32 = 0.9;
/// What a number costs that is only the beginning of the parcel's.
const BEGUN: f32 = 0.25;

/// The parcels of `key` in `layer`, each with what it costs and the way the commune's code was read; about `limit` of each
/// commune.
///
/// # Errors
/// [`ShardError`] where a parcel cannot be read.
pub(super) fn parcels<'v>(
    layer: &'v LayerView,
    units: Option<&Units>,
    key: &'v ParcelKey,
    limit: usize,
) -> Result<Vec<(f32, FeatureRef<'v>, Era)>, ShardError> {
    let Ok(fields) = ParcelFields::of(layer.theme()) else {
        return Ok(Vec::new());
    };
    let open = key.open || key.parcel.is_empty();
    let lookup = ParcelLookup {
        layer,
        fields,
        sheet: &key.sheet,
        number: &key.parcel,
        begun: open.then_some(limit),
    };
    let mut found = Vec::new();
    for (cost, code, era) in communes(layer, units, &key.commune) {
        for (parcel, era) in lookup.parcels(&code, era)? {
            let number = parcel
                .value(fields.number)?
                .map(|number| number.to_string());
            let whole = number.is_some_and(|number| number.eq_ignore_ascii_case(&key.parcel));
            found.push((cost + if whole { 0.0 } else { BEGUN }, parcel, era));
        }
    }
    Ok(found)
}

/// The codes a commune may have, with what each costs and the era it is to be read in.
fn communes(
    layer: &LayerView,
    units: Option<&Units>,
    commune: &Commune,
) -> Vec<(f32, String, Option<Era>)> {
    match commune {
        Commune::Code(code) => vec![(0.0, code.clone(), None)],
        Commune::Name(name) => {
            let Some((units, pattern)) = units.zip(Pattern::new(&format!("{name} "))) else {
                return Vec::new();
            };
            let found = units.communes(&pattern);
            let best = found.first().map_or(0.0, |(cost, _)| *cost);
            let near = found
                .into_iter()
                .take_while(|(cost, _)| cost - best <= FARTHER);
            let era = |code| {
                if units.list().is_current(code) {
                    Era::Since
                } else {
                    Era::Before
                }
            };
            near.take(MOST_COMMUNES)
                .map(|(cost, code)| (cost, code.code.clone(), Some(era(code))))
                .collect()
        }
        Commune::Unsaid => {
            let mut codes = BTreeSet::new();
            for part in layer.parts() {
                codes.extend(part.shard().keys().first_parts());
                let keys = part.edits().rows_after(None).map(Edited::key);
                let firsts = keys.filter_map(|key| key.split(KEY_SEPARATOR).next());
                codes.extend(firsts.map(str::to_owned));
            }
            let read = |code| (0.0, code, Some(Era::Since));
            codes.into_iter().map(read).collect()
        }
    }
}
