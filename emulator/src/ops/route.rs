//! From method, resource and sub-resource to an operation: a table, looked through from the top. Looks
//! nothing up.

use super::{Operation, no_bucket::explain};
use crate::{
    auth::{is_signed_parameter, selects_sub_resource},
    error::{Code, OssError},
    http::RequestHead,
};
use http::Method;

/// What a request asks for, and of what. Names are as sent (decoded, unchecked): fault rules and the
/// journal see them even when they are refused later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The operation.
    pub operation: Operation,
    /// The bucket.
    pub bucket: Option<String>,
    /// The object; bytes that are not UTF-8 are replaced.
    pub key: Option<String>,
    /// `uploadId`.
    pub upload: Option<String>,
    /// `partNumber`.
    pub part: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Service,
    Bucket,
    Object,
}

impl Level {
    fn of(head: &RequestHead) -> Self {
        match (&head.address.bucket, &head.address.key) {
            (None, _) => Self::Service,
            (Some(_), None) => Self::Bucket,
            (Some(_), Some(_)) => Self::Object,
        }
    }

    fn resource_type(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Bucket => "Bucket",
            Self::Object => "Object",
        }
    }
}

/// What, besides level and method, makes a row fit.
#[derive(Clone, Copy)]
enum When {
    /// A query parameter is there, with or without a value.
    Has(&'static str),
    /// One of two parameters is there: a part upload that lacks the other is still one, and is told so.
    HasEither(&'static str, &'static str),
    /// As `HasEither`, and the header `x-oss-copy-source` too.
    CopiesPart,
    /// The header `x-oss-copy-source` is there.
    Copies,
    /// `list-type=2`
    SecondListing,
    /// No parameter selects a sub-resource.
    Plain,
}

type Row = (Level, Method, When, Operation);

const TABLE: &[Row] = &[
    (Level::Object, Method::POST, When::Has("uploads"), Operation::InitiateMultipartUpload),
    (Level::Object, Method::PUT, When::CopiesPart, Operation::UploadPartCopy),
    (Level::Object, Method::PUT, When::HasEither("uploadId", "partNumber"), Operation::UploadPart),
    (Level::Object, Method::POST, When::Has("uploadId"), Operation::CompleteMultipartUpload),
    (Level::Object, Method::DELETE, When::Has("uploadId"), Operation::AbortMultipartUpload),
    (Level::Object, Method::GET, When::Has("uploadId"), Operation::ListParts),
    (Level::Object, Method::POST, When::Has("append"), Operation::AppendObject),
    (Level::Object, Method::POST, When::Has("restore"), Operation::RestoreObject),
    (Level::Object, Method::PUT, When::Has("symlink"), Operation::PutSymlink),
    (Level::Object, Method::GET, When::Has("symlink"), Operation::GetSymlink),
    (Level::Object, Method::PUT, When::Has("tagging"), Operation::PutObjectTagging),
    (Level::Object, Method::GET, When::Has("tagging"), Operation::GetObjectTagging),
    (Level::Object, Method::DELETE, When::Has("tagging"), Operation::DeleteObjectTagging),
    (Level::Object, Method::PUT, When::Has("acl"), Operation::PutObjectACL),
    (Level::Object, Method::GET, When::Has("acl"), Operation::GetObjectACL),
    (Level::Object, Method::HEAD, When::Has("objectMeta"), Operation::GetObjectMeta),
    (Level::Object, Method::PUT, When::Copies, Operation::CopyObject),
    (Level::Object, Method::PUT, When::Plain, Operation::PutObject),
    (Level::Object, Method::GET, When::Plain, Operation::GetObject),
    (Level::Object, Method::HEAD, When::Plain, Operation::HeadObject),
    (Level::Object, Method::DELETE, When::Plain, Operation::DeleteObject),
    (Level::Bucket, Method::GET, When::Has("uploads"), Operation::ListMultipartUploads),
    (Level::Bucket, Method::GET, When::Has("bucketInfo"), Operation::GetBucketInfo),
    (Level::Bucket, Method::GET, When::Has("location"), Operation::GetBucketLocation),
    (Level::Bucket, Method::GET, When::Has("acl"), Operation::GetBucketAcl),
    (Level::Bucket, Method::PUT, When::Has("acl"), Operation::PutBucketAcl),
    (Level::Bucket, Method::GET, When::Has("stat"), Operation::GetBucketStat),
    (Level::Bucket, Method::GET, When::Has("lifecycle"), Operation::GetBucketLifecycle),
    (Level::Bucket, Method::PUT, When::Has("lifecycle"), Operation::PutBucketLifecycle),
    (Level::Bucket, Method::DELETE, When::Has("lifecycle"), Operation::DeleteBucketLifecycle),
    (Level::Bucket, Method::GET, When::Has("tagging"), Operation::GetBucketTags),
    (Level::Bucket, Method::PUT, When::Has("tagging"), Operation::PutBucketTags),
    (Level::Bucket, Method::DELETE, When::Has("tagging"), Operation::DeleteBucketTags),
    (Level::Bucket, Method::GET, When::Has("versions"), Operation::ListObjectVersions),
    (Level::Bucket, Method::POST, When::Has("delete"), Operation::DeleteMultipleObjects),
    (Level::Bucket, Method::GET, When::SecondListing, Operation::ListObjectsV2),
    (Level::Bucket, Method::GET, When::Plain, Operation::ListObjects),
    (Level::Bucket, Method::PUT, When::Plain, Operation::PutBucket),
    (Level::Bucket, Method::DELETE, When::Plain, Operation::DeleteBucket),
    (Level::Bucket, Method::POST, When::Plain, Operation::PostObject),
    (Level::Service, Method::GET, When::Plain, Operation::ListBuckets),
];

/// Finds the operation of a request. A sub-resource or version that the emulator does not know is refused
/// as not implemented, never answered as if it were not there; a method that the resource does not have, with 405.
pub fn route(head: &RequestHead) -> Result<Target, OssError> {
    let level = Level::of(head);
    let row = TABLE
        .iter()
        .find(|(at, method, when, _)| *at == level && *method == head.method && fits(*when, head));
    let Some((.., operation)) = row else { return Err(explain(refusal(head, level), head)) };
    if head.query.has("versionId") {
        return Err(OssError::unsupported("versionId"));
    }
    Ok(Target {
        operation: *operation,
        bucket: head.address.bucket.clone(),
        key: head.address.key_text().map(std::borrow::Cow::into_owned),
        upload: head.query.value("uploadId").map(str::to_owned),
        part: head.query.value("partNumber").map(str::to_owned),
    })
}

fn fits(when: When, head: &RequestHead) -> bool {
    let copies = head.headers.contains_key("x-oss-copy-source");
    let of_part = || head.query.has("uploadId") || head.query.has("partNumber");
    match when {
        When::Has(name) => head.query.has(name),
        When::HasEither(one, other) => head.query.has(one) || head.query.has(other),
        When::CopiesPart => copies && of_part(),
        When::Copies => copies && sub_resource(head).is_none(),
        When::SecondListing => head.query.value("list-type") == Some("2") && sub_resource(head).is_none(),
        When::Plain => sub_resource(head).is_none(),
    }
}

fn sub_resource(head: &RequestHead) -> Option<&str> {
    // What changes things is not taken for something else because a newer SDK names what no list here does.
    let changes = matches!(head.method, Method::PUT | Method::POST | Method::DELETE);
    let selects = |name: &str, value: &str| {
        let unheard_of = !is_signed_parameter(name) && !UNSIGNED.contains(&name);
        selects_sub_resource(name) || (changes && value.is_empty() && unheard_of)
    };
    // Versions of objects are refused by name, after the operation is known.
    let mut pairs = head.query.pairs().filter(|(name, _)| *name != "versionId");
    pairs.find(|(name, value)| selects(name, value)).map(|(name, _)| name)
}

/// Parameters of what changes things that no signature covers.
const UNSIGNED: &[&str] = &["encoding-type", "Expires", "OSSAccessKeyId", "Signature"];

fn refusal(head: &RequestHead, level: Level) -> OssError {
    const KNOWN: &[&str] = &[
        "acl",
        "append",
        "bucketInfo",
        "delete",
        "lifecycle",
        "location",
        "objectMeta",
        "partNumber",
        "restore",
        "stat",
        "symlink",
        "tagging",
        "uploadId",
        "uploads",
        "versions",
    ];
    match sub_resource(head) {
        Some(name) if !KNOWN.contains(&name) => OssError::unsupported(&format!("The sub-resource `{name}`")),
        _ => OssError::new(Code::MethodNotAllowed)
            .with("ResourceType", level.resource_type())
            .with("Method", head.method.as_str()),
    }
}
