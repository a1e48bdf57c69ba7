//! Checks of a body against what the head promised of it. Shared by the operations that take one.

use super::BodyPlan;
use crate::{
    domain::{Crc64, Md5, edit::Content},
    error::{Code, OssError},
    http::{BodyLength, RequestHead},
};

/// The plan for content of at most `max` bytes: its length must be stated (or chunked) and within that.
pub(super) fn content_plan(head: &RequestHead, max: u64) -> Result<BodyPlan, OssError> {
    piece_plan(head, max, max)
}

/// The same for a piece of an object of at most `whole` bytes.
pub(super) fn piece_plan(head: &RequestHead, max: u64, whole: u64) -> Result<BodyPlan, OssError> {
    let plan = BodyPlan::Blob { max, whole };
    given_md5(head)?;
    given_crc64(head)?;
    match head.length {
        BodyLength::Unstated => Err(OssError::new(Code::MissingContentLength)),
        BodyLength::Known(length) if length > max => Err(plan.overflow()),
        BodyLength::Known(_) | BodyLength::Chunked => Ok(plan),
    }
}

/// The plan for a document.
pub(super) fn document_plan(head: &RequestHead) -> Result<BodyPlan, OssError> {
    given_md5(head)?;
    match (head.length, BodyPlan::DOCUMENT) {
        (BodyLength::Known(length), BodyPlan::Document { max }) if length > max => {
            Err(BodyPlan::DOCUMENT.overflow())
        }
        (_, plan) => Ok(plan),
    }
}

/// Content that has arrived whole must have the digests that the head promised.
pub(super) fn check_content(head: &RequestHead, content: &Content) -> Result<(), OssError> {
    if let BodyLength::Known(length) = head.length
        && length != content.slice.len
    {
        return Err(OssError::incomplete_body());
    }
    check_md5(head, content.md5)?;
    match given_crc64(head)? {
        Some(given) if given != content.crc64 => Err(OssError::new(Code::InvalidCRC64)),
        _ => Ok(()),
    }
}

/// As [`check_content`], for a document.
pub(super) fn check_document(head: &RequestHead, document: &[u8]) -> Result<(), OssError> {
    if head.headers.contains_key("content-md5") { check_md5(head, Md5::of(document)) } else { Ok(()) }
}

fn check_md5(head: &RequestHead, actual: Md5) -> Result<(), OssError> {
    match given_md5(head)? {
        Some(given) if given != actual => Err(invalid_digest(head).ec("0017-00000503")),
        _ => Ok(()),
    }
}

/// `Content-MD5` must be the base64 of 16 bytes; an empty one counts as absent.
fn given_md5(head: &RequestHead) -> Result<Option<Md5>, OssError> {
    match head.header("content-md5")? {
        None | Some("") => Ok(None),
        Some(text) => {
            Md5::from_base64(text).map(Some).ok_or_else(|| invalid_digest(head).ec("0017-00000502"))
        }
    }
}

fn given_crc64(head: &RequestHead) -> Result<Option<Crc64>, OssError> {
    match head.header("x-oss-hash-crc64ecma")? {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| OssError::new(Code::InvalidCRC64)),
    }
}

fn invalid_digest(head: &RequestHead) -> OssError {
    OssError::new(Code::InvalidDigest)
        .with("Content-MD5", head.plain_header("content-md5").unwrap_or_default())
}
