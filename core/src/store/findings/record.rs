//! A finding as a feature of the findings' theme.

use geo::{BoundingRect, Geometry};
use xxhash_rust::xxh3::xxh3_64;

use crate::feature::{NewFeature, Value};
use crate::quality::{Finding, FindingKind, Severity};
use crate::theme::{Bilingual, Theme};

/// A finding and whose it is.
pub(in crate::store) struct Record<'a> {
    pub theme: &'a str,
    pub dataset: &'a str,
    pub finding: &'a Finding,
}

impl Record<'_> {
    /// As a feature of `findings`; a field that theme does not have is left out.
    pub fn feature(&self, findings: &Theme) -> NewFeature {
        let values = findings
            .fields
            .iter()
            .map(|f| self.value(&f.name))
            .collect();
        NewFeature {
            geometry: self.finding.geometry.clone(),
            values,
            extra: serde_json::Map::new(),
        }
    }

    fn value(&self, field: &str) -> Option<Value> {
        let text = |t: &str| Some(Value::Text(t.to_owned()));
        let finding = self.finding;
        match field {
            "ma_loi" => Some(Value::Text(self.code())),
            "loai_loi" => text(finding.kind.code()),
            "muc_do" => text(finding.severity.code()),
            // To the hundredth: what is beyond is no fact.
            "dien_tich" => finding
                .area
                .map(|area| Value::Real((area * 100.0).round() / 100.0)),
            "thua_lien_quan" => Some(Value::Json(finding.keys.clone().into())),
            "chuyen_de" => text(self.theme),
            "bo_du_lieu" => text(self.dataset),
            "bo_du_lieu_khac" => finding.other.as_deref().and_then(text),
            "mo_ta" => text(&finding.detail.vi),
            "mo_ta_tieng_anh" => text(&finding.detail.en),
            _ => None,
        }
    }

    /// The same for the same thing found again: by its kind, whom it concerns and where it lies, to the metre.
    fn code(&self) -> String {
        let finding = self.finding;
        let centre = corner(&finding.geometry);
        let text = format!(
            "{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{:?}",
            self.theme,
            self.dataset,
            finding.kind.code(),
            finding.keys.join("\u{1f}"),
            centre
        );
        format!("{:016x}", xxh3_64(text.as_bytes()))
    }
}

/// The finding a feature of `findings` is; `None` where its kind or severity is none of ours.
pub(in crate::store) fn read(
    findings: &Theme,
    values: &[Option<Value>],
    geometry: Geometry<f64>,
) -> Option<Finding> {
    let value = |name: &str| values.get(findings.field_index(name)?)?.as_ref();
    let text = |name: &str| value(name).and_then(Value::as_text).unwrap_or_default();
    let keys = match value("thua_lien_quan") {
        Some(Value::Json(serde_json::Value::Array(keys))) => keys
            .iter()
            .filter_map(|key| key.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    let other = Some(text("bo_du_lieu_khac")).filter(|other| !other.is_empty());
    Some(Finding {
        kind: FindingKind::from_code(text("loai_loi"))?,
        severity: Severity::from_code(text("muc_do"))?,
        geometry,
        area: value("dien_tich").and_then(Value::as_f64),
        keys,
        other: other.map(str::to_owned),
        detail: Bilingual {
            vi: text("mo_ta").to_owned(),
            en: text("mo_ta_tieng_anh").to_owned(),
        },
    })
}

fn corner(geometry: &Geometry<f64>) -> Option<(i64, i64)> {
    let rect = geometry.bounding_rect()?;
    Some((rect.min().x.round() as i64, rect.min().y.round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::FINDINGS;
    use crate::theme::Catalogue;

    #[test]
    fn a_finding_is_read_as_it_was_written() {
        let catalogue = Catalogue::load(None).unwrap();
        let findings = catalogue.theme(FINDINGS).unwrap();
        let finding = Finding {
            kind: FindingKind::Dangle,
            severity: Severity::Warning,
            geometry: geo::Point::new(416_226.77, 2_353_402.45).into(),
            area: Some(12.25),
            keys: vec!["07210/1/2/".to_owned()],
            other: Some("xa-07213".to_owned()),
            detail: Bilingual {
                vi: "đường hở đầu".to_owned(),
                en: "a line ends in the open".to_owned(),
            },
        };
        let record = Record {
            theme: "land_parcels",
            dataset: "xa-07210",
            finding: &finding,
        };
        let feature = record.feature(findings);
        let again = read(findings, &feature.values, feature.geometry.clone()).unwrap();
        assert_eq!(again, finding);
        assert_eq!(record.feature(findings).values, feature.values);
        let filled = feature.values.iter().filter(|v| v.is_some()).count();
        assert_eq!(filled, findings.fields.len());
    }
}
