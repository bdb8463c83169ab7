//! All parcels of the attribute files, carried into the theme's fields, by key.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diaba_core::feature::Value;
use diaba_core::shard::ids::business_key;
use diaba_core::theme::Theme;
use rustc_hash::FxHashMap;

use super::dossier::{COLUMNS, Dossier};
use super::{json, xml};
use crate::error::ImportError;
use crate::source::{SourceFile, fingerprint};

/// Attributes of parcels by their business key.
#[derive(Debug, Default)]
pub struct AttributeTable {
    /// The files, as they were read.
    pub files: Vec<SourceFile>,
    /// Parcels read.
    pub read: u64,
    /// Parcels whose values the theme refuses, by reason.
    pub refused: std::collections::BTreeMap<String, u64>,
    /// Parcels whose key an earlier one has; the earlier one counts.
    pub duplicates: u64,
    /// Keys with one value for each field of the theme.
    pub(super) entries: Vec<(String, Vec<Option<Value>>)>,
    pub(super) by_key: FxHashMap<String, usize>,
}

/// Reads the exchange files `paths` for `theme`; `versions` as the operator says of code lists.
///
/// # Errors
/// [`ImportError::Read`] where one cannot be read or is broken, [`ImportError::Format`] where it is neither XML nor
/// JSON, [`ImportError::Usage`] where the theme has no parcels.
pub fn load(
    paths: &[PathBuf],
    theme: &Arc<Theme>,
    versions: &[(String, String)],
) -> Result<AttributeTable, ImportError> {
    let mut table = AttributeTable::default();
    if paths.is_empty() {
        return Ok(table);
    }
    if ["ma_xa", "so_to", "so_thua"]
        .iter()
        .any(|field| theme.field_index(field).is_none())
    {
        let id = &theme.id;
        return Err(ImportError::Usage {
            vi: format!(
                "--attributes chỉ dùng cho thửa đất; chuyên đề {id} không có số tờ, số thửa."
            ),
            en: format!("--attributes goes with parcels; the theme {id} has no sheet and number."),
        });
    }
    let mut fields = theme.match_fields(&COLUMNS);
    for (list, version) in versions {
        fields
            .written_in(list, version)
            .map_err(|error| ImportError::Usage {
                vi: format!("--code-version {list}={version}: {error}"),
                en: format!("--code-version {list}={version}: {error}"),
            })?;
    }
    for path in paths {
        table.files.push(fingerprint(path)?);
        let mut take = |dossier: Dossier| {
            table.read += 1;
            match fields.convert(&dossier.into_values()) {
                Ok(converted) => {
                    let values = converted.values;
                    let parts = theme
                        .key
                        .iter()
                        .map(|&i| values.get(i).and_then(Option::as_ref));
                    let key = business_key(parts);
                    if table.by_key.contains_key(&key) {
                        table.duplicates += 1;
                    } else {
                        table.by_key.insert(key.clone(), table.entries.len());
                        table.entries.push((key, values));
                    }
                }
                Err(reject) => {
                    *table
                        .refused
                        .entry(format!("value_{}", reject.field))
                        .or_default() += 1;
                }
            }
        };
        read(path, &mut take)?;
    }
    Ok(table)
}

fn read(path: &Path, take: &mut dyn FnMut(Dossier)) -> Result<(), ImportError> {
    let refused = |reason: String| ImportError::Read {
        path: path.to_owned(),
        reason,
    };
    let open = || File::open(path).map_err(|e| refused(e.to_string()));
    let mut head = Vec::new();
    open()?
        .take(4_096)
        .read_to_end(&mut head)
        .map_err(|e| refused(e.to_string()))?;
    let text = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(&head);
    let marked = head.len() - text.len();
    let mut from = BufReader::new(open()?);
    let mut mark = vec![0; marked];
    from.read_exact(&mut mark)
        .map_err(|e| refused(e.to_string()))?;
    match text.trim_ascii_start().first() {
        Some(b'<') => xml::read(from, take).map_err(refused),
        Some(b'{' | b'[') => json::read(from, take).map_err(refused),
        _ => Err(ImportError::Format {
            path: path.to_owned(),
            vi: "không phải XML hoặc JSON trao đổi của CSDL đất đai (DC_ThuaDat).".to_owned(),
            en: "it is neither XML nor JSON of the land database's exchange (DC_ThuaDat)."
                .to_owned(),
        }),
    }
}
