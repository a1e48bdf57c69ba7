//! `/sandboxes/{s}/journal`: query, long-poll, export.

use http::Method;
use serde_json::json;
use tokio::time::timeout;

use super::{dispatch::not_allowed, parameters::Parameters, problem::Problem, reply, reply::Reply};
use crate::{
    domain::Operation,
    journal::{Exchange, Record},
    sandbox::Sandbox,
};

/// Events after `since`, or exchanges with an id above it; of one `operation`; with `wait` the answer comes when there
/// is at least one, or when the time is over.
pub(super) async fn read(sandbox: &Sandbox, method: &Method, query: Option<&str>) -> Reply {
    if method != Method::GET {
        return not_allowed(method, "GET; forget it with POST .../reset?what=journal");
    }
    let parameters = Parameters::read(query, &["since", "operation", "wait", "format", "view"])?;
    let since = parameters.number("since")?.unwrap_or(0);
    let operation = parameters.text("operation").map(str::parse::<Operation>).transpose();
    let operation = operation.map_err(|error| Problem::bad(error.to_string()))?;
    let lines = match parameters.text("format") {
        None | Some("json") => false,
        Some("jsonl") => true,
        Some(other) => return Err(Problem::bad(format!("`format={other}`: json or jsonl"))),
    };
    let fits = |record: &Record| operation.is_none_or(|wanted| record.operation == Some(wanted));
    if let Some(wait) = parameters.wait()? {
        // When the time is over the list is told as it is: empty.
        let _ = timeout(wait, sandbox.journal().wait_since(since, fits)).await;
    }
    match parameters.text("view") {
        None | Some("records") => {
            let mut records = sandbox.journal().events_since(since);
            let next = records.last().map_or(since, |record| record.seq);
            records.retain(|record| fits(record) || record.event == "dropped");
            if lines {
                return reply::json_lines(&records);
            }
            reply::json(&json!({ "records": records, "next": next, "dropped": sandbox.journal().dropped() }))
        }
        Some("exchanges") => {
            let mut exchanges: Vec<Exchange> = sandbox.journal().exchanges();
            exchanges.retain(|exchange| {
                exchange.id > since && operation.is_none_or(|wanted| exchange.operation == Some(wanted))
            });
            if lines {
                return reply::json_lines(&exchanges);
            }
            reply::json(&json!({ "exchanges": exchanges, "dropped": sandbox.journal().dropped() }))
        }
        Some(other) => Err(Problem::bad(format!("`view={other}`: records or exchanges"))),
    }
}
