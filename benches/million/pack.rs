//! Packing a FlatGeobuf file whose columns are the theme's fields, in the working CRS, as `diaba-samples` writes it:
//! what packing costs without the reading, decoding and checking of an import.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use diaba_core::feature::{NewFeature, Value};
use diaba_core::shard::{Manifest, Provenance};
use diaba_core::store::DirectoryStore;
use diaba_core::theme::{Catalogue, FieldType, Theme};
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use geozero::{ColumnValue, PropertyProcessor, ToGeo};

/// Packs the file at `path` as the dataset `bench` of `theme` into the directory `data`.
pub fn pack(
    path: &Path,
    data: &Path,
    catalogue: &Arc<Catalogue>,
    theme: &Arc<Theme>,
) -> anyhow::Result<Manifest> {
    let store = DirectoryStore::create(data, Arc::clone(catalogue))?;
    let staging = store.stage(theme, "bench")?;
    let mut writer = staging.writer()?;
    let file = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
    let mut features = FgbReader::open(file)?.select_all()?;
    while let Some(feature) = features.next()? {
        let mut values = Values {
            theme,
            values: vec![None; theme.fields.len()],
        };
        feature.process_properties(&mut values)?;
        writer.push(&NewFeature {
            geometry: feature.to_geo()?,
            values: values.values,
            extra: serde_json::Map::new(),
        })?;
    }
    Ok(staging.seal(writer, Provenance::default())?)
}

struct Values<'t> {
    theme: &'t Theme,
    values: Vec<Option<Value>>,
}

impl PropertyProcessor for Values<'_> {
    fn property(
        &mut self,
        _: usize,
        name: &str,
        value: &ColumnValue,
    ) -> geozero::error::Result<bool> {
        let Some(i) = self.theme.field_index(name) else {
            return Ok(false);
        };
        let (Some(place), Some(field)) = (self.values.get_mut(i), self.theme.fields.get(i)) else {
            return Ok(false);
        };
        *place = match (field.kind, value) {
            (FieldType::Json, ColumnValue::String(v) | ColumnValue::Json(v)) => {
                serde_json::from_str(v).ok().map(Value::Json)
            }
            (_, ColumnValue::String(v) | ColumnValue::Json(v) | ColumnValue::DateTime(v)) => {
                Some(Value::Text((*v).to_owned()))
            }
            (_, ColumnValue::Bool(v)) => Some(Value::Bool(*v)),
            (_, ColumnValue::Double(v)) => Some(Value::Real(*v)),
            (_, ColumnValue::Long(v)) => Some(Value::Integer(*v)),
            (_, ColumnValue::Int(v)) => Some(Value::Integer((*v).into())),
            _ => None,
        };
        Ok(false)
    }
}
