//! `/sandboxes/{s}/reset`: back to the beginning, in whole or in part.

use http::Method;
use serde_json::json;

use super::{dispatch::not_allowed, parameters::Parameters, problem::Problem, reply, reply::Reply};
use crate::{fault::Plan, sandbox::Sandbox};

const ALL: [&str; 6] = ["faults", "gates", "keys", "data", "journal", "clock"];

/// Resets what `what` lists; everything when it is absent.
pub(super) fn reset(sandbox: &Sandbox, method: &Method, query: Option<&str>) -> Reply {
    if method != Method::POST {
        return not_allowed(method, "POST");
    }
    let parameters = Parameters::read(query, &["what"])?;
    let wanted: Vec<&str> =
        parameters.text("what").map_or_else(|| ALL.to_vec(), |what| what.split(',').collect());
    if let Some(unknown) = wanted.iter().find(|part| !ALL.contains(part)) {
        return Err(Problem::bad(format!("`what={unknown}`: any of {}", ALL.join(", "))));
    }
    // In this order, so that what a released exchange still does is forgotten with the rest.
    for part in ALL.into_iter().filter(|part| wanted.contains(part)) {
        match part {
            "faults" => sandbox.faults().replace(Plan::default()),
            "gates" => sandbox.gates().reset(),
            "keys" => sandbox.keys().reset(),
            "data" => sandbox.edits().clear()?,
            "journal" => sandbox.journal().clear(),
            _ => sandbox.clock().reset(),
        }
    }
    reply::json(&json!({ "reset": wanted }))
}
