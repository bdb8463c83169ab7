//! The record of a plan: what its papers say, given by the operator or in a small file beside the drawing.

use std::path::{Path, PathBuf};

use diaba_core::theme::Target;

use super::drawing::{Drawing, Said};
use super::wrong;
use crate::error::ImportError;
use crate::job::Job;

/// The file beside the drawing `file` that holds its plan's record, if there is one: `a.dxf.plan.toml` or `a.plan.toml`.
pub fn file_beside(file: &Path) -> Option<PathBuf> {
    let whole = file.file_name()?.to_string_lossy().into_owned();
    let stem = file.file_stem()?.to_string_lossy().into_owned();
    [whole, stem]
        .into_iter()
        .map(|name| file.with_file_name(format!("{name}.plan.toml")))
        .find(|path| path.is_file())
}

/// The record of the plan of `job`, whose theme is `plans`: the operator's words before the file's. What is not a
/// field of a plan is left out and said in `drawing`.
///
/// # Errors
/// [`ImportError::Usage`] where the file is no table of values, [`ImportError::Read`] where it cannot be read.
pub fn of(job: &Job, plans: &str, drawing: &mut Drawing) -> Result<Vec<Said>, ImportError> {
    let mut said: Vec<Said> = Vec::new();
    let mut add = |key: &str, value: String, from: &'static str| {
        let theme = job.catalogue.theme(plans)?;
        let map = theme.match_fields(&[key]);
        let field = match map.columns().first().map(|c| &c.target) {
            Some(Target::Field(i)) => theme.fields.get(*i)?.name.clone(),
            _ => return None,
        };
        if said.iter().all(|s| s.field != field) {
            said.push(Said { field, value, from });
        }
        Some(())
    };
    let mut unknown = Vec::new();
    for pair in &job.drawing.plan {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(ImportError::Usage {
                vi: format!("--plan {pair}: hãy viết KHÓA=GIÁ TRỊ."),
                en: format!("--plan {pair}: write KEY=VALUE."),
            });
        };
        if add(key.trim(), value.trim().to_owned(), "flag").is_none() {
            unknown.push(key.trim().to_owned());
        }
    }
    if let Some(path) = file_beside(&job.file) {
        let text = std::fs::read_to_string(&path).map_err(|e| ImportError::Read {
            path: path.clone(),
            reason: e.to_string(),
        })?;
        let table: toml::Table =
            toml::from_str(&text).map_err(|e| wrong(&path, e.to_string(), e.to_string()))?;
        for (key, value) in table {
            let value = plain(&value).ok_or_else(|| {
                wrong(
                    &path,
                    format!("{key}: phải là chữ, số, ngày hoặc danh sách."),
                    format!("{key}: must be a text, a number, a date or a list."),
                )
            })?;
            if add(&key, value, "plan_file").is_none() {
                unknown.push(key);
            }
        }
    }
    if !unknown.is_empty() {
        let list = unknown.join(", ");
        drawing.remark(
            format!("không phải trường của hồ sơ quy hoạch, không dùng: {list}"),
            format!("no fields of a plan's record, not used: {list}"),
        );
    }
    Ok(said)
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(n) => Some(n.to_string()),
        toml::Value::Float(n) => Some(n.to_string()),
        toml::Value::Datetime(when) => Some(when.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            Some(items?.join("; "))
        }
        toml::Value::Boolean(_) | toml::Value::Table(_) => None,
    }
}
