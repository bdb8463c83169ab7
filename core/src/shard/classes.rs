//! Which class of the generalised levels a feature belongs to, and burning it into their cells.

use crate::code_list::CodeList;
use crate::crs::geometry_area;
use crate::feature::Value;
use crate::levels::{LevelsError, Rasteriser};
use crate::space::World;
use crate::theme::Theme;
use crate::tile::Part;

/// A class of the generalised levels and the area in m² it counts for; class 0 has none.
pub(crate) type Class = (u8, f64);

/// How a theme's features are classed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Classes<'t> {
    /// The field that decides.
    pub field: usize,
    list: &'t CodeList,
}

impl<'t> Classes<'t> {
    /// The rule of a theme; `None` where its features have no class.
    pub fn of(theme: &'t Theme) -> Option<Self> {
        let field = theme.field_index(theme.generalise.by.as_deref()?)?;
        let list = theme.fields.get(field)?.code_list.as_ref()?;
        Some(Self { field, list })
    }

    /// The class of a feature with this value of the field.
    pub fn class(&self, value: Option<&Value>, geometry: &geo::Geometry<f64>) -> Class {
        let class = self.list.class_of(value.and_then(Value::as_text));
        (class, geometry_area(geometry))
    }
}

/// Burns the rings of a drawn feature. One without a class, without rings or wider than the levels can hold has no say
/// in them.
pub(crate) fn burn(
    cells: &mut Rasteriser,
    (class, area): Class,
    coords: &[World],
    parts: &[Part],
) -> Result<(), LevelsError> {
    let Some(&anchor) = coords.first().filter(|_| class > 0) else {
        return Ok(());
    };
    let rings = parts.iter().scan(0, |start, part: &Part| {
        let ring: &[World] = coords.get(*start..part.end()).unwrap_or_default();
        *start = part.end();
        Some(ring)
    });
    match cells.burn(class, area, anchor, rings) {
        Err(LevelsError::Wide { .. }) => Ok(()),
        burnt => burnt,
    }
}
