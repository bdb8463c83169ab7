//! `Accept` and `Accept-Encoding`: which of the things on offer a client takes best (RFC 9110, 12.4.2).

use axum::http::{HeaderMap, header};

/// The quality a header value gives each of its items: `(item, quality 0..=1)`, in order. What cannot be read is left
/// out, as a missing preference.
fn weighted(value: &str) -> impl Iterator<Item = (&str, f32)> {
    value.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let quality = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(Some(1.0), |q| {
                q.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))
            })?;
        Some((name, quality))
    })
}

/// How much the client likes each of these content codings, 0 to 1: by name, else as `*` says, else not at all.
pub fn coding_weights<const N: usize>(headers: &HeaderMap, codings: [&str; N]) -> [f32; N] {
    let mut named = [None; N];
    let mut any = 0.0;
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        let Ok(value) = value.to_str() else { continue };
        for (coding, quality) in weighted(value) {
            // RFC 9110, 8.4.1.3: x-gzip is gzip.
            let coding = if coding.eq_ignore_ascii_case("x-gzip") {
                "gzip"
            } else {
                coding
            };
            if coding == "*" {
                any = quality;
            }
            let at = codings
                .iter()
                .position(|known| coding.eq_ignore_ascii_case(known));
            if let Some(named) = at.and_then(|at| named.get_mut(at)) {
                *named = Some(quality);
            }
        }
    }
    named.map(|quality| quality.unwrap_or(any))
}

/// Whether the client takes gzip.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let [quality] = coding_weights(headers, ["gzip"]);
    quality > 0.0
}

/// Whether the client names PDF, and nothing it likes more.
pub fn prefers_pdf(headers: &HeaderMap) -> bool {
    let named = |types: &[&str]| quality(headers, types).named;
    let pdf = named(&["application/pdf"]);
    pdf > 0.0 && pdf >= named(&["application/json"]).max(named(&["text/html"]))
}

/// The best quality the `Accept` headers give any of `types` by name, and by a range (`text/*`, `*/*`).
pub(super) fn quality(headers: &HeaderMap, types: &[&str]) -> Quality {
    let mut best = Quality::default();
    for value in headers.get_all(header::ACCEPT) {
        let Ok(value) = value.to_str() else { continue };
        for (range, quality) in weighted(value) {
            let named = types.iter().any(|known| range.eq_ignore_ascii_case(known));
            let covered = range == "*/*"
                || range.strip_suffix("/*").is_some_and(|group| {
                    types.iter().any(|known| {
                        known
                            .split('/')
                            .next()
                            .is_some_and(|g| g.eq_ignore_ascii_case(group))
                    })
                });
            if named {
                best.named = best.named.max(quality);
            } else if covered {
                best.covered = best.covered.max(quality);
            }
        }
    }
    best
}

/// Whether the client names `wanted` in `Accept`, and likes it no less than `usual`.
pub fn prefers(headers: &HeaderMap, wanted: &str, usual: &str) -> bool {
    let (wanted, usual) = (quality(headers, &[wanted]), quality(headers, &[usual]));
    wanted.named > 0.0 && wanted.named >= usual.named
}

/// How much a client wants one of a set of media types.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Quality {
    /// Where the type itself is named.
    pub named: f32,
    /// Where only a range covers it.
    pub covered: f32,
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn encoding(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_str(value).unwrap(),
        );
        accepts_gzip(&headers)
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        assert!(encoding("gzip, deflate, br"));
        assert!(encoding("br;q=1.0, *;q=0.1"));
        assert!(!encoding("gzip;q=0, *"));
        assert!(!encoding("identity"));
        assert!(!encoding(""));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_type_is_preferred_by_name_only() {
        let prefers = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            prefers(&headers, "a/new", "a/old")
        };
        assert!(prefers("a/new"));
        assert!(prefers("a/new, a/old;q=0.9, */*"));
        assert!(!prefers("a/new;q=0.5, a/old"));
        assert!(!prefers("a/*"));
        assert!(!prefers("*/*"));
        assert!(!prefers(""));
    }

    proptest! {
        #[test]
        fn no_header_breaks_reading(value in "[ -~]*") {
            encoding(&value);
        }
    }
}
