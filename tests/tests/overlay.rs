//! Overlays and extracts beside what PostGIS constructs of the same records.

use std::collections::BTreeMap;
use std::process::Command;

use diaba_tests::{Diaba, PostGis, import, need, province, run};
use serde_json::{Value, json};

/// The legal record of a theme, as the store keeps it.
fn surveyed(theme: &str) -> std::path::PathBuf {
    let dataset = province().store().join(theme).join("tong-hop");
    dataset.join("r000001").join("surveyed.fgb")
}

/// Loads the legal record of a theme; numbers of features have up to 16 digits, more than ogr2ogr writes of a real.
fn load(database: &PostGis, theme: &str) {
    let sql = format!("SELECT *, CAST(id AS bigint) AS number FROM \"{theme}\"");
    let options = ["-lco", "FID=row", "-sql", &sql];
    database.load(&surveyed(theme), theme, &options);
}

fn lay(diaba: &Diaba, query: &str, body: &Value) -> String {
    let client = reqwest::blocking::Client::new();
    let answer = client
        .post(format!("{}/overlay{query}", diaba.address()))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .unwrap();
    let status = answer.status();
    let text = answer.text().unwrap();
    assert!(status.is_success(), "{status} {text}");
    text
}

/// Areas by the numbers of zone and parcel.
fn pairs(csv: &str) -> BTreeMap<(String, String), f64> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let (of, id, area) = (at("of"), at("id"), at("area_m2"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let pair = (cells[of].to_owned(), cells[id].to_owned());
            (pair, cells[area].parse().unwrap())
        })
        .collect()
}

#[test]
fn every_pair_of_every_plan_has_the_area_postgis_constructs() {
    let Some(database) = PostGis::start() else {
        return;
    };
    for theme in ["land_parcels", "urban_plan_zones"] {
        load(&database, theme);
    }
    let diaba = Diaba::serve(&province().store());
    let plans = database.rows("SELECT DISTINCT ma_ho_so_qh FROM urban_plan_zones ORDER BY 1");
    let mut compared = 0;
    for plan in plans.iter().map(|row| &row[0]) {
        let asked = json!({
            "of": {"theme": "urban_plan_zones", "key": [plan]},
            "on": {"theme": "land_parcels"},
            "least": 0.0001,
        });
        let ours = pairs(&lay(&diaba, "?f=csv", &asked));
        let rows = database.rows(&format!(
            "SELECT z.number, p.number, ST_Area(ST_Intersection(z.geom, p.geom))
             FROM urban_plan_zones z JOIN land_parcels p ON ST_Intersects(z.geom, p.geom)
             WHERE z.ma_ho_so_qh = '{plan}'"
        ));
        let theirs: BTreeMap<(String, String), f64> = rows
            .iter()
            .map(|row| ((row[0].clone(), row[1].clone()), row[2].parse().unwrap()))
            .collect();
        for (pair, area) in &theirs {
            let measured = ours.get(pair).copied().unwrap_or(0.0);
            // Files have four decimals.
            assert!(
                (measured - area).abs() < 2e-4,
                "{pair:?}: {measured} {area}"
            );
        }
        assert!(ours.keys().all(|pair| theirs.contains_key(pair)));
        compared += theirs.len();
    }
    assert!(compared > 500, "{compared} pairs");
}

