//! The headers that a writer gives an object: read by PutObject and InitiateMultipartUpload, replayed by
//! GetObject and HeadObject.

use crate::{
    domain::{
        Attributes, Bucket, InvalidTags, ObjectAcl, StorageClass, TagLimits, Tags, UnknownObjectAcl,
        limits::MAX_META_BYTES,
    },
    error::{Code, OssError},
    http::{Query, RequestHead},
};
use std::str::FromStr;

/// Stored and replayed as sent. OSS documentation: PutObject.
const STANDARD: &[&str] = &[
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
];

/// Headers that OSS honours when an object is begun and the emulator does not: going on without them would
/// be a wrong success.
pub(super) const UNSUPPORTED_ON_OBJECTS: &[&str] = &[
    "x-oss-callback",
    "x-oss-callback-var",
    "x-oss-persistent-headers",
    "x-oss-server-side-data-encryption",
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
];

/// The same for PutObject, which knows callbacks.
pub(super) const UNSUPPORTED_ON_PUT: &[&str] = &[
    "x-oss-persistent-headers",
    "x-oss-server-side-data-encryption",
    "x-oss-server-side-encryption",
    "x-oss-server-side-encryption-key-id",
];

const META_PREFIX: &str = "x-oss-meta-";

/// Refuses a write with a header whose effect would be missing.
pub(super) fn refuse_unsupported(head: &RequestHead, unsupported: &[&'static str]) -> Result<(), OssError> {
    if let Some(algorithm) = head.header("x-oss-server-side-encryption")?
        && !matches!(algorithm, "AES256" | "KMS" | "SM4")
    {
        return Err(OssError::new(Code::InvalidEncryptionAlgorithmError)
            .with("ArgumentName", "x-oss-server-side-encryption")
            .with("ArgumentValue", algorithm));
    }
    if let Some(name) = unsupported.iter().find(|name| head.headers.contains_key(**name)) {
        return Err(OssError::unsupported(&format!("The header {name}")).with("Header", *name));
    }
    Ok(())
}

/// The access control that the writer asks for, if any.
pub(super) fn given_acl(head: &RequestHead) -> Result<Option<ObjectAcl>, OssError> {
    let acl = head.header("x-oss-object-acl")?.filter(|acl| !acl.is_empty());
    acl.map(|text| {
        text.parse().map_err(|UnknownObjectAcl| OssError::invalid_argument("x-oss-object-acl", text))
    })
    .transpose()
}

/// Refuses a write with a header that makes no sense for it. OSS documentation: "Error responses".
pub(super) fn refuse_conditions(head: &RequestHead) -> Result<(), OssError> {
    const CONDITIONS: &[(&str, &str)] = &[
        ("if-modified-since", "If-Modified-Since"),
        ("if-unmodified-since", "If-Unmodified-Since"),
        ("if-match", "If-Match"),
        ("if-none-match", "If-None-Match"),
    ];
    match CONDITIONS.iter().find(|(name, _)| head.headers.contains_key(*name)) {
        Some((_, spelt)) => Err(OssError::new(Code::NotImplemented).with("Header", *spelt)),
        None => Ok(()),
    }
}

/// What the writer says about the object. The storage class is `None` when the writer leaves it to the
/// bucket.
#[derive(Clone, Debug)]
pub(super) struct GivenHeaders {
    attributes: Attributes,
    class_given: bool,
}

impl GivenHeaders {
    /// Reads them; user metadata is limited in size.
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let mut headers = Vec::new();
        let mut meta_bytes = 0;
        for name in head.headers.keys() {
            let name = name.as_str();
            let is_meta = name.starts_with(META_PREFIX);
            if !is_meta && !STANDARD.contains(&name) {
                continue;
            }
            let Some(value) = head.header(name)? else { continue };
            if is_meta {
                meta_bytes += name.len() - META_PREFIX.len() + value.len();
            }
            headers.push((name.to_owned(), value.to_owned()));
        }
        if meta_bytes > MAX_META_BYTES {
            return Err(OssError::invalid_argument("x-oss-meta-*", meta_bytes.to_string())
                .message("The total size of user metadata must not exceed 8 KB."));
        }
        let storage_class: Option<StorageClass> = parsed(head, "x-oss-storage-class")?;
        headers.sort_unstable();
        let attributes = Attributes {
            headers,
            storage_class: storage_class.unwrap_or_default(),
            acl: given_acl(head)?.unwrap_or_default(),
            tags: given_tags(head)?,
        };
        Ok(Self { attributes, class_given: storage_class.is_some() })
    }

    /// The attributes of an object in `bucket`.
    pub(super) fn in_bucket(&self, bucket: &Bucket) -> Attributes {
        let mut attributes = self.attributes.clone();
        if !self.class_given {
            attributes.storage_class = bucket.storage_class;
        }
        attributes
    }
}

/// A header with one of a few words; an empty one counts as absent.
fn parsed<T>(head: &RequestHead, name: &'static str) -> Result<Option<T>, OssError>
where
    T: FromStr,
    OssError: From<T::Err>,
{
    let sent = head.header(name)?.filter(|sent| !sent.is_empty());
    sent.map(str::parse).transpose().map_err(|error| {
        OssError::from(error).with("ArgumentName", name).with("ArgumentValue", sent.unwrap_or_default())
    })
}

/// `x-oss-tagging`, in the form of a query.
fn given_tags(head: &RequestHead) -> Result<Tags, OssError> {
    let Some(sent) = head.header("x-oss-tagging")? else { return Ok(Tags::default()) };
    let query = Query::parse(sent);
    let pairs = query.pairs().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Tags::new(pairs, TagLimits::OBJECT).map_err(|error| {
        let invalid = OssError::invalid_argument("x-oss-tagging", sent);
        match error {
            InvalidTags::TooMany(_) => invalid.message(error.to_string()),
            InvalidTags::Repeated(_) | InvalidTags::BadKey(_) | InvalidTags::BadValue(_) => invalid
                .message(
                    "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without \
                     tag name duplicates.",
                )
                .hint(error.to_string()),
        }
    })
}

/// Encryption is chosen when an upload is initiated; a part that asks for it is refused. OSS documentation:
/// InitiateMultipartUpload.
pub(super) fn refuse_encryption(head: &RequestHead) -> Result<(), OssError> {
    match head
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .find(|name| name.starts_with("x-oss-server-side-"))
    {
        Some(name) => Err(OssError::invalid_argument(name, head.plain_header(name).unwrap_or_default())),
        None => Ok(()),
    }
}
