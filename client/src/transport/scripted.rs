//! A transport that answers from a script: for tests of everything above it, without a socket.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{Answer, Outgoing, Payload, Stage, Transport, TransportError};

/// A request as the script saw it, with its whole body.
#[derive(Debug, Clone)]
pub struct Seen {
    /// HTTP method.
    pub method: Method,
    /// Absolute URL.
    pub url: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

/// What the script does with a request.
#[derive(Debug, Clone)]
pub enum Turn {
    /// Answers.
    Answer(Answer),
    /// Fails as if the network had.
    Fail(Stage),
    /// Never answers.
    Hang,
}

impl Turn {
    /// An answer of status, headers and body.
    pub fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Self {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(*value)) {
                map.append(name, value);
            }
        }
        Self::Answer(Answer { status, headers: map, body: body.into() })
    }
}

type Script = dyn FnMut(&Seen) -> Turn + Send;

/// Asks a function for each turn, and remembers what was sent.
pub struct ScriptedTransport {
    script: Mutex<Box<Script>>,
    seen: Mutex<Vec<Seen>>,
}

impl ScriptedTransport {
    /// A transport that does what `script` says for each request.
    pub fn new(script: impl FnMut(&Seen) -> Turn + Send + 'static) -> Self {
        Self { script: Mutex::new(Box::new(script)), seen: Mutex::default() }
    }

    /// Everything sent so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptedTransport")
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Outgoing) -> Result<Answer, TransportError> {
        let body = match request.payload {
            Payload::Bytes(bytes) => bytes,
            Payload::Stream { mut chunks, .. } => {
                let mut body = BytesMut::new();
                while let Some(chunk) = chunks.next().await {
                    let broken = |error: std::io::Error| TransportError {
                        stage: Stage::Sending,
                        message: error.to_string(),
                    };
                    body.extend_from_slice(&chunk.map_err(broken)?);
                }
                body.freeze()
            }
        };
        let seen = Seen { method: request.method, url: request.url, headers: request.headers, body };
        let turn = {
            let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
            script(&seen)
        };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        match turn {
            Turn::Answer(answer) => Ok(answer),
            Turn::Fail(stage) => Err(TransportError { stage, message: "the script says so".to_owned() }),
            Turn::Hang => std::future::pending().await,
        }
    }
}