#[test]
fn the_record_of_a_plan_has_the_areas_postgis_computes() {
    let Some(database) = PostGis::start() else {
        return;
    };
    for theme in ["urban_plans", "urban_plan_zones"] {
        load(&database, theme);
    }
    let diaba = Diaba::serve(&province().store());
    let plans = diaba.json("/plans");
    let mut seen = 0;
    for plan in plans.as_array().unwrap() {
        if plan["theme"] != "urban_plan_zones" {
            continue;
        }
        let code = plan["code"].as_str().unwrap();
        let record = diaba.json(&format!("/plans/urban_plan_zones/{code}"));
        let rows = database.rows(&format!(
            "SELECT chuc_nang, count(*), sum(ST_Area(geom)) FROM urban_plan_zones
             WHERE ma_ho_so_qh = '{code}' GROUP BY 1"
        ));
        let functions = record["functions"].as_array().unwrap();
        assert_eq!(functions.len(), rows.len());
        for row in &rows {
            let function = functions.iter().find(|f| f["class"]["code"] == row[0]);
            let function = function.unwrap_or_else(|| panic!("{row:?}"));
            assert_eq!(function["count"].to_string(), row[1]);
            let area: f64 = row[2].parse().unwrap();
            assert!(
                (function["area"].as_f64().unwrap() - area).abs() < 0.01,
                "{row:?}"
            );
        }
        let boundary = database.rows(&format!(
            "SELECT ST_Area(geom) FROM urban_plans WHERE ma_ho_so_qh = '{code}'"
        ));
        let area: f64 = boundary[0][0].parse().unwrap();
        assert!((record["boundary"]["area"].as_f64().unwrap() - area).abs() < 0.01);
        assert!((plan["area"].as_f64().unwrap() - record["area"].as_f64().unwrap()).abs() < 0.01);
        seen += 1;
    }
    assert!(seen > 3, "{seen} plans");
}

/// A line of what SQLite makes of a question, as GDAL asks it.
fn asked(file: &std::path::Path, sql: &str) -> String {
    let said = run(Command::new("ogrinfo")
        .args(["-ro", "-q", "-dialect", "SQLite", "-sql", sql])
        .arg(file))
    .ok();
    assert!(said.stderr.is_empty(), "{}", said.stderr);
    let value = said.stdout.lines().find_map(|l| l.split_once(") = "));
    value
        .unwrap_or_else(|| panic!("{}", said.stdout))
        .1
        .to_owned()
}

