//! Temporary keys and their tokens.

use crate::{
    desk::ask,
    signed_requests::{DATE, How, WAYS, guarded, outcome, signed},
};
use oss_emulator::{
    auth::{Key, canonical_resource, sign, string_to_sign},
    http::AddressRules,
};
use rstest::rstest;

#[test]
fn all_four_ways_of_signing_pass() {
    for how in WAYS {
        let reply = guarded().send(signed(how, "id", None));
        assert_eq!(reply.status(), 200, "{how:?}: {}", reply.text());
    }
}

#[rstest]
#[case::token("STS.one", Some("token-one"), "2026-11-22T08:30:00Z", "-", "-")]
#[case::endless_token("STS.two", Some("token-two"), "2026-11-22T08:30:00Z", "-", "-")]
#[case::no_token("STS.one", None, "2026-11-22T08:30:00Z", "InvalidAccessKeyId", "0002-00000902")]
#[case::token_of_another(
    "STS.one",
    Some("token-two"),
    "2026-11-22T08:30:00Z",
    "AccessKeyIdAndSecurityTokenNotMatch",
    "0002-00000004"
)]
#[case::permanent_with_a_token(
    "id",
    Some("token-two"),
    "2026-11-22T08:30:00Z",
    "AccessKeyIdAndSecurityTokenNotMatch",
    "0002-00000004"
)]
#[case::no_such_token(
    "STS.one",
    Some("nonsense"),
    "2026-11-22T08:30:00Z",
    "InvalidSecurityToken",
    "0002-00000006"
)]
#[case::permanent_with_nonsense(
    "id",
    Some("nonsense"),
    "2026-11-22T08:30:00Z",
    "InvalidSecurityToken",
    "0002-00000006"
)]
#[case::unknown_key(
    "STS.three",
    Some("token-one"),
    "2026-11-22T08:30:00Z",
    "InvalidAccessKeyId",
    "0002-00000902"
)]
fn tokens_are_judged_alike_in_all_four_ways(
    #[case] id: &str,
    #[case] token: Option<&str>,
    #[case] now: &str,
    #[case] code: &str,
    #[case] ec: &str,
) {
    for how in WAYS {
        let mut desk = guarded();
        desk.now = now.parse().unwrap();
        let reply = desk.send(signed(how, id, token));
        let status = if code == "-" { 200 } else { 403 };
        assert_eq!((reply.status(), reply.element("Code")), (status, code.to_owned()), "{how:?}");
        if code != "-" {
            assert_eq!(reply.header("x-oss-ec"), ec, "{how:?}");
        }
    }
}

#[test]
fn a_token_ends_at_its_moment_on_the_sandbox_clock() {
    for how in WAYS {
        let mut desk = guarded();
        desk.auth
            .keys
            .insert("STS.end".into(), Key::temporary("secret", "last", "2026-11-22T08:35:00Z".parse().ok()));
        desk.now = "2026-11-22T08:34:59.999Z".parse().unwrap();
        assert_eq!(desk.send(signed(how, "STS.end", Some("last"))).status(), 200, "{how:?}");
        desk.now = "2026-11-22T08:35:00Z".parse().unwrap();
        let reply = desk.send(signed(how, "STS.end", Some("last")));
        assert_eq!(outcome(&reply), (403, "SecurityTokenExpired".into(), "0002-00000007".into()), "{how:?}");
    }
}

#[rstest]
#[case::v1(How::V1Url, "x-oss-security-token")]
#[case::v4(How::V4Url, "x-oss-security-token")]
fn the_token_of_a_signed_url_belongs_into_the_query(#[case] how: How, #[case] header: &str) {
    let reply = guarded().send(signed(how, "STS.two", None).header(header, "token-two"));
    assert_eq!(reply.refusal(), (400, "InvalidRequest".into()));
    assert_eq!(reply.element("Message"), "Security-token must be provided by query string parameter.");
}

#[test]
fn the_python_sdk_sends_the_token_of_version_1_under_another_name() {
    let plain = || ask("GET", "/bucket/").header("date", DATE).header("security-token", "token-two");
    let head = plain().head(&AddressRules::default()).unwrap();
    let signature = sign("secret", &string_to_sign(&head, DATE, &canonical_resource(&head)));
    let reply = guarded().send(plain().header("authorization", format!("OSS STS.two:{signature}")));
    assert_eq!(reply.status(), 200, "{}", reply.text());
}
