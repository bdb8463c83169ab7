//! The classes of a coverage theme, below its detail zoom.

use super::left_out::LeftOut;
use super::{LayerSummary, RenderError};
use crate::feature::Value;
use crate::space::TileCoord;
use crate::tile::{Added, LayerBuilder, TileSpec, encode_value};
use crate::view::LayerView;

/// Draws the classes of a coverage theme, one multipolygon each, with how many features it stands for and their area.
pub(super) fn classes(
    view: &LayerView,
    coord: TileCoord,
    out: &mut Vec<u8>,
    left_out: &mut LeftOut,
) -> Result<LayerSummary, RenderError> {
    let theme = view.theme();
    let mut layer = LayerBuilder::new(&theme.id, &CLASS_KEYS, TileSpec::new(coord));
    let (mut shown, mut total) = (0, 0);
    for class in view.classes(coord)?.iter() {
        total += class.count;
        let tags = class_tags(view, class.class, class.count, Some(class.area));
        let polygons = class.polygons.iter();
        let added = layer.add_rings(
            u64::from(class.class),
            polygons.map(|p| std::iter::once(&p.exterior).chain(&p.holes)),
            tags.iter().map(|(k, v)| (*k, v.as_slice())),
        );
        if added == Added::Drawn {
            shown += class.count;
        } else if class.count > 0 {
            left_out.add(view, Some(class.class), class.count, Some(class.area));
        }
    }
    if let Some(layer) = layer.finish() {
        out.extend_from_slice(&layer);
    }
    Ok(LayerSummary {
        theme: theme.id.clone(),
        shown,
        total,
        generalised: true,
    })
}

/// Properties of a generalised feature: its class, the number of features it stands for, their area in m², the theme.
pub(super) const CLASS_KEYS: [&str; 4] = ["lop", "so_luong", "dien_tich", "chu_de"];

pub(super) fn class_tags(
    view: &LayerView,
    class: u8,
    count: u64,
    area: Option<f64>,
) -> Vec<(u32, Vec<u8>)> {
    let theme = view.theme();
    let by = theme
        .generalise
        .by
        .as_deref()
        .and_then(|name| theme.field_index(name));
    let list = by
        .and_then(|i| theme.fields.get(i))
        .and_then(|f| f.code_list.as_ref());
    let id = list
        .and_then(|list| list.classes().get(usize::from(class).checked_sub(1)?))
        .map(|c| c.id.clone());
    let values = [
        id.map(Value::Text),
        Some(Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))),
        area.map(|a| Value::Real((a * 10.0).round() / 10.0)),
    ];
    values
        .iter()
        .enumerate()
        .filter_map(|(key, value)| Some((key as u32, encode_value(value.as_ref()?)?)))
        .collect()
}
