//! What is decided about a file between its two readings.

use std::sync::Arc;

use diaba_core::crs::{Crs, Transform};
use diaba_core::geometry::areas::Declared;
use diaba_core::theme::{FieldMap, Target};

use crate::attributes::Joiner;
use crate::decode::{ColumnEncoding, ColumnSample, How, decode, settle};
use crate::error::ImportError;
use crate::job::Job;
use crate::locate::{self, Located};
use crate::place::{self, Landing};
use crate::record::Plan;
use crate::report::{ColumnReport, Report, TextDamage};
use crate::source::{DeclaredCrs, Description};
use crate::survey::Survey;

/// The system the file's coordinates are in: the operator's word, else the file's; `None` where neither is certain.
pub fn source_crs(job: &Job, declared: &DeclaredCrs, report: &mut Report) -> Option<Crs> {
    let crs = &mut report.crs;
    let (known, assumed) = match declared {
        DeclaredCrs::None => (None, false),
        DeclaredCrs::Known {
            crs: known,
            datum_assumed,
            name,
        } => {
            crs.declared = Some(name.clone());
            (Some(*known), *datum_assumed)
        }
        DeclaredCrs::Unknown { name, epsg, .. } => {
            crs.declared =
                Some(epsg.map_or_else(|| name.clone(), |code| format!("{name} (EPSG:{code})")));
            (None, false)
        }
    };
    crs.given = job.source_crs.is_some();
    crs.datum_assumed = assumed && !crs.given;
    let chosen = job.source_crs.or(known);
    crs.epsg = chosen.map(Crs::epsg);
    if let (Some(given), Some(known)) = (job.source_crs, known)
        && given != known
    {
        report.warn(
            format!("tệp ghi {known}, người nhập chọn {given}"),
            format!("the file says {known}, the operator {given}"),
        );
    } else if let (true, Some(known)) = (report.crs.datum_assumed, known) {
        report.warn(
            format!("tham số lưới là {known}, tệp ghi mốc khác; coi là VN-2000"),
            format!(
                "the grid's parameters are {known}, the file names another datum; taken as VN-2000"
            ),
        );
    }
    chosen
}

/// The system of a file that says none, and whether its coordinates change places: the one that clearly brings the
/// records where they should lie.
///
/// # Errors
/// [`ImportError::Crs`] with the scores where none clearly does.
pub fn scored(
    job: &Job,
    description: &Description,
    survey: &Survey,
    report: &mut Report,
) -> Result<(Crs, bool), ImportError> {
    let (encodings, names) = encodings(job, description, survey);
    let mut fields = job.theme.match_fields(&names);
    operator_says(job, &mut fields)?;
    let located = Located::new(
        job,
        &survey.witnesses,
        &fields,
        &encodings,
        description.bytes,
    );
    locate::choose(job, &located, report)
}

/// Refuses a file whose system is not known, with what can be said about it.
pub fn unknown_crs(job: &Job, declared: &DeclaredCrs, landing: &Landing) -> ImportError {
    let (vi, en) = match declared {
        DeclaredCrs::Unknown {
            name,
            epsg,
            perhaps,
        } => {
            let code = epsg.map_or_else(String::new, |code| format!(" (EPSG:{code})"));
            let perhaps = perhaps
                .iter()
                .map(|code| format!("EPSG:{code}"))
                .collect::<Vec<_>>()
                .join(", ");
            let (vi, en) = if perhaps.is_empty() {
                (String::new(), String::new())
            } else {
                (
                    format!(", có thể là {perhaps}"),
                    format!(", perhaps {perhaps}"),
                )
            };
            (
                format!(
                    "Hệ tọa độ “{name}”{code} của {} không dùng được{vi}.",
                    job.name
                ),
                format!(
                    "The coordinate system “{name}”{code} of {} cannot be used{en}.",
                    job.name
                ),
            )
        }
        _ => (
            format!("{} không ghi hệ tọa độ.", job.name),
            format!("{} does not say its coordinate system.", job.name),
        ),
    };
    let guesses = place::in_words(&landing.guesses(&job.place));
    let (vi_guess, en_guess) = if guesses.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!(" Dữ liệu rơi vào địa bàn tỉnh với: {guesses}."),
            format!(" The data land in the province under: {guesses}."),
        )
    };
    ImportError::Crs {
        vi: format!("{vi} Hãy ghi rõ bằng --source-crs EPSG:N.{vi_guess}"),
        en: format!("{en} Say it with --source-crs EPSG:N.{en_guess}"),
    }
}

