//! Parcels as the register keeps them: sheets and numbers, areas, purposes, addresses. Never a person.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::communes::Commune;
use super::places;
use crate::chance::{hash, stream};
use crate::ground::plane::Survey;
use crate::ground::warp::{P, twice_area};
use crate::layout::{Draft, Land, Piece};
use crate::province::Province;

/// Characters of the land database's parcel names.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRSTUVWX";

/// Parcels of a full map sheet.
const SHEET: usize = 300;

/// A parcel of the register.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Rings in EPSG:9214, metres, easting first: the outline counter-clockwise, then holes clockwise; the
    /// first vertex not repeated.
    pub rings: Vec<Vec<P>>,
    /// The commune of 2023.
    pub commune: &'static Commune,
    /// Map sheet, from 1 within the commune of 2023.
    pub sheet: u32,
    /// Number, from 1 within the sheet.
    pub number: u32,
    /// What it is used for.
    pub land: Land,
    /// Area in EPSG:9214, m².
    pub area: f64,
    /// Area the register declares, m², one decimal.
    pub declared: f64,
    /// Where it lies: hamlet or field tract.
    pub address: String,
    /// Twelve characters that name the parcel in the land database.
    pub name: String,
}

/// Area of rings, holes taken off, m².
pub fn area(rings: &[Vec<P>]) -> f64 {
    rings.iter().map(|r| twice_area(r)).sum::<f64>() / 2.0
}

/// The parcels of a square in the order of their sheets and numbers; `sheet` counts the commune's sheets.
pub fn of_square(
    province: &Province,
    commune: &'static Commune,
    (i, j): (usize, usize),
    draft: &Draft<'_>,
    survey: &Survey<'_>,
    sheet: &mut u32,
) -> Vec<Parcel> {
    let mut out = Vec::new();
    let salt = hash(province.seed, i as i64, j as i64);
    let mut rng = stream(province.seed ^ 0x5245_4749, i as i64, j as i64);
    for pieces in sheets(&draft.pieces) {
        *sheet += 1;
        let mut parcels: Vec<Parcel> = pieces
            .iter()
            .map(|piece| {
                let mut rings = vec![survey.ring(&piece.outer)];
                rings.extend(piece.holes.iter().map(|h| survey.ring(h)));
                let (_, centre) = draft.plane.area_and_centre(&piece.outer);
                let (hamlet, depth) = province.terrain.village(centre);
                let address = address(hamlet, depth, salt, piece.block);
                parcel(&mut rng, piece, rings, commune, *sheet, address)
            })
            .collect();
        number(&mut parcels);
        out.extend(parcels);
    }
    out
}

/// The pieces of a square in runs of about a sheet; blocks stay together.
fn sheets(pieces: &[Piece]) -> Vec<&[Piece]> {
    let mut out = Vec::new();
    let (mut start, mut block_start) = (0, 0);
    for k in 1..=pieces.len() {
        let ends = match (pieces.get(k - 1), pieces.get(k)) {
            (Some(a), Some(b)) => a.block != b.block,
            _ => true,
        };
        if !ends {
            continue;
        }
        if k - start > SHEET + SHEET / 12 && block_start > start {
            out.extend(pieces.get(start..block_start));
            start = block_start;
        }
        block_start = k;
    }
    out.extend(pieces.get(start..).filter(|p| !p.is_empty()));
    out
}

fn parcel(
    rng: &mut ChaCha8Rng,
    piece: &Piece,
    rings: Vec<Vec<P>>,
    commune: &'static Commune,
    sheet: u32,
    address: String,
) -> Parcel {
    let area = area(&rings);
    let ratio = if rng.random::<f64>() < 0.012 {
        rng.random_range(0.992..1.0065)
    } else {
        rng.random_range(0.9999..1.0002)
    };
    let urban = |code: &'static str| {
        if code == "ONT" && commune.is_urban() {
            "ODT"
        } else {
            code
        }
    };
    let land = Land {
        code: urban(piece.land.code),
        second: piece.land.second.map(|(c, s)| (urban(c), s)),
    };
    let name = (0..12)
        .filter_map(|_| LETTERS.get(rng.random_range(0..LETTERS.len())))
        .map(|&b| char::from(b))
        .collect();
    Parcel {
        rings,
        commune,
        sheet,
        number: 0,
        land,
        area,
        declared: (area * ratio * 10.0).round() / 10.0,
        address,
        name,
    }
}

/// "Thôn …" for what lies in or near a village, "Xứ đồng …" for what lies in the fields.
fn address(hamlet: u64, depth: f64, salt: u64, block: u32) -> String {
    if depth > -0.05 {
        format!("Thôn {}", places::hamlet(hamlet))
    } else {
        // A tract is a few blocks that follow one another.
        format!(
            "Xứ đồng {}, thôn {}",
            places::tract(salt ^ u64::from(block / 4)),
            places::hamlet(hamlet)
        )
    }
}

/// Numbers the parcels of a sheet from the north-west, along bands from west to east.
fn number(parcels: &mut [Parcel]) {
    const BAND: f64 = 45.0;
    parcels.sort_by_cached_key(|p| {
        let ring = p.rings.first().map_or(&[][..], Vec::as_slice);
        let n = ring.len().max(1) as f64;
        let (x, y) = ring
            .iter()
            .fold((0.0, 0.0), |(x, y), q| (x + q[0], y + q[1]));
        ((-(y / n) / BAND).floor() as i64, (x / n * 1000.0) as i64)
    });
    for (k, parcel) in parcels.iter_mut().enumerate() {
        parcel.number = k as u32 + 1;
    }
}
