//! The register over a database: what is written there is seen, all of a transaction or nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diaba_core::registry::{Registry, What};
use diaba_core::store::PostgisStore;
use diaba_core::theme::Catalogue;
use diaba_tests::Database;
use diaba_tests::database::migrated;

/// A register over the database, packing into `cache`.
fn registry(database: &Database, cache: &tempfile::TempDir) -> Registry {
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let store =
        PostgisStore::connect(&database.url(), cache.path(), Arc::clone(&catalogue)).unwrap();
    Registry::open(Box::new(store), catalogue).unwrap()
}

fn insert(database: &Database, count: usize) {
    database.rows(&format!(
        "INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, loai_dat, geom)
         SELECT '07210', '1', n::text, 'LUC', ST_Multi(ST_Translate(ST_GeomFromText(
           'POLYGON((416000 2353000,416010 2353000,416010 2353010,416000 2353010,416000 2353000))', 9214), n % 100 * 10, n / 100 * 10))
         FROM generate_series(0, {count} - 1) n"
    ));
}

/// Where the shard of the rows made by hand lies.
fn packed(registry: &Registry) -> PathBuf {
    let snapshot = registry.snapshot();
    let shard = snapshot.layers["land_parcels"].shards().next().unwrap();
    shard.folder().to_owned()
}

fn parcels(registry: &Registry) -> u64 {
    registry.snapshot().layers["land_parcels"].len()
}

#[test]
fn what_is_written_is_seen_and_told_once() {
    let Some(database) = migrated() else { return };
    insert(&database, 50);
    let cache = tempfile::tempdir().unwrap();
    let registry = registry(&database, &cache);
    assert_eq!(parcels(&registry), 50);
    assert!(
        registry.snapshot().problems.is_empty(),
        "{:?}",
        registry.snapshot().problems
    );
    assert!(!registry.refresh().unwrap(), "nothing has happened");

    let token = registry.journal().now();
    database.rows(
        "BEGIN; UPDATE diaba.land_parcels SET loai_dat = 'ONT' WHERE so_thua = '7';
         DELETE FROM diaba.land_parcels WHERE so_thua IN ('8', '9'); COMMIT",
    );
    assert!(registry.refresh().unwrap());
    assert_eq!(parcels(&registry), 48);
    let snapshot = registry.snapshot();
    let found = snapshot.layers["land_parcels"].by_key(&["07210", "1", "7"]);
    let at = found[0].theme().field_index("loai_dat").unwrap();
    assert_eq!(
        found[0].values().unwrap()[at].as_ref().unwrap().as_text(),
        Some("ONT")
    );
    let (changes, _) = registry.journal().since(token, 10).unwrap();
    let told: Vec<What> = changes.iter().map(|c| c.what).collect();
    assert_eq!(told, [What::Update, What::Delete, What::Delete]);
    let [west, south, ..] = changes[0].new.unwrap();
    assert!(
        (106.0..107.0).contains(&west) && (21.0..22.0).contains(&south),
        "{west} {south}"
    );

    // A register begun anew reads the cache and what came after it.
    drop(registry);
    let again = self::registry(&database, &cache);
    assert_eq!(parcels(&again), 48);
}

#[test]
fn a_number_given_early_and_committed_late_is_seen() {
    let Some(database) = migrated() else { return };
    insert(&database, 3);
    let cache = tempfile::tempdir().unwrap();
    let registry = registry(&database, &cache);
    let mut slow = database
        .psql_command(
            &database.url(),
            "BEGIN; DELETE FROM diaba.land_parcels WHERE so_thua = '0'; SELECT pg_sleep(2); COMMIT",
        )
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    insert(&database, 4);
    assert!(registry.refresh().unwrap());
    assert_eq!(parcels(&registry), 7);
    assert!(slow.wait().unwrap().success());
    assert!(registry.refresh().unwrap());
    assert_eq!(parcels(&registry), 6);
}

