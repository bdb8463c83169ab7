//! Writing all themes of a province in one pass over its communes.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use flatgeobuf::GeometryType;
use rayon::prelude::*;

use super::admin_units::Era;
use super::{
    admin_units, crop_zones, dikes, hydrological_stations, irrigation_works, land_parcels,
    land_use_plans, pest_observations, roads, urban_plans, water,
};
use crate::output::fgb::{Form, Table, WriteError};
use crate::province::Province;
use crate::register::defects::{self, Jitter};
use crate::register::survey::{CommuneSurvey, survey};

/// The themes, one file each.
pub const THEMES: [&str; 12] = [
    "admin_units",
    "land_parcels",
    "land_use_plans",
    "urban_plans",
    "urban_plan_zones",
    "crop_zones",
    "pest_observations",
    "dikes",
    "irrigation_works",
    "hydrological_stations",
    "roads",
    "water",
];

/// Calls `take` with the survey of every commune, in the communes' order, while the next ones are being made.
pub fn each_commune<E: Send>(
    province: &Province,
    mut take: impl FnMut(CommuneSurvey) -> Result<(), E> + Send,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Vec<CommuneSurvey>>(1);
        let taker = scope.spawn(move || receive.into_iter().flatten().try_for_each(&mut take));
        let width = rayon::current_num_threads().max(1) * 2;
        for members in province.members.chunks(width) {
            let batch = members.par_iter().map(|m| survey(province, m)).collect();
            // The taker is gone only where it failed; its error is returned below.
            if send.send(batch).is_err() {
                break;
            }
        }
        drop(send);
        match taker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// How the files are to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Break a few parcels as real files are broken.
    pub with_defects: bool,
    /// Move a few parcels off their places.
    pub jitter: Option<Jitter>,
    /// Names and text code.
    pub form: Form,
}

/// Writes `<out>/<theme>.fgb` for every theme, and the communes and districts of 2023 as
/// `<out>/2023/admin_units.fgb`.
///
/// Returns the number of features of each theme, in the order of [`THEMES`].
pub fn write_all(
    province: &Province,
    out: &Path,
    options: Options,
) -> Result<[usize; THEMES.len()], WriteError> {
    let Options {
        with_defects,
        jitter,
        form,
    } = options;
    let path = |theme: &str| out.join(format!("{theme}.fgb"));
    let before = out.join("2023");
    std::fs::create_dir_all(&before).map_err(|source| WriteError::File {
        path: before.clone(),
        source,
    })?;
    let table = |theme, kind, columns| Table::create(&path(theme), theme, kind, columns, form);

    let units = admin_units::write(province, Era::Now, &path("admin_units"), form)?;
    admin_units::write(province, Era::Before, &before.join("admin_units.fgb"), form)?;
    let (plans, zones) = urban_plans::write(
        province,
        &path("urban_plans"),
        &path("urban_plan_zones"),
        form,
    )?;
    let crops = crop_zones::write(province, &path("crop_zones"), form)?;
    let stations = hydrological_stations::write(province, &path("hydrological_stations"), form)?;
    let pests = pest_observations::write(province, &path("pest_observations"), form)?;
    let mut dike_table = table("dikes", GeometryType::LineString, dikes::COLUMNS)?;
    dikes::push_frame(&mut dike_table, province)?;

    let mut parcel_table = table("land_parcels", GeometryType::Polygon, land_parcels::COLUMNS)?;
    let mut plan_table = table(
        "land_use_plans",
        GeometryType::Polygon,
        land_use_plans::COLUMNS,
    )?;
    let mut work_table = table(
        "irrigation_works",
        GeometryType::Unknown,
        irrigation_works::COLUMNS,
    )?;
    let mut road_table = table("roads", GeometryType::LineString, roads::COLUMNS)?;
    let mut water_table = table("water", GeometryType::Unknown, water::COLUMNS)?;
    irrigation_works::push_frame(&mut work_table, province)?;
    roads::push_frame(&mut road_table, province)?;
    water::push_frame(&mut water_table, province)?;
    each_commune(province, |mut survey| {
        water::push(&mut water_table, &survey)?;
        roads::push(&mut road_table, &survey)?;
        irrigation_works::push(&mut work_table, &survey, province.seed)?;
        land_use_plans::push(&mut plan_table, &survey)?;
        if with_defects {
            defects::spoil(&mut survey.parcels, province.seed);
        }
        if let Some(jitter) = jitter {
            defects::shift(&mut survey.parcels, jitter, province.seed);
        }
        survey
            .parcels
            .iter()
            .try_for_each(|p| land_parcels::push(&mut parcel_table, p))
    })?;

    Ok([
        units,
        parcel_table.finish()?,
        plan_table.finish()?,
        plans,
        zones,
        crops,
        pests,
        dike_table.finish()?,
        work_table.finish()?,
        stations,
        road_table.finish()?,
        water_table.finish()?,
    ])
}
