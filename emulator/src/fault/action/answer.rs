//! The action that answers: `respond`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An answer of the plan's in place of the server's. The rest of the request's body is taken first, so that every
/// client gets to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Respond {
    /// 200 to 599.
    pub status: u16,
    /// The OSS error code; when absent, the usual one of the status (`InternalError` for 500...).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The error's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Headers beyond the usual ones; they replace usual ones of the same name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body, word for word; when absent the style makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Who seems to answer.
    #[serde(default)]
    pub style: RespondStyle,
}

/// Who seems to give an injected answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RespondStyle {
    /// OSS: its headers and its error XML.
    #[default]
    Oss,
    /// A bare server: no body, none of OSS's headers.
    Bare,
    /// A proxy on the way: an HTML page, none of OSS's headers.
    Html,
}

impl Respond {
    /// The OSS error code that the answer carries.
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or(match self.status {
            400 => "InvalidArgument",
            401 | 403 => "AccessDenied",
            404 => "NoSuchKey",
            405 => "MethodNotAllowed",
            408 => "RequestTimeout",
            409 => "ObjectAlreadyExists",
            411 => "MissingContentLength",
            412 => "PreconditionFailed",
            416 => "InvalidRange",
            429 => "TooManyRequests",
            501 => "NotImplemented",
            503 => "ServiceUnavailable",
            _ => "InternalError",
        })
    }

    /// The error's message, or one that says where the answer comes from.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or("This answer was injected by a fault rule.")
    }
}
