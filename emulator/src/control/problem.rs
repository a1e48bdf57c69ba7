//! Refusals of the control plane: `application/problem+json` (RFC 9457), each saying what to do next.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::json;

use crate::{
    clock::ClockRange,
    fault::{AddError, PlanError},
    sandbox::EditError,
    store::StoreError,
};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// 400, for a request that makes no sense.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404.
    pub(super) fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 403.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    pub(super) fn response(&self) -> Response<Full<Bytes>> {
        let document = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = Response::new(Full::from(format!("{document}\n")));
        *response.status_mut() = self.status;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<AddError> for Problem {
    fn from(error: AddError) -> Self {
        Self::new(StatusCode::CONFLICT, error.to_string())
    }
}

impl From<ClockRange> for Problem {
    fn from(error: ClockRange) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        let status = match &error {
            EditError::Bucket(..) | EditError::Key(..) | EditError::Part(..) => StatusCode::BAD_REQUEST,
            EditError::Missing(_) => StatusCode::NOT_FOUND,
            EditError::Store(StoreError::Dropped) => StatusCode::CONFLICT,
            EditError::Store(StoreError::Full { .. }) => StatusCode::INSUFFICIENT_STORAGE,
            EditError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}
