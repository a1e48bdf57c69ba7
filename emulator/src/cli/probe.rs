//! `wait` and `probe`: is an emulator ready? Asked over HTTP, as any other program could.

use std::{
    fmt,
    io::{self, Write},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use super::Failure;
use crate::{
    config::{DEFAULT_PORT, ProbeArgs, TargetArgs, WaitArgs},
    control::Readiness,
    domain::BucketName,
    http::port_or,
    server::{ask, loopback_of},
};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to rest between two questions.
const REST: Duration = Duration::from_millis(100);
/// Most bytes of an answer: the emulator's own has some 50, and the names of buckets that are missing.
const MAX_ANSWER: usize = 64 << 10;

/// An emulator, by its URL.
#[derive(Debug, PartialEq, Eq)]
struct Endpoint {
    authority: String,
    host: String,
    port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

/// Why an emulator is not ready.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotReady {
    #[error("nothing can be reached there: {0}")]
    Unreachable(io::Error),
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Silent,
    #[error("the connection broke: {0}")]
    Broken(#[from] hyper::Error),
    #[error("what answers there is no oss-emulator: {0}")]
    Stranger(String),
    #[error("it is being seeded")]
    Seeding,
    #[error("these buckets do not exist yet: {}", .0.join(", "))]
    MissingBuckets(Vec<String>),
}

/// Waits until the emulator is ready and the buckets exist. Says on stderr what it waits for, each reason once.
pub(super) async fn wait(args: &WaitArgs) -> Result<String, Failure> {
    let endpoint = endpoint_of(&args.target)?;
    for bucket in &args.buckets {
        BucketName::parse(bucket).map_err(|error| Failure::Bucket(bucket.clone(), error))?;
    }
    let limit = args.timeout.forward().ok_or(Failure::NegativeTimeout)?;
    let end = Instant::now().checked_add(limit);
    let mut said = String::new();
    loop {
        let left = end.map_or(PATIENCE, |end| end.saturating_duration_since(Instant::now()));
        let Err(reason) = is_ready(&endpoint, &args.buckets, left.clamp(REST, PATIENCE)).await else {
            return Ok(format!("{endpoint} is ready"));
        };
        if end.is_some_and(|end| Instant::now() + REST > end) {
            let waited = args.timeout.to_string();
            return Err(Failure::NotReady { endpoint: endpoint.to_string(), waited: Some(waited), reason });
        }
        let reason = reason.to_string();
        if reason != said {
            // Progress for people; a closed stderr is no reason to stop.
            let _ = writeln!(io::stderr(), "oss-emulator: waiting for {endpoint}: {reason}");
            said = reason;
        }
        sleep(REST).await;
    }
}

/// Asks once.
pub(super) async fn probe(args: &ProbeArgs) -> Result<String, Failure> {
    let endpoint = endpoint_of(&args.target)?;
    match is_ready(&endpoint, &[], PATIENCE).await {
        Ok(()) => Ok(format!("{endpoint} is ready")),
        Err(reason) => Err(Failure::NotReady { endpoint: endpoint.to_string(), waited: None, reason }),
    }
}

/// The flag's, else the variables', else where an emulator with these flags would listen.
fn endpoint_of(target: &TargetArgs) -> Result<Endpoint, Failure> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is the edge; clap reads one variable a flag"
    )]
    let of_sdks = || std::env::var("OSS_ENDPOINT").ok().filter(|text| !text.is_empty());
    if let Some(text) = target.endpoint.clone().or_else(of_sdks) {
        return read_endpoint(&text);
    }
    let mut address = target.listen.address(DEFAULT_PORT);
    address.set_ip(loopback_of(address.ip()));
    read_endpoint(&address.to_string())
}

