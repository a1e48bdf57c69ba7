//! The transport over real sockets, on reqwest.
//!
//! What is sent is what was asked for, once: redirects, proxies for loopback endpoints and reqwest's own retries are off.
//! One thing cannot be switched off through reqwest: when a pooled connection turns out to be closed before a single
//! byte of a request was written to it, hyper takes another connection. The server never sees such a request twice.

use std::{
    error::Error,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::header::CONTENT_LENGTH;
use thiserror::Error;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Answer, Chunks, Outgoing, Payload, Stage, Transport, TransportError};

/// Most bytes of an answer that are read: a page of 1,000 listed parts has about a quarter of a MiB (our choice).
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// An idle connection is not used again after this long, since servers close theirs (our choice: below the 60 s that are
/// common).
const POOL_IDLE: Duration = Duration::from_secs(20);

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to be made.
    pub connect: Duration,
    /// While no byte moves in either direction.
    pub idle: Duration,
}

/// The network transport could not be set up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the HTTP client cannot be set up: {0}")]
pub struct NetworkError(String);

/// Sends over TCP and TLS.
#[derive(Debug, Clone)]
pub struct NetworkTransport {
    client: reqwest::Client,
    idle: Duration,
}

impl NetworkTransport {
    /// A transport for endpoints with TLS or without. `direct` keeps its traffic away from any proxy that the
    /// environment names.
    pub fn new(timeouts: Timeouts, tls: bool, direct: bool) -> Result<Self, NetworkError> {
        install_tls_provider();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("oss-client/", env!("CARGO_PKG_VERSION")))
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(timeouts.connect)
            .pool_idle_timeout(POOL_IDLE);
        if direct {
            builder = builder.no_proxy();
        }
        if !tls {
            // Plain HTTP needs no certificates; reading the system's would fail on a machine that has none.
            builder = builder.tls_certs_only(std::iter::empty());
        }
        let client = builder.build().map_err(|error| NetworkError(chain(&error)))?;
        Ok(Self { client, idle: timeouts.idle })
    }

    async fn exchange(&self, request: reqwest::Request, watch: &Watch) -> Result<Answer, TransportError> {
        let sending = self.client.execute(request);
        let mut response = tokio::select! {
            biased;
            response = sending => response.map_err(|error| {
                let stage = if error.is_connect() { Stage::Connecting } else { watch.stage() };
                TransportError { stage, message: chain(&error) }
            })?,
            () = watch.idle_for(self.idle) => return Err(stalled(watch.stage(), self.idle)),
        };
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        loop {
            let chunk = match timeout(self.idle, response.chunk()).await {
                Err(_) => return Err(stalled(Stage::ReadingBody, self.idle)),
                Ok(Err(error)) => {
                    return Err(TransportError { stage: Stage::ReadingBody, message: chain(&error) });
                }
                Ok(Ok(None)) => break,
                Ok(Ok(Some(chunk))) => chunk,
            };
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                let message = format!("the answer has more than {MAX_ANSWER_BYTES} bytes");
                return Err(TransportError { stage: Stage::ReadingBody, message });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    }
}

#[async_trait]
impl Transport for NetworkTransport {
    async fn send(&self, request: Outgoing) -> Result<Answer, TransportError> {
        let watch = Watch::new();
        let url: reqwest::Url = request.url.parse().map_err(|error| TransportError {
            stage: Stage::Connecting,
            message: format!("the address {} is not a URL: {error}", request.url),
        })?;
        let mut outgoing = reqwest::Request::new(request.method, url);
        *outgoing.headers_mut() = request.headers;
        match request.payload {
            Payload::Bytes(bytes) => {
                outgoing.headers_mut().insert(CONTENT_LENGTH, bytes.len().into());
                watch.body_ended();
                *outgoing.body_mut() = Some(bytes.into());
            }
            Payload::Stream { length, chunks } => {
                outgoing.headers_mut().insert(CONTENT_LENGTH, length.into());
                let watched = watch.clone().over(length, chunks);
                *outgoing.body_mut() = Some(reqwest::Body::wrap_stream(watched));
            }
        }
        self.exchange(outgoing, &watch).await
    }
}

/// Notices when the body of a request stops moving.
#[derive(Debug, Clone)]
struct Watch {
    moved: Arc<Mutex<Instant>>,
    ended: Arc<AtomicBool>,
}

impl Watch {
    fn new() -> Self {
        Self { moved: Arc::new(Mutex::new(Instant::now())), ended: Arc::default() }
    }

    fn body_ended(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    fn stage(&self) -> Stage {
        if self.ended.load(Ordering::Relaxed) { Stage::AwaitingHead } else { Stage::Sending }
    }

    fn over(
        self,
        length: u64,
        chunks: Chunks,
    ) -> impl futures_core::Stream<Item = std::io::Result<Bytes>> + Send {
        let mut left = length;
        chunks.map(move |chunk| {
            *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            if let Ok(bytes) = &chunk {
                left = left.saturating_sub(bytes.len() as u64);
                if left == 0 {
                    self.body_ended();
                }
            }
            chunk
        })
    }

    async fn idle_for(&self, limit: Duration) {
        loop {
            let due = *self.moved.lock().unwrap_or_else(PoisonError::into_inner) + limit;
            if Instant::now() >= due {
                return;
            }
            sleep_until(due).await;
        }
    }
}

fn stalled(stage: Stage, limit: Duration) -> TransportError {
    TransportError { stage, message: format!("no byte moved for {limit:?}") }
}

/// The error and its causes in one line, without the URL, which may carry a signature.
fn chain(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    causes.dedup();
    if causes.is_empty() { "the request failed".to_owned() } else { causes.join(": ") }
}

/// Installs the cryptography behind TLS for the process, unless the program has chosen one already.
fn install_tls_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("the program installed a TLS provider of its own");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transports_with_and_without_tls_can_be_set_up_in_any_order() {
        let timeouts = Timeouts { connect: Duration::from_secs(1), idle: Duration::from_secs(1) };
        // Without certificates on the machine TLS is an error; what must not be is a panic for want of a provider.
        let _with_tls = NetworkTransport::new(timeouts, true, false);
        assert!(NetworkTransport::new(timeouts, false, true).is_ok());
    }
}
