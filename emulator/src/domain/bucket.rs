//! Buckets: their names and what is known about each.

use super::{
    StorageClass, Tags,
    lifecycle::Rule,
    limits::{MAX_BUCKET_NAME, MIN_BUCKET_NAME},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The name of a bucket: 3 to 63 characters of `[a-z0-9-]`, first and last a letter or digit (OSS
/// documentation: bucket naming conventions).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BucketName(String);

/// The text is no bucket name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "bucket name is not {MIN_BUCKET_NAME} to {MAX_BUCKET_NAME} lower-case letters, digits and inner hyphens"
)]
pub struct InvalidBucketName;

impl BucketName {
    /// Checks the naming rules.
    pub fn parse(text: &str) -> Result<Self, InvalidBucketName> {
        let bytes = text.as_bytes();
        let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        let sized = (MIN_BUCKET_NAME..=MAX_BUCKET_NAME).contains(&bytes.len());
        let ends = bytes.first() != Some(&b'-') && bytes.last() != Some(&b'-');
        if sized && ends && bytes.iter().all(inner) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidBucketName)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for BucketName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BucketName {
    type Error = InvalidBucketName;

    fn try_from(text: String) -> Result<Self, InvalidBucketName> {
        Self::parse(&text)
    }
}

impl From<BucketName> for String {
    fn from(name: BucketName) -> Self {
        name.0
    }
}

/// Who may do what in a bucket, in the words of `x-oss-acl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BucketAcl {
    /// The owner only.
    #[default]
    Private,
    /// Anyone reads.
    PublicRead,
    /// Anyone reads and writes.
    PublicReadWrite,
}

/// The value of `x-oss-acl` is none of the three known ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such bucket access control exists")]
pub struct UnknownBucketAcl;

impl BucketAcl {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PublicRead => "public-read",
            Self::PublicReadWrite => "public-read-write",
        }
    }
}

impl FromStr for BucketAcl {
    type Err = UnknownBucketAcl;

    fn from_str(text: &str) -> Result<Self, UnknownBucketAcl> {
        [Self::Private, Self::PublicRead, Self::PublicReadWrite]
            .into_iter()
            .find(|acl| acl.as_str() == text)
            .ok_or(UnknownBucketAcl)
    }
}

/// Whether this can be the id of a region, as `cn-hangzhou` is.
pub fn is_region(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_plain)
}

/// Over how many zones objects are spread, in the words of `DataRedundancyType`. It makes no difference here but that it
/// cannot be changed. OSS documentation: PutBucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Redundancy {
    /// One zone.
    #[default]
    Lrs,
    /// Several.
    Zrs,
}

/// The value of `DataRedundancyType` is neither of the two known ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such data redundancy")]
pub struct UnknownRedundancy;

impl FromStr for Redundancy {
    type Err = UnknownRedundancy;

    fn from_str(text: &str) -> Result<Self, UnknownRedundancy> {
        match text {
            "LRS" => Ok(Self::Lrs),
            "ZRS" => Ok(Self::Zrs),
            _ => Err(UnknownRedundancy),
        }
    }
}

/// A bucket, without its contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name.
    pub name: BucketName,
    /// When it was created.
    pub created: Timestamp,
    /// Class of objects that name none.
    pub storage_class: StorageClass,
    /// How its objects are spread. Data directories of before have none.
    #[serde(default)]
    pub redundancy: Redundancy,
    /// Who may do what.
    pub acl: BucketAcl,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its lifecycle rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifecycle: Vec<Rule>,
}

impl Bucket {
    /// A private bucket of the standard class.
    pub fn new(name: BucketName, created: Timestamp) -> Self {
        Self {
            name,
            created,
            storage_class: StorageClass::default(),
            redundancy: Redundancy::default(),
            acl: BucketAcl::default(),
            tags: Tags::default(),
            lifecycle: Vec::new(),
        }
    }
}
