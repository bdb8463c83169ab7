//! PostGIS as the oracle: the same files loaded by ogr2ogr must give the same answers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diaba_tests::{Diaba, PostGis, import, province, repository};
use serde_json::Value;

/// VN-2000 to WGS 84 as decision 05/2007/QĐ-BTNMT gives it (EPSG:6960), in PROJ's position-vector signs.
const DATUM: &str = "+ellps=WGS84 +towgs84=-191.90441429,-39.30318279,-111.45032835,\
                     0.00928836,-0.01975479,0.00427372,0.252906278";

/// A VN-2000 / TM-3 grid, said to PROJ by its parameters.
fn grid(central_meridian: f64) -> String {
    format!(
        "+proj=tmerc +lat_0=0 +lon_0={central_meridian} +k=0.9999 +x_0=500000 +y_0=0 {DATUM} +units=m"
    )
}

const LON_LAT: &str = "+proj=longlat +datum=WGS84";

/// The database with the province's parcels as `parcels`, in EPSG:9214, with `lonlat` beside `geom`.
fn database() -> Option<&'static PostGis> {
    static STARTED: OnceLock<Option<PostGis>> = OnceLock::new();
    STARTED
        .get_or_init(|| {
            let database = PostGis::start()?;
            database.load(&province().file("land_parcels"), "parcels", &["-a_srs", "EPSG:9214"]);
            database.rows(&format!(
                "ALTER TABLE parcels ADD lonlat geometry;
                 UPDATE parcels SET lonlat = ST_SetSRID(ST_Transform(geom, '{}', '{LON_LAT}'), 4326);
                 CREATE INDEX ON parcels USING gist (lonlat)",
                grid(107.0)
            ));
            Some(database)
        })
        .as_ref()
}

