//! One commune surveyed: everything its squares hold, on the ground.

use super::communes::Commune;
use super::parcels::{Parcel, of_square};
use crate::chance::{hash, stream};
use crate::ground::plane::Plane;
use crate::ground::terrain::Zone;
use crate::ground::warp::{P, twice_area};
use crate::layout::square::{lay_out, outline};
use crate::layout::{Draft, WayKind};
use crate::province::{Member, Province};

/// A road, lane or canal.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is.
    pub kind: WayKind,
    /// Use of the land it runs through.
    pub zone: Zone,
    /// Its middle, EPSG:9214, metres.
    pub course: Vec<P>,
    /// Width of its ground, metres.
    pub width: f64,
    /// Number of the hamlet it belongs to.
    pub hamlet: u64,
}

/// A reservoir.
#[derive(Debug, Clone)]
pub struct Lake {
    /// Its shoreline, the first vertex not repeated.
    pub shore: Vec<P>,
    /// Its dam.
    pub dam: Vec<P>,
    /// Number of the hamlet it is named after.
    pub hamlet: u64,
}

/// An area of the land-use plan.
#[derive(Debug, Clone)]
pub struct PlanArea {
    /// Its outline, the first vertex not repeated.
    pub outline: Vec<P>,
    /// Land-use code now.
    pub now: &'static str,
    /// Land-use code planned.
    pub planned: &'static str,
}

/// What the survey of a commune brings in.
#[derive(Debug)]
pub struct CommuneSurvey {
    /// The commune.
    pub commune: &'static Commune,
    /// Its parcels, in the order of sheets and numbers.
    pub parcels: Vec<Parcel>,
    /// Its roads, lanes and canals.
    pub lines: Vec<Line>,
    /// Its reservoirs.
    pub lakes: Vec<Lake>,
    /// Its areas in the land-use plan.
    pub plan: Vec<PlanArea>,
}

/// Surveys a commune.
pub fn survey(province: &Province, member: &Member) -> CommuneSurvey {
    let commune = member.commune;
    let mut out = CommuneSurvey {
        commune,
        parcels: Vec::new(),
        lines: Vec::new(),
        lakes: Vec::new(),
        plan: Vec::new(),
    };
    let mut sheet = 0;
    for &(i, j) in &member.squares {
        let draft = lay_out(&province.frame, &province.terrain, province.seed, i, j);
        let salt = hash(province.seed, i as i64, j as i64);
        let ground = draft.plane.survey(&province.warp, salt);
        out.parcels.extend(of_square(
            province,
            commune,
            (i, j),
            &draft,
            &ground,
            &mut sheet,
        ));
        out.lines.extend(draft.ways.iter().map(|way| Line {
            kind: way.kind,
            zone: way.zone,
            course: province.warp.course(way.from, way.to, 45.0),
            width: way.width,
            hamlet: province.terrain.village(way.from).0,
        }));
        out.lakes.extend(draft.reservoirs.iter().map(|lake| Lake {
            shore: ground.ring(&lake.shore),
            dam: province.warp.course(lake.dam[0], lake.dam[1], 25.0),
            hamlet: province.terrain.village(lake.dam[0]).0,
        }));
        out.plan.extend(plan_areas(province, commune, i, j));
    }
    out
}

/// The land-use plan of a square: areas of its own making, which parcels' boundaries do not follow.
fn plan_areas(province: &Province, commune: &Commune, i: usize, j: usize) -> Vec<PlanArea> {
    let (plane, ring) = Plane::new(&outline(&province.frame, i, j));
    let mut draft = Draft::new(
        plane,
        &province.terrain,
        stream(province.seed ^ 0x504C, i as i64, j as i64),
    );
    let size = (province.frame.side * province.frame.side / 30.0).clamp(9_000.0, 90_000.0);
    let faces = draft.halves(ring, size, 0.2);
    let areas: Vec<(Vec<u32>, &str, &str)> = faces
        .into_iter()
        .map(|face| {
            let (_, centre) = draft.plane.area_and_centre(&draft.plane.expand(&face));
            let zone = province.terrain.zone(centre);
            let now = zone_code(zone, commune.is_urban());
            let near_town = province.terrain.town(centre) > -0.9;
            let planned = match zone {
                Zone::Paddy | Zone::Crops if near_town && draft.chance(0.35) => "ODT",
                Zone::Paddy | Zone::Crops if near_town && draft.chance(0.2) => "TMD",
                Zone::Paddy if draft.chance(0.03) => "SKN",
                Zone::Paddy if draft.chance(0.04) => "NTS",
                Zone::Crops if draft.chance(0.06) => "CLN",
                Zone::Orchard if draft.chance(0.03) => "DKV",
                Zone::Forest if draft.chance(0.04) => "RPH",
                _ => now,
            };
            (face, now, planned)
        })
        .collect();
    let ground = draft.plane.survey(
        &province.warp,
        hash(province.seed ^ 0x504C, i as i64, j as i64),
    );
    areas
        .into_iter()
        .map(|(face, now, planned)| PlanArea {
            outline: ground.ring(&face),
            now,
            planned,
        })
        .collect()
}

/// The land-use code that stands for a zone.
const fn zone_code(zone: Zone, urban: bool) -> &'static str {
    match zone {
        Zone::Town => "ODT",
        Zone::Village if urban => "ODT",
        Zone::Village => "ONT",
        Zone::Paddy => "LUC",
        Zone::Crops => "HNK",
        Zone::Ponds => "NTS",
        Zone::Orchard => "CLN",
        Zone::Forest => "RSX",
        Zone::Protected => "RPH",
    }
}

/// Area of a ring without its closing vertex, m².
pub fn ring_area(ring: &[P]) -> f64 {
    twice_area(ring).abs() / 2.0
}
