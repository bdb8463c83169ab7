//! What a result is called, in both languages.

use diaba_core::code_list::{Code, CodeList};
use diaba_core::crs::Crs;
use diaba_core::feature::Value;
use diaba_core::search::{Era, Landing, ParcelFields, What, name_of};
use diaba_core::theme::Bilingual;
use diaba_core::view::FeatureRef;

use crate::error::ApiError;

/// Title and subtitle.
type Names = (Bilingual, Bilingual);

/// Writes them with the names of a code list of units.
pub struct Texts<'a> {
    units: Option<&'a CodeList>,
}

fn both(vi: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual {
        vi: vi.into(),
        en: en.into(),
    }
}

/// The parts that say something, with dots between.
fn joined(parts: &[Option<Bilingual>]) -> Bilingual {
    let said = || parts.iter().flatten();
    let vi: Vec<&str> = said().map(|part| part.vi.as_str()).collect();
    let en: Vec<&str> = said().map(|part| part.en.as_str()).collect();
    both(vi.join(" · "), en.join(" · "))
}

fn text(feature: &FeatureRef<'_>, field: Option<usize>) -> Result<Option<String>, ApiError> {
    let Some(field) = field else { return Ok(None) };
    let value = feature.value(field).map_err(ApiError::internal)?;
    Ok(value.as_ref().map(Value::to_string))
}

impl<'a> Texts<'a> {
    /// With the names of `units`.
    pub fn new(units: Option<&'a CodeList>) -> Self {
        Self { units }
    }

    /// Title and subtitle of a result.
    pub fn of(&self, what: &What<'_>) -> Result<Names, ApiError> {
        match what {
            What::Parcel(parcel, era) => self.parcel(parcel, *era),
            What::Unit(code, _) => Ok(self.unit(code)),
            What::Place(landing, commune) => self.place(landing, commune.as_ref()),
            What::Feature(feature) => self.feature(feature),
        }
    }

    fn parcel(&self, parcel: &FeatureRef<'_>, era: Era) -> Result<Names, ApiError> {
        let Ok(fields) = ParcelFields::of(parcel.theme()) else {
            return self.feature(parcel);
        };
        let of = |field| Ok::<_, ApiError>(text(parcel, Some(field))?.unwrap_or_default());
        let (sheet, number) = (of(fields.sheet)?, of(fields.number)?);
        let title = both(
            format!("Thửa {number} · tờ {sheet}"),
            format!("Parcel {number} · sheet {sheet}"),
        );
        let (today, surveyed) = (of(fields.commune)?, of(fields.surveyed_commune)?);
        let other = era == Era::Before || (!surveyed.is_empty() && surveyed != today);
        let was = other.then(|| {
            let old = self
                .units
                .and_then(|list| list.get_in(&surveyed, Era::Before.name()));
            let name = old.map_or_else(
                || both(surveyed.as_str(), surveyed.as_str()),
                |old| old.title.clone(),
            );
            both(
                format!("đo vẽ ở {} ({surveyed})", name.vi),
                format!("surveyed in {} ({surveyed})", name.en),
            )
        });
        let subtitle = [self.commune_of(parcel)?, was, coded(parcel)?];
        Ok((title, joined(&subtitle)))
    }

    fn unit(&self, code: &Code) -> Names {
        let number = both(format!("mã {}", code.code), format!("code {}", code.code));
        let Some(list) = self.units.filter(|list| !list.is_current(code)) else {
            let place = code.attributes.get("tinh_cu").and_then(|v| v.as_str());
            let place = place.map(|p| both(format!("{p} cũ"), format!("former {p}")));
            return (code.title.clone(), joined(&[Some(number), place]));
        };
        let of_the_past = both("trước 01/07/2025", "before 1 July 2025");
        let today = code.becomes.iter().filter_map(|now| {
            let now = list.get_in(now, &list.current().id)?;
            Some(both(
                format!("nay thuộc {} ({})", now.title.vi, now.code),
                format!("today {} ({})", now.title.en, now.code),
            ))
        });
        let parts: Vec<Option<Bilingual>> = [Some(number), Some(of_the_past)]
            .into_iter()
            .chain(today.map(Some))
            .collect();
        (code.title.clone(), joined(&parts))
    }

    fn place(
        &self,
        landing: &Landing,
        commune: Option<&FeatureRef<'_>>,
    ) -> Result<Names, ApiError> {
        let [lon, lat] = landing.lonlat;
        let title = format!("{lat:.6}, {lon:.6}");
        let grid = match landing.grid {
            Some(crs) => both(vietnamese(crs), crs.name()),
            None => both("WGS 84", "WGS 84"),
        };
        let unit = match commune {
            Some(commune) => {
                let code = text(commune, commune.theme().field_index("ma_dvhc"))?;
                code.and_then(|code| self.named(&code))
            }
            None => None,
        };
        Ok((both(title.clone(), title), joined(&[Some(grid), unit])))
    }

    fn feature(&self, feature: &FeatureRef<'_>) -> Result<Names, ApiError> {
        let theme = feature.theme();
        let name = name_of(theme, feature).map_err(ApiError::internal)?;
        let title = match (name, coded(feature)?) {
            (Some(name), _) => both(name.clone(), name),
            (None, Some(coded)) => coded,
            (None, None) => theme.title.clone(),
        };
        let subtitle = [
            Some(theme.title.clone()),
            coded(feature)?,
            self.commune_of(feature)?,
        ];
        Ok((title, joined(&subtitle)))
    }

    fn named(&self, code: &str) -> Option<Bilingual> {
        let list = self.units?;
        let entry = list.get_in(code, &list.current().id);
        entry
            .or_else(|| list.get(code))
            .map(|code| code.title.clone())
    }

    /// The commune a feature says it lies in.
    fn commune_of(&self, feature: &FeatureRef<'_>) -> Result<Option<Bilingual>, ApiError> {
        let code = text(feature, feature.theme().field_index("ma_xa"))?;
        Ok(code.map(|code| {
            let title = self.named(&code);
            title.unwrap_or_else(|| both(format!("xã {code}"), format!("commune {code}")))
        }))
    }
}

/// The name of the code that colours a feature.
fn coded(feature: &FeatureRef<'_>) -> Result<Option<Bilingual>, ApiError> {
    let theme = feature.theme();
    let Some(legend) = theme.legend else {
        return Ok(None);
    };
    let list = theme.fields.get(legend).and_then(|f| f.code_list.as_ref());
    let code = text(feature, Some(legend))?;
    Ok(code.and_then(|code| Some(list?.get(&code)?.title.clone())))
}

/// `VN-2000, kinh tuyến trục 107°00′`.
fn vietnamese(crs: Crs) -> String {
    match crs.central_meridian() {
        Some(degrees) => {
            let minutes = (degrees * 60.0).round() as i64;
            format!(
                "VN-2000, kinh tuyến trục {}°{:02}′",
                minutes / 60,
                minutes % 60
            )
        }
        None => crs.name(),
    }
}
