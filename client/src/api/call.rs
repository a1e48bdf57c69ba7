//! One request of one operation: addressed, dated, signed, sent, and its answer sorted into success and error.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{AUTHORIZATION, DATE},
};

use super::{Addressing, Attempts, CallError, Clock, Endpoint};
use crate::{
    machine::{Md5Digest, Operation},
    retry::{Repeat, Retry},
    sign::{Credentials, RefreshingCredentials, v1},
    transport::{Answer, Outgoing, Payload, Transport},
    wire::ServiceError,
};

/// What every operation needs. Shared by all uploads of a client.
#[derive(Debug)]
pub struct Api {
    /// The server.
    pub endpoint: Endpoint,
    /// How buckets are named.
    pub addressing: Addressing,
    /// How requests are sent.
    pub transport: Arc<dyn Transport>,
    /// What requests are signed with; nothing for anonymous ones.
    pub credentials: Option<RefreshingCredentials>,
    /// Attempts and pauses.
    pub retry: Retry,
    /// The time.
    pub clock: Clock,
}

/// A request before it is signed.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// What is asked for.
    pub operation: Operation,
    /// HTTP method.
    pub method: Method,
    /// The bucket.
    pub bucket: &'a str,
    /// The key, unless the bucket itself is addressed.
    pub key: Option<&'a str>,
    /// Query parameters in the order of the URL, not encoded.
    pub query: Vec<(&'a str, String)>,
    /// Headers besides date, token and signature.
    pub headers: HeaderMap,
    /// Whether the request may be sent twice.
    pub repeat: Repeat,
}

impl<'a> Call<'a> {
    /// A call on a bucket that may be repeated.
    pub fn new(operation: Operation, method: Method, bucket: &'a str) -> Self {
        Self {
            operation,
            method,
            bucket,
            key: None,
            query: Vec::new(),
            headers: HeaderMap::new(),
            repeat: Repeat::Harmless,
        }
    }

    /// Addresses an object.
    #[must_use]
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn parameter(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds headers.
    #[must_use]
    pub fn headers(mut self, headers: &HeaderMap) -> Self {
        self.headers.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        self
    }

    /// Adds the digest of the body.
    pub fn content_md5(&mut self, md5: Md5Digest) {
        if let Ok(value) = HeaderValue::try_from(STANDARD.encode(md5.0)) {
            self.headers.insert(HeaderName::from_static("content-md5"), value);
        }
    }
}

impl Api {
    /// Sends a call with a body in memory until it succeeds or its attempts are used up.
    pub async fn request(&self, call: &Call<'_>, body: &bytes::Bytes) -> Result<Answer, CallError> {
        let mut attempts = Attempts::new(self, call.operation, call.repeat);
        loop {
            match self.exchange(call, Payload::Bytes(body.clone()), &mut attempts).await {
                Ok(answer) => return Ok(answer),
                Err(error) => attempts.after(error).await?,
            }
        }
    }

    /// Sends a call once. Any status of 2xx is success here.
    pub async fn exchange(
        &self,
        call: &Call<'_>,
        payload: Payload,
        attempts: &mut Attempts<'_>,
    ) -> Result<Answer, CallError> {
        let credentials = match &self.credentials {
            Some(credentials) => Some(credentials.current().await?),
            None => None,
        };
        let headers = self.signed_headers(call, credentials.as_ref())?;
        attempts.signed_with(credentials);
        let url = self.endpoint.url(self.addressing, call.bucket, call.key, &call.query);
        let request = Outgoing { method: call.method.clone(), url, headers, payload };
        tracing::debug!(operation = %call.operation, attempt = attempts.number(), "sending a request");
        let answer = self.transport.send(request).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        Err(CallError::Service(Box::new(ServiceError::read(call.operation, &answer, self.clock.now()))))
    }

    fn signed_headers(
        &self,
        call: &Call<'_>,
        credentials: Option<&Credentials>,
    ) -> Result<HeaderMap, CallError> {
        let unsendable = |what: &str| {
            CallError::Credentials(crate::sign::CredentialsError(format!(
                "{what} holds characters that no header can carry"
            )))
        };
        let mut headers = call.headers.clone();
        let date = httpdate::fmt_http_date(self.clock.now().into());
        headers.insert(DATE, HeaderValue::try_from(date).map_err(|_| unsendable("the date"))?);
        let Some(credentials) = credentials else { return Ok(headers) };
        if let Some(token) = credentials.token() {
            let mut value = HeaderValue::try_from(token).map_err(|_| unsendable("the security token"))?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static("x-oss-security-token"), value);
        }
        let signable = v1::Signable {
            method: &call.method,
            headers: &headers,
            bucket: Some(call.bucket),
            key: call.key,
            query: &call.query,
        };
        let authorization = v1::authorization(credentials.id(), credentials.secret(), &signable);
        let mut value = HeaderValue::try_from(authorization).map_err(|_| unsendable("the access key id"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(headers)
    }
}
