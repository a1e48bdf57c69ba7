//! Who may do what when signatures count.

use crate::desk::{BUCKET, Desk, ask};
use oss_emulator::{
    auth::{AuthSettings, authenticate, canonical_resource, sign, string_to_sign},
    http::AddressRules,
};
use rstest::rstest;

const DATE: &str = "Sun, 22 Nov 2026 08:30:00 GMT";

fn guarded() -> Desk {
    let mut desk = Desk::new();
    desk.auth = AuthSettings::enforce([("id".to_owned(), "secret".to_owned())]);
    desk
}

/// The `Authorization` of a request, signed over `date` and the usual resource unless another one is given.
fn authorization(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    date: &str,
    resource: Option<&str>,
) -> String {
    let request = headers.iter().fold(ask(method, target), |ask, (name, value)| ask.header(name, *value));
    let head = request.head(&AddressRules::default()).unwrap();
    let resource =
        resource.map_or_else(|| canonical_resource(&head), |resource| resource.as_bytes().to_vec());
    format!("OSS id:{}", sign("secret", &string_to_sign(&head, date, &resource)))
}

fn signed(
    desk: &mut Desk,
    target: &str,
    headers: &[(&str, &str)],
    date: &str,
    resource: Option<&str>,
) -> (u16, String) {
    let authorization = authorization("GET", target, headers, date, resource);
    let request = headers.iter().fold(ask("GET", target), |ask, (name, value)| ask.header(name, *value));
    let reply = desk.send(request.header("authorization", authorization));
    (reply.status(), reply.element("Code"))
}

#[rstest]
#[case::date("/bucket/", &[("date", DATE)], None)]
#[case::oss_date_comes_first("/bucket/", &[("date", "ignored"), ("x-oss-date", DATE)], None)]
#[case::oss_date_alone("/bucket/?acl", &[("x-oss-date", DATE)], None)]
#[case::opendal_signs_the_raw_path("/bucket?list-type=2", &[("date", DATE)], Some("/bucket"))]
#[case::bucket_with_a_slash("/bucket?uploads", &[("date", DATE)], Some("/bucket/?uploads"))]
#[case::decoded_value("/bucket?list-type=2&continuation-token=YQ--", &[("date", DATE)], Some("/bucket/?continuation-token=YQ--"))]
fn a_right_signature_passes(
    #[case] target: &str,
    #[case] headers: &[(&str, &str)],
    #[case] resource: Option<&str>,
) {
    assert_eq!(signed(&mut guarded(), target, headers, DATE, resource), (200, "-".into()));
}

#[rstest]
#[case::sixteen_minutes_late("2026-11-22T08:45:01Z", 403, "RequestTimeTooSkewed")]
#[case::sixteen_minutes_early("2026-11-22T08:14:59Z", 403, "RequestTimeTooSkewed")]
#[case::fifteen_minutes_late("2026-11-22T08:45:00Z", 200, "-")]
#[case::fifteen_minutes_early("2026-11-22T08:15:00Z", 200, "-")]
fn the_date_must_be_within_fifteen_minutes(#[case] now: &str, #[case] status: u16, #[case] code: &str) {
    let mut desk = guarded();
    desk.now = now.parse().unwrap();
    assert_eq!(signed(&mut desk, "/bucket/", &[("date", DATE)], DATE, None), (status, code.into()));
}

#[test]
fn a_skewed_request_is_told_both_times() {
    let mut desk = guarded();
    desk.now = "2026-11-22T10:00:00.750Z".parse().unwrap();
    let authorization = authorization("GET", "/bucket/", &[("date", DATE)], DATE, None);
    let reply = desk.send(ask("GET", "/bucket/").header("date", DATE).header("authorization", authorization));
    assert_eq!(reply.element("MaxAllowedSkewMilliseconds"), "900000");
    assert_eq!(reply.element("RequestTime"), "2026-11-22T08:30:00.000Z");
    assert_eq!(reply.element("ServerTime"), "2026-11-22T10:00:00.000Z");
    assert_eq!(reply.header("x-oss-ec"), "0002-00000504");
}

