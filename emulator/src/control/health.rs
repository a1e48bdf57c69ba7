//! `/health`, `/ready`, `/version`, `/capabilities`: what is there, for probes and for people.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    parameters::Parameters,
    reply::{self, Reply},
};
use crate::{
    domain::{BucketName, Operation},
    fault::{Point, SCHEMA, legal_pairs},
    sandbox::Sandbox,
};

/// What `/ready` says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub(crate) enum Readiness {
    /// It serves requests, and the buckets that were asked about exist.
    Ok,
    /// It is being filled.
    Seeding,
    /// It serves requests, but some of the buckets do not exist.
    MissingBuckets {
        /// Those that do not exist.
        missing: Vec<String>,
    },
}

/// It lives.
pub(super) fn health() -> Reply {
    reply::json(&Readiness::Ok)
}

/// It serves requests; with `bucket=NAME`, once or more than once, those exist too.
pub(super) fn ready(sandbox: &Sandbox, query: Option<&str>) -> Reply {
    let parameters = Parameters::read(query, &["bucket"])?;
    let exists = |text: &&str| {
        BucketName::parse(text).is_ok_and(|name| sandbox.store().view(|state| state.bucket(&name).is_some()))
    };
    let missing: Vec<String> =
        parameters.all("bucket").filter(|name| !exists(name)).map(str::to_owned).collect();
    let readiness = match missing.as_slice() {
        _ if !sandbox.is_ready() => Readiness::Seeding,
        [] => Readiness::Ok,
        _ => Readiness::MissingBuckets { missing },
    };
    let mut reply = reply::json(&readiness)?;
    if readiness != Readiness::Ok {
        *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(reply)
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
