//! Puts an extract together from the layers of one moment.

use std::sync::Arc;

use diaba_core::crs::Crs;
use diaba_core::extract::{self, Survey, Touch, Touched, neighbours, touching};
use diaba_core::feature::Value;
use diaba_core::geometry::areas::{Declared, of as area_of};
use diaba_core::theme::{Catalogue, ExtractRule, Role, Theme};
use diaba_core::view::{FeatureRef, LayerView};
use jiff::Timestamp;

use super::document::{
    Areas, Beside, Code, CornerRow, CorridorSaid, Extract, Group, LineageIds, Part, RingTable,
    Shown, Source, SurveyTable, ThemeName, ThemeTouch, Unmeasured,
};
use super::numbers::{named, shown};
use crate::error::ApiError;
use crate::features::geojson::public_fields;
use crate::features::lineage::Lineage;
use crate::themes::Text;

/// What an extract is read from.
pub struct Sources<'a> {
    /// The layer of the parcel.
    pub layer: &'a LayerView,
    /// All layers, of the same moment.
    pub layers: &'a [Arc<LayerView>],
    /// All themes, those without data too.
    pub catalogue: &'a Catalogue,
    /// The instant, where it is not now.
    pub at: Option<Timestamp>,
}

impl Sources<'_> {
    /// The extract of `parcel`, a feature of the layer.
    pub fn extract(&self, parcel: &FeatureRef<'_>) -> Result<Extract, ApiError> {
        let theme = parcel.theme();
        let rule = theme
            .extract
            .as_ref()
            .filter(|rule| rule.role == Role::Subject)
            .ok_or_else(|| ApiError::NotFound(format!("'{}' has no extracts", theme.id)))?;
        let values = parcel.values().map_err(ApiError::internal)?;
        let geometry = parcel.geometry().map_err(ApiError::internal)?;
        let working = self.layer.working_crs();
        let source = parcel.manifest().provenance.source_crs;
        let source = source.and_then(|epsg| Crs::from_epsg(epsg).ok());
        let survey = Survey::of(&geometry, working, source).map_err(ApiError::internal)?;
        let whole = area_of(&geometry).unwrap_or_default();
        let found = touching(parcel, self.layers).map_err(ApiError::internal)?;
        let groups = found.touching.iter().map(|t| self.theme_touch(t, whole));
        let has_role = |theme: &&Arc<Theme>| {
            let rule = theme.extract.as_ref();
            rule.is_some_and(|rule| rule.role != Role::Subject)
        };
        let empty = |theme: &&Arc<Theme>| !self.layers.iter().any(|l| l.theme().id == theme.id);
        let no_data = self.catalogue.themes().filter(has_role).filter(empty);
        let lineage = Lineage::read(self.layer, parcel.id())?;
        let (land_use, before) = land_use(theme, &values);
        Ok(Extract {
            theme: theme.id.clone(),
            id: parcel.id().get(),
            title: title(theme, &values, parcel.id().get()),
            made_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            datetime: self.at.map(|at| at.to_string()),
            source: source_of(parcel),
            key: all_shown(theme, &theme.key, &values),
            land_use,
            land_use_before: before,
            area: Areas {
                declared: declared(theme, &values),
                computed: rounded(survey.area, 100.0),
                working: rounded(whole, 1e4),
            },
            fields: all_shown(theme, &rule.show, &values),
            survey: table(&survey),
            lineage: LineageIds {
                parents: lineage.parents,
                children: lineage.children,
                since: parcel.stood().0.map(|at| at.to_string()),
                states: lineage.states.len(),
            },
            neighbours: self.neighbours(parcel)?,
            touching: groups.collect::<Result<_, _>>()?,
            not_touching: found.not_touching.iter().map(|t| name(t)).collect(),
            unmeasured: found.unmeasured.iter().map(unmeasured).collect(),
            no_data: no_data.map(name).collect(),
            notice: Text {
                vi: "Bản trích để tham khảo, lập tự động từ dữ liệu đang có; không thay Giấy chứng nhận và các văn bản \
                     của cơ quan có thẩm quyền. Diện tích chồng lấn tính trên mặt phẳng VN-2000 của hệ thống."
                    .to_owned(),
                en: "For reference, made automatically from the data at hand; it does not take the place of the certificate \
                     or of what the authorities issue. Areas in common are computed in the register's VN-2000 plane."
                    .to_owned(),
            },
        })
    }

    fn neighbours(&self, parcel: &FeatureRef<'_>) -> Result<Vec<Beside>, ApiError> {
        let Some(own) = self.layer.get(parcel.id()) else {
            return Ok(Vec::new());
        };
        let found = neighbours(&own, self.layer).map_err(ApiError::internal)?;
        let beside = found.iter().map(|beside| {
            let values = beside.feature.values().map_err(ApiError::internal)?;
            let theme = beside.feature.theme();
            let id = beside.feature.id().get();
            Ok(Beside {
                id,
                title: title(theme, &values, id),
                land_use: land_use(theme, &values).0,
                length: rounded(beside.length, 100.0),
            })
        });
        beside.collect()
    }

    fn theme_touch(&self, touched: &Touched<'_>, whole: f64) -> Result<ThemeTouch, ApiError> {
        let theme = touched.theme;
        let rule = theme.extract.as_ref();
        let mut groups: Vec<Group> = Vec::new();
        for touch in &touched.touches {
            let key = rule.and_then(|rule| rule.plan).and_then(|plan| {
                let key = touch.values.get(plan).and_then(Option::as_ref);
                key.map(ToString::to_string)
            });
            let part = part(theme, rule, touch, whole);
            match groups.iter_mut().find(|group| group.key == key) {
                Some(group) => group.parts.push(part),
                None => groups.push(Group {
                    record: self.record(rule, key.as_deref())?,
                    key,
                    area: 0.0,
                    outside: 0.0,
                    parts: vec![part],
                }),
            }
        }
        for group in &mut groups {
            let sum: f64 = group.parts.iter().map(|part| part.area).sum();
            group.area = rounded(sum, 1e4);
            // Less than an extract names is the last digit of two surveys.
            let outside = (whole - sum).max(0.0);
            group.outside = rounded(if outside < 0.01 { 0.0 } else { outside }, 1e4);
        }
        let role = rule.map_or(Role::Area, |rule| rule.role);
        Ok(ThemeTouch {
            theme: theme.id.clone(),
            title: (&theme.title).into(),
            role: match role {
                Role::Subject => "subject",
                Role::Plan => "plan",
                Role::Restriction => "restriction",
                Role::Area => "area",
                Role::Finding => "finding",
            }
            .to_owned(),
            legal: rule.map_or_else(Vec::new, |rule| rule.legal.iter().map(Text::from).collect()),
            area: rounded(touched.area, 1e4),
            percent: percent(touched.area, whole),
            groups,
        })
    }

    /// The record of a plan in the theme that keeps them.
    fn record(
        &self,
        rule: Option<&ExtractRule>,
        key: Option<&str>,
    ) -> Result<Vec<Shown>, ApiError> {
        let Some((theme, key)) = rule.and_then(|rule| rule.record.as_deref()).zip(key) else {
            return Ok(Vec::new());
        };
        let Some(layer) = self.layers.iter().find(|layer| layer.theme().id == theme) else {
            return Ok(Vec::new());
        };
        let found = layer.by_key(&[key]);
        let Some((plan, rule)) = found.first().zip(layer.theme().extract.as_ref()) else {
            return Ok(Vec::new());
        };
        let values = plan.values().map_err(ApiError::internal)?;
        Ok(all_shown(layer.theme(), &rule.show, &values))
    }
}

