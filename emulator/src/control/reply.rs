//! Answers of the control plane.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde::Serialize;

use super::problem::Problem;

/// What every resource returns.
pub(super) type Reply = Result<Response<Full<Bytes>>, Problem>;

/// 200 with a JSON document.
pub(super) fn json(value: &impl Serialize) -> Reply {
    let text = serde_json::to_string(value)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(document("application/json", format!("{text}\n")))
}

/// 200 with one JSON document a line.
pub(super) fn json_lines(values: &[impl Serialize]) -> Reply {
    let mut text = String::new();
    for value in values {
        text += &serde_json::to_string(value)
            .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        text.push('\n');
    }
    Ok(document("application/jsonl", text))
}

/// 200 with bytes.
pub(super) fn bytes(content: Vec<u8>) -> Response<Full<Bytes>> {
    document("application/octet-stream", content)
}

/// 200 with a key.
pub(super) fn pem(text: &str) -> Response<Full<Bytes>> {
    document("application/x-pem-file", text.to_owned())
}

/// 204.
pub(super) fn done() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn document(kind: &'static str, body: impl Into<Full<Bytes>>) -> Response<Full<Bytes>> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
