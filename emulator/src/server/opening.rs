//! The beginning of an exchange: reads and routes the head, opens the journal's entry, and asks the fault engine.

use std::sync::Arc;

use http::{header, request::Parts};

use super::exchange::{Asked, Exchange, Surroundings};
use crate::{
    auth::claimed_key,
    error::{Code, OssError},
    fault::{Decision, Facts},
    http::{BodyLength, RequestHead},
    journal::{ExchangeLog, Opening, RequestFacts, redact_target},
    ops::{Target, route},
};

/// What the head says.
pub(super) struct Reading {
    /// The request, or why it is none.
    pub(super) request: Result<(RequestHead, Target), OssError>,
}

/// Reads and routes a head; looks nothing up.
pub(super) fn read(parts: &Parts, around: &Surroundings) -> Reading {
    let request = if around.wire.is_head_ambiguous() {
        Err(OssError::new(Code::InvalidRequest).message(
            "The request states the length of its body twice: by Content-Length and by Transfer-Encoding.",
        ))
    } else {
        let rules = &around.sandbox.settings().addresses;
        RequestHead::parse(parts, rules).and_then(|mut head| {
            let store = around.sandbox.store();
            head.settle_bucket(rules, |name| store.view(|state| state.has_bucket(name)));
            let target = route(&head)?;
            Ok((head, target))
        })
    };
    Reading { request }
}

/// Opens the exchange: from here on it is in the journal, and faults are bound to it.
pub(super) fn open(around: Surroundings, parts: &Parts, reading: &Reading) -> Arc<Exchange> {
    let request = reading.request.as_ref().ok();
    let (head, target) = (request.map(|(head, _)| head), request.map(|(_, target)| target));
    let part = target.and_then(|target| target.part.as_deref()?.parse::<u32>().ok());
    let asked = Asked {
        request_id: around.sandbox.request_id(),
        host: head.map_or_else(|| text(parts, "host").unwrap_or_default(), |head| head.host.clone()),
        is_head: parts.method == http::Method::HEAD,
        declared: declared(parts, head),
        reused: around.wire.count_request() > 0,
        wants_close: wants_close(parts),
    };
    let opening = Opening {
        connection: around.wire.connection,
        request_id: asked.request_id.clone(),
        method: parts.method.to_string(),
        target: redact_target(parts.uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str)),
        operation: target.map(|target| target.operation),
        bucket: target.and_then(|target| target.bucket.clone()),
        key: target.and_then(|target| target.key.clone()),
        upload: target.and_then(|target| target.upload.clone()),
        part,
        request: request_facts(parts, head, &asked),
    };
    let log = ExchangeLog::open(around.sandbox.journal(), opening);
    let decision = decide(&around, parts, reading, &log, &asked);
    Exchange::new(around, log, asked, decision)
}

fn decide(
    around: &Surroundings,
    parts: &Parts,
    reading: &Reading,
    log: &ExchangeLog,
    asked: &Asked,
) -> Decision {
    let sandbox = &around.sandbox;
    if sandbox.faults().is_empty() {
        return Decision::default();
    }
    let request = reading.request.as_ref().ok();
    let query: Vec<(String, String)> = request.map_or_else(Vec::new, |(head, _)| {
        head.query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    });
    let subject = log.subject();
    let signed = parts.headers.contains_key(header::AUTHORIZATION)
        || query.iter().any(|(name, _)| name == "Signature" || name == "x-oss-signature");
    let user_agent = text(parts, "user-agent");
    sandbox.faults().decide(&Facts {
        sandbox: sandbox.name(),
        connection: around.wire.connection,
        reused: asked.reused,
        operation: subject.operation.map(crate::domain::Operation::as_str),
        bucket: subject.bucket.as_deref(),
        key: subject.key.as_deref(),
        upload: subject.upload.as_deref().map(|id| sandbox.upload_facts(id)),
        part: subject.part,
        method: parts.method.as_str(),
        host: Some(asked.host.as_str()),
        query: &query,
        headers: &parts.headers,
        size: asked.declared,
        attempt: log.attempt(),
        signed,
        user_agent: user_agent.as_deref(),
    })
}

fn request_facts(parts: &Parts, head: Option<&RequestHead>, asked: &Asked) -> RequestFacts {
    RequestFacts {
        declared: asked.declared,
        read: 0,
        md5: None,
        content_md5: parts.headers.contains_key("content-md5"),
        user_agent: text(parts, "user-agent"),
        date: text(parts, "x-oss-date").or_else(|| text(parts, "date")),
        access_key: head.and_then(claimed_key),
    }
}

fn declared(parts: &Parts, head: Option<&RequestHead>) -> Option<u64> {
    match head.map(|head| head.length) {
        Some(BodyLength::Known(length)) => Some(length),
        Some(BodyLength::Unstated | BodyLength::Chunked) => None,
        None => text(parts, "content-length").and_then(|length| length.parse().ok()),
    }
}

/// Whether the client waits for `100 Continue` before it sends its body.
pub(super) fn awaits_go_ahead(parts: &Parts) -> bool {
    text(parts, "expect").is_some_and(|expect| expect.eq_ignore_ascii_case("100-continue"))
}

/// HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 the other way round (RFC 9112, 9.3).
fn wants_close(parts: &Parts) -> bool {
    let said = |word: &str| {
        let values = parts.headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|option| option.trim().eq_ignore_ascii_case(word))
    };
    said("close") || (parts.version == http::Version::HTTP_10 && !said("keep-alive"))
}

fn text(parts: &Parts, name: &str) -> Option<String> {
    parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
