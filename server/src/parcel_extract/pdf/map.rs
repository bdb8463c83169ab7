//! The map of an extract: the parcel with its numbered corners, what lies beside it, and the plan it lies in.

use std::sync::Arc;

use diaba_core::extract::corners_in_order;
use diaba_core::shard::Box2;
use diaba_core::theme::Role;
use diaba_core::view::{FeatureRef, LayerView};
use geo::{Coord, Geometry, InteriorPoint};

use super::fonts::Weight;
use super::sheet::{Color, INK, Mark, QUIET, Sheet};
use crate::error::ApiError;

/// Features drawn at most: a map of a hand's breadth shows no more.
const MOST: usize = 2_000;

/// A feature as it is drawn, in the working plane.
struct Drawn {
    rings: Vec<Vec<[f64; 2]>>,
    closed: bool,
    color: Option<Color>,
    label: Option<([f64; 2], String)>,
}

/// What the map shows.
pub struct Picture {
    ground: Box2,
    parcel: Vec<Vec<[f64; 2]>>,
    corners: Vec<([f64; 2], [f32; 2], u32)>,
    fills: Vec<Drawn>,
    lines: Vec<Drawn>,
    beside: Vec<Drawn>,
}

impl Picture {
    /// The surroundings of `parcel`, a feature of `layer`.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where a feature cannot be read.
    pub fn of(
        parcel: &FeatureRef<'_>,
        layer: &LayerView,
        layers: &[Arc<LayerView>],
    ) -> Result<Self, ApiError> {
        let own = parcel.bbox();
        let side = (own.max_x - own.min_x).max(own.max_y - own.min_y);
        let reach = own.widened((side * 0.35).max(8.0));
        let ground = wide(&reach);
        let geometry = parcel.geometry().map_err(ApiError::internal)?;
        let mut picture = Self {
            ground,
            corners: numbered(&geometry),
            parcel: rings(&geometry).0,
            fills: Vec::new(),
            lines: Vec::new(),
            beside: Vec::new(),
        };
        for feature in layer.search(&ground).into_iter().take(MOST) {
            if feature.id() != parcel.id() {
                picture.beside.push(beside(&feature)?);
            }
        }
        for other in layers {
            let theme = other.theme();
            let role = theme.extract.as_ref().map(|rule| rule.role);
            // The finest plan is drawn last, over the coarser ones.
            let plan = role == Some(Role::Plan)
                && theme.extract.as_ref().is_some_and(|r| r.record.is_some());
            if plan || role == Some(Role::Restriction) {
                for feature in other.search(&ground).into_iter().take(MOST) {
                    let drawn = coloured(&feature)?;
                    if drawn.closed {
                        picture.fills.push(drawn);
                    } else {
                        picture.lines.push(drawn);
                    }
                }
            }
        }
        Ok(picture)
    }

    /// Draws the map in a frame of this page: left, top, right, bottom.
    pub fn draw(&self, sheet: &mut Sheet<'_>, frame: [f32; 4]) {
        let scale = f64::from(frame[2] - frame[0]) / (self.ground.max_x - self.ground.min_x);
        let scale =
            scale.min(f64::from(frame[3] - frame[1]) / (self.ground.max_y - self.ground.min_y));
        let (x, y) = (
            f64::midpoint(self.ground.min_x, self.ground.max_x),
            f64::midpoint(self.ground.min_y, self.ground.max_y),
        );
        let middle = [
            f64::from(frame[0] + frame[2]) / 2.0,
            f64::from(frame[1] + frame[3]) / 2.0,
        ];
        let at = |place: &[f64; 2]| {
            [
                (middle[0] + (place[0] - x) * scale) as f32,
                (middle[1] - (place[1] - y) * scale) as f32,
            ]
        };
        let on_paper = |rings: &[Vec<[f64; 2]>]| -> Vec<Vec<[f32; 2]>> {
            rings
                .iter()
                .map(|ring| ring.iter().map(at).collect())
                .collect()
        };
        let clip = Some(frame);
        let mut path = |rings, closed, fill, stroke| {
            sheet.mark(Mark::Path {
                rings,
                closed,
                fill,
                stroke,
                clip,
            });
        };
        for fill in &self.fills {
            let color = fill.color.map(|color| (color, 0.35));
            path(on_paper(&fill.rings), true, color, Some((QUIET, 0.25)));
        }
        for other in &self.beside {
            path(on_paper(&other.rings), true, None, Some((QUIET, 0.5)));
        }
        for line in &self.lines {
            let color = line.color.unwrap_or(QUIET);
            path(on_paper(&line.rings), line.closed, None, Some((color, 1.4)));
        }
        path(
            on_paper(&self.parcel),
            true,
            Some(([255, 214, 10], 0.25)),
            Some((INK, 1.6)),
        );
        let corners = vec![
            [frame[0], frame[1]],
            [frame[2], frame[1]],
            [frame[2], frame[3]],
            [frame[0], frame[3]],
        ];
        sheet.mark(Mark::Path {
            rings: vec![corners],
            closed: true,
            fill: None,
            stroke: Some((INK, 0.8)),
            clip: None,
        });
        for other in &self.beside {
            if let Some((place, label)) = &other.label {
                let [x, y] = at(place);
                let inside = x > frame[0] + 8.0
                    && x < frame[2] - 16.0
                    && y > frame[1] + 8.0
                    && y < frame[3] - 4.0;
                if inside {
                    sheet.mark(text(x - 6.0, y + 2.5, 6.5, QUIET, label));
                }
            }
        }
        self.numbers(sheet, &at);
        scale_bar(sheet, frame, scale);
        north(sheet, frame);
    }

