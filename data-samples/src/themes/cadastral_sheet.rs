//! A map sheet as surveyors draw it: boundaries as lines, numbers, land use and areas as texts in them.

use std::collections::HashSet;

use geo::{BoundingRect, Contains, InteriorPoint};
use geo_types::{Coord, Geometry, LineString, Point};

use crate::ground::warp::P;
use crate::output::drawing::Element;
use crate::register::parcels::Parcel;

/// Levels of Thông tư 25/2014, annex 18.
const BOUNDARY: u8 = 10;
const LABEL: u8 = 11;
const NOTE: u8 = 13;
const LAND_USE: u8 = 2;
const AREA: u8 = 4;
/// The frame and what stands in it.
const FRAME: u8 = 63;
/// Vertices of one line: more would become a chain of several elements.
const LONGEST: usize = 80;
/// How far above and below each other the parts of a stacked label stand, metres.
const LINE_HEIGHT: f64 = 1.2;

/// The elements of the sheet that holds `parcels`.
pub fn elements(parcels: &[Parcel]) -> Vec<Element> {
    let mut out = Vec::new();
    let mut drawn = HashSet::new();
    for parcel in parcels {
        for ring in &parcel.rings {
            runs(ring, &mut drawn, &mut out);
        }
    }
    for parcel in parcels {
        label(parcel, &mut out);
    }
    frame(parcels, &mut out);
    out
}

/// The land use as maps write it: `ONT+CLN`.
pub fn land_use(parcel: &Parcel) -> String {
    match parcel.land.second {
        Some((second, _)) => format!("{}+{second}", parcel.land.code),
        None => parcel.land.code.to_owned(),
    }
}

/// The remark a parcel has, if any.
pub fn remark(parcel: &Parcel) -> Option<&'static str> {
    match parcel.land.code {
        "DGT" => Some("Đường giao thông"),
        "DTL" => Some("Kênh mương nội đồng"),
        "NTD" => Some("Nghĩa địa"),
        _ => None,
    }
}

/// A vertex by its bits.
type Bits = (u64, u64);

fn key(p: P) -> Bits {
    (p[0].to_bits(), p[1].to_bits())
}

/// The edges of `ring` that no neighbour has drawn, in lines as long as they go.
fn runs(ring: &[P], drawn: &mut HashSet<(Bits, Bits)>, out: &mut Vec<Element>) {
    let mut run: Vec<Coord<f64>> = Vec::new();
    let mut flush = |run: &mut Vec<Coord<f64>>| {
        if run.len() > 1 {
            out.push(Element {
                level: BOUNDARY,
                color: 0,
                text: None,
                shape: Geometry::LineString(LineString(std::mem::take(run))),
            });
        }
        run.clear();
    };
    for (k, &a) in ring.iter().enumerate() {
        let b = ring.get(k + 1).or(ring.first()).copied().unwrap_or(a);
        let edge = if key(a) <= key(b) {
            (key(a), key(b))
        } else {
            (key(b), key(a))
        };
        if drawn.insert(edge) {
            if run.is_empty() {
                run.push(a.into());
            }
            run.push(b.into());
            if run.len() < LONGEST {
                continue;
            }
        }
        flush(&mut run);
    }
    flush(&mut run);
}

fn label(parcel: &Parcel, out: &mut Vec<Element>) {
    let shape = super::polygon(&parcel.rings);
    let Some(middle) = shape.interior_point() else {
        return;
    };
    let mm = |v: f64| (v * 1000.0).round() / 1000.0;
    let at = |dy: f64| {
        let moved = Point::new(mm(middle.x()), mm(middle.y() + dy));
        if shape.contains(&moved) {
            moved
        } else {
            Point::new(mm(middle.x()), mm(middle.y()))
        }
    };
    let mut write = |level: u8, text: String, dy: f64| {
        out.push(Element {
            level,
            color: 0,
            text: Some(text),
            shape: Geometry::Point(at(dy)),
        });
    };
    let (number, area, land) = (
        parcel.number.to_string(),
        parcel.declared.to_string(),
        land_use(parcel),
    );
    // The three ways offices write one and the same.
    match parcel.number % 3 {
        0 => {
            write(LABEL, number, 0.0);
            write(LAND_USE, land, LINE_HEIGHT);
            write(AREA, area, -LINE_HEIGHT);
        }
        1 => {
            write(LABEL, number.clone(), 0.0);
            write(NOTE, format!("{land} {number}/{area}"), 0.0);
        }
        _ => {
            write(NOTE, number, LINE_HEIGHT);
            write(NOTE, area, -LINE_HEIGHT);
            write(NOTE, land, 0.0);
        }
    }
    if let Some(remark) = remark(parcel) {
        write(NOTE, remark.to_owned(), 0.0);
    }
}

fn frame(parcels: &[Parcel], out: &mut Vec<Element>) {
    let mut corners: Option<geo::Rect<f64>> = None;
    for parcel in parcels {
        if let Some(own) = super::polygon(&parcel.rings).bounding_rect() {
            corners = Some(corners.map_or(own, |all| {
                let (a, b) = (all.min(), all.max());
                geo::Rect::new(
                    Coord {
                        x: a.x.min(own.min().x),
                        y: a.y.min(own.min().y),
                    },
                    Coord {
                        x: b.x.max(own.max().x),
                        y: b.y.max(own.max().y),
                    },
                )
            }));
        }
    }
    let (Some(rect), Some(first)) = (corners, parcels.first()) else {
        return;
    };
    let (a, b) = (rect.min(), rect.max());
    let ring = [(a.x, a.y), (b.x, a.y), (b.x, b.y), (a.x, b.y), (a.x, a.y)];
    out.push(Element {
        level: FRAME,
        color: 0,
        text: None,
        shape: Geometry::LineString(ring.into_iter().map(|(x, y)| Coord { x, y }).collect()),
    });
    out.push(Element {
        level: FRAME,
        color: 0,
        text: Some(format!(
            "BẢN ĐỒ ĐỊA CHÍNH (dữ liệu tổng hợp), tờ số {}",
            first.sheet
        )),
        shape: Geometry::Point(Point::new(a.x, b.y)),
    });
}
