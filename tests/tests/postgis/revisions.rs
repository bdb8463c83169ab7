//! Revisions taken back and taken away, in both homes by one contract.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use diaba_core::shard::Provenance;
use diaba_core::store::{
    DatasetState, DirectoryStore, PostgisStore, Restored, Revisions, StoreError,
};
use diaba_core::theme::{Catalogue, Theme};
use diaba_tests::database::migrated;
use diaba_tests::live::{self, Live};
use diaba_tests::{Database, Diaba, binary, run};

use crate::import::{parcels, square};
use crate::triggers::OVERLAPS;

/// Imports these parcels as a dataset; the revision.
type Import<'a> = Box<dyn Fn(&mut dyn Iterator<Item = u32>) -> String + 'a>;

/// What the contract asks of a home: a past, and a way in.
struct Home<'a> {
    revisions: &'a dyn Revisions,
    theme: Arc<Theme>,
    import: Import<'a>,
}

impl Home<'_> {
    fn import(&self, mut numbers: impl Iterator<Item = u32>) -> String {
        (self.import)(&mut numbers)
    }

    fn state(&self) -> Option<DatasetState> {
        let states = self.revisions.datasets(Some("land_parcels")).unwrap();
        states.into_iter().find(|s| s.dataset == "xa")
    }

    fn rollback(&self, to: Option<&str>) -> Result<Restored, StoreError> {
        self.revisions.rollback(&self.theme, "xa", to, false)
    }

    fn features(&self) -> u64 {
        self.state().unwrap().current().unwrap().features
    }
}

fn contract(home: &Home<'_>) {
    assert!(home.state().is_none());
    assert!(matches!(
        home.rollback(None),
        Err(StoreError::NoDataset { .. })
    ));
    let first = home.import(0..5);
    assert!(matches!(
        home.rollback(None),
        Err(StoreError::NoRevision { .. })
    ));
    let second = home.import(3..12);
    let state = home.state().unwrap();
    assert_eq!(state.published.as_ref(), Some(&second));
    let names: Vec<&String> = state.revisions.iter().map(|r| &r.revision).collect();
    assert_eq!(names, [&second, &first]);

    let back = home.rollback(None).unwrap();
    assert_eq!((&back.restored, back.features), (&first, 5));
    assert_eq!(back.before.as_ref(), Some(&second));
    let state = home.state().unwrap();
    assert_eq!(state.published.as_ref(), Some(&back.revision));
    assert!(back.revision > second);
    let restores = &state.current().unwrap().provenance.restores;
    assert_eq!(restores.as_ref(), Some(&first));

    let forth = home.rollback(Some(&second)).unwrap();
    assert_eq!(home.features(), 9);
    for wrong in [forth.revision.as_str(), "r999999", "", "../xa"] {
        let refused = home.rollback(Some(wrong));
        assert!(
            matches!(refused, Err(StoreError::NoRevision { .. })),
            "{wrong}: {refused:?}"
        );
    }
    assert_eq!(home.features(), 9);

    let gone = home.revisions.remove(&home.theme, "xa", false).unwrap();
    assert_eq!(gone.features, 9);
    assert!(home.state().is_none_or(|s| s.published.is_none()));
    assert!(matches!(
        home.revisions.remove(&home.theme, "xa", false),
        Err(StoreError::NoDataset { .. })
    ));
    home.import(0..2);
    assert_eq!(home.features(), 2);
}

