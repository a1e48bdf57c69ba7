//! HeadObject.

use bytes::Bytes;
use http::Method;

use super::{Api, Call, CallError};
use crate::{
    machine::{Destination, Look, Operation, token},
    wire::headers,
};

/// What the names of user metadata begin with.
const META: &str = "x-oss-meta-";

/// The facts of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectFacts {
    /// Size in bytes.
    pub size: u64,
    /// Tag, without quotes.
    pub etag: Option<String>,
    /// CRC-64/XZ, if the server says.
    pub crc64: Option<u64>,
    /// When it was written, as the server writes it (RFC 1123).
    pub last_modified: Option<String>,
    /// Content type.
    pub content_type: Option<String>,
    /// User metadata: names without the prefix `x-oss-meta-`.
    pub meta: Vec<(String, String)>,
    /// Id of the request.
    pub request_id: Option<String>,
}

impl Api {
    /// Looks at an object; nothing when it is not there.
    pub async fn head_object(&self, at: &Destination) -> Result<Option<ObjectFacts>, CallError> {
        let call = Call::new(Operation::HeadObject, Method::HEAD, at.bucket.as_str()).key(at.key.as_str());
        let answer = match self.request(&call, &Bytes::new()).await {
            Ok(answer) => answer,
            Err(error) if error.has_code(404, "NoSuchKey") => return Ok(None),
            Err(error) => return Err(error),
        };
        let size = headers::text(&answer.headers, "content-length")
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| CallError::Malformed("the answer has no Content-Length".to_owned()))?;
        let text = |name: &str| headers::text(&answer.headers, name).map(str::to_owned);
        let meta = answer.headers.iter().filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(META)?;
            Some((name.to_owned(), value.to_str().ok()?.to_owned()))
        });
        Ok(Some(ObjectFacts {
            size,
            etag: headers::etag(&answer.headers).map(|etag| etag.to_string()),
            crc64: headers::crc64(&answer.headers)?,
            last_modified: text("last-modified"),
            content_type: text("content-type"),
            meta: meta.collect(),
            request_id: headers::request_id(&answer.headers),
        }))
    }

    /// The same, in the machine's terms.
    pub async fn look(&self, at: &Destination) -> Look {
        match self.head_object(at).await {
            Ok(Some(facts)) => Look::Object {
                size: facts.size,
                crc64: facts.crc64,
                token: facts.meta.iter().find_map(|(name, value)| {
                    token::HEADER.strip_prefix(META).filter(|ours| *ours == name)?;
                    value.parse().ok()
                }),
                etag: facts.etag.as_deref().map(crate::machine::ETag::new),
                request_id: facts.request_id,
            },
            Ok(None) => Look::Absent,
            Err(error) => Look::Failed(error.into_kind(Operation::HeadObject).to_string()),
        }
    }
}
