//! Everything that touches a parcel, theme by theme, and the themes that do not.

use std::sync::Arc;

use geo::line_measures::Distance;
use geo::{Euclidean, MultiPolygon};

use super::breadth::Breadth;
use super::ends::End;
use super::strip::strip;
use crate::feature::Value;
use crate::overlay::{Desk, Outline, common_area, outline_of, pieces};
use crate::shard::ShardError;
use crate::theme::{Corridor, FARTHEST, Role, Theme};
use crate::view::{FeatureRef, LayerView};

/// The least area an extract names, m²: what is smaller is the last digit of two surveys.
pub const LEAST_SHOWN: f64 = 0.01;

/// A feature that touches the parcel, or whose corridor does.
#[derive(Debug, Clone)]
pub struct Touch<'v> {
    /// The feature.
    pub feature: FeatureRef<'v>,
    /// Its values.
    pub values: Vec<Option<Value>>,
    /// Area in common with the parcel, m² of the working plane; of the corridor where there is one. 0 for a finding that
    /// is a line or a point.
    pub area: f64,
    /// Part of the area that the work itself stands on, where it is a surface.
    pub itself: f64,
    /// The corridor, where the area is that of one.
    pub corridor: Option<Breadth<'v>>,
}

/// What a theme has to say about a parcel.
#[derive(Debug, Clone)]
pub struct Touched<'v> {
    /// The theme.
    pub theme: &'v Arc<Theme>,
    /// What touches, the largest first.
    pub touches: Vec<Touch<'v>>,
    /// Area that any of it touches, m²: what lies on each other is counted once.
    pub area: f64,
}

/// The themes that have something to say, and those that were looked at and have not.
#[derive(Debug, Clone, Default)]
pub struct Touching<'v> {
    /// In the order of the themes.
    pub touching: Vec<Touched<'v>>,
    /// Looked at, and nothing of them touches or is unmeasured.
    pub not_touching: Vec<&'v Arc<Theme>>,
    /// Features beside or on the parcel that are protected, and nothing says how far.
    pub unmeasured: Vec<Unmeasured<'v>>,
}

/// A feature near the parcel whose corridor has no breadth: neither its record nor a rule gives one.
#[derive(Debug, Clone)]
pub struct Unmeasured<'v> {
    /// The feature.
    pub feature: FeatureRef<'v>,
    /// Its values.
    pub values: Vec<Option<Value>>,
    /// How far it is from the parcel, metres of the working plane; 0 where it lies on it.
    pub distance: f64,
}

/// Whether the land use of a parcel makes its ground settled.
pub fn settled(theme: &Theme, values: &[Option<Value>]) -> bool {
    let rule = theme
        .extract
        .as_ref()
        .and_then(|rule| rule.settled.as_ref());
    rule.is_some_and(|(field, codes)| {
        let code = values.get(*field).and_then(Option::as_ref);
        let code = code.and_then(Value::as_text);
        code.is_some_and(|code| codes.iter().any(|c| c == code))
    })
}

/// What the layers have to say about a parcel.
///
/// # Errors
/// [`ShardError`] where a feature cannot be read.
pub fn touching<'v>(
    parcel: &FeatureRef<'_>,
    layers: &'v [Arc<LayerView>],
) -> Result<Touching<'v>, ShardError> {
    let outline = outline_of(parcel);
    let settled = settled(parcel.theme(), &parcel.values()?);
    let mut all = Touching::default();
    for layer in layers {
        let theme = layer.theme();
        let Some(rule) = theme.extract.as_ref().filter(|r| r.role != Role::Subject) else {
            continue;
        };
        let mut beside = Beside::default();
        let mut touches = match (&rule.corridor, rule.role) {
            (Some(corridor), _) => {
                beside = Beside::of(parcel, layer, corridor, settled)?;
                beside.touches(&outline, parcel)?
            }
            (None, Role::Finding) => findings(&outline, parcel, layer)?,
            (None, _) => surfaces(&outline, layer)?,
        };
        if touches.is_empty() {
            if beside.unmeasured.is_empty() {
                all.not_touching.push(theme);
            }
            all.unmeasured.append(&mut beside.unmeasured);
            continue;
        }
        touches.sort_by(|a, b| {
            let by_area = b.area.total_cmp(&a.area);
            by_area.then_with(|| a.feature.order().cmp(&b.feature.order()))
        });
        let area = together(&outline, parcel, &touches, &beside.ends)?;
        all.touching.push(Touched {
            theme,
            touches,
            area,
        });
        all.unmeasured.append(&mut beside.unmeasured);
    }
    Ok(all)
}

fn surfaces<'v>(outline: &Outline, layer: &'v LayerView) -> Result<Vec<Touch<'v>>, ShardError> {
    let pieces = pieces(outline, layer, LEAST_SHOWN);
    let touch = |piece: crate::overlay::Piece<'v>| {
        Ok(Touch {
            feature: piece.feature,
            values: piece.feature.values()?,
            area: piece.area,
            itself: piece.area,
            corridor: None,
        })
    };
    pieces.into_iter().map(touch).collect()
}

