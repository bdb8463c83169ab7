//! What a theme's colours mean: the field that colours it and the entries of its code list.

use super::{Bilingual, Field, Theme};
use crate::code_list::CodeList;

/// The field that colours a theme, with its codes.
#[derive(Debug, Clone, Copy)]
pub struct Legend<'a> {
    /// Position of the field in the theme.
    pub position: usize,
    /// The field.
    pub field: &'a Field,
    /// Its code list.
    pub list: &'a CodeList,
}

/// One line of a legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegendEntry<'a> {
    /// The code, or the class's id.
    pub code: &'a str,
    /// Its name for people.
    pub title: &'a Bilingual,
    /// Red, green, blue.
    pub color: [u8; 3],
    /// Whether the colour was read in a source.
    pub confirmed: bool,
}

impl Theme {
    /// What the theme's colours mean; none where no field colours it.
    pub fn legend(&self) -> Option<Legend<'_>> {
        let position = self.legend?;
        let field = self.fields.get(position)?;
        let list = field.code_list.as_deref()?;
        Some(Legend {
            position,
            field,
            list,
        })
    }
}

impl<'a> Legend<'a> {
    /// Codes that have a colour, in the list's order: those of the current version, then superseded ones still met
    /// in files.
    pub fn codes(&self) -> impl Iterator<Item = LegendEntry<'a>> {
        let list = self.list;
        let entry = |c: &'a crate::code_list::Code| {
            let color = c.color?;
            Some(LegendEntry {
                code: &c.code,
                title: &c.title,
                color,
                confirmed: c.color_confirmed,
            })
        };
        let (live, old): (Vec<_>, Vec<_>) = list.codes().iter().partition(|c| list.is_current(c));
        live.into_iter().chain(old).filter_map(entry)
    }

    /// Classes that features are dissolved into below the detail zoom; none for lists without classes.
    pub fn classes(&self) -> impl Iterator<Item = LegendEntry<'a>> {
        self.list.classes().iter().map(|c| LegendEntry {
            code: &c.id,
            title: &c.title,
            color: c.color,
            confirmed: true,
        })
    }
}
