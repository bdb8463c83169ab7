//! Edits in PostGIS while the map is being looked at.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diaba_tests::database::database_in;
use diaba_tests::live::{self, Live, set_sheet};
use diaba_tests::{Database, Diaba, PostGis, tiles};
use serde_json::Value;

/// Runs statements in a session of their own.
fn begin(database: &Database, statements: &str) -> Child {
    database
        .psql_command(&database.url(), statements)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// A transaction that has done its statement and waits to be told to commit.
struct Held(Child);

impl Held {
    fn begin(database: &Database, statement: &str) -> Self {
        let mut session = database
            .psql_command(&database.url(), "BEGIN")
            .args(["-c", statement, "-c", "SELECT 'held'", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let out = session.stdout.as_mut().unwrap();
        BufReader::new(out).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "held");
        Self(session)
    }

    fn commit(mut self) {
        let mut statements = self.0.stdin.take().unwrap();
        statements.write_all(b"COMMIT;\n").unwrap();
        drop(statements);
        assert!(self.0.wait().unwrap().success());
    }
}

fn parcels(server: &Diaba) -> Vec<Value> {
    server.all_items("land_parcels", "?limit=5000")
}

/// Grows a box (west, south, east, north) by the positions of GeoJSON coordinates.
fn extend(bbox: &mut [f64; 4], coordinates: &Value) {
    match coordinates.as_array().map(Vec::as_slice) {
        Some([x, y, ..]) if x.is_number() => {
            let (x, y) = (x.as_f64().unwrap(), y.as_f64().unwrap());
            *bbox = [
                bbox[0].min(x),
                bbox[1].min(y),
                bbox[2].max(x),
                bbox[3].max(y),
            ];
        }
        Some(members) => members.iter().for_each(|member| extend(bbox, member)),
        None => {}
    }
}

/// The middle of a feature's box.
fn middle(feature: &Value) -> (f64, f64) {
    let mut bbox = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    extend(&mut bbox, &feature["geometry"]["coordinates"]);
    (
        f64::midpoint(bbox[0], bbox[2]),
        f64::midpoint(bbox[1], bbox[3]),
    )
}

fn tile_of(feature: &Value, z: u8) -> String {
    let (lon, lat) = middle(feature);
    let (z, x, y) = tiles::covering([lon, lat, lon, lat], z)[0];
    format!("/tiles/land_parcels/{z}/{x}/{y}.mvt")
}

#[test]
fn a_row_updated_with_plain_sql_is_on_the_map_and_only_there() {
    let Some(database) = live::filled(&["land_parcels"]) else {
        return;
    };
    let Live {
        server,
        cache: _cache,
    } = live::serve(&database, &[]);
    let all = parcels(&server);
    let chosen = &all[all.len() / 2];
    let id = chosen["id"].as_u64().unwrap();
    let events = server.events("/events?themes=land_parcels");
    let zooms = [8, 12, 15, 16];
    let touched: BTreeMap<u8, String> = zooms.map(|z| (z, tile_of(chosen, z))).into();
    // Tiles at z16 of every parcel: those the edit does not touch must stay as they are.
    let others: Vec<String> = all.iter().map(|f| tile_of(f, 16)).collect();
    let tag = |path: &str| {
        server
            .get(path)
            .expect_either(&[200, 204])
            .header("etag")
            .to_owned()
    };
    let before: BTreeMap<&String, String> = touched
        .values()
        .chain(&others)
        .map(|path| (path, tag(path)))
        .collect();

    database.rows(&format!(
        "UPDATE diaba.land_parcels SET loai_dat = 'SKC' WHERE id = {id}"
    ));
    let asked = live::parcel(id);
    let started = Instant::now();
    server.wait_until("the edit", |s| {
        s.json(&asked)["properties"]["loai_dat"] == "SKC"
    });
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    let heard = std::iter::from_fn(|| events.recv_timeout(Duration::from_secs(20)).ok())
        .find(|line| line.starts_with("data:") && line.contains(&id.to_string()));
    assert!(heard.is_some(), "the event of feature {id}");
    for path in touched.values() {
        assert_ne!(tag(path), before[path], "{path} shows the edit");
    }
    let moved = others
        .iter()
        .filter(|path| tag(path) != before[path])
        .collect::<std::collections::BTreeSet<_>>();
    // The parcel's own tile, and a neighbour where it reaches into its margin.
    assert!((1..=4).contains(&moved.len()), "{moved:?}");
}

#[test]
fn a_slow_transaction_across_fast_ones_is_not_lost() {
    let Some(database) = live::filled(&["land_parcels"]) else {
        return;
    };
    let Live {
        server,
        cache: _cache,
    } = live::serve(&database, &[]);
    let all = parcels(&server);
    let ids: Vec<u64> = all
        .iter()
        .take(30)
        .map(|f| f["id"].as_u64().unwrap())
        .collect();
    let slow = Held::begin(&database, &set_sheet(ids[0], "slow"));
    for id in &ids[1..] {
        database.rows(&set_sheet(id, "fast"));
    }
    server.wait_until("the fast ones", |s| {
        ids[1..].iter().all(|id| s.sheet(id) == "fast")
    });
    assert_ne!(server.sheet(ids[0]), "slow", "it is not committed yet");
    slow.commit();
    server.wait_until("the slow one, whose number is smaller", |s| {
        s.sheet(ids[0]) == "slow"
    });
}

#[test]
fn the_map_outlives_the_database() {
    let Some(cluster) = PostGis::start() else {
        return;
    };
    let database = database_in(&cluster);
    live::fill(&database, &["land_parcels", "roads"]);
    let Live { mut server, cache } = live::serve(&database, &["--refresh-ms", "200"]);
    server.may_lose_its_database();
    let all = parcels(&server);
    let id = all[7]["id"].as_u64().unwrap();
    let item = live::parcel(id);
    let paths: Vec<String> = all
        .iter()
        .step_by(40)
        .flat_map(|f| {
            let (lon, lat) = middle(f);
            [
                tile_of(f, 15),
                tile_of(f, 10),
                format!("/identify?lon={lon}&lat={lat}"),
            ]
        })
        .collect();
    let (asked, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for offset in 0..2 {
            let (paths, asked, stop, server) = (&paths, &asked, &stop, &server);
            scope.spawn(move || {
                for path in paths.iter().cycle().skip(offset * 5) {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let _ = server.get(path).expect_either(&[200, 204]);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(Duration::from_millis(500));
        cluster.kill();
        server.wait_until("the server to notice", |s| {
            !s.get(&item).header("diaba-stale").is_empty()
        });
        std::thread::sleep(Duration::from_secs(1));
        cluster.revive();
        database.rows(&set_sheet(id, "after"));
        let back = Instant::now();
        server.wait_until("the edit made meanwhile", |s| s.sheet(id) == "after");
        let took = back.elapsed();
        stop.store(true, Ordering::Relaxed);
        assert!(took < Duration::from_secs(5), "{took:?}");
    });
    assert!(asked.load(Ordering::Relaxed) > 50);
    assert!(server.get(&item).header("diaba-stale").is_empty());
    drop(server);

    // Down at the start: what was packed before is served, and what changes later is seen.
    cluster.kill();
    let mut server = Diaba::serve_database(&database.url(), cache.path(), &["--refresh-ms", "200"]);
    server.may_lose_its_database();
    let answer = server.get(&item).expect(200);
    assert!(!answer.header("diaba-stale").is_empty());
    assert_eq!(parcels(&server).len(), all.len());
    cluster.revive();
    database.rows(&set_sheet(id, "later"));
    server.wait_until("the edit", |s| s.sheet(id) == "later");
}

#[test]
fn thousands_of_edits_out_of_order_end_in_what_a_fresh_pack_gives() {
    const SESSIONS: usize = 4;
    const ROUNDS: usize = 60;
    let Some(database) = live::filled(&["land_parcels"]) else {
        return;
    };
    let Live {
        server,
        cache: _cache,
    } = live::serve(&database, &[]);
    let begun = parcels(&server).len();
    // Each transaction makes 40 edits of every kind on rows of its session, and pairs of rows that must always be seen
    // together; some sleep before they commit, so that commits come in another order than numbers.
    let script = |session: usize| {
        let mine = format!("id % {SESSIONS} = {session}");
        let rounds: Vec<String> = (0..ROUNDS)
            .map(|round| {
                let pick = format!("SELECT id FROM diaba.land_parcels WHERE dataset = 'tong-hop' AND {mine} ORDER BY hashint8(id + {round})");
                format!(
                    "BEGIN;
                     UPDATE diaba.land_parcels SET geom = ST_Translate(geom, 30 * {round} - 900, 25) WHERE id IN ({pick} LIMIT 12);
                     UPDATE diaba.land_parcels SET loai_dat = (ARRAY['LUC','ONT','CLN','RSX'])[1 + {round} % 4] WHERE id IN ({pick} OFFSET 12 LIMIT 12);
                     INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom)
                       SELECT ma_xa, 'doi', '{session}-{round}', loai_dat, geom FROM diaba.land_parcels WHERE id IN ({pick} OFFSET 24 LIMIT 2);
                     WITH gone AS (DELETE FROM diaba.land_parcels WHERE id IN ({pick} OFFSET 26 LIMIT 2) RETURNING *),
                          halves AS (SELECT gone.*, half FROM gone, (VALUES (0), (1)) AS h(half))
                       INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom)
                       SELECT ma_xa, so_to, so_thua, loai_dat, part FROM (
                         SELECT halves.*, ST_Multi(ST_CollectionExtract(ST_Intersection(geom, ST_MakeEnvelope(
                           ST_XMin(geom) + half * (ST_XMax(geom) - ST_XMin(geom)) / 2, ST_YMin(geom) - 1,
                           ST_XMin(geom) + (1 + half) * (ST_XMax(geom) - ST_XMin(geom)) / 2, ST_YMax(geom) + 1, 9214)), 3)) AS part
                         FROM halves) cut WHERE NOT ST_IsEmpty(part);
                     DELETE FROM diaba.land_parcels WHERE id IN ({pick} OFFSET 30 LIMIT 4);
                     DELETE FROM diaba.land_parcels WHERE so_to = 'doi' AND so_thua = '{session}-{}';
                     SELECT pg_sleep({});
                     COMMIT;",
                    round as i64 - 7,
                    if round % 5 == session { 0.4 } else { 0.01 },
                )
            })
            .collect();
        rounds.concat()
    };
    let mut sessions: Vec<Child> = (0..SESSIONS)
        .map(|s| begin(&database, &script(s)))
        .collect();
    let mut looks = 0;
    while sessions.iter_mut().any(|s| s.try_wait().unwrap().is_none()) {
        let page = server.json("/collections/land_parcels/items?limit=10000&so_to=doi");
        let mut pairs: BTreeMap<&str, usize> = BTreeMap::new();
        for feature in page["features"].as_array().unwrap() {
            *pairs
                .entry(feature["properties"]["so_thua"].as_str().unwrap())
                .or_default() += 1;
        }
        assert!(
            pairs.values().all(|n| *n == 2),
            "half a transaction is seen: {pairs:?}"
        );
        looks += 1;
    }
    assert!(sessions.iter_mut().all(|s| s.wait().unwrap().success()));
    assert!(looks > 10, "{looks}");
    let entries =
        database.rows("SELECT count(*) FROM diaba.change WHERE feature IS NOT NULL")[0][0].clone();
    assert!(entries.parse::<usize>().unwrap() > 5_000, "{entries} edits");

    let count = database.rows("SELECT count(*) FROM diaba.land_parcels")[0][0]
        .parse::<usize>()
        .unwrap();
    assert_ne!(count, begun);
    server.wait_until("all edits", |s| parcels(s).len() == count);
    let fresh = live::serve(&database, &[]);
    server.wait_until("the last state", |s| parcels(s) == parcels(&fresh.server));
    let bounds = {
        let themes = fresh.server.json("/themes");
        let list = themes
            .as_array()
            .or_else(|| themes["themes"].as_array())
            .unwrap()
            .clone();
        let bounds = list.iter().find(|t| t["id"] == "land_parcels").unwrap()["bounds"].clone();
        [0, 1, 2, 3].map(|i| bounds[i].as_f64().unwrap())
    };
    for z in [8, 11, 13, 14, 16] {
        for (z, x, y) in tiles::some_of(tiles::covering(bounds, z), 40) {
            let path = format!("/tiles/land_parcels/{z}/{x}/{y}.mvt");
            let [one, other] = [&server, &fresh.server]
                .map(|s| s.get_with(&path, &[("accept-encoding", "identity")]));
            assert_eq!(one.status, other.status, "{path}");
            assert!(one.body == other.body, "{path} differs from a fresh pack");
            assert_eq!(
                one.header("etag"),
                other.header("etag"),
                "{path}: replicas give one version"
            );
        }
    }
}
