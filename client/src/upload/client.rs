//! The client: an endpoint, credentials and patience, shared by any number of uploads.

use std::{fmt, sync::Arc, time::Duration};

use thiserror::Error;

use crate::{
    api::{Addressing, Api, Clock, Endpoint, EndpointError},
    machine::Patience,
    retry::Retry,
    sign::{Credentials, CredentialsProvider, RefreshingCredentials},
    transport::{NetworkError, NetworkTransport, Timeouts, Transport},
};

/// Longest time for a connection to be made unless set (our choice; the SDKs use 5 to 50 s).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time without a byte moving unless set (the SDKs' usual read timeout).
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Why a client cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientError {
    /// The endpoint cannot be read.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The transport cannot be set up.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// Collects what a [`Client`] needs.
pub struct ClientBuilder {
    endpoint: String,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    addressing: Addressing,
    retry: Retry,
    patience: Patience,
    timeouts: Timeouts,
    transport: Option<Arc<dyn Transport>>,
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

    /// Pauses and repetitions around an unknown outcome, and how long parts in flight may end.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Longest time for a connection to be made; 10 s unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// An attempt ends when no byte has moved in either direction for so long; 60 s unless set. It is not a limit on the
    /// whole request: a slow line may take hours over a part.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// Sends requests through `transport` in place of the network; the timeouts have no effect then.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Builds the client.
    pub fn build(self) -> Result<Client, ClientError> {
        let endpoint = Endpoint::parse(&self.endpoint)?;
        let transport = if let Some(transport) = self.transport {
            transport
        } else {
            let (tls, direct) = (endpoint.is_tls(), endpoint.is_loopback());
            Arc::new(NetworkTransport::new(self.timeouts, tls, direct)?)
        };
        let api = Api {
            endpoint,
            addressing: self.addressing,
            transport,
            credentials: self.credentials.map(RefreshingCredentials::new),
            retry: self.retry,
            clock: Clock::default(),
        };
        Ok(Client { api: Arc::new(api), patience: self.patience })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Talks to one endpoint. Cheap to clone; uploads on one client do not affect each other.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) api: Arc<Api>,
    pub(super) patience: Patience,
}

impl Client {
    /// Starts building a client for `endpoint`, for example `http://127.0.0.1:6770`.
    pub fn builder(endpoint: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            endpoint: endpoint.into(),
            credentials: None,
            addressing: Addressing::Auto,
            retry: Retry::default(),
            patience: Patience::default(),
            timeouts: Timeouts { connect: CONNECT_TIMEOUT, idle: IDLE_TIMEOUT },
            transport: None,
        }
    }

    /// The endpoint in its normal form.
    pub fn endpoint(&self) -> String {
        self.api.endpoint.to_string()
    }
}
