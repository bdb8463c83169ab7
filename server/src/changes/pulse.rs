//! What waiting clients are woken by.

use std::sync::Arc;

use diaba_core::registry::Token;
use tokio::sync::watch;

/// The state of the register as clients may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    /// Everything up to here is served.
    pub token: Token,
    /// Why the store cannot be read; then what is served may be old.
    pub stale: bool,
}

/// Tells everybody who waits. Nothing is queued: who wakes up late sees the newest state.
#[derive(Debug, Clone)]
pub struct Beat(Arc<watch::Sender<Option<Pulse>>>);

impl Beat {
    /// Begins with this state.
    pub fn new(pulse: Pulse) -> Self {
        Self(Arc::new(watch::Sender::new(Some(pulse))))
    }

    /// Says the state, where it is another.
    pub fn tell(&self, pulse: Pulse) {
        self.0.send_if_modified(|now| {
            let other = now.as_ref() != Some(&pulse);
            // Once the server stops, nothing follows.
            if other && now.is_some() {
                *now = Some(pulse);
                return true;
            }
            false
        });
    }

    /// Says that the server stops.
    pub fn stop(&self) {
        self.0.send_replace(None);
    }

    /// The state now; none where the server stops.
    pub fn now(&self) -> Option<Pulse> {
        self.0.borrow().clone()
    }

    /// Listens for the next states.
    pub fn listen(&self) -> watch::Receiver<Option<Pulse>> {
        self.0.subscribe()
    }
}
