//! Which system a file's coordinates are in, told by where its records should lie: in the commune each of them names.

use diaba_core::crs::{Crs, Transform};
use diaba_core::feature::Value;
use diaba_core::theme::{Bilingual, FieldMap, Target};
use serde::Serialize;

use crate::communes::{Communes, THEME};
use crate::decode::{ColumnEncoding, decode};
use crate::error::ImportError;
use crate::job::Job;
use crate::place::{Place, possible};
use crate::report::Report;
use crate::sample::Sample;

/// Records of a file that are asked where they lie, spread evenly over it.
const WITNESSES: usize = 400;
/// Records with a known commune from which on their word counts.
const ENOUGH: usize = 3;
/// What the best candidate must have, and what the next best may have of it.
const CLEAR: f64 = 0.9;
const RIVAL: f64 = 0.6;
/// Below this share of records in their commune a file is refused; below the other one it is remarked upon.
const WRONG: f64 = 0.5;
const DOUBTFUL: f64 = 0.95;

/// Some records of a file: the first point of each, as the file has it, and its values.
#[derive(Debug, Clone, Default)]
pub struct Witnesses(Sample<Witness, WITNESSES>);

/// One of them.
#[derive(Debug, Clone)]
struct Witness {
    point: [f64; 2],
    values: Vec<Option<Value>>,
}

impl Witnesses {
    /// Takes a record in.
    pub fn push(&mut self, point: [f64; 2], values: &[Option<Value>]) {
        self.0.push(|| Witness {
            point,
            values: values.to_vec(),
        });
    }
}

/// How a candidate does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// EPSG code.
    pub epsg: u32,
    /// Whether the two coordinates change places.
    pub swapped: bool,
    /// Share of the records that lie in the commune they name; none where no such commune is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commune: Option<f64>,
    /// Share of the records that lie in the province's box.
    pub province: f64,
}

impl Score {
    fn value(&self) -> f64 {
        self.commune.unwrap_or(self.province)
    }

    fn in_words(&self) -> String {
        let swapped = if self.swapped { " (X↔Y)" } else { "" };
        let commune = self
            .commune
            .map(|share| format!("xã · commune {:.0} %, ", share * 100.0))
            .unwrap_or_default();
        format!(
            "EPSG:{}{swapped} ({commune}tỉnh · province {:.0} %)",
            self.epsg,
            self.province * 100.0
        )
    }
}

/// A unit that records lie in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundIn {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Share of the records.
    pub share: f64,
}

/// Records, each with the communes it may mean.
pub struct Located<'a> {
    communes: &'a Communes,
    place: Place,
    records: Vec<([f64; 2], Vec<String>)>,
}

impl<'a> Located<'a> {
    /// What the witnesses of a file say. Records name communes where the theme's key begins with one, or where the
    /// operator names it for all.
    pub fn new(
        job: &'a Job,
        witnesses: &Witnesses,
        fields: &FieldMap,
        encodings: &[Option<ColumnEncoding>],
        bytes: bool,
    ) -> Self {
        let communes = job.communes();
        let column = commune_column(fields);
        let records = witnesses.0.kept().iter().map(|witness| {
            let codes = match (&job.commune, column) {
                (Some(code), _) => vec![code.clone()],
                (None, Some(column)) => codes(witness, column, fields, encodings, bytes),
                (None, None) => Vec::new(),
            };
            (witness.point, codes)
        });
        Self {
            communes,
            place: job.place,
            records: records.collect(),
        }
    }

    /// How a system does; `None` where nothing can be carried over from it.
    fn score(&self, crs: Crs, swapped: bool) -> Option<Score> {
        let transform = Transform::new(crs, Crs::WORKING).ok()?;
        let (mut inside, mut known, mut at_home) = (0usize, 0usize, 0usize);
        for (point, codes) in &self.records {
            let image = Self::image(*point, swapped, &transform);
            inside += usize::from(image.is_some_and(|p| self.place.holds(p)));
            if codes.iter().any(|code| self.communes.knows(code)) {
                known += 1;
                at_home += usize::from(
                    image.is_some_and(|p| codes.iter().any(|code| self.communes.holds(code, p))),
                );
            }
        }
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        Some(Score {
            epsg: crs.epsg(),
            swapped,
            commune: (known >= ENOUGH.min(self.records.len()).max(1))
                .then(|| share(at_home, known)),
            province: share(inside, self.records.len()),
        })
    }

