//! Chainage stones along lines: K0, K0+100, … at their true place.

use super::STONES;
use super::draft::Draft;
use super::labels::ORDER;
use super::rank::Weight;
use crate::feature::Value;
use crate::space::{TileCoord, World};
use crate::theme::Theme;
use crate::tile::{Drawn, DrawnKind, LayerBuilder, Tag, TileSpec, decode_number, encode_value};

/// Properties of a stone: its chainage as it is written (`K12+350`) and in metres, how much it matters.
const KEYS: [&str; 3] = ["ly_trinh", "ly_trinh_m", ORDER];
/// Two lines that meet at a whole chainage have one stone there: nearer than this share of a tile it is the same one.
const SAME: u32 = 512;
/// No line has more: a chainage that is wrong by a thousand must not fill a tile.
const MOST: u64 = 20_000;

/// The stones of a tile, each in the tile it lies in.
pub(super) struct Stones {
    draft: Draft,
    coord: TileCoord,
    /// Positions of the fields with the chainage at a line's ends, among the tile's.
    ends: [u32; 2],
    /// Metres from stone to stone.
    step: u32,
    stood: Vec<(u64, World)>,
}

impl Stones {
    /// `None` where the theme has no stones at this zoom.
    pub fn new(theme: &Theme, coord: TileCoord) -> Option<Self> {
        let chainage = theme.chainage.as_ref()?;
        let step = chainage.step(coord.z())?;
        let place = |field: usize| {
            let mut fields = theme.tile_fields();
            fields.position(|(i, _)| i == field).map(|at| at as u32)
        };
        let name = format!("{}{STONES}", theme.id);
        let layer = LayerBuilder::new(&name, &KEYS, TileSpec::new(coord));
        Some(Self {
            draft: Draft::labels(name, layer),
            coord,
            ends: [place(chainage.from)?, place(chainage.to)?],
            step,
            stood: Vec::new(),
        })
    }

    /// The stones of a line.
    pub fn add<'t>(&mut self, line: &Drawn<'_>, tags: impl IntoIterator<Item = (u32, &'t [u8])>) {
        let mut ends = [None; 2];
        for (field, value) in tags {
            for (end, place) in ends.iter_mut().zip(self.ends) {
                if field == place {
                    *end = decode_number(value);
                }
            }
        }
        if let (DrawnKind::Line, [Some(from), Some(to)]) = (line.kind, ends) {
            let (coord, step) = (self.coord, f64::from(self.step));
            stones(line, from, to, step, |metres, place| {
                if TileCoord::holding(coord.z(), place) == Ok(coord) {
                    self.stand(metres, place);
                }
            });
        }
    }

    fn stand(&mut self, metres: u64, place: World) {
        let near = (1u64 << self.coord.bits()) / u64::from(SAME);
        let is_here = |(other, at): &(u64, World)| {
            let apart = at.x.abs_diff(place.x).max(at.y.abs_diff(place.y));
            *other == metres && u64::from(apart) <= near
        };
        if self.stood.iter().any(is_here) {
            return;
        }
        self.stood.push((metres, place));
        let order = order(metres);
        let values = [
            Value::Text(written(metres)),
            Value::Integer(i64::try_from(metres).unwrap_or(i64::MAX)),
            Value::Integer(i64::from(order)),
        ];
        let values: Vec<Vec<u8>> = values.iter().filter_map(encode_value).collect();
        let id = self.stood.len() as u64;
        let tags = values.iter().enumerate();
        let tags = tags.map(|(key, value)| (key as u32, Tag::Value(value)));
        self.draft.add_place(id, place, tags, Weight::label(order));
    }

    /// The layer of the stones.
    pub fn finish(self) -> Draft {
        self.draft
    }
}

/// `K12+350`; whole kilometres as `K12`.
fn written(metres: u64) -> String {
    match (metres / 1000, metres % 1000) {
        (km, 0) => format!("K{km}"),
        (km, rest) => format!("K{km}+{rest:03}"),
    }
}

/// How much a stone matters: every tenth kilometre before every fifth, before whole ones, before the rest.
fn order(metres: u64) -> u32 {
    let steps = [10_000, 5_000, 1_000, 500];
    steps
        .iter()
        .take_while(|step| !metres.is_multiple_of(**step))
        .count() as u32
}

/// Hands on the multiples of `step` between the chainages of the line's ends, each with its place; lengths are measured
/// on the ellipsoid and stretched evenly so that they end at `to`.
fn stones(line: &Drawn<'_>, from: f64, to: f64, step: f64, mut stand: impl FnMut(u64, World)) {
    let span = to - from;
    if !(span.is_finite() && span != 0.0 && from >= 0.0 && to >= 0.0) {
        return;
    }
    let first = (from.min(to) / step).ceil() as u64;
    let last = (from.max(to) / step).floor() as u64;
    if last < first || last - first > MOST {
        return;
    }
    let legs = legs(line);
    let length: f64 = legs.iter().map(|(_, _, length)| length).sum();
    if length <= 0.0 {
        return;
    }
    let mut legs = legs.into_iter().peekable();
    let mut behind = 0.0;
    let rising: Vec<u64> = if span > 0.0 {
        (first..=last).collect()
    } else {
        (first..=last).rev().collect()
    };
    for number in rising {
        let metres = number as f64 * step;
        let along = (metres - from) / span * length;
        while legs.peek().is_some_and(|(_, _, leg)| behind + leg < along) {
            behind += legs.next().map_or(0.0, |(_, _, leg)| leg);
        }
        // Rounding may put the last stone behind the last leg: it stands at its end.
        let (a, b, leg) = legs.peek().copied().unwrap_or_else(|| {
            let end = line.coords.last().copied().unwrap_or_default();
            (end, end, 1.0)
        });
        let share = ((along - behind) / leg).clamp(0.0, 1.0);
        let between = |a: u32, b: u32| {
            let (a, b) = (f64::from(a), f64::from(b));
            (b - a).mul_add(share, a).round() as u32
        };
        let place = World {
            x: between(a.x, b.x),
            y: between(a.y, b.y),
        };
        stand(metres as u64, place);
    }
}

/// The stretches of a line from vertex to vertex, with their lengths in metres; none of no length.
fn legs(line: &Drawn<'_>) -> Vec<(World, World, f64)> {
    let paths = line.paths().flat_map(|(path, _)| path.windows(2));
    paths
        .filter_map(|pair| {
            let &[a, b] = pair else { return None };
            let length = metres(a, b);
            (length > 0.0).then_some((a, b, length))
        })
        .collect()
}

/// Metres between two places near one another, on WGS 84's ellipsoid (radii of curvature at the latitude between them).
fn metres(a: World, b: World) -> f64 {
    const MAJOR: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_3;
    let (p, q) = (a.to_lonlat(), b.to_lonlat());
    let (sin, cos) = f64::midpoint(p.lat, q.lat).to_radians().sin_cos();
    let w = (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt();
    let north = MAJOR * (1.0 - ECCENTRICITY_SQUARED) / (w * w * w) * (q.lat - p.lat).to_radians();
    let east = MAJOR / w * cos * (q.lon - p.lon).to_radians();
    north.hypot(east)
}
