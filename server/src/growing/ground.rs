//! What shares ground with a growing area, lies near it, or was seen in it.

use std::collections::BTreeMap;

use diaba_core::feature::Value;
use diaba_core::overlay::{outline_of, pieces};
use diaba_core::shard::Box2;
use diaba_core::view::{FeatureRef, LayerView};
use geo::{Distance, Euclidean, Geometry, Intersects};

use super::sheet::{NearWork, Observation, ParcelsInside, UseInside};
use crate::error::ApiError;
use crate::features::geojson::public_fields;

/// Ground two features share that is more than the noise of their boundaries, m².
const SHARED: f64 = 0.1;
/// How far a work may be from the area it serves, metres, and how many are told.
const NEAR: f64 = 1_000.0;
const WORKS: usize = 12;

/// A feature's public fields.
pub fn properties(
    feature: &FeatureRef<'_>,
) -> Result<serde_json::Map<String, serde_json::Value>, ApiError> {
    let theme = feature.theme();
    let values = feature.values().map_err(ApiError::internal)?;
    let fields = public_fields(theme).filter_map(|index| {
        let value = values.get(index).and_then(Option::as_ref);
        let told = value.map_or(serde_json::Value::Null, Value::to_json);
        Some((theme.fields.get(index)?.name.clone(), told))
    });
    Ok(fields.collect())
}

/// Where a feature is read.
pub fn href(feature: &FeatureRef<'_>) -> String {
    format!("/collections/{}/items/{}", feature.theme().id, feature.id())
}

/// The parcels that share ground with `zone`, by land use.
pub fn parcels(layer: &LayerView, zone: &FeatureRef<'_>) -> Result<ParcelsInside, ApiError> {
    let field = layer.theme().field_index("loai_dat");
    let mut inside = ParcelsInside::default();
    let mut uses: BTreeMap<Option<String>, (usize, f64)> = BTreeMap::new();
    for piece in pieces(&outline_of(zone), layer, SHARED) {
        let (parcel, shared) = (piece.feature, piece.area);
        let code = match field {
            Some(field) => parcel.value(field).map_err(ApiError::internal)?,
            None => None,
        };
        let used = uses.entry(code.map(|code| code.to_string())).or_default();
        *used = (used.0 + 1, used.1 + shared);
        inside.count += 1;
        inside.area_m2 += shared;
    }
    let list = field.and_then(|field| layer.theme().fields.get(field)?.code_list.as_ref());
    let told = uses
        .into_iter()
        .map(|(loai_dat, (count, area_m2))| UseInside {
            title: loai_dat
                .as_ref()
                .and_then(|code| Some((&list?.get(code)?.title).into())),
            loai_dat,
            count,
            area_m2,
        });
    inside.uses = told.collect();
    inside.uses.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
    Ok(inside)
}

/// The irrigation works nearest to `zone`.
pub fn works(
    layer: &LayerView,
    zone: &Geometry<f64>,
    bbox: &Box2,
) -> Result<Vec<NearWork>, ApiError> {
    let theme = layer.theme();
    let mut near = Vec::new();
    for work in layer.search(&bbox.widened(NEAR)) {
        let geometry = work.geometry().map_err(ApiError::internal)?;
        let distance = if zone.intersects(&geometry) {
            0.0
        } else {
            Euclidean.distance(zone, &geometry)
        };
        if distance <= NEAR {
            near.push((distance, work));
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id().cmp(&b.1.id())));
    let told = near.into_iter().take(WORKS).map(|(distance, work)| {
        let text = |name: &str| {
            let index = theme.field_index(name);
            let value = index.map(|index| work.value(index)).transpose();
            Ok::<_, ApiError>(
                value
                    .map_err(ApiError::internal)?
                    .flatten()
                    .map(|v| v.to_string()),
            )
        };
        let list = theme
            .field_index("loai")
            .and_then(|i| theme.fields.get(i)?.code_list.as_ref());
        let kind = text("loai")?.and_then(|code| Some((&list?.get(&code)?.title).into()));
        Ok(NearWork {
            id: work.id().get(),
            href: href(&work),
            name: text("ten")?,
            kind,
            distance_m: (distance * 100.0).round() / 100.0,
        })
    });
    told.collect()
}

/// The observations that name the area called `code`, or were made within `zone`, newest first.
pub fn observations(
    layer: &LayerView,
    zone: &Geometry<f64>,
    bbox: &Box2,
    code: Option<&str>,
) -> Result<Vec<Observation>, ApiError> {
    let mut found = match code {
        Some(code) => layer.by_key(&[code]),
        None => Vec::new(),
    };
    for feature in layer.search(bbox) {
        let known = found.iter().any(|other| other.id() == feature.id());
        let geometry = feature.geometry().map_err(ApiError::internal)?;
        if !known && zone.intersects(&geometry) {
            found.push(feature);
        }
    }
    let mut told = Vec::with_capacity(found.len());
    for feature in &found {
        told.push(Observation {
            id: feature.id().get(),
            href: href(feature),
            properties: properties(feature)?,
        });
    }
    let day = |seen: &Observation| {
        seen.properties
            .get("ngay_dieu_tra")
            .map(ToString::to_string)
    };
    told.sort_by(|a, b| day(b).cmp(&day(a)).then_with(|| a.id.cmp(&b.id)));
    Ok(told)
}
