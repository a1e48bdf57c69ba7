//! From arguments and environment to a client.

use super::{
    args::{AddressingArg, Connection},
    environment::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, ENDPOINT, SESSION_TOKEN, Variable},
};
use crate::{Addressing, Client, Credentials, Retry};

/// Makes a client; the error is a sentence for the person who typed the arguments.
pub(super) fn connect(connection: &Connection) -> Result<Client, String> {
    let endpoint = given_or_found(connection.endpoint.as_ref(), "-e", &ENDPOINT).map(|(_, value)| value);
    let endpoint =
        endpoint.ok_or_else(|| format!("no endpoint: give one with -e URL or in {}", ENDPOINT.name()))?;
    let addressing = match connection.addressing {
        AddressingArg::Auto => Addressing::Auto,
        AddressingArg::Path => Addressing::Path,
        AddressingArg::Virtual => Addressing::Virtual,
    };
    let retry = Retry { attempts: connection.retry_times.saturating_add(1), ..Retry::default() };
    let mut builder = Client::builder(endpoint)
        .addressing(addressing)
        .retry(retry)
        .connect_timeout(connection.connect_timeout)
        .idle_timeout(connection.idle_timeout);
    if let Some(credentials) = credentials(connection)? {
        builder = builder.credentials(credentials);
    }
    builder.build().map_err(|error| error.to_string())
}

fn given_or_found(
    given: Option<&String>,
    flag: &'static str,
    variable: &Variable,
) -> Option<(&'static str, String)> {
    match given {
        Some(value) => Some((flag, value.clone())),
        None => variable.read(),
    }
}

fn credentials(connection: &Connection) -> Result<Option<Credentials>, String> {
    let id = given_or_found(connection.access_key_id.as_ref(), "-i", &ACCESS_KEY_ID);
    let secret = given_or_found(connection.access_key_secret.as_ref(), "-k", &ACCESS_KEY_SECRET);
    let token = given_or_found(connection.sts_token.as_ref(), "-t", &SESSION_TOKEN);
    let (id, secret) = match (id, secret) {
        (Some(id), Some(secret)) => (id, secret),
        (None, None) => {
            tracing::info!("no credentials: requests are not signed");
            return Ok(None);
        }
        (Some((from, _)), None) => {
            let name = ACCESS_KEY_SECRET.name();
            return Err(format!("{from} gives an access key id, but there is no secret: add -k or {name}"));
        }
        (None, Some((from, _))) => {
            let name = ACCESS_KEY_ID.name();
            return Err(format!("{from} gives an access key secret, but there is no id: add -i or {name}"));
        }
    };
    tracing::info!(id = id.1, id_from = id.0, secret_from = secret.0, "using credentials");
    let credentials = Credentials::new(id.1, secret.1);
    Ok(Some(match token {
        Some((from, token)) => {
            tracing::info!(token_from = from, "using a security token");
            credentials.security_token(token)
        }
        None => credentials,
    }))
}
