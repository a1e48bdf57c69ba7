//! What a writer says about an object besides its bytes: standard headers, user metadata, storage class, access
//! control, tags. Kept as sent and replayed by GetObject and HeadObject.

use super::Tags;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The class that an object is stored in. OSS documentation: storage classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageClass {
    /// `Standard`
    #[default]
    Standard,
    /// `IA`
    #[serde(rename = "IA")]
    InfrequentAccess,
    /// `Archive`
    Archive,
    /// `ColdArchive`
    ColdArchive,
    /// `DeepColdArchive`
    DeepColdArchive,
}

/// The text names no storage class.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such storage class")]
pub struct UnknownStorageClass;

impl StorageClass {
    const ALL: [Self; 5] =
        [Self::Standard, Self::InfrequentAccess, Self::Archive, Self::ColdArchive, Self::DeepColdArchive];

    /// Whether an object of this class has to be restored before it can be read. OSS documentation:
    /// GetObject.
    pub fn is_archive(self) -> bool {
        matches!(self, Self::Archive | Self::ColdArchive | Self::DeepColdArchive)
    }

    /// Whether this class is further from hand than the other one.
    pub fn is_colder_than(self, other: Self) -> bool {
        let place = |class| Self::ALL.iter().position(|known| *known == class);
        place(self) > place(other)
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::InfrequentAccess => "IA",
            Self::Archive => "Archive",
            Self::ColdArchive => "ColdArchive",
            Self::DeepColdArchive => "DeepColdArchive",
        }
    }
}

impl fmt::Display for StorageClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StorageClass {
    type Err = UnknownStorageClass;

    fn from_str(text: &str) -> Result<Self, UnknownStorageClass> {
        Self::ALL.into_iter().find(|class| class.as_str() == text).ok_or(UnknownStorageClass)
    }
}

/// Who may do what with an object, in the words of `x-oss-object-acl`. OSS documentation: object ACLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectAcl {
    /// Whatever the bucket says.
    #[default]
    Default,
    /// The owner only.
    Private,
    /// Anyone reads.
    PublicRead,
    /// Anyone reads and writes.
    PublicReadWrite,
}

/// The text names no access control of objects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such object access control exists")]
pub struct UnknownObjectAcl;

impl ObjectAcl {
    const ALL: [Self; 4] = [Self::Default, Self::Private, Self::PublicRead, Self::PublicReadWrite];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Private => "private",
            Self::PublicRead => "public-read",
            Self::PublicReadWrite => "public-read-write",
        }
    }
}

impl FromStr for ObjectAcl {
    type Err = UnknownObjectAcl;

    fn from_str(text: &str) -> Result<Self, UnknownObjectAcl> {
        Self::ALL.into_iter().find(|acl| acl.as_str() == text).ok_or(UnknownObjectAcl)
    }
}

/// Headers, class, access control and tags of an object, as its writer gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// Stored headers by lower-case name, in the order sent: `content-type` and its like, and `x-oss-meta-*`.
    pub headers: Vec<(String, String)>,
    /// Where the object lives.
    pub storage_class: StorageClass,
    /// Who may do what. Rows of data directories older than this have none.
    #[serde(default)]
    pub acl: ObjectAcl,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

impl Attributes {
    /// The value of a stored header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(stored, _)| stored == name).map(|(_, value)| value.as_str())
    }

    /// User metadata: stored headers whose name starts with `x-oss-meta-`, prefix included.
    pub fn meta(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .filter(|(name, _)| name.starts_with("x-oss-meta-"))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
