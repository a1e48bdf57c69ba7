//! `x-oss-copy-source` and its conditions. Called by CopyObject and UploadPartCopy.

use super::call::Scene;
use crate::{
    domain::{BucketName, Object, ObjectKey},
    error::{Code, OssError, entity_too_large, no_such_bucket, no_such_key},
    http::{Conditions, RequestHead, Verdict},
};
use percent_encoding::percent_decode_str;

/// The object that a request copies from.
#[derive(Debug)]
pub(super) struct CopySource {
    pub(super) bucket: BucketName,
    pub(super) key: ObjectKey,
    conditions: Conditions,
}

impl CopySource {
    /// Reads it. The value is `/bucket/key` with an encoded key; a plus means a space, because
    /// aliyun-oss-go-sdk encodes the name as in a form, and every SDK encodes a literal plus. A bucket without the
    /// leading slash is refused (OSS documentation: EC 0042-00000301).
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let sent = head.header("x-oss-copy-source")?.unwrap_or_default();
        let invalid = || OssError::invalid_argument("x-oss-copy-source", sent);
        if sent.is_empty() {
            return Err(invalid().message("Copy Source must not be empty.").ec("0042-00000302"));
        }
        let Some((bucket, rest)) = sent.strip_prefix('/').and_then(|path| path.split_once('/')) else {
            return Err(invalid()
                .message("Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.")
                .ec("0042-00000301"));
        };
        let (key, query) = rest.split_once('?').unwrap_or((rest, ""));
        if query.starts_with("versionId=") {
            return Err(OssError::unsupported("versionId"));
        }
        let malformed = || invalid().message("Copy Source is malformed.");
        let key: Vec<u8> = percent_decode_str(&key.replace('+', " ")).collect();
        let bucket = percent_decode_str(bucket).decode_utf8().map_err(|_| malformed())?;
        Ok(Self {
            bucket: BucketName::parse(&bucket).map_err(|_| malformed())?,
            key: ObjectKey::from_bytes(&key).map_err(|_| malformed())?,
            conditions: Conditions::read_of_source(head),
        })
    }

    /// The object itself.
    pub(super) fn object<'a>(&self, scene: Scene<'a>) -> Result<&'a Object, OssError> {
        let bucket = scene.state.bucket(&self.bucket).ok_or_else(|| no_such_bucket(&self.bucket))?;
        bucket.objects.get(&self.key).ok_or_else(|| no_such_key(&self.key))
    }

    /// Whether the source is as the request wants it; `false` means 304.
    pub(super) fn is_wanted(&self, source: &Object) -> Result<bool, OssError> {
        match self.conditions.judge(&source.etag, source.last_modified) {
            Verdict::Holds => Ok(true),
            Verdict::NotModified => Ok(false),
            Verdict::Failed => Err(OssError::new(Code::PreconditionFailed)),
        }
    }
}

/// The refusal of more than `max` bytes. OSS documentation: HTTP 400 status codes.
pub(super) fn source_too_large(max: u64) -> OssError {
    entity_too_large(max).message("Source object Length exceeds the maximum allowed size.")
}
