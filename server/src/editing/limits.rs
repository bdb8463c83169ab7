//! How much one key, or one address without a key, may ask.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;

use crate::error::ApiError;

/// Wrong keys one address may send in a minute.
const WRONG_KEYS_PER_MINUTE: u64 = 30;
/// Most keys and addresses remembered.
const REMEMBERED: u64 = 20_000;
/// After this time without a request a bucket is full again anyway.
const FORGOTTEN: Duration = Duration::from_mins(2);

/// Buckets of allowed requests that fill up again with time.
pub struct Limits {
    edits: Buckets,
    wrong_keys: Buckets,
}

impl Limits {
    /// So many edits a minute for each key.
    pub fn new(edits_per_minute: u64) -> Self {
        Self {
            edits: Buckets::new(edits_per_minute),
            wrong_keys: Buckets::new(WRONG_KEYS_PER_MINUTE),
        }
    }

    /// Takes one edit from those of the key's holder.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] where none is left.
    pub fn edit(&self, holder: &str) -> Result<(), ApiError> {
        self.edits.take(holder, Instant::now(), 1.0)
    }

    /// Whether the address may try a key.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] where it has sent too many wrong ones.
    pub fn may_try(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        self.wrong_keys.take(&network(address), Instant::now(), 0.0)
    }

    /// Remembers that the address has sent a wrong key.
    pub fn wrong_key(&self, address: Option<IpAddr>) {
        // Whether the next one is allowed is asked when it comes.
        let _ = self.wrong_keys.take(&network(address), Instant::now(), 1.0);
    }
}

/// What counts as one address: an IPv6 host has a whole /64 to itself.
fn network(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        None => String::new(),
    }
}

struct Buckets {
    per_minute: f64,
    buckets: Cache<String, Arc<Mutex<Bucket>>>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl Buckets {
    fn new(per_minute: u64) -> Self {
        Self {
            per_minute: per_minute as f64,
            buckets: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_idle(FORGOTTEN)
                .build(),
        }
    }

    /// Takes `cost` from the bucket of `name`, where it holds at least one.
    fn take(&self, name: &str, now: Instant, cost: f64) -> Result<(), ApiError> {
        let bucket = self.buckets.get_with_by_ref(name, || {
            Arc::new(Mutex::new(Bucket {
                left: self.per_minute,
                at: now,
            }))
        });
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + passed * self.per_minute / 60.0).min(self.per_minute);
        bucket.at = now;
        if bucket.left < 1.0 {
            let missing = (1.0 - bucket.left) * 60.0 / self.per_minute;
            return Err(ApiError::TooMany {
                wait: Duration::from_secs_f64(missing.ceil()),
            });
        }
        bucket.left -= cost;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(2);
        let now = Instant::now();
        let take = |name: &str, after: u64| {
            buckets
                .take(name, now + Duration::from_secs(after), 1.0)
                .is_ok()
        };
        assert!(take("a", 0) && take("a", 0));
        assert!(!take("a", 1));
        assert!(take("b", 1), "every holder has their own");
        assert!(take("a", 31), "one is back after half a minute");
        assert!(!take("a", 31));
    }

    #[test]
    fn wrong_keys_lock_the_address_out_and_nobody_else() {
        let limits = Limits::new(1);
        let address = |text: &str| Some(text.parse().unwrap());
        for _ in 0..WRONG_KEYS_PER_MINUTE {
            limits.may_try(address("2001:db8::1")).unwrap();
            limits.wrong_key(address("2001:db8::1"));
        }
        assert!(limits.may_try(address("2001:db8::2")).is_err());
        assert!(limits.may_try(address("192.0.2.1")).is_ok());
    }
}
