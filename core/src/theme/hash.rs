//! What a packed shard and its tiles depend on, as one hash.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

use super::Theme;
use crate::code_list::CodeList;

/// Changed whenever the same theme file comes to mean something else.
const MEANING: &str = "diaba theme 1";

/// Hash of the theme's geometry, key, label, zooms, generalisation and fields, and of the classes it is dissolved into, as
/// hexadecimal digits. Titles, aliases and examples are left out: correcting them must not pack a province again. Only names of codes a theme
/// is searched by are in its packed words.
pub(super) fn hash(theme: &Theme) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write(theme, &mut text);
    format!("{:x}", Sha256::digest(text.as_bytes()))
}

/// Hash of [`hash`] and of what only tiles depend on, as hexadecimal digits: a shard need not be packed again for it.
pub(super) fn tile_hash(theme: &Theme) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write_drawing(theme, &mut text);
    format!("{:x}", Sha256::digest(text.as_bytes()))
}

fn write_drawing(theme: &Theme, out: &mut String) -> fmt::Result {
    let generalise = &theme.generalise;
    writeln!(out, "{}\nlabels from {}", theme.hash, theme.label_from)?;
    writeln!(out, "chainage {:?}", theme.chainage)?;
    writeln!(out, "ranks {:?}", generalise.rank_zooms)?;
    writeln!(
        out,
        "merge {:?}\nthin {:?}",
        generalise.merge, generalise.thin
    )?;
    writeln!(
        out,
        "boundaries {} {:?}",
        generalise.boundaries, generalise.boundaries_by
    )?;
    for (_, field) in theme.tile_fields().filter(|(_, field)| field.tile_from > 0) {
        writeln!(out, "field {} from {}", field.name, field.tile_from)?;
    }
    Ok(())
}

fn write(theme: &Theme, out: &mut String) -> fmt::Result {
    let name = |i: usize| theme.fields.get(i).map_or("", |f| f.name.as_str());
    let (zooms, generalise) = (theme.zooms, &theme.generalise);
    writeln!(out, "{MEANING}\n{}\n{:?}", theme.id, theme.geometry)?;
    for i in &theme.key {
        writeln!(out, "key {}", name(*i))?;
    }
    for i in theme.label.iter().chain(&theme.label_with) {
        writeln!(out, "label {}", name(*i))?;
    }
    writeln!(out, "zooms {} {} {}", zooms.min, zooms.detail, zooms.max)?;
    writeln!(
        out,
        "generalise {} {}",
        generalise.coverage, generalise.min_pixels
    )?;
    for field in &theme.fields {
        writeln!(out, "field {} {:?} {}", field.name, field.kind, field.tile)?;
    }
    for i in &theme.search {
        writeln!(out, "search {}", name(*i))?;
        let list = theme.fields.get(*i).and_then(|f| f.code_list.as_deref());
        for code in list.into_iter().flat_map(CodeList::codes) {
            let title = &code.title;
            writeln!(out, "named {} {} {}", code.code, title.vi, title.en)?;
        }
    }
    if let Some(statistics) = &theme.statistics {
        let commune = statistics.commune.map(name);
        let by: Vec<&str> = statistics.by.iter().map(|i| name(*i)).collect();
        writeln!(out, "counted {commune:?} {by:?}")?;
    }
    for by in [&generalise.by, &generalise.rank].into_iter().flatten() {
        writeln!(out, "by {by}")?;
        let field = theme.field_index(by).and_then(|i| theme.fields.get(i));
        let Some(list) = field.and_then(|f| f.code_list.as_deref()) else {
            continue;
        };
        for class in list.classes() {
            writeln!(out, "class {}", class.id)?;
        }
        writeln!(out, "none {}", list.class_of(None))?;
        for code in list.codes() {
            writeln!(out, "code {} {} {:?}", code.code, code.class, code.versions)?;
        }
    }
    Ok(())
}