#[rstest]
#[case::nothing("", 403, "AccessDenied")]
#[case::other_scheme("Basic aWQ6c2VjcmV0", 400, "InvalidArgument")]
#[case::no_colon("OSS id", 400, "InvalidArgument")]
#[case::no_signature("OSS id:", 400, "InvalidArgument")]
#[case::unknown_key("OSS other:AAAA", 403, "InvalidAccessKeyId")]
#[case::wrong("OSS id:AAAA", 403, "SignatureDoesNotMatch")]
#[case::not_base64("OSS id:***", 403, "SignatureDoesNotMatch")]
#[case::version_2("OSS2 AccessKeyId:id,Signature:x", 400, "NotImplemented")]
fn anything_else_is_refused(#[case] authorization: &str, #[case] status: u16, #[case] code: &str) {
    let mut request = ask("GET", "/bucket/").header("date", DATE);
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    assert_eq!(guarded().send(request).refusal(), (status, code.into()));
}

#[test]
fn a_missing_date_is_refused_before_the_key_is_looked_at() {
    let reply = guarded().send(ask("GET", "/bucket/").header("authorization", "OSS other:AAAA"));
    assert_eq!(reply.refusal(), (403, "AccessDenied".into()));
    assert_eq!(reply.element("Message"), "OSS authentication requires a valid Date.");
}

#[test]
fn a_wrong_signature_is_told_what_was_signed() {
    let request = ask("GET", "/bucket/").header("date", DATE).header("authorization", "OSS id:AAAA");
    let reply = guarded().send(request);
    assert_eq!(reply.element("OSSAccessKeyId"), "id");
    assert_eq!(reply.element("SignatureProvided"), "AAAA");
    assert_eq!(reply.element("StringToSign"), format!("GET\n\n\n{DATE}\n/{BUCKET}/"));
    assert!(reply.element("StringToSignBytes").starts_with("47 45 54 0A 0A 0A "));
    assert!(reply.element("StringToSignBytes").ends_with("2F "));
    assert_eq!(reply.header("x-oss-ec"), "0002-00000040");
}

#[test]
fn without_enforcement_nothing_is_looked_at_but_the_claim() {
    let head = |authorization: &str| {
        ask("GET", "/b").header("authorization", authorization).head(&AddressRules::default()).unwrap()
    };
    let now = "2030-01-01T00:00:00Z".parse().unwrap();
    let claim = |text: &str| authenticate(&head(text), &AuthSettings::off(), now).unwrap().access_key;
    assert_eq!(claim("OSS id:nonsense"), Some("id".into()));
    assert_eq!(claim("OSS4-HMAC-SHA256 Credential=id4/2026/x/oss/y,Signature=0"), Some("id4".into()));
    assert_eq!(claim("rubbish"), None);
}

#[test]
fn sub_resources_are_signed_and_plain_parameters_are_not() {
    for name in
        ["acl", "uploadId", "partNumber", "wormId", "x-oss-anything", "sequential", "continuation-token"]
    {
        assert!(oss_emulator::auth::is_signed_parameter(name), "{name}");
    }
    for name in ["prefix", "max-keys", "encoding-type", "list-type", "Signature", "Expires"] {
        assert!(!oss_emulator::auth::is_signed_parameter(name), "{name}");
    }
}

#[test]
fn headers_and_parameters_are_signed_in_the_order_of_their_names() {
    let request = ask("PUT", "/bucket/a%20b?uploadId=X%2B1&prefix=p&partNumber=1&acl")
        .header("x-oss-meta-z", " last ")
        .header("x-oss-date", DATE)
        .header("x-oss-meta-a", "first")
        .header("x-other", "unsigned");
    let head = request.head(&AddressRules::default()).unwrap();
    let text = string_to_sign(&head, DATE, &canonical_resource(&head));
    assert_eq!(
        String::from_utf8(text).unwrap(),
        format!(
            "PUT\n\n\n{DATE}\nx-oss-date:{DATE}\nx-oss-meta-a:first\nx-oss-meta-z:last\n\
             /bucket/a b?acl&partNumber=1&uploadId=X+1"
        )
    );
}
