//! Carries out an upload callback: tells the application about the object, and makes its answer ours. Called by the
//! pipeline, before it takes the body and once the object is there.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{ask::ask, exchange::Exchange, limits::MAX_CALLBACK_ANSWER};
use crate::{
    domain::{Md5, time::http_date},
    error::{Code, OssError},
    http::{Answer, AnswerBody},
    ops::{Callback, CallbackPlan, CallbackUrl},
    sandbox::Sandbox,
};

const NO_CONNECTION: &str = "Error status : -1.OSS can not connect to your callbackUrl, please check it.";
const NO_LENGTH: &str = "Error status : 400.User server missing content-length.";
const TOO_LONG: &str = "Error status : 400.User server too long content-length value.";
const NO_JSON: &str = "Response body is not valid json format.";

/// Why one URL did not do.
enum Failure {
    /// The next one may.
    Refused(String),
    /// No TLS came about, for this reason. The next one may do.
    Untrusted(String),
    /// The time is up; no other is tried. OSS documentation: Callback.
    TimedOut(String),
}

/// Refuses a callback none of whose hosts has an address, while nothing is written yet. One is enough: the others are
/// only tried when that one fails.
pub(super) async fn find_hosts(sandbox: &Sandbox, plan: &CallbackPlan) -> Result<(), OssError> {
    let any = async {
        for url in plan.urls() {
            if lookup_host((url.host.as_str(), url.port)).await.is_ok() {
                return true;
            }
        }
        false
    };
    match tokio::time::timeout(sandbox.settings().limits.callback, any).await {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(plan.unresolved()),
    }
}

/// Tells the application. Its answer becomes the body of ours; otherwise the exchange ends with 203 and the object
/// stays.
pub(super) async fn perform(
    exchange: &Exchange,
    callback: &Callback,
    mut answer: Answer,
) -> Result<Answer, OssError> {
    let sandbox = exchange.sandbox();
    let limit = sandbox.settings().limits.callback;
    let client = exchange.around.wire.peer_ip();
    let body = callback.body(&exchange.asked.request_id, &client);
    let mut refusal = OssError::new(Code::CallbackFailed);
    for url in callback.urls() {
        let request = signed(sandbox, &exchange.asked.request_id, url, callback.content_type(), &body)?;
        let told = tokio::time::timeout(limit, tell(sandbox, callback, url, request)).await.unwrap_or_else(|_| {
            let (host, port, ms) = (&url.host, url.port, limit.as_millis());
            Err(Failure::TimedOut(format!(
                "Error status : -1 {host}:{port} reply timeout, cost:{ms}ms, timeout:{ms}ms (err -4, errno115)"
            )))
        });
        match told {
            Ok(said) => {
                answer.set(header::CONTENT_TYPE.as_str(), "application/json");
                return Ok(answer.body(AnswerBody::Bytes(said)));
            }
            Err(Failure::Refused(why)) => refusal = OssError::new(Code::CallbackFailed).message(why),
            Err(Failure::Untrusted(why)) => refusal = untrusted(url, &why),
            Err(Failure::TimedOut(why)) => {
                refusal = OssError::new(Code::CallbackFailed).message(why);
                break;
            }
        }
    }
    Err(refusal)
}

/// OSS says no more than that it cannot connect; whoever tests with a certificate of his own is told how.
fn untrusted(url: &CallbackUrl, why: &str) -> OssError {
    OssError::new(Code::CallbackFailed).message(NO_CONNECTION).hint(format!(
        "TLS with {}:{} failed: {why}. Start the emulator with --callback-ca FILE.pem to trust a certificate of your own, or \
         with --callback-insecure to trust any.",
        url.host, url.port
    ))
}

/// The request, signed over the decoded path, the query and the body. OSS documentation: Callback, step 4.
fn signed(
    sandbox: &Sandbox,
    request_id: &str,
    url: &CallbackUrl,
    content_type: &str,
    body: &str,
) -> Result<Request<Full<Bytes>>, OssError> {
    let failed =
        |error: &dyn std::fmt::Display| OssError::new(Code::InternalError).message(error.to_string());
    let query = url.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let mut text: Vec<u8> = percent_decode_str(&url.path).collect();
    text.extend_from_slice(format!("{query}\n{body}").as_bytes());
    let key = sandbox.callback_key().map_err(|error| failed(&error))?;
    let signature = key.sign(&text).map_err(|error| failed(&error))?;
    let outside = sandbox.settings().ops.external_url.as_ref().map(ToString::to_string);
    let key_url = format!("{}/_emulator/v1/callback-key", outside.as_deref().unwrap_or(sandbox.endpoint()));
    Request::post(format!("{}{query}", url.path))
        .header(header::HOST, &url.authority)
        .header(header::CONTENT_TYPE, content_type)
        .header("content-md5", Md5::of(body.as_bytes()).base64())
        .header(header::DATE, http_date(sandbox.clock().now()))
        .header(header::USER_AGENT, "http-client/0.0.1")
        .header(header::AUTHORIZATION, signature)
        .header("x-oss-pub-key-url", STANDARD.encode(key_url))
        .header("x-oss-request-id", request_id)
        .header(header::CONNECTION, "close")
        .body(Full::from(body.to_owned()))
        .map_err(|error| failed(&error))
}

async fn tell(
    sandbox: &Sandbox,
    callback: &Callback,
    url: &CallbackUrl,
    request: Request<Full<Bytes>>,
) -> Result<Bytes, Failure> {
    let stream = TcpStream::connect((url.host.as_str(), url.port)).await.map_err(|_| lost())?;
    if !url.tls {
        return tell_over(stream, request).await;
    }
    let stream =
        secured(sandbox, callback, url, stream).await.map_err(|why| Failure::Untrusted(why.to_string()))?;
    tell_over(stream, request).await
}

fn lost() -> Failure {
    Failure::Refused(NO_CONNECTION.to_owned())
}

async fn tell_over(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Full<Bytes>>,
) -> Result<Bytes, Failure> {
    ask(stream, request, said).await.unwrap_or_else(|_| Err(lost()))
}

async fn secured(
    sandbox: &Sandbox,
    callback: &Callback,
    url: &CallbackUrl,
    stream: TcpStream,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut client = sandbox.callback_tls().map_err(std::io::Error::other)?;
    if !callback.sends_sni() {
        let mut silent = (*client).clone();
        silent.enable_sni = false;
        client = silent.into();
    }
    let name = ServerName::try_from(url.host.clone()).map_err(std::io::Error::other)?;
    TlsConnector::from(client).connect(name, stream).await
}

/// The body of a good answer: 200, of a stated length, JSON.
async fn said(response: Response<Incoming>) -> Result<Bytes, Failure> {
    let refused = |why: &str| Err(Failure::Refused(why.to_owned()));
    if response.status() != StatusCode::OK {
        return Err(Failure::Refused(format!("Error status : {}.", response.status().as_u16())));
    }
    if !response.headers().contains_key(header::CONTENT_LENGTH) {
        return refused(NO_LENGTH);
    }
    let Ok(body) = Limited::new(response.into_body(), MAX_CALLBACK_ANSWER).collect().await else {
        return refused(TOO_LONG);
    };
    let bytes = body.to_bytes();
    match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => refused(NO_JSON),
    }
}
