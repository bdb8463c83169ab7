//! Features by the words of their names, packed and edited ones alike.

use rustc_hash::FxHashMap;

use crate::feature::Value;
use crate::shard::{Box2, Hits, ShardError};
use crate::theme::Theme;
use crate::view::{Body, FeatureRef, LayerView, Lens};
use crate::words::{Effort, Pattern, forms_of};

/// Features a word may have before it says too little to look for.
const MOST_OF_A_WORD: usize = 4_000;
/// Features of a shard that are read and compared.
const MOST_READ: usize = 300;

/// What a feature is called: the first of its label and the fields it is searched by that has a value, codes aside.
///
/// # Errors
/// [`ShardError`] where the feature cannot be read.
pub fn name_of(theme: &Theme, feature: &FeatureRef<'_>) -> Result<Option<String>, ShardError> {
    let record = feature.read()?;
    for index in theme.search.iter().chain(&theme.label) {
        if theme
            .fields
            .get(*index)
            .is_none_or(|field| field.code_list.is_some())
        {
            continue;
        }
        let text = match record.value(*index) {
            Some(Value::Json(serde_json::Value::Array(list))) => list
                .first()
                .and_then(|first| first.as_str().map(str::to_owned)),
            Some(value) => Some(value.to_string()),
            None => None,
        };
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The features of `layer` with these words, each with what it costs; of very many those in `near` (working CRS) first.
///
/// # Errors
/// [`ShardError`] where a feature cannot be read.
pub(super) fn named<'v>(
    layer: &'v LayerView,
    pattern: &Pattern,
    effort: Effort,
    near: Option<&Box2>,
) -> Result<Vec<(f32, FeatureRef<'v>)>, ShardError> {
    let theme = layer.theme();
    let mut found = Vec::new();
    if theme.search.is_empty() {
        return Ok(found);
    }
    for part in layer.parts() {
        for lens in part.lenses() {
            for ordinal in candidates(&lens, pattern, effort, near) {
                let feature = FeatureRef::new(layer, part, Body::Packed(lens.shard, ordinal));
                let record = feature.read()?;
                let words = forms_of(theme, |i| record.value(i));
                if let Some(cost) = pattern.cost(&words, effort) {
                    found.push((cost, feature));
                }
            }
        }
        for row in part.edits().rows_after(None) {
            if let Some(cost) = pattern.cost(row.words(), effort) {
                found.push((cost, FeatureRef::new(layer, part, Body::Edited(row))));
            }
        }
    }
    Ok(found)
}

/// Positions of the features that may have the words asked for.
fn candidates(lens: &Lens<'_>, pattern: &Pattern, effort: Effort, near: Option<&Box2>) -> Vec<u32> {
    let Some(words) = lens.shard.words() else {
        return Vec::new();
    };
    let (mut sets, mut lacking) = (Vec::new(), 0);
    for asked in pattern.asked() {
        let hits = words.find(asked, effort, MOST_OF_A_WORD);
        if hits.ordinals.is_empty() {
            lacking += 1;
            if lacking > pattern.may_lack(effort) {
                return Vec::new();
            }
        }
        sets.push(hits);
    }
    let mut found = common(sets, pattern.may_lack(effort));
    found.retain(|ordinal| lens.shows(*ordinal));
    if found.len() > MOST_READ
        && let Some(near) = near
    {
        found.sort_by_key(|ordinal| !lens.shard.index().bbox(*ordinal).intersects(near));
    }
    found.truncate(MOST_READ);
    found
}

/// The positions in all of the sets but `lacking`, in order. A set that holds not all there are keeps nothing out, unless
/// there is no other.
fn common(mut sets: Vec<Hits>, lacking: usize) -> Vec<u32> {
    let telling = sets.iter().filter(|set| !set.more).count();
    if telling == 0 {
        return sets.into_iter().next().unwrap_or_default().ordinals;
    }
    sets.retain(|set| !set.more);
    if lacking == 0 {
        sets.sort_by_key(|set| set.ordinals.len());
        let mut sets = sets.into_iter();
        let mut found = sets.next().unwrap_or_default().ordinals;
        for set in sets {
            found.retain(|ordinal| set.ordinals.binary_search(ordinal).is_ok());
        }
        return found;
    }
    let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
    for ordinal in sets.iter().flat_map(|set| &set.ordinals) {
        *counts.entry(*ordinal).or_default() += 1;
    }
    let enough = telling.saturating_sub(lacking).max(1);
    let mut found: Vec<u32> = counts
        .into_iter()
        .filter(|(_, count)| *count >= enough)
        .map(|(ordinal, _)| ordinal)
        .collect();
    found.sort_unstable();
    found
}
