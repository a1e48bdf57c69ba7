//! `/health`, `/ready`, `/version`, `/capabilities`: what is there, for probes and for people.

use std::collections::BTreeMap;

use serde_json::json;

use super::reply::{self, Reply};
use crate::{
    domain::Operation,
    fault::{Point, SCHEMA, legal_pairs},
};

/// It lives. Also the answer of `/ready`: the listener opens only when the store is open and its buckets are there.
pub(super) fn health() -> Reply {
    reply::json(&json!({ "status": "ok" }))
}

/// Which emulator it is.
pub(super) fn version() -> Reply {
    reply::json(
        &json!({ "name": "oss-emulator", "version": env!("CARGO_PKG_VERSION"), "plan_schema": SCHEMA }),
    )
}

/// What it can do.
pub(super) fn capabilities() -> Reply {
    let operations = Operation::ALL.iter().filter(|operation| operation.is_implemented());
    reply::json(&json!({
        "operations": operations.map(|operation| operation.as_str()).collect::<Vec<_>>(),
        "points": Point::NAMES,
        "actions": legal_pairs().collect::<BTreeMap<_, _>>(),
    }))
}
