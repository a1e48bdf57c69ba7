//! The operations of OSS by their exact names: what a request asks for. Used by routing, by fault rules and
//! by the journal.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! operations {
    ($($name:ident),+ $(,)?) => {
        /// An operation of OSS, spelt as in its documentation. [`Operation::is_implemented`] tells which
        /// ones are answered; the others are recognised, so that the refusal can name them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Operation {
            $(#[doc = concat!("`", stringify!($name), "`")] $name,)+
        }

        impl Operation {
            /// All operations.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The exact name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }
        }
    };
}

operations! {
    ListBuckets,
    PutBucket, DeleteBucket, ListObjects, ListObjectsV2, GetBucketInfo, GetBucketLocation, GetBucketAcl,
    PutBucketAcl, ListMultipartUploads, DeleteMultipleObjects, GetBucketStat,
    GetBucketLifecycle, PutBucketLifecycle, DeleteBucketLifecycle, GetBucketTags, PutBucketTags, DeleteBucketTags,
    ListObjectVersions, PostObject,
    PutObject, GetObject, HeadObject, DeleteObject, CopyObject, AppendObject, GetObjectMeta,
    PutSymlink, GetSymlink, PutObjectTagging, GetObjectTagging, DeleteObjectTagging, PutObjectACL,
    GetObjectACL, RestoreObject,
    InitiateMultipartUpload, UploadPart, UploadPartCopy, ListParts, CompleteMultipartUpload, AbortMultipartUpload,
}

impl Operation {
    /// Whether the emulator answers this operation.
    pub fn is_implemented(self) -> bool {
        !matches!(self, Self::ListObjectVersions | Self::PostObject)
    }
}

/// The text names no operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no operation of OSS")]
pub struct UnknownOperation(pub String);

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(text: &str) -> Result<Self, UnknownOperation> {
        Self::ALL
            .iter()
            .find(|op| op.as_str() == text)
            .copied()
            .ok_or_else(|| UnknownOperation(text.to_owned()))
    }
}
