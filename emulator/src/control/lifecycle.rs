//! `/sandboxes/{s}/lifecycle/run`: lets the lifecycle rules act now, without waiting for midnight.

use http::Method;
use serde_json::json;

use super::{dispatch::not_allowed, reply, reply::Reply};
use crate::sandbox::{EditError, Sandbox};

/// Runs the rules and tells how many objects and uploads they changed or removed.
pub(super) fn run(sandbox: &Sandbox, method: &Method) -> Reply {
    if method != Method::POST {
        return not_allowed(method, "POST");
    }
    let changed = sandbox.run_lifecycle().map_err(EditError::from)?;
    reply::json(&json!({ "changed": changed, "at": sandbox.clock().now().to_string() }))
}
