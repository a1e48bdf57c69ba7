//! Keys, and where they come from: fixed, or from a provider that can be asked for fresh ones. Used by the request floor.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use thiserror::Error;
use tokio::sync::Mutex;

/// An access key, with a security token when it is a temporary one.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    id: String,
    secret: String,
    security_token: Option<String>,
}

impl Credentials {
    /// A permanent access key.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), security_token: None }
    }

    /// Adds the security token of a temporary key.
    #[must_use]
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// The access key id.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.security_token.as_deref()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("id", &self.id)
            .field("secret", &"[redacted]")
            .field("security_token", &self.security_token.as_ref().map(|_| "[redacted]"))
            .finish()
    }
}

/// Why a provider has no credentials.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no credentials: {0}")]
pub struct CredentialsError(pub String);

/// Hands out credentials. [`Credentials`] is the provider that always answers the same.
#[async_trait]
pub trait CredentialsProvider: Send + Sync {
    /// Credentials for the next request. `refused` are credentials that the server has just called expired or invalid;
    /// the provider answers with other ones if it can. It is called by one request at a time.
    async fn credentials(&self, refused: Option<&Credentials>) -> Result<Credentials, CredentialsError>;
}

#[async_trait]
impl CredentialsProvider for Credentials {
    async fn credentials(&self, _refused: Option<&Credentials>) -> Result<Credentials, CredentialsError> {
        Ok(self.clone())
    }
}

/// Remembers what a provider said and asks again only when the server refused it: many requests that find the same
/// credentials expired cause one refresh.
pub struct RefreshingCredentials {
    provider: Arc<dyn CredentialsProvider>,
    current: Mutex<Option<Credentials>>,
}

impl RefreshingCredentials {
    /// Asks `provider` when needed.
    pub fn new(provider: Arc<dyn CredentialsProvider>) -> Self {
        Self { provider, current: Mutex::new(None) }
    }

    /// The credentials to sign with.
    pub async fn current(&self) -> Result<Credentials, CredentialsError> {
        let mut current = self.current.lock().await;
        if let Some(credentials) = &*current {
            return Ok(credentials.clone());
        }
        let credentials = self.provider.credentials(None).await?;
        *current = Some(credentials.clone());
        Ok(credentials)
    }

    /// Replaces `refused`, unless another request has done so already. Answers whether other credentials are there now.
    pub async fn refresh(&self, refused: &Credentials) -> Result<bool, CredentialsError> {
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|credentials| credentials != refused) {
            return Ok(true);
        }
        let fresh = self.provider.credentials(Some(refused)).await?;
        let changed = fresh != *refused;
        *current = Some(fresh);
        Ok(changed)
    }
}

impl fmt::Debug for RefreshingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshingCredentials")
    }
}
