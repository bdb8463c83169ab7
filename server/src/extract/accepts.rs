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

/// Whether the client takes gzip.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut any = None;
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        let Ok(value) = value.to_str() else { continue };
        for (coding, quality) in weighted(value) {
            if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
                return quality > 0.0;
            }
            if coding == "*" {
                any = Some(quality > 0.0);
            }
        }
    }
    any.unwrap_or(false)
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

    proptest! {
        #[test]
        fn no_header_breaks_reading(value in "[ -~]*") {
            encoding(&value);
        }
    }
}
