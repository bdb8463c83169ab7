//! One record on its way through: decoded, matched, carried over, mended, compared.

use std::collections::BTreeSet;

use diaba_core::crs::{Crs, CrsError, Transform, transform_geometry};
use diaba_core::feature::{NewFeature, Value};
use diaba_core::geometry::areas::{self, Comparison, Declared};
use diaba_core::geometry::{Flaw, Repair, find_coord, mend};
use diaba_core::shard::ids::business_key;
use diaba_core::theme::{Bilingual, FieldMap, Note, RecordReader, Target};
use geo::{Coord, Geometry, MapCoordsInPlace};
use serde_json::Value as Json;

use crate::attributes::{Joined, Joiner};
use crate::decode::{ColumnEncoding, Encoding, decode};
use crate::place::{Landed, Place, possible};
use crate::report::TextDamage;
use crate::source::{Record, Shape, geos_complaint};

/// Where `extra` keeps the values decoding could not read for certain, by column, as they came.
pub const RAW: &str = "_goc";

/// Everything decided about a file before its records are taken.
pub struct Plan {
    /// Columns to fields.
    pub fields: FieldMap,
    /// How each column's text is read; none for columns without text.
    pub encodings: Vec<Option<ColumnEncoding>>,
    /// Whether text comes as bytes.
    pub bytes: bool,
    /// From the source's CRS to the working one.
    pub transform: Transform,
    /// From the source's CRS to the plane areas are compared in, where that is neither.
    pub to_plane: Option<Transform>,
    /// Whether the two coordinates change places.
    pub swap: bool,
    /// The province.
    pub around: Place,
    /// The box records must land in; none where the operator said any place will do.
    pub place: Option<Place>,
    /// The field that declares areas.
    pub declared: Option<Declared>,
    /// What the land database says of parcels.
    pub joiner: Option<Joiner>,
}

/// What became of a record.
pub struct Processed<T = NewFeature> {
    /// Position in the file.
    pub number: u64,
    /// Where it lands; none where it has no point.
    pub landed: Option<Landed>,
    /// Its business key; empty where its values could not be read.
    pub key: String,
    /// The feature, or why there is none.
    pub result: Result<T, Refused>,
    /// What was done to its geometry.
    pub repairs: BTreeSet<Repair>,
    /// Declared and computed area.
    pub area: Option<Comparison>,
    /// Notes about its values.
    pub notes: Vec<Note>,
    /// Damage of its text, by column; empty where there is none.
    pub damage: Vec<(usize, TextDamage)>,
    /// Whether the land database knows it; none where nobody asked.
    pub joined: Option<Joined>,
}

impl<T> Processed<T> {
    /// The same, with what `make` makes of the feature.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Processed<U> {
        Processed {
            number: self.number,
            landed: self.landed,
            key: self.key,
            result: self.result.map(make),
            repairs: self.repairs,
            area: self.area,
            notes: self.notes,
            damage: self.damage,
            joined: self.joined,
        }
    }
}

/// Why a record is not taken.
#[derive(Default)]
pub struct Refused {
    /// For counting.
    pub code: String,
    /// The field at fault.
    pub field: String,
    /// Its value, nothing personal in it.
    pub value: String,
    /// The reason.
    pub reason: Bilingual,
    /// Its geometry as it came, where it has one that could be read.
    pub geometry: Option<Geometry<f64>>,
    /// Where it begins in the working CRS, where that can be told.
    pub place: Option<Coord<f64>>,
}