    /// Where a point of the file lies in the working CRS.
    fn image([x, y]: [f64; 2], swapped: bool, transform: &Transform) -> Option<[f64; 2]> {
        let point = if swapped { [y, x] } else { [x, y] };
        if !possible(point, transform.from()) {
            return None;
        }
        transform.point(point).ok()
    }

    /// Every candidate that brings anything anywhere near, the best first.
    fn scores(&self) -> Vec<Score> {
        let geographic = [4326, 4756]
            .into_iter()
            .filter_map(|c| Crs::from_epsg(c).ok());
        let utm = [32648, 32649]
            .into_iter()
            .filter_map(|c| Crs::from_epsg(c).ok());
        let candidates = Crs::vn2000_grids().chain(geographic).chain(utm);
        let mut scores: Vec<Score> = candidates
            .flat_map(|crs| [(crs, false), (crs, true)])
            .filter_map(|(crs, swapped)| self.score(crs, swapped))
            .filter(|score| score.province > 0.0)
            .collect();
        scores.sort_by(|a, b| {
            let by_value = b.value().total_cmp(&a.value());
            by_value.then(b.province.total_cmp(&a.province))
        });
        scores
    }

    /// The units most records lie in under a system.
    fn found_in(&self, crs: Crs, swapped: bool) -> Vec<FoundIn> {
        let Ok(transform) = Transform::new(crs, Crs::WORKING) else {
            return Vec::new();
        };
        let mut found: Vec<FoundIn> = Vec::new();
        let share = 1.0 / self.records.len().max(1) as f64;
        for (point, _) in &self.records {
            let image = Self::image(*point, swapped, &transform);
            let Some(unit) = image.and_then(|p| self.communes.at(p)) else {
                continue;
            };
            match found.iter_mut().find(|f| f.code == unit.code) {
                Some(known) => known.share += share,
                None => found.push(FoundIn {
                    code: unit.code.clone(),
                    name: unit.name.clone(),
                    share,
                }),
            }
        }
        found.sort_by(|a, b| b.share.total_cmp(&a.share));
        found.truncate(12);
        found
    }
}

/// The column that names each record's commune, where the theme's key begins with one.
fn commune_column(fields: &FieldMap) -> Option<usize> {
    let theme = fields.theme();
    let field = *theme.key.first()?;
    let list = theme.fields.get(field)?.code_list.as_ref()?;
    if list.id != THEME || theme.id == THEME {
        return None;
    }
    let mut columns = fields.columns().iter();
    columns.position(|c| c.target == Target::Field(field))
}

/// The codes a record may mean: as written, and as read by the code list.
fn codes(
    witness: &Witness,
    column: usize,
    fields: &FieldMap,
    encodings: &[Option<ColumnEncoding>],
    bytes: bool,
) -> Vec<String> {
    let decoded: Vec<Option<Value>> = witness
        .values
        .iter()
        .enumerate()
        .map(|(at, value)| match (value, encodings.get(at)) {
            (Some(Value::Text(raw)), Some(Some(encoding))) => Some(Value::Text(
                decode(raw, encoding.encoding, bytes).text.into_owned(),
            )),
            (value, _) => value.clone(),
        })
        .collect();
    let mut codes = Vec::new();
    if let Some(Some(written)) = decoded.get(column) {
        let text = written.to_string();
        // A number has lost the nought a code begins with.
        codes.push(format!("{:0>5}", text.trim()));
    }
    let field = fields.theme().key.first().copied().unwrap_or_default();
    if let Ok(converted) = fields.convert(&decoded)
        && let Some(Some(Value::Text(code))) = converted.values.get(field)
        && !codes.contains(code)
    {
        codes.push(code.clone());
    }
    codes
}