/// The surveyed form of the only shard of a theme.
fn surveyed(data: &Path, theme: &str) -> PathBuf {
    let inner = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let found: Vec<_> = inner(&data.join(theme))
        .iter()
        .flat_map(|dataset| inner(dataset))
        .collect();
    let found: Vec<_> = found
        .into_iter()
        .map(|revision| revision.join("surveyed.fgb"))
        .filter(|f| f.exists())
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn key(feature: &Value) -> String {
    ["ma_xa", "so_to", "so_thua"]
        .map(|field| match &feature["properties"][field] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .join("/")
}

/// Places in and around the parcels, the same in every run.
fn places(database: &PostGis, count: usize) -> Vec<(f64, f64)> {
    let rows = database.rows("SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(lonlat) e FROM parcels) t");
    let bounds: Vec<f64> = rows[0].iter().map(|v| v.parse().unwrap()).collect();
    // The R2 sequence: even over the box, without a generator of random numbers.
    let step = |i: usize, a: f64| (0.5 + a * (i + 1) as f64).fract();
    (0..count)
        .map(|i| {
            let (x, y) = (
                step(i, 0.754_877_666_246_693),
                step(i, 0.569_840_290_998_053),
            );
            (
                bounds[0] + x * (bounds[2] - bounds[0]),
                bounds[1] + y * (bounds[3] - bounds[1]),
            )
        })
        .collect()
}

#[test]
fn the_surveyed_form_holds_every_parcel_as_it_was_given() {
    let Some(database) = database() else { return };
    database.load(
        &surveyed(&province().store(), "land_parcels"),
        "packed",
        &["-a_srs", "EPSG:9214"],
    );
    for (given, packed) in [("parcels", "packed"), ("packed", "parcels")] {
        let lost = database.number(&format!(
            "SELECT count(*) FROM (
               SELECT ma_xa::text, so_to::text, so_thua::text, round(ST_Area(geom)::numeric, 6), ST_NPoints(geom) FROM {given}
               EXCEPT ALL
               SELECT ma_xa::text, so_to::text, so_thua::text, round(ST_Area(geom)::numeric, 6), ST_NPoints(geom) FROM {packed}
             ) lost"
        ));
        assert_eq!(lost, 0.0, "parcels of {given} that are not in {packed}");
    }
    assert_eq!(
        database.number("SELECT count(*) FROM packed WHERE NOT ST_IsValid(geom)"),
        0.0
    );
}

#[test]
fn a_point_is_answered_as_st_intersects_answers_it() {
    let Some(database) = database() else { return };
    let diaba = Diaba::serve(&province().store());
    let places = places(database, 300);
    let list: Vec<_> = places
        .iter()
        .enumerate()
        .map(|(i, (x, y))| format!("({i}, {x:?}, {y:?})"))
        .collect();
    let rows = database.rows(&format!(
        "SELECT i, ma_xa || '/' || so_to || '/' || so_thua FROM (VALUES {}) v(i, x, y)
         JOIN parcels ON ST_Intersects(lonlat, ST_SetSRID(ST_MakePoint(x::float8, y::float8), 4326))",
        list.join(",")
    ));
    let theirs: BTreeSet<(usize, String)> = rows
        .into_iter()
        .map(|row| (row[0].parse().unwrap(), row[1].clone()))
        .collect();
    let mut ours = BTreeSet::new();
    for (i, (lon, lat)) in places.iter().enumerate() {
        ours.extend(
            diaba
                .identify(*lon, *lat, "land_parcels")
                .iter()
                .map(|feature| (i, key(feature))),
        );
    }
    assert!(
        ours.len() > 50,
        "only {} of the places are on a parcel",
        ours.len()
    );
    assert_eq!(ours, theirs);
}

#[test]
fn a_box_holds_as_many_parcels_as_postgis_counts_in_it() {
    let Some(database) = database() else { return };
    let diaba = Diaba::serve(&province().store());
    let mut seen = 0;
    for (i, (lon, lat)) in places(database, 40).into_iter().enumerate() {
        let half = [0.0005, 0.002, 0.004, 0.01][i % 4];
        let [west, south, east, north] = [lon - half, lat - half, lon + half, lat + half];
        let theirs = database.number(&format!(
            "SELECT count(*) FROM parcels WHERE ST_Intersects(lonlat, ST_MakeEnvelope({west:?}, {south:?}, {east:?}, {north:?}, 4326))"
        ));
        let ours = diaba.all_items(
            "land_parcels",
            &format!("?limit=1000&bbox={west},{south},{east},{north}"),
        );
        assert_eq!(ours.len() as f64, theirs, "{west} {south} {east} {north}");
        seen += ours.len();
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn longitude_and_latitude_are_those_of_the_legal_parameters() {
    let Some(database) = database() else { return };
    let diaba = Diaba::serve(&province().store());
    let page = diaba.json("/collections/land_parcels/items?limit=50");
    let served: Vec<String> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(i, feature)| format!("({i}, '{}', '{}')", key(feature), feature["geometry"]))
        .collect();
    let rows = database.rows(&format!(
        "SELECT i, min(ST_HausdorffDistance(lonlat, ST_GeomFromGeoJSON(geojson)))
         FROM (VALUES {}) served(i, key, geojson)
         JOIN parcels ON ma_xa || '/' || so_to || '/' || so_thua = key GROUP BY i",
        served.join(",")
    ));
    assert_eq!(rows.len(), 50);
    for row in rows {
        // Ten decimals of a degree, rounded: half a unit of the last in each axis.
        assert!(row[1].parse::<f64>().unwrap() < 1e-10, "{row:?} degrees");
    }
}

#[test]
fn another_grid_is_carried_over_as_proj_carries_it() {
    let Some(database) = database() else { return };
    let file = repository::sample("land_parcels_07522.gpkg");
    let data = tempfile::tempdir().unwrap();
    import(&file, "land_parcels", data.path()).ok();
    database.load(&file, "surveyed_9209", &["-a_srs", "EPSG:9209"]);
    database.load(
        &surveyed(data.path(), "land_parcels"),
        "kept_9214",
        &["-a_srs", "EPSG:9214"],
    );
    let theirs = format!(
        "(SELECT geom, ma_thua_dat, '{}' p FROM surveyed_9209) s",
        grid(105.5)
    );
    let ours = format!(
        "(SELECT geom, ma_thua_dat, '{}' p FROM kept_9214) k",
        grid(107.0)
    );
    let joined = format!("FROM {ours} JOIN {theirs} USING (ma_thua_dat) WHERE ST_IsValid(s.geom)");
    let pairs = database.number(&format!("SELECT count(*) {joined}"));
    assert!(
        pairs > 20.0 && pairs <= database.number("SELECT count(*) FROM kept_9214"),
        "{pairs}"
    );
    let farthest = database.number(&format!(
        "SELECT max(ST_HausdorffDistance(ST_SetSRID(k.geom, 0), ST_SetSRID(ST_Transform(s.geom, s.p, k.p), 0))) {joined}"
    ));
    assert!(farthest < 1e-6, "{farthest} m");
    // In the grid of the survey an area is what the certificate says; in the working grid it is another one, by as
    // much as PROJ finds.
    let ratio = |kept: &str| {
        database.number(&format!(
            "SELECT avg(ST_Area({kept}) / ST_Area(s.geom)) {joined}"
        ))
    };
    let (ours, theirs) = (ratio("k.geom"), ratio("ST_Transform(s.geom, s.p, k.p)"));
    assert!(
        (ours - theirs).abs() < 1e-9 && (ours - 1.0).abs() > 1e-6,
        "{ours} and {theirs}"
    );
}
