//! The client: an endpoint, credentials and patience, shared by any number of uploads.

use std::{fmt, sync::Arc, time::Duration};

use thiserror::Error;

use super::{Hooks, UploadError, UploadRequest, Uploaded};
use crate::{
    machine::ErrorKind,
    retry::Retry,
    sign::{Credentials, CredentialsProvider},
};

/// How a request names its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Addressing {
    /// In the path for an IP address or `localhost`, else in the host name.
    #[default]
    Auto,
    /// In the path: `http://endpoint/bucket/key`.
    Path,
    /// In the host name: `http://bucket.endpoint/key`.
    Virtual,
}

/// Why a client cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientError {
    /// The endpoint is not a URL of scheme http or https with a host.
    #[error("endpoint {0:?} is not of the form http://HOST[:PORT] or https://HOST[:PORT]")]
    Endpoint(String),
}

/// Collects what a [`Client`] needs.
pub struct ClientBuilder {
    endpoint: String,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    addressing: Addressing,
    retry: Retry,
    connect_timeout: Duration,
    idle_timeout: Duration,
}

impl ClientBuilder {
    /// Signs every request with these credentials.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Signs every request with what `provider` hands out, and asks it again when the server refuses that.
    #[must_use]
    pub fn credentials_provider(mut self, provider: Arc<dyn CredentialsProvider>) -> Self {
        self.credentials = Some(provider);
        self
    }

    /// Signs nothing; so does a builder that was given no credentials.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.credentials = None;
        self
    }

    /// How requests name their bucket.
    #[must_use]
    pub fn addressing(mut self, addressing: Addressing) -> Self {
        self.addressing = addressing;
        self
    }

    /// Attempts and pauses of each request.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Longest time for a connection to be made; 10 s unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// An attempt ends when no byte has moved in either direction for so long; 60 s unless set.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Builds the client.
    pub fn build(self) -> Result<Client, ClientError> {
        Ok(Client { endpoint: self.endpoint })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Talks to one endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    endpoint: String,
}

impl Client {
    /// Starts building a client for `endpoint`, for example `http://127.0.0.1:6770`.
    pub fn builder(endpoint: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            endpoint: endpoint.into(),
            credentials: None,
            addressing: Addressing::Auto,
            retry: Retry::default(),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
        }
    }

    /// Uploads a file, resuming an earlier call if the request's record says so.
    pub async fn upload(&self, request: UploadRequest, hooks: Hooks) -> Result<Uploaded, UploadError> {
        drop((request, hooks));
        Err(UploadError::before_start(ErrorKind::Internal(format!("{} is not served yet", self.endpoint))))
    }
}
