//! A desk where signatures count, and requests signed for it in all four ways: for the tests of authentication.

use crate::desk::{Ask, Desk, Reply, ask};
use oss_emulator::{
    auth::{
        AuthSettings, Key, Scope, canonical_request_v4, canonical_resource, sign, sign_v4, string_to_sign,
        string_to_sign_v4,
    },
    http::{AddressRules, percent_encode},
};

pub(crate) const DATE: &str = "Sun, 22 Nov 2026 08:30:00 GMT";
pub(crate) const TIME: &str = "20261122T083000Z";
pub(crate) const SCOPE: &str = "20261122/cn-hangzhou/oss/aliyun_v4_request";
/// The desk's time in seconds, 2026-11-22T08:30:00Z.
pub(crate) const NOW: i64 = 1_795_336_200;

pub(crate) fn guarded() -> Desk {
    let mut desk = Desk::new();
    let end = "2026-11-22T09:00:00Z".parse().ok();
    desk.auth = AuthSettings::enforce([("id".to_owned(), "secret".to_owned())]);
    desk.auth.keys.insert("STS.one".to_owned(), Key::temporary("secret", "token-one", end));
    desk.auth.keys.insert("STS.two".to_owned(), Key::temporary("secret", "token-two", None));
    desk
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    V1Header,
    V1Url,
    V4Header,
    V4Url,
}

pub(crate) const WAYS: [How; 4] = [How::V1Header, How::V1Url, How::V4Header, How::V4Url];

/// A request to `/bucket/`, rightly signed by `id` and carrying `token` where that belongs.
pub(crate) fn signed(how: How, id: &str, token: Option<&str>) -> Ask {
    let rules = AddressRules::default();
    let scope = Scope { date: "20261122", region: "cn-hangzhou", product: "oss" };
    match how {
        How::V1Header => {
            let plain = || with_token(ask("GET", "/bucket/").header("date", DATE), token);
            let head = plain().head(&rules).unwrap();
            let signature = sign("secret", &string_to_sign(&head, DATE, &canonical_resource(&head)));
            plain().header("authorization", format!("OSS {id}:{signature}"))
        }
        How::V4Header => {
            let plain = || with_token(ask("GET", "/bucket/").header("x-oss-date", TIME), token);
            let head = plain().head(&rules).unwrap();
            let text = string_to_sign_v4(TIME, &scope, &canonical_request_v4(&head, ""));
            let signature = sign_v4("secret", &scope, &text);
            let authorization = format!("OSS4-HMAC-SHA256 Credential={id}/{SCOPE},Signature={signature}");
            plain().header("authorization", authorization)
        }
        How::V1Url => {
            let token = token.map_or_else(String::new, |token| format!("&security-token={token}"));
            let expires = (NOW + 600).to_string();
            let target = format!("/bucket/?OSSAccessKeyId={id}&Expires={expires}{token}");
            let head = ask("GET", &target).head(&rules).unwrap();
            let signature = sign("secret", &string_to_sign(&head, &expires, &canonical_resource(&head)));
            ask("GET", &format!("{target}&Signature={}", percent_encode(&signature)))
        }
        How::V4Url => {
            let token = token.map_or_else(String::new, |token| format!("&x-oss-security-token={token}"));
            let credential = percent_encode(&format!("{id}/{SCOPE}"));
            let target = format!(
                "/bucket/?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential={credential}&x-oss-date={TIME}&x-oss-expires=600{token}"
            );
            let head = ask("GET", &target).head(&rules).unwrap();
            let text = string_to_sign_v4(TIME, &scope, &canonical_request_v4(&head, ""));
            ask("GET", &format!("{target}&x-oss-signature={}", sign_v4("secret", &scope, &text)))
        }
    }
}

fn with_token(ask: Ask, token: Option<&str>) -> Ask {
    match token {
        Some(token) => ask.header("x-oss-security-token", token),
        None => ask,
    }
}

pub(crate) fn outcome(reply: &Reply) -> (u16, String, String) {
    (reply.status(), reply.element("Code"), reply.header("x-oss-ec").to_owned())
}
