//! Judges the signature of a request. Order of checks: form, time, key, token, signature.

use super::{
    AuthMode, AuthSettings, Identity, Scope,
    claim::{Claim, Scheme, claimed_key, read_claim},
    key::same,
    refusal::{Mismatch, unknown_key},
    times::signing_time,
    tokens,
    v1::{canonical_resource, raw_path_resource, string_to_sign},
    v4::{Spelling, canonical, sign_v4, string_to_sign_v4},
};
use crate::{error::OssError, http::RequestHead};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// Finds out who sent the request, and unless signatures do not count, whether that is proven. A request without any
/// signature is a stranger's: what it may do is a matter of access control. `now` is the server's time.
pub fn authenticate(
    head: &RequestHead,
    settings: &AuthSettings,
    now: Timestamp,
) -> Result<Identity, OssError> {
    if settings.mode == AuthMode::Off {
        return Ok(Identity::of(claimed_key(head)));
    }
    let Some(claim) = read_claim(head, settings.region.as_deref())? else { return Ok(Identity::stranger()) };
    let time = signing_time(head, &claim.scheme, now)?;
    let key = settings.keys.get(claim.access_key).ok_or_else(|| unknown_key(claim.access_key))?;
    tokens::check(head, &claim, key, settings, now)?;
    if settings.mode == AuthMode::Enforce {
        prove(head, &claim, time, key.secret())?;
    }
    Ok(Identity::of(Some(claim.access_key.to_owned())))
}

fn prove(head: &RequestHead, claim: &Claim<'_>, time: &str, secret: &str) -> Result<(), OssError> {
    match &claim.scheme {
        Scheme::V1Header | Scheme::V1Url { .. } => prove_v1(head, claim, time, secret),
        Scheme::V4Header { scope, additional } | Scheme::V4Url { scope, additional, .. } => {
            prove_v4(head, claim, &Signed { time, scope, additional }, secret)
        }
    }
}

fn prove_v1(head: &RequestHead, claim: &Claim<'_>, time: &str, secret: &str) -> Result<(), OssError> {
    let text = string_to_sign(head, time, &canonical_resource(head));
    if proves_v1(secret, &text, claim.signature) {
        return Ok(());
    }
    let raw = raw_path_resource(head).map(|resource| string_to_sign(head, time, &resource));
    if raw.is_some_and(|text| proves_v1(secret, &text, claim.signature)) {
        return Ok(());
    }
    let (access_key, signature) = (claim.access_key, claim.signature);
    Err(Mismatch { access_key, signature, text: &text, canonical: None }.error())
}

/// Compares in constant time.
fn proves_v1(secret: &str, text: &[u8], signature: &str) -> bool {
    let Ok(given) = STANDARD.decode(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(text);
    mac.verify_slice(&given).is_ok()
}

struct Signed<'a> {
    time: &'a str,
    scope: &'a Scope<'a>,
    additional: &'a str,
}

fn prove_v4(
    head: &RequestHead,
    claim: &Claim<'_>,
    signed: &Signed<'_>,
    secret: &str,
) -> Result<(), OssError> {
    let mut usual = None;
    for spelling in Spelling::all(head, signed.additional) {
        let request = canonical(head, signed.additional, spelling);
        let text = string_to_sign_v4(signed.time, signed.scope, &request);
        if same(sign_v4(secret, signed.scope, &text).as_bytes(), claim.signature.as_bytes()) {
            return Ok(());
        }
        usual.get_or_insert((request, text));
    }
    let (request, text) = usual.unwrap_or_default();
    let (access_key, signature) = (claim.access_key, claim.signature);
    Err(Mismatch { access_key, signature, text: text.as_bytes(), canonical: Some(&request) }.error())
}
