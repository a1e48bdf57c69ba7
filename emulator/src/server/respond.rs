//! Turns an answer into what hyper sends: the headers that every answer carries, what faults spoil, and the stream of
//! the body.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::{
    answer_stream::{AnswerStream, Source},
    exchange::Exchange,
    injected,
    spoils::{HeaderWish, Spoils, wrong_crc64, wrong_etag},
};
use crate::{
    domain::time::http_date,
    error::{ErrorForm, OssError},
    fault::{Respond, RespondStyle},
    http::{Answer, AnswerBody},
    journal::AnswerFacts,
    ops::Executed,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-oss-request-id");
const SERVER_TIME: HeaderName = HeaderName::from_static("x-oss-server-time");

/// An answer that is ready to be worded.
pub(super) struct Outgoing {
    answer: Answer,
    source: Source,
    code: Option<String>,
    style: RespondStyle,
    close: bool,
}

impl Outgoing {
    /// The answer of an operation; with `close` the connection ends after it.
    pub(super) async fn executed(executed: Executed, close: bool) -> Result<Self, OssError> {
        let source = match executed.content {
            Some(content) => Source::from_store(content).await?,
            None => source_of(&executed.answer),
        };
        Ok(Self { answer: executed.answer, source, code: None, style: RespondStyle::Oss, close })
    }

    /// A refusal in OSS's words; with `close` the connection ends after it.
    pub(super) fn refusal(error: &OssError, exchange: &Exchange, close: bool) -> Self {
        let asked = &exchange.asked;
        let form = ErrorForm { request_id: &asked.request_id, host_id: &asked.host, head: asked.is_head };
        let answer = error.answer(form);
        Self {
            source: source_of(&answer),
            answer,
            code: Some(error.code.as_str().to_owned()),
            style: RespondStyle::Oss,
            close,
        }
    }

    /// A fault's answer.
    pub(super) fn injected(respond: &Respond, exchange: &Exchange, close: bool) -> Self {
        let code =
            (respond.style == RespondStyle::Oss && respond.status >= 300).then(|| respond.code().to_owned());
        let answer = injected::answer(respond, &exchange.asked);
        Self {
            source: source_of(&answer),
            answer,
            code: code.or_else(|| respond.code.clone()),
            style: respond.style,
            close,
        }
    }

    /// What hyper sends. The journal learns of it here.
    pub(super) fn response(mut self, exchange: &Arc<Exchange>) -> Response<AnswerStream> {
        let announced = self.answer.body.announced();
        if self.style == RespondStyle::Oss {
            add_usual_headers(&mut self.answer.headers, exchange);
        }
        if self.close {
            self.answer.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let has_length = !matches!(self.answer.status.as_u16(), 204 | 304);
        if has_length || announced > 0 {
            self.answer.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(announced));
        }
        spoil_headers(&mut self.answer.headers, &exchange.spoils());
        exchange.log.answer(AnswerFacts {
            status: self.answer.status.as_u16(),
            code: self.code,
            declared: Some(announced),
            written: 0,
            etag: text(&self.answer.headers, "etag"),
            crc64: text(&self.answer.headers, "x-oss-hash-crc64ecma"),
        });
        let mut response = Response::new(AnswerStream::new(Arc::clone(exchange), self.source));
        *response.status_mut() = self.answer.status;
        *response.headers_mut() = self.answer.headers;
        response
    }
}

/// The bytes of an answer that has them itself.
fn source_of(answer: &Answer) -> Source {
    match &answer.body {
        AnswerBody::Bytes(bytes) => Source::from_bytes(bytes.clone()),
        AnswerBody::Empty | AnswerBody::Stored(_) | AnswerBody::Withheld(_) => Source::nothing(),
    }
}

/// What every answer of OSS carries (OSS documentation: common response headers).
fn add_usual_headers(headers: &mut HeaderMap, exchange: &Exchange) {
    let connection = if exchange.asked.wants_close { "close" } else { "keep-alive" };
    let milliseconds = u64::try_from(exchange.began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let usual = [
        (header::SERVER, Ok(HeaderValue::from_static("AliyunOSS"))),
        (header::DATE, HeaderValue::try_from(http_date(exchange.sandbox().clock().now()))),
        (header::CONNECTION, Ok(HeaderValue::from_static(connection))),
        (REQUEST_ID, HeaderValue::try_from(exchange.asked.request_id.as_str())),
        (SERVER_TIME, Ok(HeaderValue::from(milliseconds))),
    ];
    for (name, value) in usual {
        if let Ok(value) = value {
            headers.entry(name).or_insert(value);
        }
    }
}

fn spoil_headers(headers: &mut HeaderMap, spoils: &Spoils) {
    spoil_header(headers, "etag", &spoils.etag, wrong_etag);
    spoil_header(headers, "x-oss-hash-crc64ecma", &spoils.crc64, wrong_crc64);
}

fn spoil_header(
    headers: &mut HeaderMap,
    name: &'static str,
    wish: &HeaderWish,
    wrong: impl Fn(&str) -> String,
) {
    let value = match wish {
        HeaderWish::Right => None,
        HeaderWish::Exactly(value) => Some(value.clone()),
        // An answer that has no such header has none to spoil.
        HeaderWish::Wrong => text(headers, name).map(|right| wrong(&right)),
    };
    if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
        headers.insert(name, value);
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
