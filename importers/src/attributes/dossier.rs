//! A parcel as the land database exchanges it (`DC_ThuaDat`), with only what is said of the ground.
//!
//! The names are those of the database's exchange tree and of the national system's JSON, which agree but for their
//! wrapping. Whatever is not listed here is never taken out of the file: holders, their papers and their addresses are
//! in the same tree.

use std::collections::BTreeMap;

use diaba_core::feature::Value;
use diaba_core::text::{fold, trim};
use diaba_core::theme::parse_number;
use serde_json::{Map, json};

/// The columns a parcel becomes, named as the fields of the parcels' theme.
pub const COLUMNS: [&str; 12] = [
    "ma_xa",
    "so_to",
    "so_thua",
    "so_to_cu",
    "so_thua_cu",
    "dien_tich",
    "dien_tich_phap_ly",
    "ma_doi_tuong",
    "loai_dat",
    "muc_dich",
    "thoi_han_su_dung",
    "nguon_goc",
];
/// Longest value taken: longer ones are no number and no code.
const LONGEST: usize = 2_000;

/// What is known of one parcel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dossier {
    values: BTreeMap<&'static str, String>,
    purposes: Vec<Purpose>,
}

/// One purpose a parcel is used for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Purpose {
    order: Option<u32>,
    code: String,
    area: Option<f64>,
    term: String,
    origins: Vec<String>,
}

/// The column an element or member of a parcel fills.
pub fn parcel_column(name: &str) -> Option<&'static str> {
    Some(match fold(name).as_str() {
        "maxa" | "xaid" => "ma_xa",
        "sohieutobando" => "so_to",
        "sothututhua" => "so_thua",
        "sohieutobandocu" => "so_to_cu",
        "sothututhuacu" => "so_thua_cu",
        "dientich" => "dien_tich",
        "dientichphaply" => "dien_tich_phap_ly",
        "thuadatid" => "ma_doi_tuong",
        _ => return None,
    })
}

/// Whether an element or member of that name is one purpose, or the list of them.
pub fn is_purpose(name: &str) -> bool {
    matches!(fold(name).as_str(), "dcmucdichsudung" | "listmucdichsudung")
}

/// Whether an element or member of that name is one origin of a purpose, or the list of them.
pub fn is_origin(name: &str) -> bool {
    matches!(
        fold(name).as_str(),
        "dcnguongocdat" | "dcnguongocsudungdat" | "listnguongocsudungdat"
    )
}

impl Dossier {
    /// Takes a value of the parcel itself.
    pub fn take(&mut self, name: &str, value: &str) {
        let value = trim(value);
        if let Some(column) = parcel_column(name)
            && !value.is_empty()
            && value.len() <= LONGEST
        {
            self.values
                .entry(column)
                .or_insert_with(|| value.to_owned());
        }
    }

    /// Begins another purpose.
    pub fn purpose(&mut self) {
        self.purposes.push(Purpose::default());
    }

    /// Takes a value of the purpose begun last.
    pub fn take_of_purpose(&mut self, name: &str, value: &str) {
        let value = trim(value);
        let Some(purpose) = self.purposes.last_mut() else {
            return;
        };
        if value.is_empty() || value.len() > LONGEST {
            return;
        }
        match fold(name).as_str() {
            "mamucdichsudung" | "loaimucdichsudungid" | "loaimucdichsudung" => {
                value.clone_into(&mut purpose.code);
            }
            "dientich" => purpose.area = parse_number(value, Some("m2")).map(|(area, _)| area),
            "thoihansudung" => value.clone_into(&mut purpose.term),
            "ngayhethansudung" if purpose.term.is_empty() => value.clone_into(&mut purpose.term),
            "sothutumucdichsudung" => purpose.order = value.parse().ok(),
            _ => {}
        }
    }

    /// Takes a value of an origin of the purpose begun last.
    pub fn take_of_origin(&mut self, name: &str, value: &str) {
        let value = trim(value);
        let named = matches!(
            fold(name).as_str(),
            "nguongoc" | "manguongoc" | "loainguongocsudungdatid"
        );
        if let (true, Some(purpose)) = (named && !value.is_empty(), self.purposes.last_mut())
            && value.len() <= LONGEST
            && !purpose.origins.iter().any(|origin| origin == value)
        {
            purpose.origins.push(value.to_owned());
        }
    }

    /// Whether it says which parcel it is.
    pub fn is_parcel(&self) -> bool {
        self.values.contains_key("so_thua") && self.values.contains_key("so_to")
    }

    /// One value for each of [`COLUMNS`].
    pub fn into_values(mut self) -> Vec<Option<Value>> {
        self.purposes.retain(|purpose| !purpose.code.is_empty());
        // The first is the main one; what has no number keeps its place behind those that have.
        self.purposes
            .sort_by_key(|purpose| purpose.order.unwrap_or(u32::MAX));
        COLUMNS
            .iter()
            .map(|column| match *column {
                "loai_dat" => self.purposes.first().map(|p| Value::Text(p.code.clone())),
                "muc_dich" => self.list(),
                "thoi_han_su_dung" => self.said_of_all(|p| vec![p.term.clone()]),
                "nguon_goc" => self.said_of_all(|p| p.origins.clone()),
                own => self.values.get(own).cloned().map(Value::Text),
            })
            .collect()
    }

    /// The purposes with their areas in square metres, as the theme's list has them.
    fn list(&self) -> Option<Value> {
        let items: Vec<serde_json::Value> = self
            .purposes
            .iter()
            .map(|purpose| {
                let mut item = Map::new();
                item.insert("loai_dat".to_owned(), json!(purpose.code));
                if let Some(area) = purpose.area {
                    item.insert("dien_tich".to_owned(), json!(area));
                }
                if !purpose.term.is_empty() {
                    item.insert("thoi_han".to_owned(), json!(purpose.term));
                }
                item.into()
            })
            .collect();
        (!items.is_empty()).then(|| Value::Json(items.into()))
    }

    /// What every purpose says, once; where they differ, each with its purpose.
    fn said_of_all(&self, of: impl Fn(&Purpose) -> Vec<String>) -> Option<Value> {
        let said: Vec<(&str, String)> = self
            .purposes
            .iter()
            .map(|p| (p.code.as_str(), of(p).join(", ")))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let first = said.first()?.1.clone();
        let text = if said.iter().all(|(_, text)| *text == first) {
            first
        } else {
            let each: Vec<String> = said
                .iter()
                .map(|(code, text)| format!("{code}: {text}"))
                .collect();
            each.join("; ")
        };
        Some(Value::Text(text))
    }
}
