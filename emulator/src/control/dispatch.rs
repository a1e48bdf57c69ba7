//! Finds the resource that a control request is about. Called by the server's entrance.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, request::Parts};
use http_body_util::Full;
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;

use super::{
    body::Unread, callback_key, clock, faults, gates, guard, health, journal, keys, lifecycle,
    problem::Problem, reply::Reply, reset, store,
};
use crate::{
    http::{Address, AddressRules, Style},
    sandbox::Sandbox,
};

const PREFIX: &str = "/_emulator/";

/// Short names for probes, as other emulators have them.
const SHORT: [(&str, &str); 2] = [("/_health", "v1/health"), ("/_ready", "v1/ready")];

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// Whether the connection comes from this machine.
    pub(crate) is_local: bool,
}

/// Whether a request is for the control plane: its path is reserved (no bucket's name begins with `_`), and its host
/// names no bucket or is this machine's loopback, even where that is mapped to a bucket.
pub(crate) fn is_control(rules: &AddressRules, request: &Request<Incoming>) -> bool {
    let path = request.uri().path();
    if resource(path).is_none() {
        return false;
    }
    let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    guard::is_own_host(host) || Address::read(rules, host, path).style == Style::Path
}

/// The path below `PREFIX`; `None` for paths that are not reserved.
fn resource(path: &str) -> Option<&str> {
    let short = SHORT.iter().find(|(name, _)| *name == path).map(|(_, resource)| *resource);
    short.or_else(|| path.strip_prefix(PREFIX))
}

/// Answers a control request.
pub(crate) async fn handle(
    sandbox: &Sandbox,
    caller: Caller,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let body = Unread::new(&parts.headers, body);
    let path = resource(parts.uri.path()).unwrap_or_default();
    let segments: Vec<String> =
        path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let reply = match open_to_all(sandbox, &parts, &segments) {
        Some(reply) => reply,
        None => match guard::check(&parts.headers, caller.is_local) {
            Ok(()) => route(sandbox, &parts, &segments, body).await,
            Err(problem) => Err(problem),
        },
    };
    reply.unwrap_or_else(|problem| problem.response())
}

/// What may be asked from other machines and under any name, because it tells nothing that a client could not find out:
/// probes come from outside of a container, and applications fetch the key of callbacks.
fn open_to_all(sandbox: &Sandbox, parts: &Parts, segments: &[&str]) -> Option<Reply> {
    let asked = matches!(parts.method, Method::GET | Method::HEAD);
    Some(match segments {
        ["v1", "health"] if asked => health::health(),
        ["v1", "ready"] if asked => health::ready(sandbox, parts.uri.query()),
        ["v1", "version"] if asked => health::version(),
        ["v1", "callback-key"] if asked => callback_key::public(sandbox),
        ["v1", "health" | "ready" | "version" | "callback-key"] => not_allowed(&parts.method, "GET"),
        _ => return None,
    })
}

async fn route(sandbox: &Sandbox, parts: &Parts, segments: &[&str], body: Unread) -> Reply {
    match segments {
        ["v1", "capabilities"] if parts.method == Method::GET => health::capabilities(),
        ["v1", "capabilities"] => not_allowed(&parts.method, "GET"),
        ["v1", "sandboxes", name, resource @ ..] => {
            if *name != sandbox.name() {
                let known = sandbox.name();
                return Err(Problem::missing(format!("there is no sandbox `{name}`; there is `{known}`")));
            }
            if !sandbox.is_ready() {
                let detail = "the emulator is being seeded; wait until /_emulator/v1/ready answers 200";
                return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
            }
            in_sandbox(sandbox, parts, resource, body).await
        }
        _ => Err(nothing_there(parts)),
    }
}

async fn in_sandbox(sandbox: &Sandbox, parts: &Parts, resource: &[&str], body: Unread) -> Reply {
    let (method, query) = (&parts.method, parts.uri.query());
    match resource {
        ["faults"] => faults::all(sandbox, method, body).await,
        ["faults", id] => faults::one(sandbox, method, id),
        ["gates"] => gates::all(sandbox, method),
        ["gates", name] => gates::one(sandbox, method, name, query).await,
        ["gates", name, "release"] => gates::release(sandbox, method, name),
        ["journal"] => journal::read(sandbox, method, query).await,
        ["clock"] => clock::clock(sandbox, method, body).await,
        ["keys"] => keys::all(sandbox, method, body).await,
        ["keys", id] => keys::one(sandbox, method, id),
        ["keys", id, "expire"] => keys::expire(sandbox, method, id, body).await,
        ["store", "buckets"] => store::buckets(sandbox, method, query),
        ["store", "objects"] => store::objects(sandbox, method, query, body).await,
        ["store", "uploads"] => store::uploads(sandbox, method, query),
        ["store", "parts"] => store::parts(sandbox, method, query, body).await,
        ["lifecycle", "run"] => lifecycle::run(sandbox, method),
        ["reset"] => reset::reset(sandbox, method, query),
        _ => Err(nothing_there(parts)),
    }
}

fn nothing_there(parts: &Parts) -> Problem {
    Problem::missing(format!(
        "there is nothing at {}; under /_emulator/v1 there are health, ready, version, capabilities, callback-key, and under \
         sandboxes/default: faults, gates, journal, clock, keys, lifecycle/run, reset, store/buckets, store/objects, store/uploads, \
         store/parts",
        parts.uri.path()
    ))
}

/// 405, naming what is allowed.
pub(super) fn not_allowed(method: &Method, allowed: &str) -> Reply {
    let detail = format!("{method} is not possible here; use {allowed}");
    Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail))
}
