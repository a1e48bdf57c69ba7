//! `/callback-key`: the public half of the key that upload callbacks are signed with, as PEM. `x-oss-pub-key-url` of a
//! callback leads here.

use http::StatusCode;

use super::{problem::Problem, reply, reply::Reply};
use crate::sandbox::Sandbox;

/// The key.
pub(super) fn public(sandbox: &Sandbox) -> Reply {
    match sandbox.callback_key() {
        Ok(key) => Ok(reply::pem(key.public_pem())),
        Err(error) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
