//! How the server stands to its home: when it was last read, and since when it cannot be.

use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwapOption;
use axum::http::{HeaderName, HeaderValue};
use jiff::Timestamp;

/// The header of every answer while the home is out of reach: since when.
pub const STALE: HeaderName = HeaderName::from_static("diaba-stale");

/// How the server stands to its home.
pub struct Standing {
    /// Milliseconds since 1970.
    last_read: AtomicI64,
    stale: ArcSwapOption<Stale>,
}

struct Stale {
    since: Timestamp,
    header: HeaderValue,
}

impl Standing {
    /// The server starts; whether its home could be read.
    pub fn new(reached: bool) -> Self {
        let standing = Self {
            last_read: AtomicI64::new(Timestamp::now().as_millisecond()),
            stale: ArcSwapOption::empty(),
        };
        standing.looked(reached);
        standing
    }

    /// Remembers whether the home could be read.
    pub fn looked(&self, reached: bool) {
        let now = Timestamp::now();
        if reached {
            self.last_read
                .store(now.as_millisecond(), Ordering::Relaxed);
            if self.stale.load().is_some() {
                self.stale.store(None);
            }
        } else if self.stale.load().is_none() {
            let text = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let header = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("unknown"));
            self.stale.store(Some(Stale { since: now, header }.into()));
        }
    }

    /// Since when the home is out of reach.
    pub fn stale_since(&self) -> Option<Timestamp> {
        self.stale.load().as_ref().map(|stale| stale.since)
    }

    /// The value of [`STALE`].
    pub fn header(&self) -> Option<HeaderValue> {
        self.stale.load().as_ref().map(|stale| stale.header.clone())
    }

    /// Seconds since the home was read.
    pub fn behind_seconds(&self) -> f64 {
        let read = self.last_read.load(Ordering::Relaxed);
        let behind = Timestamp::now().as_millisecond() - read;
        behind.max(0) as f64 / 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_since_when_and_no_longer_than_it_lasts() {
        let standing = Standing::new(true);
        assert!(standing.header().is_none());
        standing.looked(false);
        let since = standing.stale_since();
        standing.looked(false);
        assert_eq!(standing.stale_since(), since, "since the first time");
        assert!(
            standing
                .header()
                .is_some_and(|text| text.as_bytes().ends_with(b"Z"))
        );
        standing.looked(true);
        assert_eq!(standing.stale_since(), None);
    }
}
