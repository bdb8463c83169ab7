//! Where a table's heading stands, and what its columns are.

use std::sync::Arc;

use diaba_core::theme::{Target, Theme};

use super::roles::{self, Role};
use super::rows::{self, Rows, is_blank};
use crate::decode::{Encoding, decode};
use crate::error::ImportError;

/// Rows in which a heading is looked for: titles, decisions and signatures stand above it.
const LOOKED_AT: usize = 40;
/// Most columns of a table: a row of a hundred thousand separators is no table.
pub const MOST_COLUMNS: usize = 2_048;
/// The ways a heading may be written, where the file does not say.
const ENCODINGS: [Encoding; 4] = [
    Encoding::Unicode,
    Encoding::Tcvn3,
    Encoding::Vni,
    Encoding::Cp1258,
];

/// The heading of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Rows above the data, the heading's own included.
    pub above: usize,
    /// Names of the columns as they came.
    pub names: Vec<String>,
    /// What each column says of the place.
    pub roles: Vec<Option<Role>>,
    /// Whether the column is a part of the theme's key.
    pub keys: Vec<bool>,
}

impl Header {
    /// The first column with `role`.
    pub fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|r| *r == Some(role))
    }

    /// The columns of the two coordinates as written, and whether the name of the first says it is the easting.
    pub fn coordinates(&self) -> Option<Coordinates> {
        if let (Some(first), Some(second)) =
            (self.column(Role::Easting), self.column(Role::Northing))
        {
            return Some(Coordinates {
                first,
                second,
                named: true,
            });
        }
        Some(Coordinates {
            first: self.column(Role::X)?,
            second: self.column(Role::Y)?,
            named: false,
        })
    }

    fn has_place(&self) -> bool {
        self.column(Role::Geometry).is_some() || self.coordinates().is_some()
    }
}

/// The columns of two coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coordinates {
    /// The easting, or X.
    pub first: usize,
    /// The northing, or Y.
    pub second: usize,
    /// Whether the names say which is which.
    pub named: bool,
}

/// Finds the heading of `table`: the row, or two rows one above the other where a heading is split, that name a place
/// and most of the theme's fields. `None` where no row names a place. `bytes` as in [`decode`].
///
/// # Errors
/// As [`Rows::next`].
pub fn find(
    table: &mut dyn Rows,
    theme: &Arc<Theme>,
    bytes: bool,
) -> Result<Option<Header>, ImportError> {
    table.rewind()?;
    let mut top = Vec::new();
    while top.len() < LOOKED_AT {
        let Some((_, row)) = table.next()? else {
            break;
        };
        top.push(row);
    }
    let mut best: Option<(usize, Header)> = None;
    for at in 0..top.len() {
        let Some(row) = top.get(at).filter(|row| !is_blank(row)) else {
            continue;
        };
        let below = top.get(at + 1).map(|below| joined(row, below));
        for (names, height) in [(Some(row.clone()), 1), (below, 2)] {
            let Some(names) = names.filter(|names| names.len() <= MOST_COLUMNS) else {
                continue;
            };
            let (score, mut header) = read(names, theme, bytes);
            header.above = at + height;
            let better = best.as_ref().is_none_or(|(most, _)| score > *most);
            if header.has_place() && better {
                best = Some((score, header));
            }
        }
    }
    let Some((_, mut header)) = best else {
        return Ok(None);
    };
    // Forms number their columns below the heading: (1) (2) (3).
    if top
        .get(header.above)
        .is_some_and(|row| numbers_columns(row))
    {
        header.above += 1;
    }
    Ok(Some(header))
}

/// Two rows of a heading as one: a cell of the lower stands for the one above it, whose cell was merged over several;
/// one that only says the unit is put behind it.
fn joined(upper: &[String], lower: &[String]) -> Vec<String> {
    (0..upper.len().max(lower.len()))
        .map(|at| {
            let cell = |row: &[String]| row.get(at).filter(|cell| !rows::blank(cell)).cloned();
            match (cell(upper), cell(lower)) {
                (Some(upper), Some(unit)) if unit.trim_start().starts_with(['(', '[']) => {
                    format!("{upper} {unit}")
                }
                (_, Some(lower)) => lower,
                (upper, None) => upper.unwrap_or_default(),
            }
        })
        .collect()
}

