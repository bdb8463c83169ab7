//! Listening for notices. A notice is a hint to look, never the news itself: one that is lost, doubled or merged changes
//! nothing, because the register looks again anyway after a while.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgListener;

use super::PostgisStore;
use super::hosts::Hosts;
use super::sql::reason;

/// What the database's triggers notify.
const CHANNEL: &str = "diaba";
/// Pauses between attempts to connect.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// Whether somebody said that it is worth looking.
#[derive(Debug, Default)]
pub(super) struct Hint {
    given: Mutex<bool>,
    changed: Condvar,
}

impl Hint {
    fn give(&self) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Returns when a hint is given, at the latest after `at_most`; takes the hint.
    pub fn wait(&self, at_most: Duration) {
        let end = Instant::now() + at_most;
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        while !*given {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            given = self
                .changed
                .wait_timeout(given, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        *given = false;
    }
}

impl PostgisStore {
    /// The hint the listener gives; listening begins with the first call.
    pub(super) fn hint(&self) -> &Hint {
        self.listening.get_or_init(|| {
            let hint = Arc::new(Hint::default());
            if let Some(runtime) = &self.runtime {
                runtime.spawn(listen(Arc::clone(&self.direct), Arc::clone(&hint)));
            }
            hint
        })
    }
}

/// Listens for good; connects again whenever the connection is lost.
async fn listen(hosts: Arc<Hosts>, hint: Arc<Hint>) {
    let mut failures = 0;
    loop {
        match heard(&hosts, &hint, &mut failures).await {
            Ok(()) => {}
            Err(why) if failures == 0 => {
                tracing::warn!(why, "notices are not heard; looking by the clock");
            }
            Err(why) => tracing::debug!(why, "notices are still not heard"),
        }
        // Whatever was said meanwhile was not heard.
        hint.give();
        tokio::time::sleep(PAUSES[failures.min(PAUSES.len() - 1)]).await;
        failures += 1;
    }
}

/// Hears notices until the connection is lost.
async fn heard(hosts: &Hosts, hint: &Hint, failures: &mut usize) -> Result<(), String> {
    let pool = hosts.listening().await.map_err(|e| e.to_string())?;
    let mut listener = PgListener::connect_with(&pool)
        .await
        .map_err(|e| reason(&e))?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await.map_err(|e| reason(&e))?;
    if *failures > 0 {
        tracing::info!("notices are heard again");
    }
    *failures = 0;
    hint.give();
    while listener.try_recv().await.map_err(|e| reason(&e))?.is_some() {
        hint.give();
    }
    Err("the connection was closed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_given_before_or_while_waiting_ends_the_wait_once() {
        let hint = Arc::new(Hint::default());
        hint.give();
        let started = Instant::now();
        hint.wait(Duration::from_secs(20));
        assert!(started.elapsed() < Duration::from_secs(10));
        hint.wait(Duration::from_millis(1));
        let other = Arc::clone(&hint);
        let giver = std::thread::spawn(move || other.give());
        hint.wait(Duration::from_secs(20));
        giver.join().unwrap();
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