/// Whether the coordinates change places.
///
/// # Errors
/// [`ImportError::Place`] where the data would land elsewhere, with the likely reason.
pub fn axes(
    job: &Job,
    crs: Crs,
    landing: &Landing,
    report: &mut Report,
) -> Result<bool, ImportError> {
    let Landing {
        inside,
        swapped,
        elsewhere,
        ..
    } = *landing;
    let total = inside + swapped + elsewhere;
    if job.force_area || total == 0 || inside * 100 >= total * 99 {
        return Ok(false);
    }
    if swapped == total {
        // A northing of two million metres is no easting of these grids, and 106° is no latitude: the order is certain.
        report.crs.axes_swapped = true;
        report.warn(
            "mọi tọa độ đều đảo trục (X là hướng Bắc, Y là hướng Đông); đã đổi lại",
            "northing and easting stand the wrong way round in every record; put in order",
        );
        return Ok(true);
    }
    if inside + swapped == total {
        return Err(ImportError::Place {
            vi: format!(
                "{swapped}/{total} bản ghi bị đảo trục Bắc–Đông, số còn lại thì không; hãy sửa tệp."
            ),
            en: format!(
                "{swapped} of {total} records have northing and easting the wrong way round, the others not; correct the file."
            ),
        });
    }
    let out = total - inside;
    let guesses = place::in_words(&landing.guesses(&job.place));
    let (vi, en) = if guesses.is_empty() {
        (
            "Không hệ tọa độ nào đã biết đưa dữ liệu về địa bàn.".to_owned(),
            "No known system brings the data into the province.".to_owned(),
        )
    } else {
        (
            format!("Có thể hệ tọa độ đúng là: {guesses}."),
            format!("The right system may be: {guesses}."),
        )
    };
    Err(ImportError::Place {
        vi: format!(
            "Với {crs}, {out}/{total} bản ghi nằm ngoài địa bàn tỉnh. {vi} Dùng --source-crs, hoặc --force-area nếu dữ liệu đúng là ở nơi khác."
        ),
        en: format!(
            "Under {crs}, {out} of {total} records lie outside the province. {en} Use --source-crs, or --force-area if the data are meant to lie elsewhere."
        ),
    })
}

/// Everything the second reading needs.
///
/// # Errors
/// [`ImportError`] where columns cannot be matched as asked, or a required field has none.
pub fn make(
    job: &Job,
    description: &Description,
    survey: &Survey,
    (transform, swap): (Transform, bool),
    report: &mut Report,
) -> Result<Plan, ImportError> {
    let (encodings, names) = encodings(job, description, survey);
    let mut fields = job.theme.match_fields(&names);
    operator_says(job, &mut fields)?;
    for (position, spread) in survey.values.iter().enumerate() {
        fields.screen(position, spread.kept().iter().map(String::as_str));
    }
    report.columns = columns(&fields, &encodings);
    warn_of_columns(report);
    let missing = fields.missing();
    if !missing.is_empty() {
        let (missing, names) = (missing.join(", "), names.join(", "));
        return Err(ImportError::Nothing {
            path: job.file.clone(),
            vi: format!(
                "không cột nào là trường bắt buộc {missing}; các cột: {names}. Dùng --map CỘT=TRƯỜNG."
            ),
            en: format!(
                "no column is the required field {missing}; its columns: {names}. Use --map COLUMN=FIELD."
            ),
        });
    }
    let plan = Plan {
        fields,
        encodings,
        bytes: description.bytes,
        to_plane: None,
        swap,
        around: job.place,
        place: (!job.force_area).then_some(job.place),
        declared: Declared::of(&job.theme),
        joiner: job
            .attributes
            .as_ref()
            .map(|table| Joiner::new(Arc::clone(table), &job.theme)),
        transform,
    };
    if !report.crs.scored {
        let (witnesses, from) = (&survey.witnesses, plan.transform.from());
        let located = Located::new(job, witnesses, &plan.fields, &plan.encodings, plan.bytes);
        locate::check(job, from, swap, &located, report)?;
    }
    let (plane, working) = (plan.plane(), plan.transform.to());
    let to_plane = if plane == working {
        None
    } else {
        Some(Transform::new(working, plane)?)
    };
    Ok(Plan { to_plane, ..plan })
}