/// The system of a file that says none, where one candidate clearly wins.
///
/// # Errors
/// [`ImportError::Crs`] with the scores where none does.
pub fn choose(
    job: &Job,
    located: &Located<'_>,
    report: &mut Report,
) -> Result<(Crs, bool), ImportError> {
    let scores = located.scores();
    report.crs.scores.clone_from(&scores);
    let best = scores.first().filter(|best| best.value() >= CLEAR);
    let rival = scores.get(1).map_or(0.0, Score::value);
    let winner = best.filter(|best| rival <= best.value() * RIVAL);
    if let Some(winner) = winner
        && let Ok(crs) = Crs::from_epsg(winner.epsg)
    {
        report.crs.epsg = Some(winner.epsg);
        report.crs.scored = true;
        report.crs.axes_swapped = winner.swapped;
        report.crs.in_commune = winner.commune;
        report.crs.found_in = located.found_in(crs, winner.swapped);
        let words = winner.in_words();
        report.warn(
            format!("tệp không ghi hệ tọa độ; chọn {words} theo vị trí dữ liệu, các hệ khác kém xa"),
            format!("the file says no coordinate system; {words} was chosen by where the data lie, the others are far behind"),
        );
        return Ok((crs, winner.swapped));
    }
    let file = &job.name;
    let table: Vec<String> = scores.iter().take(8).map(Score::in_words).collect();
    let table = if table.is_empty() {
        "–".to_owned()
    } else {
        table.join("; ")
    };
    Err(ImportError::Crs {
        vi: format!(
            "{file} không ghi hệ tọa độ và không hệ nào trội hẳn. Hãy ghi rõ bằng --source-crs EPSG:N, hoặc cho biết xã bằng --commune. Điểm số: {table}."
        ),
        en: format!(
            "{file} does not say its coordinate system, and none clearly wins. Say it with --source-crs EPSG:N, or name the commune with --commune. Scores: {table}."
        ),
    })
}

/// Holds the system a file or the operator names against the communes its records name.
///
/// # Errors
/// [`ImportError::Place`] where most records lie in another commune than they say, with the likely reason, unless the
/// operator takes any place.
pub fn check(
    job: &Job,
    crs: Crs,
    swapped: bool,
    located: &Located<'_>,
    report: &mut Report,
) -> Result<(), ImportError> {
    let Some(score) = located.score(crs, swapped) else {
        return Ok(());
    };
    report.crs.found_in = located.found_in(crs, swapped);
    let Some(share) = score.commune else {
        return Ok(());
    };
    report.crs.in_commune = Some(share);
    if share >= DOUBTFUL {
        return Ok(());
    }
    let percent = format!("{:.0} %", share * 100.0);
    let scores = located.scores();
    let better = scores
        .iter()
        .find(|other| other.epsg != score.epsg && other.commune.unwrap_or(0.0) >= CLEAR.max(share));
    let there: Vec<String> = report
        .crs
        .found_in
        .iter()
        .take(3)
        .map(|f| format!("{} ({}, {:.0} %)", f.name, f.code, f.share * 100.0))
        .collect();
    let (vi, en) = match better {
        Some(better) => (
            format!(
                "Có lẽ hệ tọa độ đúng là {}: dùng --source-crs.",
                better.in_words()
            ),
            format!(
                "The right system may be {}: use --source-crs.",
                better.in_words()
            ),
        ),
        None if there.is_empty() => (
            "Không xã nào đã biết chứa dữ liệu này.".to_owned(),
            "No commune that is known holds these data.".to_owned(),
        ),
        None => (
            format!(
                "Dữ liệu nằm ở {}: có lẽ mã xã trong tệp sai.",
                there.join(", ")
            ),
            format!(
                "The data lie in {}: the commune codes in the file may be wrong.",
                there.join(", ")
            ),
        ),
    };
    let remark = Bilingual {
        vi: format!("Với {crs}, chỉ {percent} bản ghi nằm trong xã mà chúng khai. {vi}"),
        en: format!(
            "Under {crs}, only {percent} of the records lie in the commune they name. {en}"
        ),
    };
    if share < WRONG && !job.force_area {
        report.crs.scores = scores;
        return Err(ImportError::Place {
            vi: format!("{} Dùng --force-area nếu dữ liệu vẫn đúng.", remark.vi),
            en: format!(
                "{} Use --force-area if the data are right all the same.",
                remark.en
            ),
        });
    }
    report.warn(remark.vi, remark.en);
    Ok(())
}