#[test]
fn many_edits_are_packed_in_the_background_and_tiles_keep_their_version() {
    let Some(database) = migrated() else { return };
    insert(&database, 6000);
    let cache = tempfile::tempdir().unwrap();
    let registry = registry(&database, &cache);
    database.rows("UPDATE diaba.land_parcels SET loai_dat = 'CLN' WHERE so_thua::int < 4500");
    assert!(registry.refresh().unwrap());
    let (before, version) = (
        packed(&registry),
        registry.snapshot().layers["land_parcels"].version(),
    );
    let token = registry.journal().now();
    let started = Instant::now();
    while packed(&registry) == before {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "it is never packed again"
        );
        registry.refresh().unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(parcels(&registry), 6000);
    assert_eq!(
        registry.snapshot().layers["land_parcels"].version(),
        version
    );
    let (told, _) = registry.journal().since(token, 10).unwrap();
    assert!(told.is_empty(), "packing is no news: {told:?}");
}

#[test]
fn two_servers_on_one_cache_pack_once() {
    let Some(database) = migrated() else { return };
    insert(&database, 2000);
    let cache = tempfile::tempdir().unwrap();
    let folders = std::thread::scope(|scope| {
        let both = [(); 2].map(|()| {
            scope.spawn(|| {
                let registry = registry(&database, &cache);
                assert_eq!(parcels(&registry), 2000);
                packed(&registry)
            })
        });
        both.map(|one| one.join().unwrap())
    });
    assert_eq!(folders[0], folders[1]);
}

#[test]
fn a_layer_stands_as_it_stood_without_the_database() {
    let Some(database) = migrated() else { return };
    insert(&database, 4);
    let cache = tempfile::tempdir().unwrap();
    let registry = registry(&database, &cache);
    let instant = || -> jiff::Timestamp {
        // The database's own clock, between two of its transactions.
        std::thread::sleep(Duration::from_millis(20));
        let now = jiff::Timestamp::now();
        std::thread::sleep(Duration::from_millis(20));
        now
    };
    let lists = |registry: &Registry, at: jiff::Timestamp| -> Vec<String> {
        let view = registry.snapshot().layers["land_parcels"].as_of(at);
        let found = view.by_key(&["07210"]);
        let field = |name: &str| view.theme().field_index(name).unwrap();
        let (so_thua, loai_dat) = (field("so_thua"), field("loai_dat"));
        let mut list: Vec<String> = found
            .iter()
            .map(|f| {
                let text = |at| f.value(at).unwrap().unwrap().to_string();
                format!("{} {}", text(so_thua), text(loai_dat))
            })
            .collect();
        list.sort();
        list
    };
    let mut instants = vec![instant()];
    for change in [
        "UPDATE diaba.land_parcels SET loai_dat = 'ONT' WHERE so_thua = '1'",
        "DELETE FROM diaba.land_parcels WHERE so_thua = '2'",
        "UPDATE diaba.land_parcels SET loai_dat = 'CLN' WHERE so_thua = '1'",
    ] {
        database.rows(change);
        instants.push(instant());
    }
    let expected = [
        vec!["0 LUC", "1 LUC", "2 LUC", "3 LUC"],
        vec!["0 LUC", "1 ONT", "2 LUC", "3 LUC"],
        vec!["0 LUC", "1 ONT", "3 LUC"],
        vec!["0 LUC", "1 CLN", "3 LUC"],
    ];
    let stood = |registry: &Registry| {
        for (at, expected) in instants.iter().zip(&expected) {
            assert_eq!(lists(registry, *at), *expected, "as of {at}");
        }
    };
    registry.refresh().unwrap();
    stood(&registry);

    // More edits than a shard is left with: it is packed again, and what stood lies in a shard of its own.
    let before = packed(&registry);
    insert(&database, 5000);
    database.rows("DELETE FROM diaba.land_parcels WHERE valid_from > (SELECT max(valid_to) FROM diaba.history)");
    let started = Instant::now();
    while packed(&registry) == before {
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "it is never packed again"
        );
        registry.refresh().unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    stood(&registry);
    drop(registry);
    let again = self::registry(&database, &cache);
    database.rows("UPDATE diaba.land_parcels SET loai_dat = 'BHK' WHERE so_thua = '3'");
    again.refresh().unwrap();
    stood(&again);
}
