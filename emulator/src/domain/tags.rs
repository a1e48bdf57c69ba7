//! Tags of objects and buckets: small sets of names and values, checked once where they come in.

use serde::{Deserialize, Serialize};

/// Names and values in the order sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<(String, String)>);

/// How many tags there may be and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagLimits {
    /// Most tags.
    pub count: usize,
    /// Most characters of a name.
    pub key: usize,
    /// Most characters of a value.
    pub value: usize,
    /// Whether only letters, digits, spaces and `+-=._:/` do.
    pub only_plain: bool,
}

impl TagLimits {
    /// OSS documentation: PutObjectTagging.
    pub const OBJECT: Self = Self { count: 10, key: 128, value: 256, only_plain: true };

    /// OSS documentation: `PutBucketTags`.
    pub const BUCKET: Self = Self { count: 20, key: 64, value: 128, only_plain: false };

    fn allow(&self, text: &str, longest: usize) -> bool {
        text.chars().count() <= longest && (!self.only_plain || text.chars().all(is_plain))
    }
}

/// OSS documentation: PutObjectTagging. It does not say which letters; those of every script do.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || " +-=._:/".contains(c)
}

/// Why a set of tags is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTags {
    /// More than the limit.
    #[error("more than {0} tags")]
    TooMany(usize),
    /// A name is empty, too long or has characters that it may not have.
    #[error("the name of tag `{0}` is empty, too long or has an illegal character")]
    BadKey(String),
    /// The value under this name is too long or has characters that it may not have.
    #[error("the value of tag `{0}` is too long or has an illegal character")]
    BadValue(String),
    /// A name occurs twice.
    #[error("tag `{0}` occurs twice")]
    Repeated(String),
}

impl Tags {
    /// Checks a set.
    pub fn new(pairs: Vec<(String, String)>, limits: TagLimits) -> Result<Self, InvalidTags> {
        if pairs.len() > limits.count {
            return Err(InvalidTags::TooMany(limits.count));
        }
        for (index, (key, value)) in pairs.iter().enumerate() {
            if key.is_empty() || !limits.allow(key, limits.key) {
                return Err(InvalidTags::BadKey(key.clone()));
            }
            if !limits.allow(value, limits.value) {
                return Err(InvalidTags::BadValue(key.clone()));
            }
            if pairs.iter().take(index).any(|(earlier, _)| earlier == key) {
                return Err(InvalidTags::Repeated(key.clone()));
            }
        }
        Ok(Self(pairs))
    }

    /// Names and values in the order sent.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the name has this value.
    pub fn has(&self, key: &str, value: &str) -> bool {
        self.0.iter().any(|(own, is)| own == key && is == value)
    }
}
