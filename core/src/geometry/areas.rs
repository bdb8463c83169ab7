//! Declared areas beside the areas of the geometries, in the dataset's own grid.

use crate::crs::Crs;
use crate::feature::Value;
use crate::theme::{FieldType, GeometryKind, Theme};
use geo::{Area, Geometry};
use serde::Serialize;

/// Share beyond which a difference is noted: 98 % of a real commune's parcels lie within 0.06 %.
const WARN: f64 = 0.002;
/// Share beyond which it is counted as an error; the record is kept all the same, both numbers are facts.
const ERROR: f64 = 0.01;

/// The field that declares areas, and what its unit is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Declared {
    /// Position in the theme's fields.
    pub field: usize,
    /// Square metres in one of its units.
    pub square_metres: f64,
}

/// How a declared area agrees with the geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Within 0.2 %, or within the rounding of the declared number.
    Agrees,
    /// Within 1 %.
    Differs,
    /// Beyond 1 %.
    Contradicts,
}

/// One comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The verdict.
    pub agreement: Agreement,
    /// Declared, m².
    pub declared: f64,
    /// Of the geometry, m², in the grid of [`plane`].
    pub computed: f64,
}

impl Declared {
    /// The field of `theme` that declares the area of its polygons: `dien_tich`, or with its unit `dien_tich_ha`. Other
    /// areas (irrigated, legal, built) are other facts.
    pub fn of(theme: &Theme) -> Option<Self> {
        if !matches!(theme.geometry, GeometryKind::Polygon | GeometryKind::Any) {
            return None;
        }
        theme.fields.iter().enumerate().find_map(|(field, f)| {
            let unit = f.unit.as_deref()?;
            let square_metres = match unit {
                "m2" => 1.0,
                "ha" => 1e4,
                "km2" => 1e6,
                _ => return None,
            };
            let rest = f.name.strip_prefix("dien_tich")?;
            let is_area = f.kind == FieldType::Real
                && (rest.is_empty() || rest.strip_prefix('_') == Some(unit));
            is_area.then_some(Self {
                field,
                square_metres,
            })
        })
    }

    /// Compares the declared area among `values` with `computed` m²; `None` where nothing is declared.
    pub fn compare(self, values: &[Option<Value>], computed: f64) -> Option<Comparison> {
        let number = values.get(self.field)?.as_ref()?.as_f64()?;
        if number <= 0.0 || computed <= 0.0 {
            return None;
        }
        let declared = number * self.square_metres;
        let off = (declared - computed).abs();
        let share = off / computed;
        let agreement = if share <= WARN || off <= rounding(number) * self.square_metres {
            Agreement::Agrees
        } else if share <= ERROR {
            Agreement::Differs
        } else {
            Agreement::Contradicts
        };
        Some(Comparison {
            agreement,
            declared,
            computed,
        })
    }
}

/// Half of the last decimal place `number` is written with.
fn rounding(number: f64) -> f64 {
    let whole = |n: f64| (n - n.round()).abs() < 1e-6;
    if whole(number) {
        0.5
    } else if whole(number * 10.0) {
        0.05
    } else {
        0.005
    }
}

/// The plane areas are compared in: the dataset's own grid where it has one, else the working CRS.
pub fn plane(source: Crs, working: Crs) -> Crs {
    if source.is_geographic() || source.datum() != working.datum() {
        working
    } else {
        source
    }
}

/// The polygons of a geometry; empty where it has none.
pub fn polygons(geometry: &Geometry<f64>) -> geo::MultiPolygon<f64> {
    match geometry {
        Geometry::Polygon(one) => geo::MultiPolygon(vec![one.clone()]),
        Geometry::MultiPolygon(many) => many.clone(),
        _ => geo::MultiPolygon(Vec::new()),
    }
}

/// Area in m² of a polygon; `None` for other geometries.
pub fn of(geometry: &Geometry<f64>) -> Option<f64> {
    matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_))
        .then(|| geometry.unsigned_area())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(number: f64, computed: f64) -> Agreement {
        let declared = Declared {
            field: 0,
            square_metres: 1.0,
        };
        declared
            .compare(&[Some(Value::Real(number))], computed)
            .expect("both known")
            .agreement
    }

    #[test]
    fn the_limits_are_those_of_the_norm() {
        assert_eq!(verdict(500.5, 500.0), Agreement::Agrees);
        assert_eq!(verdict(503.0, 500.0), Agreement::Differs);
        assert_eq!(verdict(506.0, 500.0), Agreement::Contradicts);
        // 30 m² written without decimals says no more than 29.5 to 30.5.
        assert_eq!(verdict(30.0, 29.6), Agreement::Agrees);
        assert_eq!(verdict(30.1, 29.6), Agreement::Contradicts);
    }

    #[test]
    fn nothing_declared_is_nothing_to_compare() {
        let declared = Declared {
            field: 0,
            square_metres: 1.0,
        };
        assert_eq!(declared.compare(&[None], 10.0), None);
        assert_eq!(declared.compare(&[], 10.0), None);
        assert_eq!(declared.compare(&[Some(Value::Real(0.0))], 10.0), None);
    }
}
