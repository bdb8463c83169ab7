//! Low zooms traced ahead of the requests for them.

use std::sync::Arc;

use crate::app::{App, AppState, Published};

/// After every publication traces what of the low zooms is new, coarsest first, one tile at a time and in turn with what
/// is asked for; breaks off where something newer is published. A tile that cannot be made is left to the request for it,
/// which is told why.
pub async fn make_ahead(app: AppState) {
    let mut beat = app.beat.listen();
    loop {
        if beat.borrow_and_update().is_none() {
            return;
        }
        let published = app.published();
        make(&app, &published).await;
        if app.published().number == published.number && beat.changed().await.is_err() {
            return;
        }
    }
}

async fn make(app: &App, published: &Published) {
    for layer in published.snapshot.layers.values() {
        for coord in layer.levels_missing() {
            if app.published().number != published.number {
                return;
            }
            let layer = Arc::clone(layer);
            let made = app.pool.run(move || layer.classes(coord).map(drop)).await;
            match made {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, ?coord, "a tile of a low zoom cannot be made");
                }
                // Requests come first; what is left is made when it is asked for.
                Err(_) => return,
            }
        }
    }
}
