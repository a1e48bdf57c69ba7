//! `/sandboxes/{s}/gates`: hold and release.

use http::Method;
use serde_json::json;
use tokio::time::timeout;

use super::{dispatch::not_allowed, parameters::Parameters, reply, reply::Reply};
use crate::sandbox::Sandbox;

/// All gates that somebody has named.
pub(super) fn all(sandbox: &Sandbox, method: &Method) -> Reply {
    match *method {
        Method::GET => reply::json(&json!({ "gates": sandbox.gates().all() })),
        _ => not_allowed(method, "GET"),
    }
}

/// One gate; with `wait` the answer comes when an exchange has reached it, or when the time is over.
pub(super) async fn one(sandbox: &Sandbox, method: &Method, name: &str, query: Option<&str>) -> Reply {
    if method != Method::GET {
        return not_allowed(method, "GET; release it with POST .../release");
    }
    if let Some(wait) = Parameters::read(query, &["wait"])?.wait()? {
        // When the time is over the state is told as it is: `reached` is 0.
        let _ = timeout(wait, sandbox.gates().reached(name)).await;
    }
    reply::json(&sandbox.gates().status(name))
}

/// Opens a gate.
pub(super) fn release(sandbox: &Sandbox, method: &Method, name: &str) -> Reply {
    if method != Method::POST {
        return not_allowed(method, "POST");
    }
    let held = sandbox.gates().release(name);
    sandbox.journal().control(format!("released the gate {name}"));
    reply::json(&json!({ "name": name, "let_through": held }))
}
