//! The secret release key: who has it can take the noise off again.

use std::fmt;
use thiserror::Error;
use zeroize::Zeroize;

/// A key that everybody knows, for tests; [`NoiseKey::for_release`] refuses it.
pub const PUBLIC_TEST_KEY: [u8; 32] = *b"hexodus public test key, no use!";

/// The 256-bit key of the noise streams (methods §8.2). Its bytes are never printed, never cloned, and are overwritten
/// when it is dropped; they stay at one place in memory, so moving the key leaves no copy behind.
pub struct NoiseKey(Box<[u8; 32]>);

/// Why a key was refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NoiseKeyError {
    /// Noise under a known key can be computed, and taken off.
    #[error("the release key is the public test key; expected 32 secret random bytes")]
    Public,
    /// 32 equal bytes: a key that was never set.
    #[error("the release key is one byte repeated; expected 32 secret random bytes")]
    Unset,
}

impl NoiseKey {
    /// A key for a release.
    ///
    /// # Errors
    /// [`NoiseKeyError`] for the public test key and for 32 equal bytes.
    pub fn for_release(mut bytes: [u8; 32]) -> Result<Self, NoiseKeyError> {
        let refused = if bytes == PUBLIC_TEST_KEY {
            Some(NoiseKeyError::Public)
        } else if bytes.iter().all(|&byte| byte == bytes[0]) {
            Some(NoiseKeyError::Unset)
        } else {
            None
        };
        let key = Self(Box::new(bytes));
        bytes.zeroize();
        refused.map_or(Ok(key), Err)
    }

    /// The public test key. What is noised with it is not private.
    pub fn for_tests() -> Self {
        Self(Box::new(PUBLIC_TEST_KEY))
    }

    /// Whether everybody knows this key; a release asks before it writes.
    pub fn is_public(&self) -> bool {
        *self.0 == PUBLIC_TEST_KEY
    }

    /// A fingerprint that recognises the key and reveals nothing of it: the ledger tells by it whether the same noise
    /// would be drawn again.
    pub fn fingerprint(&self) -> String {
        let derived = blake3::derive_key("hexodus 2031 noise key fingerprint", &*self.0);
        blake3::Hash::from_bytes(derived).to_hex()[..16].into()
    }

    /// An independent key for one use, named by `context`.
    pub(super) fn derived(&self, context: &str) -> [u8; 32] {
        blake3::derive_key(context, &*self.0)
    }
}

impl Drop for NoiseKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for NoiseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NoiseKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_refuses_keys_that_are_no_secret() {
        assert_eq!(NoiseKey::for_release(PUBLIC_TEST_KEY).unwrap_err(), NoiseKeyError::Public);
        assert_eq!(NoiseKey::for_release([0; 32]).unwrap_err(), NoiseKeyError::Unset);
        assert_eq!(NoiseKey::for_release([0xa5; 32]).unwrap_err(), NoiseKeyError::Unset);
        let mut bytes = PUBLIC_TEST_KEY;
        bytes[31] ^= 1;
        assert!(!NoiseKey::for_release(bytes).unwrap().is_public());
        assert!(NoiseKey::for_tests().is_public());
    }

    #[test]
    fn nothing_of_the_key_is_printed() {
        assert_eq!(format!("{:?}", NoiseKey::for_tests()), "NoiseKey(..)");
        let fingerprint = NoiseKey::for_tests().fingerprint();
        assert_eq!(fingerprint.len(), 16);
        assert!(!fingerprint.contains(&blake3::Hash::from_bytes(PUBLIC_TEST_KEY).to_hex()[..4]));
    }
}
