//! The secrets that tokens are verified with.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use jsonwebtoken::DecodingKey;

/// The least length of a secret in bytes: the size of the hash (RFC 7518, section 3.2).
const MIN_SECRET: usize = 32;

/// Why a set of keys cannot be used. It is reported when the layer is built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// No key was given, so that no token could ever be valid.
    NoKeys,
    /// A secret is shorter than 32 bytes.
    ShortSecret {
        /// The key's id, if it has one.
        key_id: Option<String>,
        /// The length that was given, in bytes.
        length: usize,
    },
    /// Two keys have the same id.
    DuplicateKeyId(String),
    /// A key's id is empty.
    EmptyKeyId,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeys => f.write_str("no key to verify tokens with"),
            Self::ShortSecret {
                key_id: Some(id),
                length,
            } => write!(
                f,
                "the secret of key {id:?} has {length} bytes, fewer than {MIN_SECRET}"
            ),
            Self::ShortSecret {
                key_id: None,
                length,
            } => write!(
                f,
                "the secret of a key without an id has {length} bytes, fewer than {MIN_SECRET}"
            ),
            Self::DuplicateKeyId(id) => write!(f, "two keys have the id {id:?}"),
            Self::EmptyKeyId => f.write_str("a key has an empty id"),
        }
    }
}

impl Error for KeyError {}

/// Keys by their ids, and the leeway. A key that is refused is left out, and the first reason kept.
#[derive(Clone, Default)]
pub(super) struct KeyRing {
    keys: Vec<Key>,
    leeway: u64,
    defect: Option<KeyError>,
}

#[derive(Clone)]
struct Key {
    id: Option<String>,
    secret: DecodingKey,
}

impl KeyRing {
    pub(super) fn add(&mut self, id: Option<String>, secret: &[u8]) {
        let defect = match &id {
            Some(id) if id.is_empty() => Some(KeyError::EmptyKeyId),
            Some(id) if self.find(id).is_some() => Some(KeyError::DuplicateKeyId(id.clone())),
            _ if secret.len() < MIN_SECRET => Some(KeyError::ShortSecret {
                key_id: id.clone(),
                length: secret.len(),
            }),
            _ => None,
        };
        if let Some(defect) = defect {
            self.defect.get_or_insert(defect);
            return;
        }
        let secret = DecodingKey::from_secret(secret);
        self.keys.push(Key { id, secret });
    }

    pub(super) fn set_leeway(&mut self, leeway: Duration) {
        self.leeway = leeway.as_secs();
    }

    pub(super) fn leeway(&self) -> u64 {
        self.leeway
    }

    pub(super) fn validate(&self) -> Result<(), KeyError> {
        match &self.defect {
            Some(defect) => Err(defect.clone()),
            None if self.keys.is_empty() => Err(KeyError::NoKeys),
            None => Ok(()),
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<&DecodingKey> {
        let key = self.keys.iter().find(|key| key.id.as_deref() == Some(id));
        key.map(|key| &key.secret)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &DecodingKey> {
        self.keys.iter().map(|key| &key.secret)
    }
}

/// Lists the ids alone, in order.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self
            .keys
            .iter()
            .map(|key| key.id.as_deref().unwrap_or("(unnamed)"));
        f.debug_list().entries(ids).finish()
    }
}
