//! The one place where errors of the rules become errors of OSS. Exhaustive matches: a new rule does not
//! compile until it is worded here.

use super::{Code, OssError};
use crate::{
    domain::{
        BucketName, InvalidBucketName, InvalidObjectKey, InvalidTags, ObjectKey, UnknownBucketAcl,
        UnknownStorageClass,
        completion::CompletionError,
        lifecycle::RuleConflict,
        limits::{MAX_BODY_BYTES, MIN_PART_BYTES},
    },
    store::StoreError,
    xml::MalformedXml,
};

/// 404 for a bucket.
pub fn no_such_bucket(name: &BucketName) -> OssError {
    OssError::new(Code::NoSuchBucket).with("BucketName", name.as_str())
}

/// 404 for an object.
pub fn no_such_key(key: &ObjectKey) -> OssError {
    OssError::new(Code::NoSuchKey).with("Key", key.as_str())
}

/// 404 for an upload id as sent; `ec` is the operation's own.
pub fn no_such_upload(id: &str, ec: &'static str) -> OssError {
    OssError::new(Code::NoSuchUpload).with("UploadId", id).ec(ec)
}

/// 400 for more bytes than the `max` that is allowed here. A limit of the emulator's own is named.
pub fn entity_too_large(max: u64) -> OssError {
    let error = OssError::new(Code::EntityTooLarge);
    if max < MAX_BODY_BYTES {
        error.hint(format!("This emulator allows {max} bytes here; --max-object-bytes raises that."))
    } else {
        error
    }
}

/// The same for a piece, where the object that it belongs to may have `whole` bytes and grow by `max` yet.
pub fn piece_too_large(max: u64, whole: u64) -> OssError {
    let error = entity_too_large(max);
    if error.hint.is_none() || max == whole {
        return error;
    }
    error
        .hint(format!("This emulator allows an object {whole} bytes in all; --max-object-bytes raises that."))
}

/// 403 for bytes that were not kept when they arrived. The code is our choice: OSS gives it for content that is there
/// and cannot be read as it is, and no SDK tries again.
pub fn bytes_not_kept() -> OssError {
    OssError::new(Code::InvalidObjectState).hint(StoreError::Dropped.to_string())
}

/// A list of parts that completes nothing.
pub fn completion_error(error: CompletionError, upload: &str) -> OssError {
    match error {
        CompletionError::NumberOutOfRange(_) => OssError::new(Code::InvalidPartOrder)
            .message("Part number must be an integer between 1 and 10000, inclusive."),
        CompletionError::NotAscending { .. } => OssError::new(Code::InvalidPartOrder),
        CompletionError::NotSequential { number } => OssError::new(Code::PartNotSequential)
            .with("PartNumber", number.to_string())
            .with("UploadId", upload),
        CompletionError::InvalidPart { number, etag } => OssError::new(Code::InvalidPart)
            .with("ETag", etag)
            .with("PartNumber", number.to_string())
            .with("UploadId", upload),
        CompletionError::TooSmall { number, size, etag } => OssError::new(Code::EntityTooSmall)
            .with("ETag", etag.as_str())
            .with("MinSizeAllowed", MIN_PART_BYTES.to_string())
            .with("PartNumber", number.to_string())
            .with("ProposedSize", size.to_string())
            .with("UploadId", upload),
    }
}

impl From<InvalidBucketName> for OssError {
    fn from(InvalidBucketName: InvalidBucketName) -> Self {
        Self::new(Code::InvalidBucketName)
    }
}

impl From<InvalidObjectKey> for OssError {
    fn from(error: InvalidObjectKey) -> Self {
        match error {
            InvalidObjectKey::Empty
            | InvalidObjectKey::TooLong
            | InvalidObjectKey::LeadingSlash
            | InvalidObjectKey::NotUtf8 => Self::new(Code::InvalidObjectName),
        }
    }
}

impl From<UnknownBucketAcl> for OssError {
    fn from(UnknownBucketAcl: UnknownBucketAcl) -> Self {
        Self::new(Code::InvalidArgument).message("no such bucket access control exists")
    }
}

/// Tags in a document. In a header they are an argument like any other.
impl From<InvalidTags> for OssError {
    fn from(error: InvalidTags) -> Self {
        match error {
            InvalidTags::Repeated(key) => Self::new(Code::RepeatedTags).with("Key", key),
            InvalidTags::BadKey(key) => Self::new(Code::InvalidTag).with("Key", key),
            InvalidTags::BadValue(key) => Self::new(Code::InvalidTag)
                .message("The TagValue you have provided is invalid.")
                .with("Key", key),
            InvalidTags::TooMany(_) => Self::new(Code::InvalidTag).message(error.to_string()),
        }
    }
}

/// The codes are our choice but for that of mixed rules (alibabacloud-oss-go-sdk-v2
/// `oss/api_op_bucket_lifecycle_test.go`): the documentation gives the EC numbers alone.
impl From<RuleConflict> for OssError {
    fn from(error: RuleConflict) -> Self {
        let (code, ec) = match &error {
            RuleConflict::SameId(_) => (Code::InvalidArgument, "0014-00000020"),
            RuleConflict::SamePrefix(..) => (Code::InvalidArgument, "0014-00000085"),
            RuleConflict::SameAction(_) => (Code::InvalidArgument, "0014-00000084"),
            RuleConflict::SameClass(_) => (Code::InvalidArgument, "0014-00000079"),
            RuleConflict::WrongOrder(_) => (Code::InvalidArgument, "0014-00000082"),
            RuleConflict::Mixed(_) => (Code::InvalidRequest, "0014-00000080"),
        };
        Self::new(code).message(error.to_string()).ec(ec)
    }
}

impl From<UnknownStorageClass> for OssError {
    fn from(UnknownStorageClass: UnknownStorageClass) -> Self {
        Self::new(Code::InvalidArgument).message("No such bucket storage class exists.")
    }
}

impl From<MalformedXml> for OssError {
    fn from(MalformedXml(reason): MalformedXml) -> Self {
        Self::new(Code::MalformedXML).with("ErrorDetail", reason)
    }
}