/// How each column's text is read, and the columns' names in Unicode.
fn encodings(
    job: &Job,
    description: &Description,
    survey: &Survey,
) -> (Vec<Option<ColumnEncoding>>, Vec<String>) {
    // The names are one more column of text, written by the same hand.
    let mut names = ColumnSample::default();
    for column in &description.columns {
        names.push(&column.name);
    }
    let mut samples = survey.text.clone();
    samples.push(names);
    let mut settled = settle(
        &samples,
        description.bytes,
        description.declared_encoding,
        job.encoding,
    );
    let of_names = settled.pop().map(|c| c.encoding);
    let names = description
        .columns
        .iter()
        .map(|column| match of_names {
            Some(encoding) => decode(&column.name, encoding, description.bytes)
                .text
                .into_owned(),
            None => column.name.clone(),
        })
        .collect();
    let encodings = description
        .columns
        .iter()
        .zip(settled)
        .map(|(c, s)| c.text.then_some(s))
        .collect();
    (encodings, names)
}

fn operator_says(job: &Job, fields: &mut FieldMap) -> Result<(), ImportError> {
    for (column, field) in &job.assignments {
        if !fields.assign(column, field) {
            return Err(ImportError::Usage {
                vi: format!(
                    "--map {column}={field}: không có cột hoặc trường này, hoặc cột chứa dữ liệu cá nhân."
                ),
                en: format!(
                    "--map {column}={field}: no such column or field, or the column is personal."
                ),
            });
        }
    }
    for (list, version) in &job.versions {
        fields
            .written_in(list, version)
            .map_err(|error| ImportError::Usage {
                vi: format!("--code-version {list}={version}: {error}"),
                en: format!("--code-version {list}={version}: {error}"),
            })?;
    }
    Ok(())
}

fn columns(fields: &FieldMap, encodings: &[Option<ColumnEncoding>]) -> Vec<ColumnReport> {
    let theme = fields.theme();
    let field_name = |i: &usize| theme.fields.get(*i).map(|f| f.name.clone());
    fields
        .columns()
        .iter()
        .zip(encodings)
        .map(|(column, text)| {
            let (became, field, reason) = match &column.target {
                Target::Field(i) => ("field", field_name(i), None),
                Target::Conflict(i) => ("conflict", field_name(i), None),
                Target::Extra => ("extra", None, None),
                Target::Technical => ("technical", None, None),
                Target::Personal(reason) => ("personal", None, Some(reason.clone())),
            };
            ColumnReport {
                name: column.name.clone(),
                became,
                field,
                reason,
                text: text.clone(),
                damage: TextDamage::default(),
            }
        })
        .collect()
}

fn warn_of_columns(report: &mut Report) {
    let named = |wanted: &dyn Fn(&ColumnReport) -> bool| {
        let names: Vec<&str> = report
            .columns
            .iter()
            .filter(|c| wanted(c))
            .map(|c| c.name.as_str())
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let personal = named(&|c| c.became == "personal");
    let conflict = named(&|c| c.became == "conflict");
    let ambiguous = named(&|c| {
        c.became != "personal" && c.text.as_ref().is_some_and(|t| t.how == How::Ambiguous)
    });
    if let Some(names) = personal {
        report.warn(
            format!("đã bỏ cột cá nhân: {names}"),
            format!("personal columns dropped: {names}"),
        );
    }
    if let Some(names) = conflict {
        report.warn(
            format!(
                "nhiều cột cùng khớp một trường, chưa dùng cột nào: {names}; hãy chọn bằng --map"
            ),
            format!("several columns fit one field and none was used: {names}; choose with --map"),
        );
    }
    if let Some(names) = ambiguous {
        report.warn(
            format!("chưa chắc bảng mã của cột: {names}; đã dùng bảng mã dễ khớp nhất, hãy kiểm tra hoặc dùng --encoding"),
            format!("the encoding of these columns is not certain: {names}; the likeliest was used, look at them or use --encoding"),
        );
    }
}