    /// The numbers of the corners, outside the parcel; where they would lie on each other some are left out.
    fn numbers(&self, sheet: &mut Sheet<'_>, at: &impl Fn(&[f64; 2]) -> [f32; 2]) {
        let mut taken: Vec<[f32; 2]> = Vec::new();
        for (place, out, number) in &self.corners {
            let [x, y] = at(place);
            let spot = [x + out[0] * 7.0, y - out[1] * 7.0];
            let near = |other: &[f32; 2]| (other[0] - spot[0]).hypot(other[1] - spot[1]) < 9.0;
            sheet.mark(dot(x, y));
            if taken.iter().any(near) {
                continue;
            }
            taken.push(spot);
            let label = number.to_string();
            let breadth = sheet.fonts.length(Weight::SemiBold, &label) * 7.0;
            sheet.mark(Mark::Text {
                x: spot[0] - breadth / 2.0,
                y: spot[1] + 2.5,
                size: 7.0,
                weight: Weight::SemiBold,
                color: INK,
                text: label,
            });
        }
    }
}

/// A box of the map's shape around another.
fn wide(reach: &Box2) -> Box2 {
    let (width, height) = (reach.max_x - reach.min_x, reach.max_y - reach.min_y);
    let shape = 499.0 / 300.0;
    let (more_x, more_y) = if width / height < shape {
        ((height * shape - width) / 2.0, 0.0)
    } else {
        (0.0, (width / shape - height) / 2.0)
    };
    Box2 {
        min_x: reach.min_x - more_x,
        min_y: reach.min_y - more_y,
        max_x: reach.max_x + more_x,
        max_y: reach.max_y + more_y,
    }
}

fn rings(geometry: &Geometry<f64>) -> (Vec<Vec<[f64; 2]>>, bool) {
    let ring = |line: &geo::LineString<f64>| line.0.iter().map(|c| [c.x, c.y]).collect();
    match geometry {
        Geometry::Polygon(p) => (
            std::iter::once(p.exterior())
                .chain(p.interiors())
                .map(ring)
                .collect(),
            true,
        ),
        Geometry::MultiPolygon(many) => (
            many.iter()
                .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
                .map(ring)
                .collect(),
            true,
        ),
        Geometry::LineString(line) => (vec![ring(line)], false),
        Geometry::MultiLineString(lines) => (lines.iter().map(ring).collect(), false),
        _ => (Vec::new(), false),
    }
}

fn beside(feature: &FeatureRef<'_>) -> Result<Drawn, ApiError> {
    let geometry = feature.geometry().map_err(ApiError::internal)?;
    let theme = feature.theme();
    let number = theme.field_index("so_thua").or(theme.label);
    let number = match number {
        Some(field) => feature.value(field).map_err(ApiError::internal)?,
        None => None,
    };
    let place = geometry.interior_point();
    let (rings, closed) = rings(&geometry);
    Ok(Drawn {
        rings,
        closed,
        color: None,
        label: place
            .zip(number)
            .map(|(place, number)| ([place.x(), place.y()], number.to_string())),
    })
}