/// Reads `http://HOST[:PORT]`; the scheme may be missing, as in the endpoints of SDKs.
fn read_endpoint(text: &str) -> Result<Endpoint, Failure> {
    let refused = |reason| Failure::Endpoint { text: text.to_owned(), reason };
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let uri: Uri = whole.parse().map_err(|_| refused("it is no URL"))?;
    if uri.scheme_str() != Some("http") {
        return Err(refused("an emulator speaks http"));
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(refused("nothing may follow host and port"));
    }
    let authority = uri.authority().filter(|authority| !authority.host().is_empty());
    let authority = authority.filter(|authority| !authority.as_str().contains('@'));
    let authority = authority.ok_or_else(|| refused("it names no host"))?;
    let port = port_or(authority, 80).ok_or_else(|| refused("it has a port that is none"))?;
    Ok(Endpoint {
        authority: authority.to_string(),
        host: authority.host().trim_matches(['[', ']']).to_owned(),
        port,
    })
}

async fn is_ready(endpoint: &Endpoint, buckets: &[String], patience: Duration) -> Result<(), NotReady> {
    timeout(patience, question(endpoint, buckets)).await.unwrap_or(Err(NotReady::Silent))
}

async fn question(endpoint: &Endpoint, buckets: &[String]) -> Result<(), NotReady> {
    let socket = TcpStream::connect((endpoint.host.as_str(), endpoint.port)).await;
    let socket = socket.map_err(NotReady::Unreachable)?;
    let wanted: Vec<String> = buckets.iter().map(|name| format!("bucket={name}")).collect();
    let request = Request::get(format!("/_emulator/v1/ready?{}", wanted.join("&")))
        .header(header::HOST, &endpoint.authority)
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::new()))
        .map_err(|error| NotReady::Stranger(error.to_string()))?;
    ask(socket, request, judge).await?
}

/// What an answer means.
async fn judge(answer: http::Response<Incoming>) -> Result<(), NotReady> {
    let status = answer.status();
    let stranger = |what: &str| Err(NotReady::Stranger(format!("{status} {what}")));
    let Ok(body) = Limited::new(answer.into_body(), MAX_ANSWER).collect().await else {
        return stranger("with a body that is too long or broken");
    };
    let Ok(said) = serde_json::from_slice::<Readiness>(&body.to_bytes()) else {
        return stranger("without what an emulator says of itself");
    };
    match (status, said) {
        (StatusCode::OK, Readiness::Ok) => Ok(()),
        (_, Readiness::Seeding) => Err(NotReady::Seeding),
        (_, Readiness::MissingBuckets { missing }) => Err(NotReady::MissingBuckets(missing)),
        (_, Readiness::Ok) => stranger("which contradicts its body"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::read_endpoint;

    #[rstest]
    #[case("http://127.0.0.1:6770", "127.0.0.1", 6770, "http://127.0.0.1:6770")]
    #[case("http://localhost/", "localhost", 80, "http://localhost")]
    #[case("[::1]:6770", "::1", 6770, "http://[::1]:6770")]
    #[case("emulator:1", "emulator", 1, "http://emulator:1")]
    fn an_endpoint_is_a_host_with_or_without_scheme_and_port(
        #[case] text: &str,
        #[case] host: &str,
        #[case] port: u16,
        #[case] shown: &str,
    ) {
        let endpoint = read_endpoint(text).expect("an endpoint");
        assert_eq!((endpoint.host.as_str(), endpoint.port), (host, port));
        assert_eq!(endpoint.to_string(), shown);
    }

    #[rstest]
    #[case("", "it is no URL")]
    #[case("https://oss-cn-hangzhou.aliyuncs.com", "an emulator speaks http")]
    #[case("http://", "it is no URL")]
    #[case("http://:1", "it names no host")]
    #[case("http://me@127.0.0.1:1", "it names no host")]
    #[case("http://127.0.0.1:1/bucket", "nothing may follow host and port")]
    #[case("http://127.0.0.1:1?x", "nothing may follow host and port")]
    #[case("http://127.0.0.1:65536", "it has a port that is none")]
    #[case("a b", "it is no URL")]
    fn anything_else_is_refused(#[case] text: &str, #[case] why: &str) {
        let refusal = read_endpoint(text).expect_err("no endpoint").to_string();
        assert!(refusal.contains(&format!("`{text}`: {why};")), "{refusal}");
    }
}
