//! The editor of a database: one edit, one transaction.

use std::sync::Arc;

use diaba_core::feature::{FeatureId, NewFeature, Value, content_tag};
use diaba_core::shard::Provenance;
use diaba_core::store::{Author, Edit, EditError, Editor, KeyHash, Outcome, PostgisStore};
use diaba_core::theme::Theme;
use diaba_tests::Database;
use diaba_tests::database::{migrated, store};
use geo::Area;
use serde_json::json;

use crate::import::{parcels, square};
use crate::triggers::OVERLAPS;

/// A database with ten squares in the dataset `xa`, and a store whose login may do no more than edit.
fn ten() -> Option<(Database, Arc<PostgisStore>, Arc<Theme>)> {
    let database = migrated()?;
    let owner = Arc::new(database.store());
    let theme = parcels(&owner);
    let mut staging = owner.stage(&theme, "xa").unwrap();
    let mut writer = staging.writer().unwrap();
    for i in 0..10 {
        writer.push(&square(&theme, i)).unwrap();
    }
    staging.seal(writer, &Provenance::default(), false).unwrap();
    let editor = store(&database.login("api", &["diaba_server", "diaba_editor"]));
    Some((database, Arc::new(editor), theme))
}

fn author() -> Author {
    Author {
        who: "Nguyễn Thị O'Hà".to_owned(),
        from: "10.1.2.3".to_owned(),
    }
}

fn ids(database: &Database) -> Vec<FeatureId> {
    let rows = database.rows("SELECT id FROM diaba.land_parcels ORDER BY so_thua::int");
    rows.iter()
        .map(|row| FeatureId::new(row[0].parse().unwrap()).unwrap())
        .collect()
}

fn only(outcome: &Outcome) -> (String, FeatureId, NewFeature) {
    assert_eq!(outcome.rows.len(), 1);
    let (dataset, row) = &outcome.rows[0];
    (dataset.clone(), row.id, row.feature.clone())
}

#[test]
fn what_is_written_is_what_is_read() {
    let Some((database, store, theme)) = ten() else {
        return;
    };
    let mut feature = square(&theme, 77);
    let mut set = |name: &str, value: Value| {
        feature.values[theme.field_index(name).unwrap()] = Some(value);
    };
    set("dien_tich", Value::Real(0.1 + 0.2));
    set("da_cap_gcn", Value::Bool(true));
    set(
        "dia_chi_thua_dat",
        Value::Text("Xứ đồng “Cây Gạo” \\ 'x'".to_owned()),
    );
    set("muc_dich", Value::Json(json!([{"z": 1, "a": 1.50}])));
    feature
        .extra
        .insert("ghi_chu".to_owned(), json!({"b": null, "a": [1, 2]}));
    let made = store
        .edit(&theme, Edit::Create(feature.clone()), &author())
        .unwrap();
    let (dataset, id, kept) = only(&made);
    assert_eq!(dataset, "manual");
    assert!(id.get() >= FeatureId::RESERVED);
    let geo::Geometry::Polygon(polygon) = feature.geometry.clone() else {
        unreachable!()
    };
    feature.geometry = geo::MultiPolygon::new(vec![polygon]).into();
    assert_eq!(kept, feature);
    let (_, read) = store.read(&theme, id).unwrap();
    assert_eq!(content_tag(id, &read.feature), content_tag(id, &feature));
    assert!(read.since.is_some());
    let log = database
        .rows("SELECT operation, who, origin, login FROM diaba.change WHERE feature IS NOT NULL");
    assert_eq!(
        log,
        [[
            "insert",
            "Nguyễn Thị O'Hà",
            "10.1.2.3",
            &format!("{}_api", database.name())
        ]]
    );
    let missing = FeatureId::new(5).unwrap();
    assert!(matches!(store.read(&theme, missing), Err(EditError::NotFound(id)) if id == missing));
}

