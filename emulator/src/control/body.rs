//! Reads the bodies of control requests, up to a limit.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::{
    fault::{MAX_PLAN_BYTES, Plan},
    sandbox::MAX_EDIT_BYTES,
};

/// Bytes of a small JSON document.
const MAX_JSON_BYTES: usize = 64 << 10;

/// A body that has not been read.
pub(super) struct Unread {
    body: Incoming,
    kind: String,
}

impl Unread {
    pub(super) fn new(headers: &HeaderMap, body: Incoming) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Self { body, kind: kind.unwrap_or_default().to_ascii_lowercase() }
    }

    async fn read(self, most: usize) -> Result<Bytes, Problem> {
        match Limited::new(self.body, most).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is longer than {most} bytes"),
            )),
            Err(error) => Err(Problem::bad(format!("the body did not arrive whole: {error}"))),
        }
    }

    async fn text(self, most: usize) -> Result<String, Problem> {
        let bytes = self.read(most).await?;
        String::from_utf8(bytes.into()).map_err(|_| Problem::bad("the body is not UTF-8 text"))
    }

    /// A plan: JSON when `Content-Type` says so, TOML when it says so or says nothing.
    pub(super) async fn plan(self) -> Result<Plan, Problem> {
        let is_json = self.kind.contains("json");
        if !is_json && !self.kind.is_empty() && !self.kind.contains("toml") && !self.kind.starts_with("text/")
        {
            let detail = format!("`Content-Type: {}`: send application/toml or application/json", self.kind);
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let text = self.text(MAX_PLAN_BYTES).await?;
        Ok(if is_json { Plan::from_json(&text, "plan")? } else { Plan::from_toml(&text, "plan")? })
    }

    /// A small JSON document.
    pub(super) async fn json<T: DeserializeOwned>(self) -> Result<T, Problem> {
        let text = self.text(MAX_JSON_BYTES).await?;
        serde_json::from_str(&text).map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))
    }

    /// A small JSON document, or nothing at all.
    pub(super) async fn json_or_nothing<T: DeserializeOwned>(self) -> Result<Option<T>, Problem> {
        let text = self.text(MAX_JSON_BYTES).await?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let parsed = serde_json::from_str(&text);
        parsed.map(Some).map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))
    }

    /// Content for the store.
    pub(super) async fn content(self) -> Result<Bytes, Problem> {
        self.read(usize::try_from(MAX_EDIT_BYTES).unwrap_or(usize::MAX)).await
    }
}