fn part(theme: &Theme, rule: Option<&ExtractRule>, touch: &Touch<'_>, whole: f64) -> Part {
    let id = touch.feature.id().get();
    Part {
        id,
        label: label(theme, &touch.values, id),
        class: class(theme, &touch.values),
        area: rounded(touch.area, 1e4),
        percent: percent(touch.area, whole),
        corridor: touch.corridor.map(|corridor| CorridorSaid {
            river: corridor.beyond[0],
            land: corridor.beyond[1],
            reference: !corridor.certain,
            legal: corridor.rule.map(|rule| (&rule.legal).into()),
            itself: rounded(touch.itself, 1e4),
        }),
        fields: rule.map_or_else(Vec::new, |rule| all_shown(theme, &rule.show, &touch.values)),
        source: source_of(&touch.feature),
    }
}

fn unmeasured(one: &extract::Unmeasured<'_>) -> Unmeasured {
    let theme = one.feature.theme();
    let id = one.feature.id().get();
    Unmeasured {
        theme: theme.id.clone(),
        theme_title: (&theme.title).into(),
        id,
        label: label(theme, &one.values, id),
        class: class(theme, &one.values),
        distance: rounded(one.distance, 100.0),
    }
}

/// What a feature is called; its number where it has no name.
fn label(theme: &Theme, values: &[Option<Value>], id: u64) -> String {
    let label = theme.label.and_then(|field| values.get(field)?.as_ref());
    label.map_or_else(|| id.to_string(), ToString::to_string)
}