#[test]
fn a_geopackage_has_every_pair_for_gdal() {
    if !need::program("ogrinfo") {
        return;
    }
    let diaba = Diaba::serve(&province().store());
    let plan = diaba.json("/plans");
    let all = plan.as_array().unwrap().iter();
    let small = all.filter(|p| p["theme"] == "urban_plan_zones" && p["zones"].as_i64() > Some(0));
    let code = small.min_by_key(|p| p["zones"].as_i64()).unwrap()["code"].clone();
    let request = json!({"of": {"theme": "urban_plan_zones", "key": [code]}, "on": {"theme": "land_parcels"}});
    let table: Value = serde_json::from_str(&lay(&diaba, "", &request)).unwrap();
    let client = reqwest::blocking::Client::new();
    let answer = client
        .post(format!("{}/overlay?f=gpkg", diaba.address()))
        .json(&request)
        .send()
        .unwrap();
    assert_eq!(
        answer.headers()["content-type"],
        "application/geopackage+sqlite3"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("overlay.gpkg");
    std::fs::write(&file, answer.bytes().unwrap()).unwrap();
    let summary = run(Command::new("ogrinfo")
        .args(["-ro", "-so"])
        .arg(&file)
        .arg("overlay"))
    .ok();
    assert!(summary.stderr.is_empty(), "{}", summary.stderr);
    let count = format!("Feature Count: {}", table["pairs"]);
    assert!(
        summary.stdout.lines().any(|l| l == count),
        "{}",
        summary.stdout
    );
    assert!(
        summary.stdout.contains("ID[\"EPSG\",9214]]"),
        "{}",
        summary.stdout
    );
    let area: f64 = asked(&file, "SELECT sum(area_m2) FROM overlay")
        .parse()
        .unwrap();
    assert!((area - table["area"].as_f64().unwrap()).abs() < 0.01);
    let sums: f64 = asked(&file, "SELECT sum(area_m2) FROM overlay_sums")
        .parse()
        .unwrap();
    assert!((sums - area).abs() < 0.01);
    // The share and the whole it is of lie in the same row.
    let off = "SELECT max(abs(area_m2 / ST_Area(geom) * 100 - percent)) FROM overlay";
    let off: f64 = asked(&file, off).parse().unwrap();
    assert!(off < 0.006, "{off}");
}

#[test]
fn the_corridor_of_a_dike_is_the_one_postgis_buffers() {
    let Some(database) = PostGis::start() else {
        return;
    };
    for theme in ["land_parcels", "dikes"] {
        load(&database, theme);
    }
    let diaba = Diaba::serve(&province().store());
    // Surveyed stretches of grades with 20 m riverward and 25 m landward; the river of a left bank is on its right.
    let sides = "CASE bo WHEN 'ta' THEN chan_de_phia_dong_m + 25 ELSE chan_de_phia_song_m + 20 END AS l,
                 CASE bo WHEN 'ta' THEN chan_de_phia_song_m + 20 ELSE chan_de_phia_dong_m + 25 END AS r";
    let rows = database.rows(&format!(
        "WITH d AS (SELECT number, geom, {sides} FROM dikes WHERE cap IN ('DB', 'I', 'II', 'III')),
         c AS (SELECT number, ST_Union(ST_Buffer(geom, l, 'side=left quad_segs=32'), ST_Buffer(geom, r, 'side=right quad_segs=32')) AS geom FROM d)
         SELECT p.number, c.number, ST_Area(ST_Intersection(p.geom, c.geom)) FROM c
         JOIN land_parcels p ON ST_Intersects(p.geom, c.geom)
         WHERE NOT EXISTS (SELECT FROM d WHERE ST_DWithin(p.geom, ST_Boundary(d.geom), 60)) AND p.loai_dat NOT IN ('ONT', 'ODT') AND ST_Area(ST_Intersection(p.geom, c.geom)) > 1 ORDER BY 1, 2 LIMIT 120"
    ));
    assert!(rows.len() > 20, "{} corridors", rows.len());
    for row in &rows {
        let extract = diaba.json(&format!(
            "/collections/land_parcels/items/{}/extract?f=json",
            row[0]
        ));
        let dike: u64 = row[1].parse().unwrap();
        let themes = extract["touching"].as_array().unwrap();
        let groups = themes
            .iter()
            .filter(|t| t["theme"] == "dikes")
            .flat_map(|t| t["groups"].as_array().unwrap());
        let mut parts = groups.flat_map(|group| group["parts"].as_array().unwrap());
        let part = parts.find(|part| part["id"] == dike);
        let measured = part.and_then(|part| part["area"].as_f64()).unwrap_or(0.0);
        let expected: f64 = row[2].parse().unwrap();
        // Bends are round on the outer side for both; how many corners the round has differs. Parcels where a stretch ends
        // are looked at below: PostGIS buffers each stretch by itself.
        assert!(
            (measured - expected).abs() < 0.02 + 1e-3 * expected,
            "{row:?} {measured}"
        );
    }
}

/// The corners of a dike from `PLACE`, metres: bends both ways, a hairpin of two legs 30 m apart, and a crossing of itself.
const COURSE: [[f64; 2]; 12] = [
    [0.0, 0.0],
    [200.0, 0.0],
    [260.0, 90.0],
    [380.0, 60.0],
    [500.0, 60.0],
    [620.0, 160.0],
    [600.0, 180.0],
    [470.0, 90.0],
    [420.0, 260.0],
    [700.0, 300.0],
    [700.0, 20.0],
    [540.0, -40.0],
];
/// Where it is cut into stretches.
const CUTS: [usize; 3] = [2, 5, 9];
const PLACE: [f64; 2] = [416_000.0, 2_353_000.0];

fn ring(corners: &[[f64; 2]]) -> Vec<[f64; 2]> {
    corners
        .iter()
        .map(|[x, y]| [PLACE[0] + x, PLACE[1] + y])
        .collect()
}

fn collection(name: &str, features: &[Value]) -> String {
    json!({
        "type": "FeatureCollection",
        "name": name,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9214"}},
        "features": features,
    })
    .to_string()
}

#[test]
fn a_dike_in_stretches_has_the_corridor_of_the_whole_dike() {
    let Some(database) = PostGis::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, features: Vec<Value>| {
        let file = folder.path().join(format!("{name}.geojson"));
        std::fs::write(&file, collection(name, &features)).unwrap();
        file
    };
    // Left: 16 m to the toe on the land's side and 25 m beyond; right: 14 m and 20 m.
    let stretch = |(i, [from, to]): (usize, [usize; 2])| {
        json!({"type": "Feature",
            "properties": {"ma_tuyen": "TT", "ly_trinh_dau": format!("K{i}"), "cap": "III", "bo": "ta", "loai": "de_song",
                "chan_de_phia_song_m": 14, "chan_de_phia_dong_m": 16, "chan_de_da_khao_sat": true},
            "geometry": {"type": "LineString", "coordinates": ring(&COURSE[from..=to])}})
    };
    let [a, b, c] = CUTS;
    let stretches = [[0, a], [a, b], [b, c], [c, COURSE.len() - 1]];
    let dikes = write(
        "dikes",
        stretches.into_iter().enumerate().map(stretch).collect(),
    );
    let side = 30.0;
    let parcel = |n: i32| {
        let (x, y) = (
            f64::from(n % 30) * side - 80.0,
            f64::from(n / 30) * side - 120.0,
        );
        let corners = [
            [x, y],
            [x + side, y],
            [x + side, y + side],
            [x, y + side],
            [x, y],
        ];
        json!({"type": "Feature",
            "properties": {"ma_xa": "07210", "so_to": "1", "so_thua": n.to_string(), "loai_dat": "LUC"},
            "geometry": {"type": "Polygon", "coordinates": [ring(&corners)]}})
    };
    let parcels = write("land_parcels", (0..30 * 18).map(parcel).collect());
    let store = folder.path().join("store");
    for (file, theme) in [(&dikes, "dikes"), (&parcels, "land_parcels")] {
        let _ = import(file, theme, &store).run().0.ok();
    }
    let diaba = Diaba::serve(&store);

    let course: Vec<String> = ring(&COURSE)
        .iter()
        .map(|[x, y]| format!("{x} {y}"))
        .collect();
    let course = format!("ST_GeomFromText('LINESTRING({})', 9214)", course.join(","));
    database.rows(&format!(
        "CREATE TABLE corridor AS SELECT ST_Union(
           ST_Buffer({course}, 41, 'side=left endcap=flat join=round quad_segs=256'),
           ST_Buffer({course}, 34, 'side=right endcap=flat join=round quad_segs=256')) AS geom"
    ));
    let page = diaba.json("/collections/land_parcels/items?limit=1000");
    let (mut compared, mut whole) = (0, 0.0);
    for feature in page["features"].as_array().unwrap() {
        let id = feature["id"].as_u64().unwrap();
        let number: i32 = feature["properties"]["so_thua"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let rings = &parcel(number)["geometry"];
        let rows = database.rows(&format!(
            "SELECT coalesce(ST_Area(ST_Intersection(geom, ST_SetSRID(ST_GeomFromGeoJSON('{rings}'), 9214))), 0) FROM corridor"
        ));
        let expected: f64 = rows[0][0].parse().unwrap();
        let path = format!("/collections/land_parcels/items/{id}/extract?f=json");
        let extract = diaba.json(&path);
        let themes = extract["touching"].as_array().unwrap();
        let dikes = themes.iter().find(|theme| theme["theme"] == "dikes");
        let measured = dikes.map_or(0.0, |theme| theme["area"].as_f64().unwrap());
        // A circle of radius r is cut into steps of angle a, 0.6° here and 0.35° there, each of which lacks r² a³ / 12: 0.02 m²
        // of a right angle at 41 m here; several bends may meet in a parcel.
        assert!(
            (measured - expected).abs() < 0.05,
            "{number}: {measured} {expected}"
        );
        whole += measured;
        compared += usize::from(expected > 1.0);
    }
    assert!(compared > 100 && whole > 60_000.0, "{compared} {whole}");
}
