//! The head of a request, read once: everything that routing, signing and the operations need. Called by
//! the pipeline.

use super::{Address, AddressRules, Query, Style};
use crate::error::{Code, OssError};
use http::{HeaderMap, Method, header, request::Parts};

/// What the head says about the length of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// Neither `Content-Length` nor `Transfer-Encoding`.
    Unstated,
    /// `Content-Length`, in bytes.
    Known(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// A request without its body.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// The method.
    pub method: Method,
    /// The path as sent, percent-encoded.
    pub path: String,
    /// The query.
    pub query: Query,
    /// All headers.
    pub headers: HeaderMap,
    /// `Host` as sent, port included. Echoed as `HostId`.
    pub host: String,
    /// Bucket and key.
    pub address: Address,
    /// The body's length, as far as the head tells.
    pub length: BodyLength,
}

impl RequestHead {
    /// Reads a head. Refuses targets that are no path, and hosts and lengths that are no text.
    pub fn parse(parts: &Parts, rules: &AddressRules) -> Result<Self, OssError> {
        let path = parts.uri.path();
        if !path.starts_with('/') {
            return Err(
                OssError::new(Code::InvalidRequest).message("The target of the request is not a path.")
            );
        }
        let host = host_of(parts)?;
        let length = body_length(&parts.headers)?;
        Ok(Self {
            method: parts.method.clone(),
            path: path.to_owned(),
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            headers: parts.headers.clone(),
            address: Address::read(rules, &host, path),
            host,
            length,
        })
    }

    /// Takes a request that names no bucket that `exists` for one to the default bucket, if there is one. A request to
    /// the service itself stays one when it can be ListBuckets.
    pub fn settle_bucket(&mut self, rules: &AddressRules, exists: impl Fn(&str) -> bool) {
        let Some(fallback) = rules.fallback() else { return };
        let names_one = match &self.address.bucket {
            Some(bucket) => self.address.style == Style::Host || bucket == fallback || exists(bucket),
            None => self.can_be_list_buckets(),
        };
        if !names_one {
            self.address = Address::within(fallback, &self.path);
        }
    }

    /// ListBuckets shares these parameters with ListObjects; a request with any other is about a bucket.
    fn can_be_list_buckets(&self) -> bool {
        const SHARED: &[&str] = &["prefix", "marker", "max-keys", "OSSAccessKeyId", "Expires", "Signature"];
        let shared =
            |name: &str| SHARED.contains(&name) || name.starts_with("x-oss-") || name == "security-token";
        self.method == Method::GET && self.query.pairs().all(|(name, _)| shared(name))
    }

    /// The first value of a header as text. `None` when it is absent; an error when it is no UTF-8 text.
    pub fn header(&self, name: &str) -> Result<Option<&str>, OssError> {
        let Some(value) = self.headers.get(name) else { return Ok(None) };
        match std::str::from_utf8(value.as_bytes()) {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(OssError::invalid_argument(name, String::from_utf8_lossy(value.as_bytes()))
                .message("The value of a header is not UTF-8.")),
        }
    }

    /// As [`RequestHead::header`], with unreadable text taken for absent: for headers that only choose
    /// between behaviours.
    pub fn plain_header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// Whether the answer must be without a body.
    pub fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }
}

fn host_of(parts: &Parts) -> Result<String, OssError> {
    // The authority of an absolute-form target replaces Host (RFC 9112, 3.2.2).
    if let Some(authority) = parts.uri.authority() {
        return Ok(authority.as_str().rsplit('@').next().unwrap_or_default().to_owned());
    }
    match parts.headers.get(header::HOST) {
        None => Ok(String::new()),
        Some(host) => host
            .to_str()
            .map(|host| host.trim().to_owned())
            .map_err(|_| OssError::new(Code::InvalidRequest).message("The Host header is not plain text.")),
    }
}

fn body_length(headers: &HeaderMap) -> Result<BodyLength, OssError> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Ok(BodyLength::Chunked);
    }
    let Some(value) = headers.get(header::CONTENT_LENGTH) else { return Ok(BodyLength::Unstated) };
    let stated = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    stated.map(BodyLength::Known).ok_or_else(|| {
        OssError::invalid_argument("Content-Length", String::from_utf8_lossy(value.as_bytes()))
            .message("The Content-Length header is not a number of bytes.")
    })
}