/// What colours a feature on the map.
fn class(theme: &Theme, values: &[Option<Value>]) -> Option<Code> {
    let legend = theme.legend()?;
    let code = values.get(legend.position)?.as_ref()?.as_text()?;
    Some(named(legend.list, code))
}

/// The fields at these positions that anyone may see and that have a value.
fn all_shown(theme: &Theme, fields: &[usize], values: &[Option<Value>]) -> Vec<Shown> {
    let public = |field: &&usize| public_fields(theme).any(|index| index == **field);
    let fields = fields.iter().filter(public);
    fields
        .filter_map(|i| shown(theme.fields.get(*i)?, values.get(*i)?.as_ref()))
        .collect()
}

/// What people call a parcel: sheet and number where it has them.
fn title(theme: &Theme, values: &[Option<Value>], id: u64) -> Text {
    let value = |name: &str| {
        let index = theme.field_index(name)?;
        Some(values.get(index)?.as_ref()?.to_string())
    };
    if let Some((sheet, number)) = value("so_to").zip(value("so_thua")) {
        return Text {
            vi: format!("Thửa đất số {number}, tờ bản đồ số {sheet}"),
            en: format!("Parcel {number}, map sheet {sheet}"),
        };
    }
    let label = label(theme, values, id);
    Text {
        vi: format!("{} {label}", theme.title.vi),
        en: format!("{} {label}", theme.title.en),
    }
}

/// What colours the theme, and the code its source had where that is another.
fn land_use(theme: &Theme, values: &[Option<Value>]) -> (Option<Code>, Option<String>) {
    let value = |field: usize| values.get(field).and_then(Option::as_ref);
    let code = class(theme, values);
    let before = theme.legend().and_then(|legend| legend.field.coding.raw_to);
    let before = before.and_then(value).map(ToString::to_string);
    let said = code.as_ref().map(|code| code.code.as_str());
    let before = before.filter(|before| Some(before.as_str()) != said);
    (code, before)
}

fn declared(theme: &Theme, values: &[Option<Value>]) -> Option<f64> {
    let declared = Declared::of(theme)?;
    let number = values.get(declared.field)?.as_ref()?.as_f64()?;
    Some(number * declared.square_metres)
}

fn table(survey: &Survey) -> SurveyTable {
    let rings = survey.rings.iter().map(|ring| RingTable {
        hole: ring.hole,
        corners: ring
            .corners
            .iter()
            .map(|corner| CornerRow {
                number: corner.number,
                x: rounded(corner.x, 1e3),
                y: rounded(corner.y, 1e3),
                length: rounded(corner.length, 100.0),
            })
            .collect(),
    });
    let meridian = survey.grid.central_meridian();
    let name = |vi: bool| match meridian {
        Some(meridian) => {
            let minutes = (meridian * 60.0).round() as i32;
            let (degrees, minutes) = (minutes / 60, minutes % 60);
            if vi {
                format!("VN-2000, kinh tuyến trục {degrees}°{minutes:02}'")
            } else {
                format!("VN-2000, central meridian {degrees}°{minutes:02}'")
            }
        }
        None => format!("EPSG:{}", survey.grid.epsg()),
    };
    SurveyTable {
        epsg: survey.grid.epsg(),
        grid: Text {
            vi: name(true),
            en: name(false),
        },
        rings: rings.collect(),
    }
}

fn source_of(feature: &FeatureRef<'_>) -> Source {
    let manifest = feature.manifest();
    let files = manifest.provenance.sources.iter();
    Source {
        dataset: manifest.dataset.clone(),
        revision: manifest.revision.clone(),
        imported_at: manifest.provenance.imported_at.clone(),
        edited: feature.is_edited(),
        files: files.map(|file| file.name.clone()).collect(),
    }
}

fn name(theme: &Arc<Theme>) -> ThemeName {
    ThemeName {
        theme: theme.id.clone(),
        title: (&theme.title).into(),
    }
}

fn percent(area: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        rounded(area / whole * 100.0, 100.0)
    } else {
        0.0
    }
}

/// To a part of one: what is said has no digits that mean nothing.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
