//! The same parcels as drawings: linework and numbers as DXF, one sheet a file, their attributes in a table beside each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::common::Bench;
use crate::identical::{Case, Parcel, SELECT, compare, ogr2ogr, parcels, pipeline, told};

/// Grids a drawing can be in: it has metres.
const GRIDS: [u32; 3] = [9214, 9209, 3405];

/// Every ring on the level of boundaries, so that edges lie there twice, and every number in its parcel.
const DRAWN: &str = "SELECT '10' AS Layer, ST_Boundary(geometry) AS geometry, NULL AS OGR_STYLE FROM thua UNION ALL \
    SELECT '11', ST_PointOnSurface(geometry), 'LABEL(f:\"Arial\",s:1g,t:\"' || so_thua || '\")' FROM thua";

/// Writes the sheet of the commune as a drawing and a table; gives both.
fn write(bench: &Bench, sample: &Path, grid: u32, (commune, sheet): (&str, &str)) -> [PathBuf; 2] {
    let path = |ending: &str| bench.path(&format!("{commune}_{sheet}.{ending}"));
    let [moved, drawing, table] = ["gpkg", "dxf", "csv"].map(path);
    let [to, drawn, rows] = [&moved, &drawing, &table].map(|p| p.to_string_lossy().into_owned());
    let (sample, code) = (sample.to_string_lossy(), format!("EPSG:{grid}"));
    let which = format!("ma_xa_goc = '{commune}' AND so_to = '{sheet}'");
    let mut arguments = vec![
        "-f",
        "GPKG",
        "-nln",
        "thua",
        "-s_srs",
        "EPSG:9214",
        "-t_srs",
        &code,
    ];
    arguments.extend(["-lco", "GEOMETRY_NAME=geometry", "-where", &which]);
    let by = pipeline(grid);
    if let Some(by) = &by {
        arguments.extend(["-ct", by]);
    }
    arguments.extend([to.as_str(), sample.as_ref(), "land_parcels"]);
    ogr2ogr(&arguments);
    ogr2ogr(&[
        "-f", "DXF", &drawn, &to, "-dialect", "sqlite", "-sql", DRAWN,
    ]);
    ogr2ogr(&["-f", "CSV", &rows, &to, "-sql", SELECT]);
    [drawing, table]
}

fn run(case: Case, sample: &Path, before: &BTreeMap<String, Parcel>) -> Vec<String> {
    let grid = case.grid;
    let sheets: BTreeSet<(&str, &str)> = before
        .keys()
        .filter_map(|key| {
            let mut parts = key.split('/');
            Some((parts.next()?, parts.next()?))
        })
        .collect();
    assert!(sheets.len() > 10, "{sheets:?}");
    let mut after = BTreeMap::new();
    let mut wrong = Vec::new();
    for sheet in sheets {
        let bench = Bench::new();
        let [drawing, table] = write(&bench, sample, grid, sheet);
        let (code, table) = (format!("EPSG:{grid}"), table.to_string_lossy());
        let outcome = bench.import(
            &drawing,
            "land_parcels",
            &["--source-crs", &code, "--side-table", &table],
        );
        if outcome.code == Some(0) {
            let dataset = format!("land_parcels/{}_{}", sheet.0, sheet.1);
            let surveyed = bench.data().join(dataset).join("r000001/surveyed.fgb");
            after.extend(parcels(&surveyed));
        } else {
            wrong.push(outcome.stderr);
        }
    }
    wrong.extend(compare(case, before, &after));
    wrong
}

#[test]
fn the_same_parcels_drawn_sheet_by_sheet_come_back_identical() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = here.join("../data-samples/files/land_parcels.fgb");
    let before = parcels(&sample);
    assert!(before.len() > 3_000, "{}", before.len());
    let wrong: Vec<String> = GRIDS
        .par_iter()
        .flat_map_iter(|&grid| {
            let case = Case {
                extension: "dxf",
                grid,
                encoding: None,
            };
            told(case, &run(case, &sample, &before))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
