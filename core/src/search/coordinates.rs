//! Coordinates as people type them: VN-2000 pairs from certificates, WGS 84 in degrees.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// A pair of numbers, by what they can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Typed {
    /// Longitude and latitude, degrees on WGS 84.
    Degrees {
        /// Degrees east.
        lon: f64,
        /// Degrees north.
        lat: f64,
    },
    /// A place on some VN-2000 grid.
    Grid {
        /// X of a certificate: the northing, metres.
        x: f64,
        /// Y of a certificate: the easting, metres.
        y: f64,
        /// The grid's central meridian in minutes of arc, where it was said.
        meridian: Option<i32>,
    },
}

/// Việt Nam with its islands, degrees, and what its grids give there, metres.
const LATITUDES: [f64; 2] = [6.0, 24.5];
const LONGITUDES: [f64; 2] = [101.0, 118.5];
const NORTHINGS: [f64; 2] = [700_000.0, 2_700_000.0];
const EASTINGS: [f64; 2] = [100_000.0, 900_000.0];

fn regex(cell: &'static LazyLock<Option<Regex>>) -> Option<&'static Regex> {
    cell.as_ref()
}

/// `21°16'23.2"N`; minutes may have decimals, and then there are no seconds. Degrees without a sign are none.
static SEXAGESIMAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) ([nsewb]|đ)? \s* (\d{1,3}) \s* [°º˚] \s* (\d{1,2}(?:[.,]\d+)?) \s* (?:['′’‘`]|ph[uú]t) \s*
           (?: (\d{1,2}(?:[.,]\d+)?) \s* (?:["″”“]|''|′′|’’|gi[aâ]y) )? \s* ([nsewb]|đ)?"#,
    )
    .ok()
});
/// `KTT 105°30'`, `kinh tuyến trục 107-00`, `EPSG:9209`.
static MERIDIAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) \b (?: ktt? | kinh\ tuy[eế]n (?:\ tr[uụ]c)? | meridian | cm ) \s* [:=]? \s*
           (10[0-9]) \s* (?: [°º˚.,\s-] \s* (\d{2}) \s* ['′’]? )?",
    )
    .ok()
});
/// `2 353 402,45`: spaces between groups of three.
static SPACED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?").ok());

/// Reads a pair of coordinates; none where the text is no such pair.
pub fn read_coordinates(typed: &str) -> Option<Typed> {
    let text: String = typed.nfc().flat_map(char::to_lowercase).collect();
    let (text, meridian) = take_meridian(&text)?;
    if let Some(degrees) = sexagesimal(&text) {
        return Some(degrees);
    }
    let spaced = text
        .chars()
        .map(|c| if ";|\t\n".contains(c) { ' ' } else { c });
    let spaced: String = spaced.collect();
    if spaced.chars().filter(char::is_ascii_digit).count() < 4 {
        return None;
    }
    let by_blanks = || spaced.split_whitespace().map(str::to_owned).collect();
    let by_commas = || spaced.split([',', ' ']).map(str::to_owned).collect();
    let by_groups = || {
        let found = regex(&SPACED)?.find_iter(&spaced);
        Some(
            found
                .map(|m| m.as_str().replace(char::is_whitespace, ""))
                .collect(),
        )
    };
    let ways: [Option<Vec<String>>; 3] = [Some(by_blanks()), Some(by_commas()), by_groups()];
    ways.into_iter()
        .flatten()
        .find_map(|parts| pair(&parts, meridian))
}

fn take_meridian(text: &str) -> Option<(String, Option<i32>)> {
    let pattern = regex(&MERIDIAN)?;
    let Some(found) = pattern.captures(text) else {
        return Some((text.to_owned(), None));
    };
    let number = |i| {
        found
            .get(i)
            .map_or(Some(0), |m| m.as_str().parse::<i32>().ok())
    };
    let minutes = number(1)? * 60 + number(2)?;
    Some((pattern.replace(text, " ").into_owned(), Some(minutes)))
}

fn sexagesimal(text: &str) -> Option<Typed> {
    let mut found = Vec::new();
    for read in regex(&SEXAGESIMAL)?.captures_iter(text) {
        let number = |i| {
            let part = read.get(i).map_or("0", |m| m.as_str());
            part.replace(',', ".").parse::<f64>().ok()
        };
        let (minutes, seconds) = (number(3)?, number(4)?);
        if minutes >= 60.0 || seconds >= 60.0 {
            return None;
        }
        let side = read.get(5).or_else(|| read.get(1)).map(|m| m.as_str());
        if matches!(side, Some("s" | "w")) {
            return None;
        }
        found.push(number(2)? + minutes / 60.0 + seconds / 3600.0);
    }
    let [a, b] = found[..] else { return None };
    degrees(a, b)
}

/// The first two numbers behind one another that are a place: rows of a certificate's table begin with the corner's number
/// and end with the length of an edge.
fn pair(parts: &[String], meridian: Option<i32>) -> Option<Typed> {
    // A word among them makes it a name with numbers in it.
    let mut numbers = Vec::new();
    for part in parts {
        let bare = bare(part);
        if bare.is_empty() {
            continue;
        }
        numbers.push(number(bare)?);
    }
    if !(2..=4).contains(&numbers.len()) {
        return None;
    }
    let pairs = || numbers.iter().zip(numbers.iter().skip(1));
    let grid = pairs().find_map(|(a, b)| grid(*a, *b, meridian));
    match (&numbers[..], grid) {
        (_, Some(found)) => Some(found),
        ([a, b], None) => degrees(*a, *b),
        _ => None,
    }
}

