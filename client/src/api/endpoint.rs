//! Where requests go: an endpoint, and how it is combined with a bucket and a key.

use std::{fmt, net::IpAddr};

use http::{Uri, uri::Authority};
use thiserror::Error;

use crate::wire::encoding;

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

/// The text is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("endpoint {0:?} is not of the form [http://|https://]HOST[:PORT]")]
pub struct EndpointError(String);

/// A server: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    tls: bool,
    authority: Authority,
}

impl Endpoint {
    /// Reads an endpoint. Without a scheme it is `http` for an IP address or `localhost`, else `https`.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let error = || EndpointError(text.to_owned());
        let trimmed = text.trim();
        let (tls, rest) = match trimmed.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some(false), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some(true), rest),
            Some(_) => return Err(error()),
            None => (None, trimmed),
        };
        let authority: Authority =
            rest.trim_end_matches('/').to_ascii_lowercase().parse().map_err(|_| error())?;
        if authority.host().is_empty() || authority.as_str().contains('@') {
            return Err(error());
        }
        let endpoint = Self { tls: tls.unwrap_or_default(), authority };
        // `http` accepts some authorities that are no part of a URL.
        endpoint.to_string().parse::<Uri>().map_err(|_| error())?;
        Ok(Self { tls: tls.unwrap_or(!endpoint.is_local_name()), ..endpoint })
    }

    /// Whether requests are encrypted.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Whether the traffic stays on this machine.
    pub fn is_loopback(&self) -> bool {
        self.ip().map_or_else(|| self.is_localhost(), |ip| ip.is_loopback())
    }

    fn ip(&self) -> Option<IpAddr> {
        self.authority.host().trim_matches(['[', ']']).parse().ok()
    }

    fn is_localhost(&self) -> bool {
        let host = self.authority.host();
        host == "localhost" || host.ends_with(".localhost")
    }

    fn is_local_name(&self) -> bool {
        self.ip().is_some() || self.authority.host() == "localhost"
    }

    /// The URL of a bucket, or of an object in it.
    pub fn url(
        &self,
        addressing: Addressing,
        bucket: &str,
        key: Option<&str>,
        query: &[(&str, String)],
    ) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let in_path = match addressing {
            Addressing::Auto => self.is_local_name(),
            Addressing::Path => true,
            Addressing::Virtual => false,
        };
        let mut url = if in_path {
            format!("{scheme}://{}/{bucket}/", self.authority)
        } else {
            format!("{scheme}://{bucket}.{}/", self.authority)
        };
        url.push_str(&key.map(encoding::key).unwrap_or_default());
        for (at, (name, value)) in query.iter().enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            url.push_str(name);
            if !value.is_empty() {
                url.push('=');
                url.push_str(&encoding::query(value));
            }
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.tls { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("http://127.0.0.1:6770", Addressing::Auto, "http://127.0.0.1:6770/bucket/a%20b/c")]
    #[case("127.0.0.1:6770/", Addressing::Auto, "http://127.0.0.1:6770/bucket/a%20b/c")]
    #[case("http://[::1]:6770", Addressing::Auto, "http://[::1]:6770/bucket/a%20b/c")]
    #[case("localhost:1", Addressing::Auto, "http://localhost:1/bucket/a%20b/c")]
    #[case("localhost:1", Addressing::Virtual, "http://bucket.localhost:1/a%20b/c")]
    #[case(
        "oss-cn-hangzhou.aliyuncs.com",
        Addressing::Auto,
        "https://bucket.oss-cn-hangzhou.aliyuncs.com/a%20b/c"
    )]
    #[case("HTTP://Example.COM", Addressing::Path, "http://example.com/bucket/a%20b/c")]
    fn buckets_go_where_the_addressing_says(
        #[case] endpoint: &str,
        #[case] addressing: Addressing,
        #[case] url: &str,
    ) {
        let endpoint = Endpoint::parse(endpoint).unwrap();
        assert_eq!(endpoint.url(addressing, "bucket", Some("a b/c"), &[]), url);
    }

    #[rstest]
    #[case("")]
    #[case("ftp://host")]
    #[case("http://")]
    #[case("http://user:secret@host")]
    #[case("http://host/path")]
    #[case("http://ho st")]
    fn what_is_no_endpoint_is_refused(#[case] text: &str) {
        assert!(Endpoint::parse(text).is_err());
    }

    #[rstest]
    #[case("http://127.0.0.1:1", true)]
    #[case("http://[::1]:1", true)]
    #[case("http://localhost", true)]
    #[case("http://b.localhost", true)]
    #[case("http://10.0.0.1", false)]
    #[case("http://example.com", false)]
    fn loopback_is_known_as_such(#[case] text: &str, #[case] loopback: bool) {
        assert_eq!(Endpoint::parse(text).unwrap().is_loopback(), loopback);
    }

    #[test]
    fn odd_keys_and_values_survive_the_url() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1").unwrap();
        let query = [("uploadId", "A+B&C".to_owned()), ("uploads", String::new())];
        let url = endpoint.url(Addressing::Path, "b", Some("x/../\u{e9}+?"), &query);
        assert_eq!(url, "http://127.0.0.1:1/b/x%2F..%2F%C3%A9%2B%3F?uploadId=A%2BB%26C&uploads");
        let parsed: reqwest::Url = url.parse().unwrap();
        assert_eq!(parsed.as_str(), url, "a URL parser leaves it alone");
    }
}
