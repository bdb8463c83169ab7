//! Taking over new revisions while serving.

use std::sync::Arc;

use tokio::time::{MissedTickBehavior, interval};

use crate::app::{App, AppState, Published};

/// How many looks at the store go by between two foldings of the recorded timings.
const FOLD_EVERY: u64 = 20;

impl App {
    /// Makes the registry's newest snapshot the one that is served.
    pub fn publish(&self) {
        let snapshot = self.registry.snapshot();
        let number = self.published().number + 1;
        let layers = snapshot.layers.values();
        self.metrics
            .features
            .set(layers.clone().map(|layer| layer.len()).sum::<u64>() as f64);
        self.metrics
            .shards
            .set(layers.map(|layer| layer.shards().len()).sum::<usize>() as f64);
        self.metrics
            .problems
            .set((snapshot.problems.len() + self.styles.problems.len()) as f64);
        self.current.store(Arc::new(Published { number, snapshot }));
    }
}

/// Looks at the store again and again, and publishes what is new. A store that cannot be read leaves what is served as
/// it is; it is said once, until it can be read again.
pub async fn follow(app: AppState) {
    let mut ticks = interval(app.config.refresh);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut failing, mut count) = (false, 0u64);
    loop {
        ticks.tick().await;
        count += 1;
        if count.is_multiple_of(FOLD_EVERY) {
            app.metrics.fold();
        }
        let looking = Arc::clone(&app);
        let looked = tokio::task::spawn_blocking(move || looking.registry.refresh()).await;
        match looked {
            Ok(Ok(changed)) => {
                if changed {
                    app.publish();
                    let published = app.published();
                    let layers = published.snapshot.layers.len();
                    tracing::info!(
                        layers,
                        problems = published.snapshot.problems.len(),
                        "took over new revisions"
                    );
                }
                failing = false;
            }
            Ok(Err(error)) if !failing => {
                tracing::error!(%error, "the data directory cannot be read; what was read before is served");
                failing = true;
            }
            Err(error) if !failing => {
                tracing::error!(%error, "looking at the data directory broke off");
                failing = true;
            }
            Ok(Err(_)) | Err(_) => {}
        }
    }
}
