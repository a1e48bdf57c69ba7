//! `/sandboxes/{s}/keys`: the access keys that the sandbox knows. Secrets and tokens go in and never come out.

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body::Unread, dispatch::not_allowed, problem::Problem, reply, reply::Reply};
use crate::{
    auth::Key,
    fault::Lapse,
    sandbox::{KeyInfo, Sandbox},
};

/// A key to be added: permanent without `token`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    id: String,
    secret: String,
    token: Option<String>,
    expires: Option<String>,
    expires_in: Option<Lapse>,
}

/// When a temporary key ends, on the sandbox's clock.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// RFC 3339.
    expires: Option<String>,
    /// As in `15m`, from the sandbox's present time.
    expires_in: Option<Lapse>,
}

impl End {
    fn at(&self, sandbox: &Sandbox) -> Result<Option<Timestamp>, Problem> {
        match (&self.expires, self.expires_in) {
            (None, None) => Ok(None),
            (Some(text), None) => {
                let parsed = text.parse();
                parsed.map(Some).map_err(|_| Problem::bad(format!("`{text}` is not an RFC 3339 time")))
            }
            (None, Some(lapse)) => {
                let end = sandbox.clock().now().checked_add(lapse.signed());
                end.map(Some).map_err(|_| Problem::bad("`expires_in` leads out of the years of the clock"))
            }
            (Some(_), Some(_)) => Err(Problem::bad("give `expires` or `expires_in`, not both")),
        }
    }
}

/// All keys: look, add.
pub(super) async fn all(sandbox: &Sandbox, method: &Method, body: Unread) -> Reply {
    match *method {
        Method::GET => {}
        Method::POST => {
            let mut new: NewKey = body.json().await?;
            let end = End { expires: new.expires.take(), expires_in: new.expires_in }.at(sandbox)?;
            check(&new, end)?;
            let key = match new.token {
                Some(token) => Key::temporary(new.secret, token, end),
                None => Key::permanent(new.secret),
            };
            sandbox.keys().add(new.id, key);
        }
        _ => return not_allowed(method, "GET, POST"),
    }
    let keys: Vec<Value> = sandbox.keys().list().iter().map(worded).collect();
    reply::json(&json!({ "mode": sandbox.keys().mode().as_str(), "keys": keys }))
}

fn check(new: &NewKey, end: Option<Timestamp>) -> Result<(), Problem> {
    if new.id.is_empty() || new.secret.is_empty() || new.token.as_deref() == Some("") {
        return Err(Problem::bad("`id`, `secret` and, where it is given, `token` must not be empty"));
    }
    if new.id.contains([':', '/', ',', ' ']) {
        return Err(Problem::bad("`id` must not contain `:`, `/`, `,` or a space: signatures use them"));
    }
    if new.token.is_none() && end.is_some() {
        return Err(Problem::bad("only a temporary key ends: give its `token` too"));
    }
    Ok(())
}

/// One key: look, remove.
pub(super) fn one(sandbox: &Sandbox, method: &Method, id: &str) -> Reply {
    let missing = || Problem::missing(format!("no key is called `{id}`"));
    match *method {
        Method::GET => {
            let info = sandbox.keys().list().into_iter().find(|info| info.id == id);
            reply::json(&worded(&info.ok_or_else(missing)?))
        }
        Method::DELETE if sandbox.keys().remove(id) => Ok(reply::done()),
        Method::DELETE => Err(missing()),
        _ => not_allowed(method, "GET, DELETE"),
    }
}

/// Lets a temporary key end: at once with an empty body or `{}`.
pub(super) async fn expire(sandbox: &Sandbox, method: &Method, id: &str, body: Unread) -> Reply {
    if method != Method::POST {
        return not_allowed(method, "POST");
    }
    let end = body.json_or_nothing::<End>().await?.unwrap_or_default().at(sandbox)?;
    match sandbox.keys().expire(id, end) {
        Some(at) => reply::json(&json!({ "id": id, "expires": at.to_string() })),
        None => Err(Problem::new(StatusCode::NOT_FOUND, format!("no temporary key is called `{id}`"))),
    }
}

fn worded(info: &KeyInfo) -> Value {
    json!({
        "id": info.id,
        "temporary": info.temporary,
        "expires": info.expires.map(|end| end.to_string()),
    })
}