/// Findings may be lines and points.
fn findings<'v>(
    outline: &Outline,
    parcel: &FeatureRef<'_>,
    layer: &'v LayerView,
) -> Result<Vec<Touch<'v>>, ShardError> {
    let mut touches = Vec::new();
    for feature in layer.intersecting(&parcel.geometry()?)? {
        let other = outline_of(&feature);
        let area = common_area(outline, &other, &mut Desk::default());
        if other.is_empty() || area >= LEAST_SHOWN {
            touches.push(Touch {
                feature,
                values: feature.values()?,
                area,
                itself: area,
                corridor: None,
            });
        }
    }
    Ok(touches)
}

/// What is protected around a parcel.
#[derive(Default)]
struct Beside<'v> {
    measured: Vec<(FeatureRef<'v>, Vec<Option<Value>>, Breadth<'v>)>,
    unmeasured: Vec<Unmeasured<'v>>,
    /// Surfaces whose corridor is not known touch the parcel with their own ground.
    bare: Vec<(FeatureRef<'v>, Vec<Option<Value>>)>,
    /// Where lines with a corridor end.
    ends: Vec<End>,
}

impl<'v> Beside<'v> {
    fn of(
        parcel: &FeatureRef<'_>,
        layer: &'v LayerView,
        corridor: &'v Corridor,
        settled: bool,
    ) -> Result<Self, ShardError> {
        let own = parcel.geometry()?;
        let mut beside = Self::default();
        // Half a work's width, a toe's distance and a breadth are each this at most.
        for feature in layer.search(&parcel.bbox().widened(2.0 * FARTHEST)) {
            let values = feature.values()?;
            if let Some(breadth) = Breadth::of(corridor, &values, settled) {
                beside.ends.extend(End::of(&feature.geometry()?));
                beside.measured.push((feature, values, breadth));
                continue;
            }
            let near = parcel.bbox().widened(corridor.remark_within);
            if !feature.bbox().intersects(&near) {
                continue;
            }
            let distance = Euclidean.distance(&feature.geometry()?, &own);
            if distance <= corridor.remark_within {
                beside.unmeasured.push(Unmeasured {
                    feature,
                    values: values.clone(),
                    distance,
                });
            }
            beside.bare.push((feature, values));
        }
        let nearest = |a: &Unmeasured<'_>, b: &Unmeasured<'_>| {
            let by_distance = a.distance.total_cmp(&b.distance);
            by_distance.then_with(|| a.feature.order().cmp(&b.feature.order()))
        };
        beside.unmeasured.sort_by(nearest);
        Ok(beside)
    }

    fn touches(
        &self,
        outline: &Outline,
        parcel: &FeatureRef<'_>,
    ) -> Result<Vec<Touch<'v>>, ShardError> {
        let mut touches = Vec::new();
        let mut desk = Desk::default();
        for (feature, values, breadth) in &self.measured {
            let around = feature.bbox().widened(breadth.reach());
            if !around.intersects(&parcel.bbox()) {
                continue;
            }
            let ground = ground_of(feature, breadth, parcel, &self.ends)?;
            touches.push(Touch {
                feature: *feature,
                values: values.clone(),
                area: common_area(outline, &Outline::of(&ground.into()), &mut desk),
                itself: common_area(outline, &outline_of(feature), &mut desk),
                corridor: Some(*breadth),
            });
        }
        for (feature, values) in &self.bare {
            let itself = common_area(outline, &outline_of(feature), &mut desk);
            touches.push(Touch {
                feature: *feature,
                values: values.clone(),
                area: itself,
                itself,
                corridor: None,
            });
        }
        touches.retain(|touch| touch.area >= LEAST_SHOWN);
        Ok(touches)
    }
}

fn ground_of(
    feature: &FeatureRef<'_>,
    breadth: &Breadth<'_>,
    parcel: &FeatureRef<'_>,
    ends: &[End],
) -> Result<MultiPolygon<f64>, ShardError> {
    let geometry = feature.geometry()?;
    let sides = [breadth.left, breadth.right];
    Ok(strip(&geometry, sides, &parcel.bbox(), ends))
}

/// Area of the parcel that any of these touches.
fn together(
    outline: &Outline,
    parcel: &FeatureRef<'_>,
    touches: &[Touch<'_>],
    ends: &[End],
) -> Result<f64, ShardError> {
    if let [one] = touches {
        return Ok(one.area);
    }
    let (x, y) = (parcel.bbox().min_x, parcel.bbox().min_y);
    let mut grounds = Vec::new();
    for touch in touches {
        let mut ground = match &touch.corridor {
            Some(breadth) => ground_of(&touch.feature, breadth, parcel, ends)?,
            None => crate::geometry::areas::polygons(&touch.feature.geometry()?),
        };
        geo::MapCoordsInPlace::map_coords_in_place(&mut ground, |c| geo::Coord {
            x: c.x - x,
            y: c.y - y,
        });
        grounds.push(ground);
    }
    // The whole is measured once, on what all of them cover.
    let mut all = geo::unary_union(&grounds);
    geo::MapCoordsInPlace::map_coords_in_place(&mut all, |c| geo::Coord {
        x: c.x + x,
        y: c.y + y,
    });
    let sum: f64 = touches.iter().map(|t| t.area).sum();
    let covered = common_area(outline, &Outline::of(&all.into()), &mut Desk::default());
    // Parts that do not lie on each other sum to what they cover, to the last digit.
    Ok(if (sum - covered).abs() < 1e-3 {
        sum
    } else {
        covered
    })
}