fn in_directory(folder: &Path, test: impl FnOnce(&Home<'_>)) {
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let theme = Arc::clone(catalogue.theme("land_parcels").unwrap());
    let store = DirectoryStore::create(folder, catalogue).unwrap();
    test(&Home {
        revisions: &store,
        theme: Arc::clone(&theme),
        import: Box::new(|numbers| {
            let staging = store.stage(&theme, "xa").unwrap();
            let mut writer = staging.writer().unwrap();
            for i in numbers {
                writer.push(&square(&theme, i)).unwrap();
            }
            let sealed = staging.seal(writer, Provenance::default());
            sealed.unwrap().revision
        }),
    });
}

fn in_database(database: &Database, test: impl FnOnce(&Home<'_>)) {
    let store: Arc<PostgisStore> = Arc::new(database.store());
    let theme = parcels(&store);
    test(&Home {
        revisions: &store,
        theme: Arc::clone(&theme),
        import: Box::new(|numbers| {
            let mut staging = store.stage(&theme, "xa").unwrap();
            let mut writer = staging.writer().unwrap();
            for i in numbers {
                writer.push(&square(&theme, i)).unwrap();
            }
            let sealed = staging.seal(writer, &Provenance::default(), false);
            sealed.unwrap().revision
        }),
    });
}

#[test]
fn both_homes_keep_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    in_directory(folder.path(), contract);
    let Some(database) = migrated() else { return };
    in_database(&database, contract);
    assert_eq!(database.value(OVERLAPS), "0");
}

#[test]
fn a_removed_dataset_comes_back_out_of_the_history() {
    let Some(database) = migrated() else { return };
    in_database(&database, |home| {
        let first = home.import(0..5);
        home.import(3..12);
        home.revisions.remove(&home.theme, "xa", false).unwrap();
        assert_eq!(
            database.value("SELECT count(*) FROM diaba.land_parcels"),
            "0"
        );
        assert_eq!(home.state().unwrap().published, None);
        assert_eq!(home.rollback(None).unwrap().features, 9);
        assert_eq!(home.rollback(Some(&first)).unwrap().features, 5);
        let log = database.rows("SELECT operation FROM diaba.change ORDER BY serial");
        let log: Vec<String> = log.concat();
        assert_eq!(log, ["import", "import", "remove", "rollback", "rollback"]);
        assert_eq!(database.value(OVERLAPS), "0");
    });
}

/// Every row as it stands, but for since when.
fn rows(database: &Database) -> Vec<Vec<String>> {
    database.rows(
        "SELECT id, so_thua, ST_AsEWKB(geom), extra, dien_tich FROM diaba.land_parcels WHERE dataset = 'xa' ORDER BY id",
    )
}

#[test]
fn what_people_edited_is_not_overwritten_in_silence_and_comes_back_with_its_revision() {
    let Some(database) = migrated() else { return };
    in_database(&database, |home| {
        home.import(0..6);
        database.rows("UPDATE diaba.land_parcels SET so_thua = 'tách', extra = '{\"b\": 1.50, \"a\":[ ]}' WHERE id = (SELECT min(id) FROM diaba.land_parcels)");
        database.rows("DELETE FROM diaba.land_parcels WHERE so_thua = '5'");
        database.rows("INSERT INTO diaba.land_parcels (dataset, ma_xa, dien_tich, geom) SELECT 'xa', '07210', 0.1::float8 + 0.2::float8, geom FROM diaba.land_parcels LIMIT 1");
        let edited = rows(&database);
        let refused = home.rollback(None);
        assert!(
            matches!(refused, Err(StoreError::NoRevision { .. })),
            "{refused:?}"
        );
        let removed = home.revisions.remove(&home.theme, "xa", false);
        assert!(
            matches!(&removed, Err(StoreError::Edited { count: 3, .. })),
            "{removed:?}"
        );
        assert_eq!(rows(&database), edited);

        // Over the edits with another file, and back: the edits stand as they stood.
        let store: Arc<PostgisStore> = Arc::new(database.store());
        let mut staging = store.stage(&home.theme, "xa").unwrap();
        let mut writer = staging.writer().unwrap();
        for i in 2..9 {
            writer.push(&square(&home.theme, i)).unwrap();
        }
        staging.seal(writer, &Provenance::default(), true).unwrap();
        assert_ne!(rows(&database), edited);
        home.rollback(None).unwrap();
        assert_eq!(rows(&database), edited);

        // Edits made since the rollback keep the next one out, until it is told to go over them.
        database.rows("UPDATE diaba.land_parcels SET so_thua = 'mới' WHERE so_thua = 'tách'");
        let refused = home.rollback(None);
        assert!(
            matches!(&refused, Err(StoreError::Edited { count: 1, .. })),
            "{refused:?}"
        );
        let over = home
            .revisions
            .rollback(&home.theme, "xa", None, true)
            .unwrap();
        assert_eq!(over.features, 7);
        assert_eq!(database.value(OVERLAPS), "0");
    });
}

#[test]
fn an_importer_may_take_back_and_away_and_an_editor_may_not() {
    let Some(database) = migrated() else { return };
    in_database(&database, |home| {
        home.import(0..3);
        home.import(0..4);
    });
    let say = |url: &str, words: &[&str]| {
        run(Command::new(binary("diaba-import"))
            .args(words)
            .args(["--database", url]))
    };
    let editor = database.login("editor", &["diaba_editor"]);
    let refused = say(&editor, &["rollback", "land_parcels/xa"]);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    let importer = database.login("importer", &["diaba_importer"]);
    let _ = say(&importer, &["rollback", "land_parcels/xa"]).ok();
    let listed = say(&importer, &["list", "--json"]).ok().stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["published"], "r000003");
    assert_eq!(listed[0]["revisions"].as_array().map(Vec::len), Some(3));
    assert_eq!(listed[0]["revisions"][0]["features"], 3);
    let _ = say(&importer, &["remove", "land_parcels/xa", "--yes"]).ok();
    let refused = say(&importer, &["remove", "land_parcels/manual", "--yes"]);
    assert_eq!(refused.code, Some(2));
}

#[test]
fn a_server_on_a_database_sees_a_rollback_and_a_removal() {
    let Some(database) = live::filled(&["land_parcels"]) else {
        return;
    };
    let Live {
        server,
        cache: _cache,
    } = live::serve(&database, &[]);
    let all = server.all_items("land_parcels", "?limit=5000");
    let store: Arc<PostgisStore> = Arc::new(database.store());
    let theme = parcels(&store);
    let mut staging = store.stage(&theme, "tong-hop").unwrap();
    let mut writer = staging.writer().unwrap();
    writer.push(&square(&theme, 41_700)).unwrap();
    staging.seal(writer, &Provenance::default(), false).unwrap();
    let count = |s: &Diaba| {
        let page = s.get("/collections/land_parcels/items?limit=10000");
        if page.status == 404 {
            return 0;
        }
        page.json()["features"].as_array().map_or(0, Vec::len)
    };
    server.wait_until("the new revision", |s| count(s) == 1);
    store.rollback(&theme, "tong-hop", None, false).unwrap();
    server.wait_until("the earlier one", |s| count(s) == all.len());
    assert_eq!(server.all_items("land_parcels", "?limit=5000"), all);
    store.remove(&theme, "tong-hop", false).unwrap();
    server.wait_until("nothing", |s| count(s) == 0);
}
