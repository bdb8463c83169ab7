//! Content codings of tiles: which one a client is sent, and its bytes (RFC 9110, 8.4.1; RFC 7932; RFC 8878).

use std::io::Read;

use axum::http::{HeaderMap, HeaderValue};

use super::gzip;
use crate::extract::coding_weights;

/// Level of Zstandard: on tiles of 29 to 207 KB as small as gzip's level 1, in three quarters of its time.
const ZSTD: i32 = 3;
/// Level of Brotli: 4 to 6 % smaller than gzip's level 1, in five times its time. It is for those who ask for it.
const BROTLI: u32 = 5;
/// Window of Brotli, in bits: larger than any tile.
const BROTLI_WINDOW: u32 = 22;

/// How the bytes of a tile are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As they are.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
}

/// In the order they are chosen by where a client likes several as much: by the time they take.
const OFFERED: [Coding; 3] = [Coding::Zstd, Coding::Gzip, Coding::Brotli];

impl Coding {
    /// The coding for a request with these headers: the one it likes best, what is cheaper first. Without
    /// `Accept-Encoding`, or where it takes none of ours, the bytes go as they are.
    pub fn of(request: &HeaderMap) -> Self {
        let liked = coding_weights(request, OFFERED.map(Self::name));
        let mut best = (0.0, Self::Identity);
        for (coding, quality) in OFFERED.into_iter().zip(liked) {
            if quality > best.0 {
                best = (quality, coding);
            }
        }
        best.1
    }

    /// Its name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// `Content-Encoding`; none where the bytes go as they are.
    pub fn header(self) -> Option<HeaderValue> {
        (self != Self::Identity).then(|| HeaderValue::from_static(self.name()))
    }

    /// `data` in this coding; `None` where that does not make it smaller.
    pub fn encode(self, data: &[u8]) -> Option<Vec<u8>> {
        let coded = match self {
            Self::Identity => return None,
            Self::Gzip => return gzip::compress(data, gzip::ON_DEMAND),
            Self::Zstd => zstd::bulk::compress(data, ZSTD).ok()?,
            Self::Brotli => {
                let mut coded = Vec::with_capacity(data.len() / 2);
                let mut reader =
                    brotli::CompressorReader::new(data, data.len().max(1), BROTLI, BROTLI_WINDOW);
                reader.read_to_end(&mut coded).ok()?;
                coded
            }
        };
        (coded.len() < data.len()).then_some(coded)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use proptest::prelude::*;

    use super::*;

    fn chosen(accepted: &str) -> Coding {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(accepted).unwrap();
        headers.insert(header::ACCEPT_ENCODING, value);
        Coding::of(&headers)
    }

    #[test]
    fn the_client_s_liking_decides_then_the_time_it_takes() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), Coding::Zstd);
        assert_eq!(chosen("gzip, deflate, br"), Coding::Gzip);
        assert_eq!(chosen("gzip;q=0.5, br"), Coding::Brotli);
        assert_eq!(chosen("gzip;q=0.5, br;q=0.2, zstd;q=0"), Coding::Gzip);
        assert_eq!(chosen("*"), Coding::Zstd);
        assert_eq!(chosen("zstd;q=0, *;q=0.1"), Coding::Gzip);
        assert_eq!(chosen("x-gzip"), Coding::Gzip);
        assert_eq!(chosen("identity"), Coding::Identity);
        assert_eq!(Coding::of(&HeaderMap::new()), Coding::Identity);
    }

    /// What a client makes of it.
    fn decoded(coding: Coding, data: &[u8], length: usize) -> Vec<u8> {
        match coding {
            Coding::Identity => data.to_vec(),
            Coding::Gzip => {
                let mut out = vec![0; length];
                let mut inflate = libdeflater::Decompressor::new();
                let written = inflate.gzip_decompress(data, &mut out).unwrap();
                assert_eq!(written, length);
                out
            }
            Coding::Zstd => zstd::bulk::decompress(data, length).unwrap(),
            Coding::Brotli => {
                let mut out = Vec::new();
                let mut reader = brotli::Decompressor::new(data, 4096);
                reader.read_to_end(&mut out).unwrap();
                out
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_coded_comes_back(data in proptest::collection::vec(0u8..4, 0..4000)) {
            for coding in OFFERED {
                if let Some(coded) = coding.encode(&data) {
                    prop_assert!(coded.len() < data.len());
                    prop_assert_eq!(decoded(coding, &coded, data.len()), data.clone());
                }
            }
        }
    }
}
