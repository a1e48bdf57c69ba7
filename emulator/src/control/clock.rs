//! `/sandboxes/{s}/clock`: read, set, advance, freeze.

use http::Method;
use serde::Deserialize;

use super::{body::Unread, dispatch::not_allowed, reply, reply::Reply};
use crate::{
    fault::{Instant, Lapse},
    sandbox::Sandbox,
};

/// What to do with the clock: `{"set": "2026-11-22T10:00:00Z"}`, `{"advance": "15m"}`, `{"freeze": {}}`, `{"run": {}}`,
/// `{"reset": {}}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Move {
    Set(Instant),
    Advance(Lapse),
    Freeze {},
    Run {},
    Reset {},
}

/// Reads or moves the clock.
pub(super) async fn clock(sandbox: &Sandbox, method: &Method, body: Unread) -> Reply {
    match *method {
        Method::GET => {}
        Method::POST => {
            match body.json::<Move>().await? {
                Move::Set(time) => sandbox.clock().set(time.0),
                Move::Advance(by) => {
                    sandbox.clock().advance(by.signed())?;
                }
                Move::Freeze {} => sandbox.clock().freeze(),
                Move::Run {} => sandbox.clock().thaw(),
                Move::Reset {} => sandbox.clock().reset(),
            }
            sandbox.keep_house();
            sandbox.journal().control(format!("moved the clock to {}", sandbox.clock().now()));
        }
        _ => return not_allowed(method, "GET, POST"),
    }
    reply::json(&sandbox.clock().read())
}
