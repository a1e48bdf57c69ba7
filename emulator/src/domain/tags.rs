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
}

impl TagLimits {
    /// OSS documentation: PutObjectTagging.
    pub const OBJECT: Self = Self { count: 10, key: 128, value: 256 };

    /// OSS documentation: `PutBucketTags`.
    pub const BUCKET: Self = Self { count: 20, key: 64, value: 128 };
}

/// Why a set of tags is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTags {
    /// More than the limit.
    #[error("more than {0} tags")]
    TooMany(usize),
    /// A name is empty or too long, or a value too long.
    #[error("tag `{0}` is empty or too long")]
    BadTag(String),
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
            let is_sized =
                !key.is_empty() && key.chars().count() <= limits.key && value.chars().count() <= limits.value;
            if !is_sized {
                return Err(InvalidTags::BadTag(key.clone()));
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
