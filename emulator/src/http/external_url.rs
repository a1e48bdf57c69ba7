//! How clients reach the service when that is not where it listens: behind a proxy or in a container. Read by the
//! documents that name the service's own address.

use std::{fmt, str::FromStr};

/// Scheme and authority of a URL, as in `https://oss.example.test:8443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalUrl {
    scheme: String,
    authority: String,
}

/// The text is no such URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no URL of a service: write http://HOST[:PORT] or https://HOST[:PORT], without a path")]
pub struct InvalidExternalUrl(pub String);

impl ExternalUrl {
    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Host, and port where one was given.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for ExternalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl FromStr for ExternalUrl {
    type Err = InvalidExternalUrl;

    fn from_str(text: &str) -> Result<Self, InvalidExternalUrl> {
        let invalid = || InvalidExternalUrl(text.to_owned());
        let uri: http::Uri = text.parse().map_err(|_| invalid())?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"));
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        match (scheme, authority, uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)) {
            (Some(scheme), Some(authority), "/") => {
                Ok(Self { scheme: scheme.to_owned(), authority: authority.as_str().to_owned() })
            }
            _ => Err(invalid()),
        }
    }
}
