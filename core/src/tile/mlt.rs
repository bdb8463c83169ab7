//! A tile in the columns of MapLibre Tile instead of the rows of MVT.

use std::collections::BTreeSet;

use mlt_core::TileLayer;
use mlt_core::encoder::EncoderConfig;
use mlt_core::fast_mvt::{MvtLayer, MvtReaderRef, MvtValue};

pub use mlt_core::MltError;

/// The MapLibre Tile (tag 0x01, what MVT can say) of a Mapbox Vector Tile: the same layers, features in the same order,
/// ids, values and geometry. Equal tiles give equal bytes.
///
/// Columns are coded in the ways every decoder knows: neither sorted anew nor tessellated, without FSST and `FastPFor`,
/// which the decoder for JavaScript reads slower than the general compression around the tile makes up for.
///
/// # Errors
/// [`MltError`] where the bytes are no tile, or hold what MLT cannot.
pub fn mlt_from_mvt(mvt: &[u8]) -> Result<Vec<u8>, MltError> {
    let config = EncoderConfig::default()
        .with_tessellation(false)
        .with_spatial_morton_sort(false)
        .with_spatial_hilbert_sort(false)
        .with_id_sort(false)
        .with_fsst(false)
        .with_fastpfor(false);
    let mut tile = Vec::new();
    for mut layer in MvtReaderRef::new(mvt)?.to_tile()?.layers {
        widen(&mut layer);
        tile.extend_from_slice(&TileLayer::try_from(layer)?.encode(config)?);
    }
    Ok(tile)
}

/// Gives each column of numbers one type. Rows write a whole number in the shortest way, also where others of the column
/// are not whole; a column that mixes both would become text.
fn widen(layer: &mut MvtLayer) {
    let properties = layer.features.iter().flat_map(|f| &f.properties);
    let real: BTreeSet<String> = properties
        .filter(|(_, value)| matches!(value, MvtValue::Double(_) | MvtValue::Float(_)))
        .map(|(key, _)| key.clone())
        .collect();
    for (key, value) in layer.features.iter_mut().flat_map(|f| &mut f.properties) {
        if real.contains(key) {
            match *value {
                MvtValue::Int(v) | MvtValue::SInt(v) => *value = MvtValue::Double(v as f64),
                MvtValue::UInt(v) => *value = MvtValue::Double(v as f64),
                MvtValue::Float(v) => *value = MvtValue::Double(f64::from(v)),
                MvtValue::Double(_) | MvtValue::Bool(_) | MvtValue::String(_) | MvtValue::Null => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mlt_core::mvt::tile_layers_to_mvt;
    use mlt_core::{Decoder, Layer as Columns, Parser};
    use proptest::prelude::*;

    use super::*;
    use crate::feature::Value;
    use crate::space::TileCoord;
    use crate::tile::validate::{Feature, Layer, Scalar, read};
    use crate::tile::{LayerBuilder, TileSpec, encode_value};

    /// A tile with squares of these sides, each with a hole where it is large enough, in two layers.
    fn tile(sides: &[i32]) -> Vec<u8> {
        let spec = TileSpec::new(TileCoord::new(14, 13_024, 7_190).unwrap());
        let mut mvt = Vec::new();
        for name in ["land_parcels", "land_parcels_nhan"] {
            let mut layer = LayerBuilder::new(name, &["so_thua", "dien_tich", "mo"], spec);
            for (id, &side) in (1u64 << 40..).zip(sides) {
                let square =
                    |from: i32, to: i32| vec![[from, from], [to, from], [to, to], [from, to]];
                let mut rings = vec![square(0, side)];
                if side > 20 {
                    rings.push(square(5, side - 5).into_iter().rev().collect());
                }
                let values = [
                    Value::Text(format!("thửa {side}")),
                    Value::Real(f64::from(side) * 1.25),
                    Value::Bool(side % 2 == 0),
                ];
                let tags: Vec<(u32, Vec<u8>)> = (0..)
                    .zip(&values)
                    .filter(|(key, _)| (side as u32).is_multiple_of(key + 1))
                    .filter_map(|(key, value)| Some((key, encode_value(value)?)))
                    .collect();
                let tags = tags.iter().map(|(key, value)| (*key, value.as_slice()));
                layer.add_rings(id, [rings], tags);
            }
            mvt.extend(layer.finish().unwrap_or_default());
        }
        mvt
    }

    /// What a feature says, numbers as numbers.
    fn said(layer: &Layer, feature: &Feature) -> BTreeMap<String, String> {
        let value = |value: &Scalar| match value {
            Scalar::Integer(v) => format!("{}", *v as f64),
            Scalar::Real(v) => format!("{v}"),
            other => format!("{other:?}"),
        };
        let tags = feature.tags.iter();
        tags.map(|(key, at)| (layer.keys[*key].clone(), value(&layer.values[*at])))
            .collect()
    }

    proptest! {
        #[test]
        fn what_was_said_in_rows_is_said_in_columns(sides in prop::collection::vec(1i32..4000, 0..40)) {
            let mvt = tile(&sides);
            let mlt = mlt_from_mvt(&mvt).unwrap();
            prop_assert_eq!(&mlt, &mlt_from_mvt(&mvt).unwrap());
            let mut decoder = Decoder::default();
            let layers = Parser::default().parse_layers(&mlt).unwrap();
            let layers = layers
                .into_iter()
                .map(|layer| match layer {
                    Columns::Tag01(layer) => layer.into_tile(&mut decoder).unwrap(),
                    other => panic!("{other:?}"),
                })
                .collect();
            let back = tile_layers_to_mvt(layers).unwrap();
            let ((ours, _), (theirs, violations)) = (read(&mvt), read(&back));
            prop_assert_eq!(violations, vec![]);
            prop_assert_eq!(ours.len(), theirs.len());
            for (a, b) in ours.iter().zip(&theirs) {
                prop_assert_eq!((&a.name, a.extent), (&b.name, b.extent));
                prop_assert_eq!(a.features.len(), b.features.len());
                for (f, g) in a.features.iter().zip(&b.features) {
                    prop_assert_eq!(f.id, g.id);
                    prop_assert_eq!(said(a, f), said(b, g));
                    prop_assert_eq!(&f.geometry, &g.geometry);
                }
            }
        }

        #[test]
        fn noise_is_refused_or_written_but_never_a_panic(noise in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = mlt_from_mvt(&noise);
        }
    }
}
