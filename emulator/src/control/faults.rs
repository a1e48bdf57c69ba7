//! `/sandboxes/{s}/faults`: the rules in force.

use http::Method;
use serde_json::json;

use super::{body::Unread, dispatch::not_allowed, problem::Problem, reply, reply::Reply};
use crate::{
    fault::{Plan, RuleStatus},
    sandbox::Sandbox,
};

/// All rules: look, replace, add, remove.
pub(super) async fn all(sandbox: &Sandbox, method: &Method, body: Unread) -> Reply {
    match *method {
        Method::GET => list(sandbox),
        Method::PUT => {
            sandbox.faults().replace(body.plan().await?);
            list(sandbox)
        }
        Method::POST => {
            sandbox.faults().add(body.plan().await?)?;
            list(sandbox)
        }
        Method::DELETE => {
            let removed = sandbox.faults().status();
            sandbox.faults().replace(Plan::default());
            reply::json(&json!({ "removed": removed, "never_fired": never_fired(&removed) }))
        }
        _ => not_allowed(method, "GET, PUT, POST, DELETE"),
    }
}

/// One rule: look, remove.
pub(super) fn one(sandbox: &Sandbox, method: &Method, id: &str) -> Reply {
    let missing = || {
        let known: Vec<String> = sandbox.faults().status().into_iter().map(|rule| rule.id).collect();
        Problem::missing(format!("no rule is called `{id}`; in force: {}", known.join(", ")))
    };
    match *method {
        Method::GET => {
            let status = sandbox.faults().status().into_iter().find(|rule| rule.id == id);
            reply::json(&status.ok_or_else(missing)?)
        }
        Method::DELETE => reply::json(&sandbox.faults().remove(id).ok_or_else(missing)?),
        _ => not_allowed(method, "GET, DELETE"),
    }
}

fn list(sandbox: &Sandbox) -> Reply {
    let rules = sandbox.faults().status();
    reply::json(&json!({ "never_fired": never_fired(&rules), "rules": rules }))
}

/// The rules that must fire and have not: a run that ends with any has proved nothing.
fn never_fired(rules: &[RuleStatus]) -> Vec<&str> {
    rules.iter().filter(|rule| rule.must_fire && rule.fired == 0).map(|rule| rule.id.as_str()).collect()
}