/// What `names` are, and how many of them are known.
fn read(names: Vec<String>, theme: &Arc<Theme>, bytes: bool) -> (usize, Header) {
    let mut best = (0, Vec::new(), Vec::new());
    let encodings = if bytes {
        &ENCODINGS[..]
    } else {
        &ENCODINGS[..1]
    };
    for encoding in encodings {
        let readable: Vec<String> = names
            .iter()
            .map(|name| decode(name, *encoding, bytes).text.into_owned())
            .collect();
        let found: Vec<Option<Role>> = readable.iter().map(|name| roles::of(name)).collect();
        let fields = theme.match_fields(&readable);
        let field = |at: usize| match fields.columns().get(at).map(|c| &c.target) {
            Some(Target::Field(field)) => Some(*field),
            _ => None,
        };
        let keys: Vec<bool> = (0..names.len())
            .map(|at| field(at).is_some_and(|f| theme.key.contains(&f)))
            .collect();
        let known = (0..names.len())
            .filter(|&at| found.get(at).is_some_and(Option::is_some) || field(at).is_some())
            .count();
        if known > best.0 || best.1.is_empty() {
            best = (known, found, keys);
        }
    }
    let (score, mut roles, keys) = best;
    // A field of the theme may have the name of a side or a point; a key is never a coordinate's helper.
    for (role, key) in roles.iter_mut().zip(&keys) {
        if *key {
            *role = None;
        }
    }
    let names = names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            if rows::blank(&name) {
                format!("field_{}", at + 1)
            } else {
                name
            }
        })
        .collect();
    let header = Header {
        above: 0,
        names,
        roles,
        keys,
    };
    (score, header)
}

fn numbers_columns(row: &[String]) -> bool {
    let numbers: Vec<Option<u32>> = row
        .iter()
        .map(|cell| cell.trim_matches(|c: char| "() []".contains(c)))
        .filter(|cell| !cell.is_empty())
        .map(|cell| cell.parse().ok())
        .collect();
    numbers.len() > 2
        && numbers
            .iter()
            .zip(1..)
            .all(|(number, position)| *number == Some(position))
}

#[cfg(test)]
mod tests {
    use diaba_core::theme::Catalogue;

    use super::*;

    struct Given(Vec<Vec<String>>, usize);

    impl Rows for Given {
        fn rewind(&mut self) -> Result<(), ImportError> {
            self.1 = 0;
            Ok(())
        }

        fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, ImportError> {
            self.1 += 1;
            let row = self.0.get(self.1 - 1).cloned();
            Ok(row.map(|row| (self.1 as u64, row)))
        }
    }

    fn header(rows: &[&str]) -> Option<Header> {
        let theme = Catalogue::load(None)
            .expect("themes")
            .theme("land_parcels")
            .map(Arc::clone);
        let rows = rows
            .iter()
            .map(|row| row.split('|').map(str::to_owned).collect())
            .collect();
        find(&mut Given(rows, 0), &theme.expect("the theme"), false).expect("read")
    }

    #[test]
    fn a_heading_is_found_below_titles_and_in_two_rows() {
        let plain = header(&["ma_xa|so_to|so_thua|wkt", "07210|1|2|POINT(0 0)"]).expect("found");
        assert_eq!((plain.above, plain.column(Role::Geometry)), (1, Some(3)));
        let form = header(&[
            "ỦY BAN NHÂN DÂN XÃ||||",
            "BẢNG LIỆT KÊ TỌA ĐỘ GÓC RANH||||",
            "",
            "Số tờ|Số thửa|Số hiệu đỉnh|Tọa độ||Chiều dài cạnh",
            "|||X (m)|Y (m)|(m)",
            "(1)|(2)|(3)|(4)|(5)|(6)",
            "12|7|1|2353402.4|416226.7|20",
        ])
        .expect("found");
        assert_eq!(form.above, 6);
        assert_eq!(form.column(Role::Corner), Some(2));
        let coordinates = form.coordinates().expect("coordinates");
        assert_eq!((coordinates.first, coordinates.second), (3, 4));
        assert_eq!(form.keys[..2], [true, true]);
        assert_eq!(form.names[0], "Số tờ");
    }

    #[test]
    fn a_table_without_a_place_has_no_heading() {
        assert_eq!(header(&["so_to|so_thua", "1|2"]), None);
        assert_eq!(header(&[]), None);
    }
}
