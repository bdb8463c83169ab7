//! Checks what a theme says of how it is drawn: ranks, merging, thinning, labels, chainage.

use super::{FieldType, Theme, ThemeError};
use crate::space::MAX_ZOOM;

/// Cells to a tile's side that points may be thinned on.
const CELLS: std::ops::RangeInclusive<u8> = 8..=64;

/// Refuses what tiles could not be drawn by.
pub(super) fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let generalise = &theme.generalise;
    let named = [
        ("generalise.rank", generalise.rank.as_ref()),
        (
            "generalise.boundaries_by",
            generalise.boundaries_by.as_ref(),
        ),
    ];
    let merged = generalise
        .merge
        .iter()
        .map(|name| ("generalise.merge", name));
    for (key, name) in named
        .into_iter()
        .filter_map(|(key, name)| Some((key, name?)))
        .chain(merged)
    {
        carried(file, theme, key, name)?;
    }
    rank_zooms(file, theme)?;
    if let Some(cells) = generalise.thin
        && !(cells.is_power_of_two() && CELLS.contains(&cells))
    {
        let problem = format!("{cells} cells do not part a tile evenly");
        return Err(ThemeError::key(
            file,
            "generalise.thin",
            problem,
            "use 8, 16, 32 or 64",
        ));
    }
    if generalise.coverage && generalise.boundaries {
        let advice = "leave one of the two out: a coverage is dissolved into classes";
        return Err(ThemeError::key(
            file,
            "generalise.boundaries",
            "stands beside coverage",
            advice,
        ));
    }
    chainage(file, theme)
}

/// The field must be one that tiles carry, at every zoom: they are drawn by it.
fn carried(file: &str, theme: &Theme, key: &str, name: &str) -> Result<(), ThemeError> {
    let Some(field) = theme.field_index(name).and_then(|i| theme.fields.get(i)) else {
        let problem = format!("`{name}` is not the name of a field of this theme");
        return Err(ThemeError::key(
            file,
            key,
            problem,
            "use a name under [[fields]]",
        ));
    };
    if field.tile {
        return Ok(());
    }
    let problem = format!("tiles do not carry the field `{name}`");
    Err(ThemeError::key(
        file,
        key,
        problem,
        "say tile = true for it",
    ))
}

fn rank_zooms(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let generalise = &theme.generalise;
    let field = generalise
        .rank
        .as_deref()
        .and_then(|name| theme.field_index(name));
    let list = field
        .and_then(|i| theme.fields.get(i))
        .and_then(|field| field.code_list.as_deref());
    for (code, zoom) in &generalise.rank_zooms {
        let key = format!("generalise.rank_zooms.{code}");
        if list.is_none_or(|list| list.get(code).is_none()) {
            let problem = format!("`{code}` is not a code of the field `rank` names");
            return Err(ThemeError::key(
                file,
                key,
                problem,
                "use a code of its list",
            ));
        }
        if *zoom > theme.zooms.detail {
            let problem = format!("{zoom} is above the detail zoom {}", theme.zooms.detail);
            let advice = "from the detail zoom on every feature is drawn";
            return Err(ThemeError::key(file, key, problem, advice));
        }
    }
    Ok(())
}

fn chainage(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let Some(chainage) = &theme.chainage else {
        return Ok(());
    };
    for (key, field) in [
        ("chainage.from", chainage.from),
        ("chainage.to", chainage.to),
    ] {
        let field = theme.fields.get(field);
        if field.is_none_or(|field| {
            !field.tile || !matches!(field.kind, FieldType::Real | FieldType::Integer)
        }) {
            let advice = "name a number, in metres, and say tile = true for it";
            return Err(ThemeError::key(
                file,
                key,
                "is no number that tiles carry",
                advice,
            ));
        }
    }
    let falls = chainage
        .steps
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.zoom < b.zoom && a.metres > b.metres));
    let sound = |zoom: u8, metres: u32| zoom <= MAX_ZOOM && (10..=1_000_000).contains(&metres);
    if chainage.steps.is_empty()
        || !falls
        || !chainage.steps.iter().all(|s| sound(s.zoom, s.metres))
    {
        let advice = "give steps of rising zoom and falling metres, 10 to 1000000";
        return Err(ThemeError::key(
            file,
            "chainage.steps",
            "are missing or out of order",
            advice,
        ));
    }
    Ok(())
}
