//! Taking over new revisions while serving.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::{App, AppState, Published};
use crate::changes::pulse::Pulse;

/// How often the recorded timings are folded.
const FOLD_EVERY: Duration = Duration::from_secs(5);
/// Least time between two looks at the store: what changes in a burst is taken over together.
const REST: Duration = Duration::from_millis(20);

impl App {
    /// Makes the registry's newest snapshot the one that is served.
    pub fn publish(&self) {
        // Read before the snapshot, so that whatever it stands for is in it.
        let token = self.registry.journal().now();
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
        self.beat.tell(Pulse {
            token,
            stale: self.registry.trouble().is_some(),
        });
    }

    /// Tells those who wait, and every answer from now on, whether the store is out of reach.
    pub fn tell_state(&self) {
        self.standing.looked(self.registry.trouble().is_none());
        if let Some(pulse) = self.beat.now() {
            let stale = self.registry.trouble().is_some();
            self.metrics.stale.set(f64::from(u8::from(stale)));
            self.beat.tell(Pulse { stale, ..pulse });
        }
    }
}

/// Looks at the store whenever it says that it is worth it, and now and then anyway; publishes what is new. A store that
/// cannot be read leaves what is served as it is; it is said once, until it can be read again.
pub async fn follow(app: AppState) {
    let (mut failing, mut folded) = (false, Instant::now());
    loop {
        if folded.elapsed() >= FOLD_EVERY {
            app.metrics.fold();
            folded = Instant::now();
        }
        let looking = Arc::clone(&app);
        let looked = tokio::task::spawn_blocking(move || {
            looking.registry.wait(looking.config.refresh);
            looking.archives.look_again();
            looking.registry.refresh()
        });
        match looked.await {
            Ok(Ok(changed)) => {
                if changed {
                    app.publish();
                    let published = app.published();
                    tracing::debug!(
                        layers = published.snapshot.layers.len(),
                        problems = published.snapshot.problems.len(),
                        "took over what is new"
                    );
                }
                if failing {
                    tracing::info!("the store can be read again");
                }
                failing = false;
            }
            Ok(Err(error)) if !failing => {
                tracing::error!(%error, "the store cannot be read; what was read before is served");
                failing = true;
            }
            Err(error) if !failing => {
                tracing::error!(%error, "looking at the store broke off");
                failing = true;
            }
            Ok(Err(_)) | Err(_) => {}
        }
        app.tell_state();
        tokio::time::sleep(REST).await;
    }
}