/// A part without what says which coordinate it is.
fn bare(part: &str) -> &str {
    let part = part.trim_matches(|c: char| "=:()[],;".contains(c));
    let names = ["lat", "lon", "lng", "x", "y", "n", "e", "b", "đ"];
    let part = names
        .iter()
        .find_map(|name| part.strip_prefix(name))
        .unwrap_or(part);
    let part = part.trim_matches(|c: char| "=:".contains(c));
    let ends = ["m", "n", "e", "b", "đ", "°n", "°e", "°b", "°đ", "°"];
    let end = |part| {
        let mut ends = ends.iter().rev();
        ends.find_map(move |end| str::strip_suffix(part, end))
    };
    end(part).unwrap_or(part)
}

/// A typed number. A comma or point with groups of exactly three digits before the other one stands between thousands.
fn number(text: &str) -> Option<f64> {
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    if text.is_empty() || !text.chars().all(digits) {
        return None;
    }
    let is_grouped = |separator: char, decimal: char| {
        let (whole, _) = text.split_once(decimal).unwrap_or((text, ""));
        let mut groups = whole.split(separator);
        let first = groups.next().is_some_and(|g| (1..=3).contains(&g.len()));
        let rest: Vec<&str> = groups.collect();
        first
            && rest.iter().all(|g| g.len() == 3)
            && (rest.len() > 1 || (rest.len() == 1 && text.contains(decimal)))
    };
    let plain = if is_grouped('.', ',') {
        text.replace('.', "").replace(',', ".")
    } else if is_grouped(',', '.') {
        text.replace(',', "")
    } else {
        text.replace(',', ".")
    };
    plain.parse::<f64>().ok().filter(|n| n.is_finite())
}

fn within(value: f64, [low, high]: [f64; 2]) -> bool {
    (low..=high).contains(&value)
}

fn grid(a: f64, b: f64, meridian: Option<i32>) -> Option<Typed> {
    let (x, y) = if a > b { (a, b) } else { (b, a) };
    (within(x, NORTHINGS) && within(y, EASTINGS)).then_some(Typed::Grid { x, y, meridian })
}

fn degrees(a: f64, b: f64) -> Option<Typed> {
    let (lat, lon) = if a < b { (a, b) } else { (b, a) };
    (within(lat, LATITUDES) && within(lon, LONGITUDES)).then_some(Typed::Degrees { lon, lat })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pair_of_a_certificate_is_read_in_every_spelling() {
        for typed in [
            "2353402.45 416226.77",
            "2353402,45 416226,77",
            "2353402.45, 416226.77",
            "2353402.45,416226.77",
            "2353402,45; 416226,77",
            "X = 2353402.45 Y = 416226.77",
            "x: 2353402,45 m y: 416226,77 m",
            "Y=416226.77 X=2353402.45",
            "2.353.402,45 416.226,77",
            "2,353,402.45 416,226.77",
            "2 353 402,45 416 226,77",
            "3 2353402.45 416226.77 12.34",
        ] {
            let read = read_coordinates(typed);
            let Some(Typed::Grid {
                x,
                y,
                meridian: None,
            }) = read
            else {
                unreachable!("{typed}: {read:?}");
            };
            assert!(
                (x - 2_353_402.45).abs() < 1e-6 && (y - 416_226.77).abs() < 1e-6,
                "{typed}"
            );
        }
    }

    #[test]
    fn the_meridian_is_read_where_it_is_said() {
        for (typed, minutes) in [
            ("2353345.98 571883.67 KTT 105°30'", 105 * 60 + 30),
            ("kinh tuyến trục 107-00: 2353402.45 416226.77", 107 * 60),
            ("2353402.45 416226.77 kt 107", 107 * 60),
        ] {
            let Some(Typed::Grid { meridian, .. }) = read_coordinates(typed) else {
                unreachable!("{typed}");
            };
            assert_eq!(meridian, Some(minutes), "{typed}");
        }
    }

    #[test]
    fn degrees_are_read_in_every_spelling() {
        for typed in [
            "21.2731, 106.1946",
            "21.2731 106.1946",
            "106.1946,21.2731",
            "21,2731 106,1946",
            "21.2731N 106.1946E",
            "21.2731°N, 106.1946°E",
            "lat=21.2731 lon=106.1946",
            "21°16'23.16\"N 106°11'40.56\"E",
            "21°16′23,16″B, 106°11′40,56″Đ",
            "106°11'40.56\"E 21°16'23.16\"N",
            "21°16.386' 106°11.676'",
        ] {
            let read = read_coordinates(typed);
            let Some(Typed::Degrees { lon, lat }) = read else {
                unreachable!("{typed}: {read:?}");
            };
            assert!(
                (lon - 106.1946).abs() < 1e-6 && (lat - 21.2731).abs() < 1e-6,
                "{typed}"
            );
        }
    }

    #[test]
    fn other_numbers_are_no_place() {
        for typed in [
            "07210/12/345",
            "12 345",
            "quốc lộ 31",
            "21 106 5",
            "2353402",
            "-21.2 -106.1",
            "9 12345678",
        ] {
            assert_eq!(read_coordinates(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn anything_can_be_typed(typed in "\\PC{0,80}") {
            let _ = read_coordinates(&typed);
        }
    }
}