#[test]
fn a_client_that_saw_something_else_changes_nothing() {
    let Some((database, store, theme)) = ten() else {
        return;
    };
    let id = ids(&database)[3];
    let (_, row) = store.read(&theme, id).unwrap();
    let seen = content_tag(id, &row.feature);
    database.rows(&format!(
        "UPDATE diaba.land_parcels SET so_to = '9' WHERE id = {id}"
    ));
    let now = content_tag(id, &store.read(&theme, id).unwrap().1.feature);
    for edit in [
        Edit::Replace {
            id,
            tag: Some(seen.clone()),
            feature: row.feature.clone(),
        },
        Edit::Delete {
            id,
            tag: Some(seen.clone()),
        },
        Edit::Split {
            id,
            tag: Some(seen.clone()),
            into: vec![row.feature.clone(), row.feature.clone()],
        },
    ] {
        match store.edit(&theme, edit, &author()) {
            Err(EditError::Changed { id: at, tag }) => assert_eq!((at, tag), (id, now.clone())),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        database.value("SELECT count(*) FROM diaba.change WHERE feature IS NOT NULL"),
        "1"
    );
    let outcome = store.edit(
        &theme,
        Edit::Replace {
            id,
            tag: Some(now),
            feature: row.feature.clone(),
        },
        &author(),
    );
    assert_eq!(only(&outcome.unwrap()), ("xa".to_owned(), id, row.feature));
}

#[test]
fn a_split_and_a_merge_keep_the_lineage() {
    let Some((database, store, theme)) = ten() else {
        return;
    };
    let ids = ids(&database);
    let area = || database.value("SELECT sum(ST_Area(geom)) FROM diaba.land_parcels");
    let part = |x: f64, number: u32| {
        let mut part = square(&theme, number);
        part.geometry = geo::Rect::new((x, 0.0), (x + 5.0, 10.0))
            .to_polygon()
            .into();
        part
    };
    let split = Edit::Split {
        id: ids[0],
        tag: None,
        into: vec![part(0.0, 100), part(5.0, 101)],
    };
    let outcome = store.edit(&theme, split, &author()).unwrap();
    assert_eq!(outcome.gone, [ids[0]]);
    assert!(outcome.rows.iter().all(|(dataset, _)| dataset == "xa"));
    let parts: Vec<FeatureId> = outcome.rows.iter().map(|(_, row)| row.id).collect();
    for (_, row) in &outcome.rows {
        assert_eq!(row.feature.extra["parents"], json!([ids[0].get()]));
    }
    let children = database.value(&format!(
        "SELECT \"row\"->'extra'->>'children' FROM diaba.history WHERE feature = {}",
        ids[0]
    ));
    assert_eq!(children, format!("[{},{}]", parts[0], parts[1]));
    assert_eq!(area(), "1000");

    let mut whole = square(&theme, 102);
    whole.geometry = geo::Rect::new((5.0, 0.0), (20.0, 10.0)).to_polygon().into();
    let merge = Edit::Merge {
        ids: vec![(ids[1], None), (parts[1], None)],
        into: whole,
    };
    let (dataset, id, merged) = only(&store.edit(&theme, merge, &author()).unwrap());
    assert_eq!(dataset, "xa");
    let mut parents = [ids[1].get(), parts[1].get()];
    parents.sort_unstable();
    assert_eq!(merged.extra["parents"], json!(parents));
    assert_eq!(merged.geometry.unsigned_area(), 150.0);
    assert_eq!(area(), "1000");
    // The one that had parents keeps them in the history, beside its child.
    let kept = database.value(&format!(
        "SELECT \"row\"->'extra' FROM diaba.history WHERE feature = {}",
        parts[1]
    ));
    assert_eq!(
        kept,
        format!("{{\"parents\":[{}],\"children\":[{id}]}}", ids[0])
    );
    assert_eq!(database.value(OVERLAPS), "0");
    // Lineage is not for a client to invent, nor to lose.
    let mut forged = merged.clone();
    forged.extra.insert("parents".to_owned(), json!([1]));
    let (_, _, kept) = only(
        &store
            .edit(
                &theme,
                Edit::Replace {
                    id,
                    tag: None,
                    feature: forged,
                },
                &author(),
            )
            .unwrap(),
    );
    assert_eq!(kept.extra["parents"], json!(parents));
}

#[test]
fn an_edit_that_fails_halfway_leaves_nothing() {
    let Some((database, store, theme)) = ten() else {
        return;
    };
    let ids = ids(&database);
    let mut bad = square(&theme, 1);
    bad.geometry = geo::MultiPolygon::<f64>::new(Vec::new()).into();
    let split = Edit::Split {
        id: ids[0],
        tag: None,
        into: vec![square(&theme, 0), bad],
    };
    match store.edit(&theme, split, &author()) {
        Err(EditError::Refused(said)) => assert!(said.contains("check constraint"), "{said}"),
        other => panic!("{other:?}"),
    }
    let gone = FeatureId::new(1).unwrap();
    let merge = Edit::Merge {
        ids: vec![(ids[0], None), (gone, None)],
        into: square(&theme, 0),
    };
    assert!(
        matches!(store.edit(&theme, merge, &author()), Err(EditError::NotFound(id)) if id == gone)
    );
    assert_eq!(
        database.value("SELECT count(*) FROM diaba.land_parcels"),
        "10"
    );
    assert_eq!(
        database.value("SELECT count(*) FROM diaba.change WHERE feature IS NOT NULL"),
        "0"
    );
    // The connection it happened on is as good as new.
    assert!(store.read(&theme, ids[0]).is_ok());
}

#[test]
fn edits_of_many_at_once_are_all_made() {
    let Some((database, store, theme)) = ten() else {
        return;
    };
    let ids = ids(&database);
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (store, theme, ids) = (&store, &theme, &ids);
            scope.spawn(move || {
                for round in 0..10 {
                    let feature = square(theme, 1000 + worker * 100 + round);
                    let id = ids[(worker + round) as usize % ids.len()];
                    store
                        .edit(
                            theme,
                            Edit::Replace {
                                id,
                                tag: None,
                                feature,
                            },
                            &author(),
                        )
                        .unwrap();
                }
            });
        }
    });
    let log: u32 = database
        .value("SELECT count(*) FROM diaba.change WHERE feature IS NOT NULL")
        .parse()
        .unwrap();
    assert_eq!(log, 40);
    assert_eq!(database.value(OVERLAPS), "0");
}

#[test]
fn keys_are_found_by_their_hash_until_they_are_taken_back() {
    let Some((database, store, _)) = ten() else {
        return;
    };
    let owner = database.store();
    let key = owner.add_key("VPĐK Lục Nam").unwrap();
    assert_eq!(
        store.key_holder(&key.hash()).unwrap().as_deref(),
        Some("VPĐK Lục Nam")
    );
    assert_eq!(store.key_holder(&KeyHash::of("diaba_other")).unwrap(), None);
    let kept = database.value("SELECT hash FROM diaba.api_key");
    assert!(!kept.contains(key.reveal()) && kept == format!("\\x{}", key.hash()));
    assert!(owner.keys().unwrap()[0].revoked.is_none());
    assert_eq!(owner.revoke_keys("VPĐK Lục Nam").unwrap(), 1);
    assert_eq!(store.key_holder(&key.hash()).unwrap(), None);
    assert!(owner.keys().unwrap()[0].revoked.is_some());
    assert!(
        store.add_key("x").is_err(),
        "a server that edits makes no keys"
    );
}
