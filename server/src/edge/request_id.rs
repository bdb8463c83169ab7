//! A name for every request, in its answer and in the log.

use std::fmt::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use xxhash_rust::xxh3::xxh3_64;

/// The header.
pub const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// Longest name taken over from a client or proxy.
const LONGEST: usize = 64;

/// This process, unlike others: eight hexadecimal digits and a hyphen.
static PROCESS: LazyLock<String> = LazyLock::new(|| {
    let clock = jiff::Timestamp::now().as_nanosecond();
    let mixed = xxh3_64(format!("{clock} {}", std::process::id()).as_bytes());
    format!("{:08x}-", mixed >> 32)
});
/// Requests named so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// The name a proxy gave the request, where it is plain; else a new one, unlike any other of this process and,
/// with the clock at its start mixed in, of others.
pub fn of(headers: &HeaderMap) -> HeaderValue {
    if let Some(given) = headers.get(NAME).filter(|given| is_plain(given.as_bytes())) {
        return given.clone();
    }
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // Room for both and no more, so that the name becomes a header as it stands.
    let mut name = String::with_capacity(PROCESS.len() + count.max(1).ilog(16) as usize + 1);
    name.push_str(&PROCESS);
    // Writing to a string does not fail.
    let _ = write!(name, "{count:x}");
    HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("-"))
}

fn is_plain(name: &[u8]) -> bool {
    (1..=LONGEST).contains(&name.len())
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str) -> HeaderValue {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, HeaderValue::from_str(name).unwrap());
        of(&headers)
    }

    #[test]
    fn a_plain_name_is_kept_and_any_other_replaced() {
        assert_eq!(given("abc-1.2_3"), "abc-1.2_3");
        assert_ne!(given("a b"), "a b");
        assert_ne!(given(&"a".repeat(65)), "a".repeat(65).as_str());
        assert_ne!(of(&HeaderMap::new()), of(&HeaderMap::new()));
    }
}
