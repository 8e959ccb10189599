//! How a subscriber id handed in becomes a pseudonym of 64 bits.

use crate::columns::Ids;
use crate::fault::{Checked, Fault};
use arrow_array::Array;
use hexodus_model::{FaultCode, SubscriberId};

/// Bytes of a pseudonym key.
const KEY_BYTES: usize = 32;

/// With a key, every id is hashed as the command line hashes it: the first 64 bits (big endian) of BLAKE3, keyed, over a
/// zero byte and the id, an integer as its decimal text. Without one, integers already are pseudonyms.
#[derive(Clone)]
pub struct Pseudonyms(Option<[u8; KEY_BYTES]>);

impl Pseudonyms {
    /// Under a key of 32 bytes, or none.
    pub fn new(key: Option<&[u8]>) -> Checked<Self> {
        let expected =
            || "32 bytes, as `hexodus init` writes them to hexodus.key or secrets.token_bytes(32) draws them";
        let key = key
            .map(|key| key.try_into().map_err(|_| Fault::argument("key", expected(), &format!("{} bytes", key.len()))));
        Ok(Self(key.transpose()?))
    }

    /// The pseudonym of a row.
    #[inline]
    pub fn of(&self, ids: &Ids, row: usize) -> Result<SubscriberId, FaultCode> {
        self.delivered(ids, row).map(|delivered| self.of_delivered(delivered, ids.kind()))
    }

    /// What stands for the subscriber of a row until [`Self::of_delivered`] names it: an integer as it is, as hashing it can wait until
    /// its rows are together; of text the pseudonym.
    #[inline]
    pub fn delivered(&self, ids: &Ids, row: usize) -> Result<u64, FaultCode> {
        match ids {
            Ids::Integers(ids, _) if ids.is_null(row) => Err(FaultCode::NullValue),
            Ids::Integers(ids, _) => Ok(ids.value(row).cast_unsigned()),
            Ids::Bytes(ids) if ids.is_null(row) || ids.value(row).is_empty() => Err(FaultCode::NullValue),
            Ids::Bytes(ids) => {
                self.0.as_ref().map(|key| hashed(key, ids.value(row)).bits()).ok_or(FaultCode::UnsupportedType)
            }
        }
    }

    /// The pseudonym of a subscriber delivered in a column as `ids`.
    pub fn of_delivered(&self, delivered: u64, ids: IdKind) -> SubscriberId {
        match (&self.0, ids) {
            (Some(key), IdKind::Unsigned) => hashed(key, delivered.to_string().as_bytes()),
            (Some(key), IdKind::Signed) => hashed(key, delivered.cast_signed().to_string().as_bytes()),
            (None, _) | (_, IdKind::Text) => SubscriberId::from_pseudonym(delivered),
        }
    }

    /// Refuses text without a key: there would be no pseudonym.
    pub fn check(&self, ids: &Ids, name: &str) -> Checked<()> {
        match (ids, &self.0) {
            (Ids::Bytes(_), None) => {
                Err(Fault::column(name, "whole numbers of 64 bits, or text and key=, 32 bytes to hash it with", "text"))
            }
            _ => Ok(()),
        }
    }
}

/// What a column of ids holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// Integers without a sign.
    Unsigned,
    /// Integers with one.
    Signed,
    /// Text or bytes.
    Text,
}

impl Ids {
    /// What these are.
    pub const fn kind(&self) -> IdKind {
        match self {
            Self::Integers(_, true) => IdKind::Unsigned,
            Self::Integers(_, false) => IdKind::Signed,
            Self::Bytes(_) => IdKind::Text,
        }
    }
}

fn hashed(key: &[u8; KEY_BYTES], id: &[u8]) -> SubscriberId {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&[0]).update(id);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    SubscriberId::from_pseudonym(u64::from_be_bytes(first))
}
