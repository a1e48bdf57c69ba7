//! Reads the arguments that several operations share: names, encodings, page sizes, yes-or-no headers.

use crate::{
    domain::{BucketName, ObjectKey},
    error::{Code, OssError},
    http::{RequestHead, percent_encode},
    xml::is_legal_char,
};

/// The bucket of the request.
pub(super) fn bucket_name(head: &RequestHead) -> Result<BucketName, OssError> {
    Ok(BucketName::parse(head.address.bucket.as_deref().unwrap_or_default())?)
}

/// The object of the request.
pub(super) fn object_key(head: &RequestHead) -> Result<ObjectKey, OssError> {
    Ok(ObjectKey::from_bytes(head.address.key.as_deref().unwrap_or_default())?)
}

/// How names stand in the document of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As they are.
    Plain,
    /// Percent-encoded, and `EncodingType` says so.
    Url,
}

impl Encoding {
    /// Reads `encoding-type` from the query, or from a header of that name.
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let sent = head.query.value("encoding-type").or_else(|| head.plain_header("encoding-type"));
        match sent {
            None | Some("") => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(other) => Err(OssError::invalid_argument("encoding-type", other)
                .message("Invalid Encoding Method specified in Request")
                .ec("0017-00000235")),
        }
    }

    /// Writes a name. A name with characters that XML 1.0 has no spelling for is refused, because any other
    /// text would be another name: the client has to ask with `encoding-type=url` (our choice; what OSS
    /// does is not documented).
    pub(super) fn name(self, name: &str) -> Result<String, OssError> {
        match self {
            Self::Url => Ok(percent_encode(name)),
            Self::Plain if name.chars().all(is_legal_char) => Ok(name.to_owned()),
            Self::Plain => Err(OssError::invalid_argument("encoding-type", "").message(
                "A name holds characters that XML cannot carry. Specify encoding-type=url to receive it encoded.",
            )),
        }
    }
}

/// A number in the query between `min` and `max`; absent and empty mean `default`.
pub(super) fn page_size(
    head: &RequestHead,
    name: &'static str,
    min: u32,
    max: u32,
    default: u32,
) -> Result<u32, OssError> {
    let Some(sent) = head.query.value(name) else { return Ok(default) };
    let number = if sent.bytes().all(|byte| byte.is_ascii_digit()) { sent.parse().ok() } else { None };
    number.filter(|number| (min..=max).contains(number)).ok_or_else(|| {
        OssError::invalid_argument(name, sent)
            .message(format!("Argument {name} must be an integer between {min} and {max}."))
    })
}

/// A header that says `true` or `false`.
pub(super) fn flag(head: &RequestHead, name: &'static str) -> Result<bool, OssError> {
    match head.header(name)? {
        None | Some("") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(other) => Err(OssError::invalid_argument(name, other)),
    }
}

/// 409 when `x-oss-forbid-overwrite` asks for it and the object is there.
pub(super) fn forbid_overwrite(exists: bool, forbidden: bool) -> Result<(), OssError> {
    if exists && forbidden { Err(OssError::new(Code::FileAlreadyExists)) } else { Ok(()) }
}
