//! The two homes of data, side by side: the same files imported into a directory and into PostGIS give the same answers.

use std::sync::OnceLock;

use diaba_tests::live::{self, Live, THEMES};
use diaba_tests::{Database, Diaba, province, tiles};

/// A database with the whole province, shared by the tests, which only read it.
fn database() -> Option<&'static Database> {
    static FILLED: OnceLock<Option<Database>> = OnceLock::new();
    FILLED.get_or_init(|| live::filled(&THEMES)).as_ref()
}

struct Homes {
    directory: Diaba,
    postgis: Live,
}

fn homes() -> Option<Homes> {
    Some(Homes {
        directory: Diaba::serve(&province().store()),
        postgis: live::serve(database()?, &[]),
    })
}

impl Homes {
    /// Asks both and asserts that the answers are the same: the status, and the body to the byte but for the server's own
    /// address and the time.
    fn same(&self, path: &str) -> usize {
        let asked = [
            ("accept", "application/json"),
            ("accept-encoding", "identity"),
        ];
        let answers = [&self.directory, &self.postgis.server].map(|server| {
            let answer = server.get_with(path, &asked).expect_either(&[200, 204]);
            let body = match String::from_utf8(answer.body) {
                Ok(text) => without_time(&text.replace(server.address(), "")).into_bytes(),
                Err(binary) => binary.into_bytes(),
            };
            (answer.status, body)
        });
        let [(status, one), (other_status, other)] = answers;
        assert_eq!(status, other_status, "{path}");
        if let Some(at) = one.iter().zip(&other).position(|(a, b)| a != b) {
            let around = |body: &[u8]| {
                let piece = &body[at.saturating_sub(60)..(at + 60).min(body.len())];
                String::from_utf8_lossy(piece).into_owned()
            };
            panic!("{path}: …{}… but …{}…", around(&one), around(&other));
        }
        assert_eq!(one.len(), other.len(), "{path}");
        one.len()
    }
}

/// A page of features says when it was made.
fn without_time(text: &str) -> String {
    const MEMBER: &str = "\"timeStamp\":\"";
    match text.split_once(MEMBER) {
        Some((before, after)) => {
            let rest = after.split_once('"').map_or("", |(_, rest)| rest);
            format!("{before}{MEMBER}\"{rest}")
        }
        None => text.to_owned(),
    }
}

#[test]
fn pages_of_every_theme_are_the_same() {
    let Some(homes) = homes() else { return };
    for theme in THEMES {
        let mut path = format!("/collections/{theme}/items?limit=500");
        let mut pages = 0;
        loop {
            homes.same(&path);
            pages += 1;
            let page = homes.directory.json(&path);
            let next = page["links"]
                .as_array()
                .and_then(|links| links.iter().find(|link| link["rel"] == "next"))
                .and_then(|link| link["href"].as_str())
                .and_then(|href| href.strip_prefix(homes.directory.address()));
            match next {
                Some(next) => path = next.to_owned(),
                None => break,
            }
        }
        assert!(theme != "land_parcels" || pages > 4, "{pages}");
    }
}

#[test]
fn look_ups_are_the_same() {
    let Some(homes) = homes() else { return };
    let some = homes
        .directory
        .json("/collections/land_parcels/items?limit=300");
    for feature in some["features"].as_array().unwrap() {
        let properties = &feature["properties"];
        let key =
            ["ma_xa", "so_to", "so_thua"].map(|k| properties[k].as_str().unwrap_or("").to_owned());
        homes.same(&format!("/parcels/{}", key.join("/")));
        let ring = &feature["geometry"]["coordinates"][0];
        let corner = if ring[0][0].is_array() {
            &ring[0][0]
        } else {
            &ring[0]
        };
        let path = format!("/identify?lon={}&lat={}&tolerance=5", corner[0], corner[1]);
        assert!(
            homes.same(&path) > 200,
            "a corner belongs to a parcel at least"
        );
    }
}

#[test]
fn searches_are_the_same() {
    let Some(homes) = homes() else { return };
    let some = homes
        .directory
        .json("/collections/land_parcels/items?limit=40");
    for feature in some["features"].as_array().unwrap() {
        let text = |name: &str| {
            feature["properties"][name]
                .as_str()
                .unwrap_or("")
                .to_owned()
        };
        let (sheet, number) = (text("so_to"), text("so_thua"));
        let asked = format!("/search?q={}/{sheet}/{number}", text("ma_xa"));
        assert!(homes.same(&asked) > 200, "a parcel is found by its key");
        homes.same(&format!("/search?q=to+{sheet}+thua+{number}"));
    }
    for name in [
        "kenh",
        "song",
        "de+huu",
        "tram+bom",
        "vai+thieu",
        "luc+ngn",
        "ql",
        "quy+hoach",
    ] {
        homes.same(&format!("/search?q={name}&limit=50"));
    }
}

#[test]
fn figures_are_the_same_and_those_of_postgis() {
    let Some((homes, database)) = homes().zip(database()) else {
        return;
    };
    homes.same("/stats");
    let stats = homes.directory.json("/stats?theme=land_parcels");
    let mut counted = 0;
    for commune in stats["themes"][0]["communes"].as_array().unwrap() {
        for class in commune["classes"].as_array().unwrap() {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let told = database.value(&format!(
                "SELECT count(*) || ' ' || sum(ST_Area(geom)) FROM diaba.land_parcels \
                 WHERE coalesce(ma_xa, '') = '{}' AND coalesce(loai_dat, '') = '{}'",
                text(&commune["commune"]),
                text(&class["class"]),
            ));
            let (count, area) = told.split_once(' ').unwrap();
            let area: f64 = area.parse().unwrap();
            assert_eq!(
                class["count"].as_i64().unwrap(),
                count.parse::<i64>().unwrap()
            );
            assert!(
                (class["area_m2"].as_f64().unwrap() - area).abs() < 0.01,
                "{class} {told}"
            );
            counted += 1;
        }
    }
    assert!(counted > 3, "{counted} classes");
}

#[test]
fn tiles_are_the_same_at_every_zoom() {
    let Some(homes) = homes() else { return };
    let themes = homes.directory.json("/themes");
    let list = themes
        .as_array()
        .or_else(|| themes["themes"].as_array())
        .unwrap();
    let bounds = list
        .iter()
        .find(|theme| theme["id"] == "land_parcels")
        .map(|theme| theme["bounds"].clone())
        .unwrap();
    let bounds = [0, 1, 2, 3].map(|i| bounds[i].as_f64().unwrap());
    let all = THEMES.join(",");
    let mut bytes = 0;
    for z in 5..=17 {
        for (z, x, y) in tiles::some_of(tiles::covering(bounds, z), 24) {
            bytes += homes.same(&format!("/tiles/{all}/{z}/{x}/{y}.mvt"));
        }
    }
    assert!(bytes > 500_000, "{bytes} bytes of tiles");
}
