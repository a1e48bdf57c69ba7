//! Error answers: an XML body, or for HEAD the header `x-oss-err`, or nothing readable at all.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use jiff::Timestamp;

use super::{Element, headers};
use crate::{
    machine::{ETag, Operation, ServiceFailure},
    transport::Answer,
};

/// Code of an answer that carries no code: a proxy's, or a broken server's.
pub const NO_CODE: &str = "HttpStatus";

/// Longest piece of an unreadable body that goes into a message (our choice).
const MAX_EXCERPT_CHARS: usize = 200;

/// An error answer with what the retry table wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// What the caller is told.
    pub failure: ServiceFailure,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// The server's time: element `ServerTime`, or the header `Date`.
    pub server_time: Option<Timestamp>,
    /// Tag of the part that is there already: element `PartEtag` of `PartAlreadyExist`.
    pub part_etag: Option<ETag>,
}

impl ServiceError {
    /// Reads an error answer.
    pub fn read(operation: Operation, answer: &Answer, now: Timestamp) -> Self {
        let document = Element::document(&answer.body, "Error").ok().or_else(|| from_header(&answer.headers));
        Self::build(operation, answer, document.as_ref(), now)
    }

    /// Reads an error document that came with a successful status.
    pub fn from_document(operation: Operation, answer: &Answer, document: &Element, now: Timestamp) -> Self {
        Self::build(operation, answer, Some(document), now)
    }

    fn build(operation: Operation, answer: &Answer, document: Option<&Element>, now: Timestamp) -> Self {
        let element = |name: &str| document.and_then(|document| document.optional(name)).map(str::to_owned);
        let unread = document.is_none();
        let code = element("Code").unwrap_or_else(|| code_by_status(operation, answer.status).to_owned());
        let message = element("Message")
            .unwrap_or_else(|| if unread { excerpt(&answer.body) } else { "no message".to_owned() });
        let server_time = element("ServerTime")
            .and_then(|text| text.parse().ok())
            .or_else(|| headers::date(&answer.headers));
        Self {
            failure: ServiceFailure {
                operation,
                status: answer.status,
                code,
                message,
                request_id: headers::request_id(&answer.headers).or_else(|| element("RequestId")),
                ec: element("EC").or_else(|| headers::text(&answer.headers, "x-oss-ec").map(str::to_owned)),
            },
            retry_after: headers::retry_after(&answer.headers, now),
            server_time,
            part_etag: element("PartEtag").map(|text| ETag::new(&text)),
        }
    }
}

fn from_header(headers: &HeaderMap) -> Option<Element> {
    let encoded = headers::text(headers, "x-oss-err")?;
    Element::document(&STANDARD.decode(encoded).ok()?, "Error").ok()
}

/// SDKs read a bare 404 of HEAD as a missing key (Java SDK, `OSSErrorResponseHandler`).
fn code_by_status(operation: Operation, status: u16) -> &'static str {
    match (operation, status) {
        (Operation::HeadObject, 404) => "NoSuchKey",
        (_, 403) => "AccessDenied",
        _ => NO_CODE,
    }
}

fn excerpt(body: &[u8]) -> String {
    if body.is_empty() {
        return "the answer has no body".to_owned();
    }
    let text = String::from_utf8_lossy(body);
    let plain: String = text.chars().filter(|c| !c.is_control()).take(MAX_EXCERPT_CHARS).collect();
    format!("the answer is no error document of OSS; it begins {plain:?}")
}
