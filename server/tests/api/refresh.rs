//! New revisions while serving, and damage in the data directory.

use std::sync::Arc;

use axum::http::StatusCode;
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;

use crate::register::{Register, parcels};

/// Packs another dataset into the register's directory, as an import beside the running server does.
fn import(register: &Register, dataset: &str, numbers: std::ops::Range<u32>) {
    let catalogue = Arc::new(Catalogue::load(None).unwrap());
    let store = DirectoryStore::open(register.dir.path(), Arc::clone(&catalogue)).unwrap();
    parcels(&store, &catalogue, dataset, numbers);
}

fn look_again(register: &Register) {
    if register.app.registry.refresh().unwrap() {
        register.app.publish();
    }
}

#[tokio::test]
async fn a_new_revision_is_served_and_changes_only_the_tiles_it_touches() {
    let register = Register::province();
    let matched =
        async || register.json("/collections/land_parcels/items").await["numberMatched"].clone();
    let far = "/tiles/land_parcels/16/0/0.mvt";
    let world = "/tiles/land_parcels/6/50/28.mvt";
    let etag = async |path: &str| register.get(path).await.header("etag").to_owned();
    assert_eq!(matched().await, 12);
    let (far_before, near_before) = (etag(far).await, etag(world).await);

    import(&register, "to-13", 0..8);
    look_again(&register);
    assert_eq!(matched().await, 20);
    assert_eq!(etag(far).await, far_before);
    assert_ne!(etag(world).await, near_before);
}

#[tokio::test]
async fn the_follower_takes_over_by_itself() {
    let register = Register::province();
    let follower = tokio::spawn(diaba_server::refresh::follow(Arc::clone(&register.app)));
    import(&register, "to-13", 0..8);
    let mut tries = 0;
    while register.json("/collections/land_parcels/items").await["numberMatched"] != 20 {
        tries += 1;
        assert!(tries < 200, "not taken over");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    follower.abort();
}

#[tokio::test]
async fn damage_is_said_and_what_is_sound_is_served() {
    let register = Register::province();
    import(&register, "to-13", 0..8);
    let dataset = register.dir.path().join("land_parcels/to-13");
    let revision = std::fs::read_dir(&dataset)
        .unwrap()
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    let revision = revision.into_iter().find(|path| path.is_dir()).unwrap();
    let file = revision.join("surveyed.fgb");
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "a file of the test's own"
    )]
    permissions.set_readonly(false);
    std::fs::set_permissions(&file, permissions).unwrap();
    std::fs::OpenOptions::new()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(10)
        .unwrap();
    look_again(&register);
    let health = register.get("/health").await.expect(StatusCode::OK).json();
    assert_eq!(health["status"], "degraded", "{health}");
    assert!(
        health["problems"][0]["path"]
            .as_str()
            .unwrap()
            .starts_with("land_parcels/to-13"),
        "{health}"
    );
    let shown = health["problems"].to_string();
    assert!(
        !shown.contains(register.dir.path().to_str().unwrap()),
        "no path of the machine is shown: {shown}"
    );
    assert_eq!(
        register.json("/collections/land_parcels/items").await["numberMatched"],
        12
    );
}
