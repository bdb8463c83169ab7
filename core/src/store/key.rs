//! Keys of those who may edit.
//!
//! A key is 256 bits of the system's randomness. Nobody can guess one and nobody can try them all, so the home keeps
//! its plain SHA-256: the slow, salted hashes passwords need would only make every request slow.

use std::fmt;

use sha2::{Digest, Sha256};

use super::StoreError;

/// What every key begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "diaba_";

/// A key as its holder has it. It is shown once, when it is made, and kept nowhere.
pub struct ApiKey(String);

/// SHA-256 of a key's text: all that is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; 32]);

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    /// Who it was given to.
    pub name: String,
    /// When.
    pub created: jiff::Timestamp,
    /// When it was taken back.
    pub revoked: Option<jiff::Timestamp>,
}

impl ApiKey {
    /// A new key.
    ///
    /// # Errors
    /// [`StoreError::Io`] where the system gives no randomness.
    pub fn generate() -> Result<Self, StoreError> {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random)
            .map_err(|e| StoreError::io("getrandom", std::io::Error::other(e.to_string())))?;
        Ok(Self(format!("{PREFIX}{}", Hex(&random))))
    }

    /// The text its holder sends.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

impl KeyHash {
    /// The hash of what a request sends as its key.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for KeyHash {
    /// Hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyHash({})", Hex(&self.0))
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_are_not_shown_and_are_found_by_their_hash() {
        let (a, b) = (ApiKey::generate().unwrap(), ApiKey::generate().unwrap());
        assert_ne!(a.reveal(), b.reveal());
        assert_eq!(a.reveal().len(), PREFIX.len() + 64);
        assert!(!format!("{a:?}").contains(a.reveal()));
        assert_eq!(a.hash(), KeyHash::of(a.reveal()));
        assert_eq!(
            KeyHash::of("abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
