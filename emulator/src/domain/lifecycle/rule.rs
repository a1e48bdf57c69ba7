//! What a rule says. Read from the document of `PutBucketLifecycle`, kept with the bucket.

use crate::domain::{Object, ObjectKey, StorageClass, Tags};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From when something is old enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// More than so many times 24 hours after it was last modified.
    Days(u32),
    /// When it was last modified before this midnight (UTC).
    Before(Timestamp),
}

impl When {
    /// Whether something last modified at `modified` is old enough at `moment`. OSS documentation: lifecycle rules
    /// ("the age must exceed").
    pub fn has_come(self, modified: Timestamp, moment: Timestamp) -> bool {
        match self {
            Self::Days(_) => self.limit(modified).is_some_and(|limit| limit < moment),
            Self::Before(date) => modified < date,
        }
    }

    /// The end of the last day of its life; `None` for a date that does not concern it.
    pub fn limit(self, modified: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Days(days) => modified.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok(),
            Self::Before(date) => (modified < date).then_some(date),
        }
    }
}

/// When objects are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expiration {
    /// When they are old enough.
    Objects(When),
    /// Delete markers without versions. There are none without versioning: kept and told, without effect.
    DeleteMarkers,
}

/// When objects move to another class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// When.
    pub when: When,
    /// Where.
    pub class: StorageClass,
}

/// Objects that a rule leaves alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Only names that start with this.
    pub prefix: String,
    /// Only objects with this tag.
    pub tag: Option<(String, String)>,
}

/// Bounds on the size of objects, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeFilter {
    /// Only larger ones.
    pub greater: Option<u64>,
    /// Only smaller ones.
    pub less: Option<u64>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its id, unique in its bucket.
    pub id: String,
    /// Names that it is about.
    pub prefix: String,
    /// Whether it does anything.
    pub enabled: bool,
    /// Tags that an object must have, all of them. Parts have none, so that they do not matter to uploads (OSS
    /// documentation: lifecycle rules).
    pub tags: Tags,
    /// `Filter/ObjectSizeGreaterThan` and `ObjectSizeLessThan`.
    pub size: SizeFilter,
    /// `Filter/Not`
    pub exclusions: Vec<Exclusion>,
    /// When objects are removed.
    pub expiration: Option<Expiration>,
    /// When objects move.
    pub transitions: Vec<Transition>,
    /// When unfinished uploads are removed.
    pub abort: Option<When>,
    /// Days of `NoncurrentVersionExpiration`: kept and told; without versioning there are no such versions.
    pub noncurrent_expiration: Option<u32>,
    /// Days and classes of `NoncurrentVersionTransition`, likewise.
    pub noncurrent_transitions: Vec<(u32, StorageClass)>,
}

impl Rule {
    /// Whether the rule is about an object.
    pub fn covers(&self, key: &ObjectKey, object: &Object) -> bool {
        let name = key.as_str();
        let own = &object.attributes.tags;
        let is_excluded = self.exclusions.iter().any(|not| {
            name.starts_with(&not.prefix) && not.tag.as_ref().is_none_or(|(key, value)| own.has(key, value))
        });
        self.enabled
            && name.starts_with(&self.prefix)
            && self.tags.pairs().iter().all(|(key, value)| own.has(key, value))
            && self.size.greater.is_none_or(|bound| object.size > bound)
            && self.size.less.is_none_or(|bound| object.size < bound)
            && !is_excluded
    }
}