impl Plan {
    /// Takes one record through; `reader` is one of [`Plan::fields`]. Never fails: what is wrong with a record is its
    /// result.
    pub fn process(&self, record: Record, reader: &mut RecordReader<'_>) -> Processed {
        let first = record.first_point();
        let Record {
            number,
            shape,
            values,
        } = record;
        let mut out = Processed {
            number,
            landed: first.map(|first| Landed::of(first, &self.transform, &self.around)),
            key: String::new(),
            result: Err(Refused::default()),
            repairs: BTreeSet::new(),
            area: None,
            notes: Vec::new(),
            damage: Vec::new(),
            joined: None,
        };
        let (values, raw) = self.decode(values, &mut out.damage);
        let mut converted = match reader.convert(&values) {
            Ok(converted) => converted,
            Err(reject) => {
                let came = shape.and_then(Result::ok).map(|shape| shape.geometry);
                out.result = Err(self.with_shape(self.refused_value(reject), came));
                return out;
            }
        };
        let theme = self.fields.theme();
        out.key = business_key(
            theme
                .key
                .iter()
                .map(|&i| converted.values.get(i).and_then(Option::as_ref)),
        );
        if let Some(joiner) = &self.joiner {
            out.joined = Some(joiner.join(&out.key, &mut converted.values));
        }
        out.notes = converted.notes;
        // What is done to the geometry on its way must not be seen where it is rejected.
        let came = match &shape {
            Some(Ok(shape)) => Some(shape.geometry.clone()),
            _ => None,
        };
        let (geometry, area) = match self.geometry(shape, &mut out.repairs) {
            Ok(done) => done,
            Err(flaw) => {
                let refused = Refused {
                    code: flaw.code().to_owned(),
                    field: String::new(),
                    value: String::new(),
                    reason: flaw.reason(),
                    geometry: None,
                    place: None,
                };
                out.result = Err(self.with_shape(refused, came));
                return out;
            }
        };
        out.area = self
            .declared
            .zip(area)
            .and_then(|(d, area)| d.compare(&converted.values, area));
        let mut extra = converted.extra;
        if !raw.is_empty() {
            extra.insert(RAW.to_owned(), Json::Object(raw));
        }
        out.result = Ok(NewFeature {
            geometry,
            values: converted.values,
            extra,
        });
        out
    }

    /// This plan for more of the file than it was made from: columns that were ASCII so far are expected to go on in
    /// the encoding of the others. ASCII reads alike in all of them.
    #[must_use]
    pub fn foreseeing(mut self) -> Self {
        let mut said = self.encodings.iter().flatten().map(|c| c.encoding);
        if let Some(common) = said.find(|e| *e != Encoding::Ascii) {
            for column in self.encodings.iter_mut().flatten() {
                if column.encoding == Encoding::Ascii {
                    column.encoding = common;
                }
            }
        }
        self
    }

    /// Whether the records came out of this plan as they would out of `settled`, which was made from all of them.
    pub fn was_right(&self, settled: &Self) -> bool {
        let alike = |foreseen: &Option<ColumnEncoding>, settled: &Option<ColumnEncoding>| match (
            foreseen.as_ref().map(|c| c.encoding),
            settled.as_ref().map(|c| c.encoding),
        ) {
            (Some(_), Some(Encoding::Ascii)) => true,
            (foreseen, settled) => foreseen.map(Encoding::plain) == settled.map(Encoding::plain),
        };
        self.fields.columns() == settled.fields.columns()
            && self.swap == settled.swap
            && self.encodings.len() == settled.encodings.len()
            && self
                .encodings
                .iter()
                .zip(&settled.encodings)
                .all(|(a, b)| alike(a, b))
    }

    /// The values in Unicode, and those that must be kept as they came.
    fn decode(
        &self,
        mut values: Vec<Option<Value>>,
        damage: &mut Vec<(usize, TextDamage)>,
    ) -> (Vec<Option<Value>>, serde_json::Map<String, Json>) {
        let mut kept = serde_json::Map::new();
        let personal = &self.fields.theme().personal;
        for (at, (value, encoding)) in values.iter_mut().zip(&self.encodings).enumerate() {
            let (Some(Value::Text(raw)), Some(encoding)) = (value.as_ref(), encoding) else {
                continue;
            };
            let decoded = decode(raw, encoding.encoding, self.bytes);
            if decoded.flags != crate::decode::Flags::default() {
                let mut count = TextDamage::default();
                count.push(decoded.flags);
                damage.push((at, count));
            }
            let column = self.fields.columns().get(at);
            let dropped =
                column.is_none_or(|c| matches!(c.target, Target::Personal(_) | Target::Technical));
            if decoded.flags.keep_raw() && !dropped && personal.value_is(raw).is_none() {
                let name = column.map(|c| c.name.clone()).unwrap_or_default();
                let raw = personal.blot(raw).unwrap_or_else(|| raw.clone());
                kept.insert(name, raw.into());
            }
            if let std::borrow::Cow::Owned(text) = decoded.text {
                *value = Some(Value::Text(text));
            }
        }
        (values, kept)
    }

    fn refused_value(&self, reject: diaba_core::theme::Reject) -> Refused {
        let personal = &self.fields.theme().personal;
        let value = if personal.value_is(&reject.value).is_some() {
            "…".to_owned()
        } else {
            personal.blot(&reject.value).unwrap_or(reject.value)
        };
        let reason = match reject.reason.split_once(" · ") {
            Some((vi, en)) => Bilingual {
                vi: vi.to_owned(),
                en: en.to_owned(),
            },
            None => Bilingual {
                vi: reject.reason.clone(),
                en: reject.reason,
            },
        };
        Refused {
            code: format!("value_{}", reject.field),
            field: reject.field,
            value,
            reason,
            geometry: None,
            place: None,
        }
    }

