//! Low zooms are traced before anybody asks for them.

use std::sync::Arc;
use std::time::Duration;

use diaba_server::levels::make_ahead;

use crate::register::Register;

#[tokio::test]
async fn what_is_published_is_traced_without_a_request_and_the_work_ends_with_the_server() {
    let register = Register::province();
    let layer = register.app.layer("land_parcels").unwrap();
    let theme = layer.theme();
    let missing = layer.levels_missing();
    assert!(!missing.is_empty());
    let drawn = theme.zooms.min..theme.zooms.detail;
    assert!(missing.iter().all(|tile| drawn.contains(&tile.z())));

    let ahead = tokio::spawn(make_ahead(Arc::clone(&register.app)));
    let traced = async {
        while !layer.levels_missing().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let patience = Duration::from_mins(1);
    tokio::time::timeout(patience, traced).await.unwrap();
    register.app.beat.stop();
    tokio::time::timeout(patience, ahead)
        .await
        .unwrap()
        .unwrap();
    let dikes = register.app.layer("dikes").unwrap();
    assert!(dikes.levels_missing().is_empty(), "no coverage, no classes");
}
