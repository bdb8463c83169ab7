//! Corners of parcels, one a row, made into polygons.
//!
//! The table of a land-use certificate numbers the corners of a parcel and gives X, which is the northing, and Y, the
//! easting. The first corner is often repeated at the end; corners after that are those of a hole.

use diaba_core::theme::parse_number;
use geo::{Coord, LineString, Polygon};

use crate::source::Shape;

/// One corner as its row has it.
#[derive(Debug, Clone)]
pub struct Corner {
    /// Position of the row in the file, from 1.
    pub row: u64,
    /// Its number; empty where the table has none.
    pub label: String,
    /// The ring it belongs to; empty where the table does not say.
    pub ring: String,
    /// The two coordinates as text, easting first.
    pub at: [String; 2],
}

/// The polygon through `corners`, or what is wrong with them, in words for the report.
///
/// # Errors
/// Says which row has no coordinates, or that there are too few corners.
pub fn polygon(corners: &[Corner]) -> Result<Shape, String> {
    let mut rings: Vec<Ring> = Vec::new();
    for corner in corners {
        let placed = place(corner)?;
        match rings.last_mut() {
            Some(ring) if !ring.closed && ring.name == corner.ring => {
                let labelled = !ring.first.is_empty() && ring.first == corner.label;
                let there = ring.corners.first().map(|first| first.at) == Some(placed.at);
                if ring.corners.len() > 2 && (labelled || there) {
                    ring.closed = true;
                } else {
                    ring.corners.push(placed);
                }
            }
            _ => rings.push(Ring {
                name: corner.ring.clone(),
                first: corner.label.clone(),
                corners: vec![placed],
                closed: false,
            }),
        }
    }
    let mut rings = rings.into_iter().map(|ring| in_order(ring.corners));
    let shell = rings
        .next()
        .transpose()?
        .ok_or_else(|| "không có góc nào · there is no corner".to_owned())?;
    let holes = rings.collect::<Result<Vec<_>, _>>()?;
    Ok(Shape {
        geometry: Polygon::new(shell, holes).into(),
        flattened: false,
        closed_rings: 0,
        linearised: false,
    })
}

struct Ring {
    name: String,
    /// The label of its first corner.
    first: String,
    corners: Vec<Placed>,
    closed: bool,
}

#[derive(Debug, Clone)]
struct Placed {
    number: Option<u32>,
    at: Coord<f64>,
}

fn place(corner: &Corner) -> Result<Placed, String> {
    let [x, y] = &corner.at;
    let read = |text: &str| parse_number(text, None).map(|(number, _)| number);
    match (read(x), read(y)) {
        (Some(x), Some(y)) => Ok(Placed {
            number: corner.label.trim().parse().ok(),
            at: Coord { x, y },
        }),
        _ => Err(format!(
            "dòng {0}: tọa độ không phải là số · row {0}: a coordinate is not a number",
            corner.row
        )),
    }
}

/// A ring through its corners: by their numbers where those are 1 to n, else in the order of the rows (numbers of
/// survey marks say nothing about the order).
fn in_order(mut corners: Vec<Placed>) -> Result<LineString<f64>, String> {
    if corners.len() < 3 {
        return Err(format!("chỉ có {0} góc · only {0} corners", corners.len()));
    }
    let mut numbers: Vec<u32> = corners.iter().filter_map(|c| c.number).collect();
    numbers.sort_unstable();
    let numbered = numbers.len() == corners.len() && numbers.iter().zip(1..).all(|(n, i)| *n == i);
    if numbered {
        corners.sort_by_key(|corner| corner.number);
    }
    let mut ring = LineString(corners.into_iter().map(|corner| corner.at).collect());
    ring.close();
    Ok(ring)
}

#[cfg(test)]
mod tests {
    use geo::{Area, Geometry};

    use super::*;

    fn corners(rows: &[(&str, &str, f64, f64)]) -> Vec<Corner> {
        rows.iter()
            .zip(1..)
            .map(|((ring, label, x, y), row)| Corner {
                row,
                label: (*label).to_owned(),
                ring: (*ring).to_owned(),
                at: [x.to_string(), y.to_string()],
            })
            .collect()
    }

    fn made(rows: &[(&str, &str, f64, f64)]) -> Result<(f64, usize), String> {
        polygon(&corners(rows)).map(|shape| match shape.geometry {
            Geometry::Polygon(p) => (p.unsigned_area(), p.interiors().len()),
            other => panic!("{other:?}"),
        })
    }

    const SQUARE: [(&str, &str, f64, f64); 4] = [
        ("", "1", 0.0, 0.0),
        ("", "2", 10.0, 0.0),
        ("", "3", 10.0, 10.0),
        ("", "4", 0.0, 10.0),
    ];

    #[test]
    fn rings_close_with_and_without_the_first_corner_again() {
        assert_eq!(made(&SQUARE), Ok((100.0, 0)));
        let mut closed = SQUARE.to_vec();
        closed.push(SQUARE[0]);
        assert_eq!(made(&closed), Ok((100.0, 0)));
        let mut by_label = SQUARE.to_vec();
        by_label.push(("", "1", 0.001, 0.0));
        assert_eq!(made(&by_label), Ok((100.0, 0)));
    }

    #[test]
    fn numbers_from_one_give_the_order_and_other_numbers_do_not() {
        let [a, b, c, d] = SQUARE;
        assert_eq!(made(&[a, c, b, d]), Ok((100.0, 0)));
        let marks = |(_, _, x, y), label| ("", label, x, y);
        let shuffled = [
            marks(a, "57"),
            marks(b, "12"),
            marks(c, "90"),
            marks(d, "3"),
        ];
        assert_eq!(made(&shuffled), Ok((100.0, 0)));
    }

    #[test]
    fn corners_after_the_ring_is_closed_are_a_hole() {
        let mut rows = SQUARE.to_vec();
        rows.push(SQUARE[0]);
        rows.extend([
            ("", "5", 2.0, 2.0),
            ("", "6", 4.0, 2.0),
            ("", "7", 4.0, 4.0),
            ("", "8", 2.0, 4.0),
            ("", "5", 2.0, 2.0),
        ]);
        assert_eq!(made(&rows), Ok((96.0, 1)));
        let said: Vec<_> = SQUARE
            .iter()
            .map(|(_, l, x, y)| ("1", *l, *x, *y))
            .chain(
                SQUARE
                    .iter()
                    .map(|(_, l, x, y)| ("2", *l, 1.0 + x / 5.0, 1.0 + y / 5.0)),
            )
            .collect();
        assert_eq!(made(&said), Ok((96.0, 1)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(
            made(&SQUARE[..2])
                .expect_err("two corners")
                .contains("2 corners")
        );
        assert!(made(&[]).is_err());
        let mut rows = corners(&SQUARE);
        rows[2].at[0] = "—".to_owned();
        assert!(polygon(&rows).expect_err("no number").contains("row 3"));
        rows[2].at[0] = "10,000".to_owned();
        assert!(polygon(&rows).is_ok());
    }
}