fn coloured(feature: &FeatureRef<'_>) -> Result<Drawn, ApiError> {
    let legend = feature.theme().legend();
    let color = match &legend {
        Some(legend) => {
            let code = feature.value(legend.position).map_err(ApiError::internal)?;
            let code = code.as_ref().and_then(|value| value.as_text());
            code.and_then(|code| legend.list.get(code)?.color)
        }
        None => None,
    };
    let (rings, closed) = rings(&feature.geometry().map_err(ApiError::internal)?);
    Ok(Drawn {
        rings,
        closed,
        color,
        label: None,
    })
}

/// The corners as the corner table numbers them, and the direction away from the parcel at each.
fn numbered(geometry: &Geometry<f64>) -> Vec<([f64; 2], [f32; 2], u32)> {
    let mut all = Vec::new();
    let mut number = 0;
    for (_, places) in corners_in_order(geometry) {
        let count = places.len();
        let before = places.iter().cycle().skip(count.saturating_sub(1));
        let after = places.iter().cycle().skip(1);
        for ((here, before), after) in places.iter().zip(before).zip(after) {
            number += 1;
            // Clockwise the outside is on the left.
            let left = |a: &Coord<f64>, b: &Coord<f64>| {
                let length = (b.x - a.x).hypot(b.y - a.y).max(1e-9);
                [-(b.y - a.y) / length, (b.x - a.x) / length]
            };
            let (one, two) = (left(before, here), left(here, after));
            let sum = [one[0] + two[0], one[1] + two[1]];
            let length = sum[0].hypot(sum[1]).max(1e-9);
            let out = [(sum[0] / length) as f32, (sum[1] / length) as f32];
            all.push(([here.x, here.y], out, number));
        }
    }
    all
}

fn text(x: f32, y: f32, size: f32, color: Color, text: &str) -> Mark {
    Mark::Text {
        x,
        y,
        size,
        weight: Weight::Regular,
        color,
        text: text.to_owned(),
    }
}

fn dot(x: f32, y: f32) -> Mark {
    let r = 1.4;
    Mark::Path {
        rings: vec![vec![[x - r, y], [x, y - r], [x + r, y], [x, y + r]]],
        closed: true,
        fill: Some((INK, 1.0)),
        stroke: None,
        clip: None,
    }
}

/// A bar of a round length, about a fifth of the map.
fn scale_bar(sheet: &mut Sheet<'_>, frame: [f32; 4], scale: f64) {
    let about = f64::from(frame[2] - frame[0]) / 5.0 / scale;
    let ten = 10f64.powf(about.log10().floor());
    let metres = [5.0, 2.0, 1.0]
        .iter()
        .map(|n| n * ten)
        .find(|m| *m <= about)
        .unwrap_or(ten);
    let length = (metres * scale) as f32;
    let (x, y) = (frame[0] + 10.0, frame[3] - 12.0);
    sheet.mark(Mark::Path {
        rings: vec![vec![
            [x - 5.0, y - 16.0],
            [x + length + 34.0, y - 16.0],
            [x + length + 34.0, y + 6.0],
            [x - 5.0, y + 6.0],
        ]],
        closed: true,
        fill: Some(([255, 255, 255], 0.85)),
        stroke: None,
        clip: None,
    });
    for half in 0..2u8 {
        let from = x + length / 2.0 * f32::from(half);
        let to = from + length / 2.0;
        let color = if half == 0 { INK } else { [255, 255, 255] };
        sheet.mark(Mark::Path {
            rings: vec![vec![[from, y - 3.0], [to, y - 3.0], [to, y], [from, y]]],
            closed: true,
            fill: Some((color, 1.0)),
            stroke: Some((INK, 0.5)),
            clip: None,
        });
    }
    sheet.mark(text(x - 1.5, y - 6.0, 6.5, INK, "0"));
    let end = crate::parcel_extract::numbers::number(metres, usize::from(metres < 1.0));
    sheet.mark(text(
        x + length - 4.0,
        y - 6.0,
        6.5,
        INK,
        &format!("{end} m"),
    ));
}

fn north(sheet: &mut Sheet<'_>, frame: [f32; 4]) {
    let (x, y) = (frame[2] - 18.0, frame[1] + 14.0);
    sheet.mark(Mark::Path {
        rings: vec![vec![
            [x, y - 8.0],
            [x + 5.0, y + 8.0],
            [x, y + 4.0],
            [x - 5.0, y + 8.0],
        ]],
        closed: true,
        fill: Some((INK, 1.0)),
        stroke: None,
        clip: None,
    });
    sheet.mark(text(x - 2.5, y + 16.0, 7.5, INK, "B"));
}