    /// The refusal with the geometry it is about.
    fn with_shape(&self, refused: Refused, geometry: Option<Geometry<f64>>) -> Refused {
        let first = geometry.as_ref().and_then(|g| find_coord(g, |_| true));
        let place = first.and_then(|c| {
            let point = if self.swap { [c.y, c.x] } else { [c.x, c.y] };
            let known = possible(point, self.transform.from());
            let [x, y] = known.then(|| self.transform.point(point).ok()).flatten()?;
            Some(Coord { x, y })
        });
        Refused {
            geometry,
            place,
            ..refused
        }
    }

    /// The geometry in the working CRS, and its area in the plane areas are compared in.
    fn geometry(
        &self,
        shape: Option<Result<Shape, String>>,
        repairs: &mut BTreeSet<Repair>,
    ) -> Result<(Geometry<f64>, Option<f64>), Flaw> {
        let shape = shape
            .ok_or(Flaw::Missing)?
            .map_err(|reason| Flaw::Unreadable { reason })?;
        let mut geometry = shape.geometry;
        let done = [
            (shape.closed_rings > 0, Repair::RingClosed),
            (shape.flattened, Repair::Flattened),
            (shape.linearised, Repair::Linearised),
            (self.swap, Repair::AxesSwapped),
        ];
        repairs.extend(
            done.into_iter()
                .filter(|(was, _)| *was)
                .map(|(_, repair)| repair),
        );
        if self.swap {
            geometry.map_coords_in_place(|c| geo::Coord { x: c.y, y: c.x });
        }
        // PROJ's complaint about such a coordinate would be less plain.
        if let Some(c) = find_coord(&geometry, |c| !(c.x.is_finite() && c.y.is_finite())) {
            return Err(Flaw::NotFinite {
                x: c.x.to_string(),
                y: c.y.to_string(),
            });
        }
        let from = self.transform.from();
        if let Some(c) = find_coord(&geometry, |c| !possible([c.x, c.y], from)) {
            return Err(Flaw::NoImage {
                reason: format!("{}, {} ∉ {from}", c.x, c.y),
            });
        }
        let area_at_home = match (&self.declared, self.area_home()) {
            (Some(_), Home::Source) => areas::of(&geometry),
            _ => None,
        };
        transform_geometry(&self.transform, &mut geometry).map_err(|error| no_image(&error))?;
        if let Some(place) = &self.place
            && let Some(c) = find_coord(&geometry, |_| true)
            && !place.holds([c.x, c.y])
        {
            return Err(Flaw::Elsewhere {
                at: format!("{:.0}, {:.0}", c.x, c.y),
            });
        }
        // A single vertex without an image in degrees would keep the whole dataset from being packed.
        if let Some(c) = find_coord(&geometry, |c| !drawable(*c)) {
            return Err(Flaw::NoImage {
                reason: format!("{}, {}", c.x, c.y),
            });
        }
        let mended = mend(geometry, self.fields.theme().geometry, geos_complaint)?;
        let changed = mended.repairs.iter().any(|r| r.changes_shape());
        repairs.extend(mended.repairs);
        let area = if self.declared.is_none() {
            None
        } else if let (Some(area), false) = (area_at_home, changed) {
            Some(area)
        } else {
            self.area_of(&mended.geometry)
        };
        Ok((mended.geometry, area))
    }

    fn area_home(&self) -> Home {
        if areas::plane(self.transform.from(), self.transform.to()) == self.transform.from() {
            Home::Source
        } else {
            Home::Working
        }
    }

    /// Area of a geometry of the working CRS in the plane areas are compared in.
    fn area_of(&self, geometry: &Geometry<f64>) -> Option<f64> {
        match &self.to_plane {
            None => areas::of(geometry),
            Some(to_plane) => {
                let mut there = geometry.clone();
                transform_geometry(to_plane, &mut there).ok()?;
                areas::of(&there)
            }
        }
    }

    /// The plane areas are compared in.
    pub fn plane(&self) -> Crs {
        areas::plane(self.transform.from(), self.transform.to())
    }
}

enum Home {
    Source,
    Working,
}

/// Whether a place of the working CRS surely has an image in degrees, far beyond the country as it may lie.
fn drawable(c: Coord<f64>) -> bool {
    (-500_000.0..=1_500_000.0).contains(&c.x) && (0.0..=4_000_000.0).contains(&c.y)
}

fn no_image(error: &CrsError) -> Flaw {
    Flaw::NoImage {
        reason: error.to_string(),
    }
}
