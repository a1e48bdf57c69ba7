//! Every refusal of authentication: form, time, key, signature, in that order.

use crate::{
    desk::ask,
    signed_requests::{DATE, How, SCOPE, TIME, guarded, outcome, signed},
};
use oss_emulator::auth::AuthMode;
use rstest::rstest;

const V4: &str = "OSS4-HMAC-SHA256 ";

/// The `Authorization` header of a request with a right date.
#[rstest]
#[case::other_scheme("Basic aWQ6c2VjcmV0", 400, "InvalidArgument", "")]
#[case::no_colon("OSS id", 400, "InvalidArgument", "")]
#[case::v4_empty("OSS4-HMAC-SHA256 ", 400, "InvalidArgument", "")]
#[case::v4_unknown_part("{V4}Credential=id/{SCOPE},Colour=red,Signature=00", 400, "InvalidArgument", "")]
#[case::v4_no_signature("{V4}Credential=id/{SCOPE}", 400, "InvalidArgument", "")]
#[case::v4_no_credential("{V4}Signature=00", 400, "InvalidArgument", "0002-00000213")]
#[case::v4_short_scope(
    "{V4}Credential=id/20261122/cn-hangzhou/oss,Signature=00",
    400,
    "InvalidArgument",
    "0002-00000213"
)]
#[case::v4_no_key("{V4}Credential=/{SCOPE},Signature=00", 400, "InvalidArgument", "0002-00000213")]
#[case::v4_other_product(
    "{V4}Credential=id/20261122/cn-hangzhou/s3/aliyun_v4_request,Signature=00",
    400,
    "InvalidArgument",
    "0002-00000213"
)]
#[case::v4_other_day(
    "{V4}Credential=id/20261121/cn-hangzhou/oss/aliyun_v4_request,Signature=00",
    400,
    "InvalidArgument",
    "0002-00000212"
)]
#[case::v4_no_day(
    "{V4}Credential=id/today/cn-hangzhou/oss/aliyun_v4_request,Signature=00",
    400,
    "InvalidArgument",
    "0002-00000212"
)]
#[case::v4_unknown_key(
    "{V4}Credential=other/{SCOPE},Signature=00",
    403,
    "InvalidAccessKeyId",
    "0002-00000902"
)]
#[case::v4_wrong("{V4}Credential=id/{SCOPE},Signature=00", 403, "SignatureDoesNotMatch", "0002-00000201")]
#[case::v4_empty_signature("{V4}Credential=id/{SCOPE},Signature=", 400, "InvalidArgument", "")]
#[case::v1_wrong("OSS id:AAAA", 403, "SignatureDoesNotMatch", "0002-00000040")]
#[case::v1_unknown_key("OSS other:AAAA", 403, "InvalidAccessKeyId", "0002-00000902")]
#[case::v2("OSS2 AccessKeyId:id,Signature:AAAA", 400, "NotImplemented", "")]
#[case::s3("AWS4-HMAC-SHA256 Credential=id/20261122/us-east-1/s3/aws4_request", 400, "NotImplemented", "")]
fn headers_are_refused(#[case] template: &str, #[case] status: u16, #[case] code: &str, #[case] ec: &str) {
    let authorization = template.replace("{V4}", V4).replace("{SCOPE}", SCOPE);
    let date = if template.contains("V4") { ("x-oss-date", TIME) } else { ("date", DATE) };
    let reply =
        guarded().send(ask("GET", "/bucket/").header(date.0, date.1).header("authorization", authorization));
    assert_eq!(
        (reply.status(), reply.element("Code").as_str(), reply.header("x-oss-ec")),
        (status, code, ec)
    );
}

#[rstest]
#[case::none(&[], 403, "AccessDenied")]
#[case::no_time(&[("x-oss-date", "yesterday")], 400, "InvalidArgument")]
#[case::other_form(&[("x-oss-date", DATE)], 400, "InvalidArgument")]
#[case::no_leap_second(&[("x-oss-date", "20261122T083061Z")], 400, "InvalidArgument")]
#[case::late(&[("x-oss-date", "20261122T081459Z")], 403, "RequestTimeTooSkewed")]
#[case::early(&[("x-oss-date", "20261122T084501Z")], 403, "RequestTimeTooSkewed")]
#[case::near(&[("x-oss-date", "20261122T084500Z")], 403, "SignatureDoesNotMatch")]
#[case::http_date_alone(&[("date", DATE)], 403, "SignatureDoesNotMatch")]
#[case::hashed_payload(&[("x-oss-date", TIME), ("x-oss-content-sha256", "e3b0")], 400, "InvalidArgument")]
fn dates_of_version_4_are_refused(#[case] headers: &[(&str, &str)], #[case] status: u16, #[case] code: &str) {
    let request = headers.iter().fold(ask("GET", "/bucket/"), |ask, (name, value)| ask.header(name, *value));
    let authorization = format!("{V4}Credential=id/{SCOPE},Signature=00");
    assert_eq!(
        guarded().send(request.header("authorization", authorization)).refusal(),
        (status, code.into())
    );
}

const URL: &str = "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20261122T083000Z";
const AND: &str = "x-oss-credential=id/20261122/cn-hangzhou/oss/aliyun_v4_request";

/// The query of a request; `{left}` stands for seconds before or after the desk's time.
#[rstest]
#[case::v1_only_a_key("OSSAccessKeyId=id", 403, "AccessDenied", "Query string authentication requires")]
#[case::v1_only_a_signature("Signature=AAAA", 403, "AccessDenied", "Query string authentication requires")]
#[case::v1_no_number(
    "OSSAccessKeyId=id&Signature=AAAA&Expires=soon",
    403,
    "AccessDenied",
    "Invalid date (should be seconds since epoch)."
)]
#[case::v1_out_of_time(
    "OSSAccessKeyId=id&Signature=AAAA&Expires=99999999999999",
    403,
    "AccessDenied",
    "Invalid date (should be seconds since epoch)."
)]
#[case::v1_expired(
    "OSSAccessKeyId=other&Signature=AAAA&Expires=1795336199",
    403,
    "AccessDenied",
    "Request has expired."
)]
#[case::v1_last_second(
    "OSSAccessKeyId=id&Signature=AAAA&Expires=1795336200",
    403,
    "SignatureDoesNotMatch",
    "The request signature"
)]
#[case::v1_unknown_key(
    "OSSAccessKeyId=other&Signature=AAAA&Expires=1795336200",
    403,
    "InvalidAccessKeyId",
    "The OSS Access Key Id"
)]
#[case::v4_no_credential(
    "{URL}&x-oss-expires=600&x-oss-signature=00",
    400,
    "InvalidArgument",
    "Invalid credential"
)]
#[case::v4_bad_credential(
    "{URL}&x-oss-credential=id&x-oss-expires=600&x-oss-signature=00",
    400,
    "InvalidArgument",
    "Invalid credential"
)]
#[case::v4_no_expires(
    "{URL}&{AND}&x-oss-signature=00",
    400,
    "InvalidArgument",
    "The query string lacks x-oss-expires"
)]
#[case::v4_no_signature(
    "{URL}&{AND}&x-oss-expires=600",
    400,
    "InvalidArgument",
    "The query string lacks x-oss-signature"
)]
#[case::v4_expires_zero(
    "{URL}&{AND}&x-oss-expires=0&x-oss-signature=00",
    400,
    "InvalidArgument",
    "x-oss-expires must be"
)]
#[case::v4_expires_too_late(
    "{URL}&{AND}&x-oss-expires=604801&x-oss-signature=00",
    400,
    "InvalidArgument",
    "x-oss-expires must be"
)]
#[case::v4_longest_life(
    "{URL}&{AND}&x-oss-expires=604800&x-oss-signature=00",
    403,
    "SignatureDoesNotMatch",
    "The request signature"
)]
#[case::v4_expires_no_number(
    "{URL}&{AND}&x-oss-expires=soon&x-oss-signature=00",
    400,
    "InvalidArgument",
    "x-oss-expires must be"
)]
#[case::v4_no_date(
    "x-oss-signature-version=OSS4-HMAC-SHA256&{AND}&x-oss-expires=600&x-oss-signature=00",
    400,
    "InvalidArgument",
    "Invalid signing date"
)]
#[case::no_version(
    "{AND}&x-oss-expires=600&x-oss-signature=00",
    400,
    "InvalidArgument",
    "The signature version"
)]
#[case::v2("x-oss-signature-version=OSS2&x-oss-signature=00", 400, "NotImplemented", "Signature version 2")]
#[case::s3("AWSAccessKeyId=id&Expires=1795336200&Signature=AAAA", 400, "NotImplemented", "A signature in")]
fn queries_are_refused(
    #[case] template: &str,
    #[case] status: u16,
    #[case] code: &str,
    #[case] message: &str,
) {
    let query = template.replace("{URL}", URL).replace("{AND}", AND);
    let reply = guarded().send(ask("GET", &format!("/bucket/key?{query}")));
    assert_eq!(reply.refusal(), (status, code.into()), "{}", reply.text());
    assert!(reply.element("Message").starts_with(message), "{}", reply.text());
}

#[rstest]
#[case::valid("2026-11-22T08:40:00Z", 200, "-")]
#[case::expired("2026-11-22T08:40:01Z", 403, "AccessDenied")]
#[case::a_little_early("2026-11-22T08:15:00Z", 200, "-")]
#[case::too_early("2026-11-22T08:14:59Z", 403, "RequestTimeTooSkewed")]
fn a_url_of_version_4_lives_from_its_date_to_its_end(
    #[case] now: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let mut desk = guarded();
    desk.now = now.parse().unwrap();
    let reply = desk.send(signed(How::V4Url, "id", None));
    assert_eq!((reply.status(), reply.element("Code")), (status, code.to_owned()));
    if code == "AccessDenied" {
        assert_eq!(reply.header("x-oss-ec"), "0002-00000069");
    }
}

#[test]
fn one_signature_is_enough() {
    for how in [How::V1Url, How::V4Url] {
        let reply = guarded().send(signed(how, "id", None).header("authorization", "OSS id:AAAA"));
        assert_eq!(reply.refusal(), (400, "InvalidArgument".into()), "{how:?}");
    }
}

#[rstest]
#[case::same(Some("cn-hangzhou"), "-")]
#[case::other(Some("cn-beijing"), "0002-00000226")]
#[case::any(None, "-")]
fn the_region_of_version_4_counts_where_it_is_checked(#[case] region: Option<&str>, #[case] ec: &str) {
    for how in [How::V4Header, How::V4Url] {
        let mut desk = guarded();
        desk.auth.region = region.map(str::to_owned);
        let reply = desk.send(signed(how, "id", None));
        if ec == "-" {
            assert_eq!(reply.status(), 200, "{how:?}");
        } else {
            assert_eq!(outcome(&reply), (400, "InvalidArgument".into(), ec.into()), "{how:?}");
        }
    }
}

#[rstest]
#[case::wrong_v1("OSS id:AAAA", 200)]
#[case::wrong_v4(
    "OSS4-HMAC-SHA256 Credential=id/20261122/cn-hangzhou/oss/aliyun_v4_request,Signature=00",
    200
)]
#[case::unknown_key("OSS other:AAAA", 403)]
#[case::malformed("OSS id", 400)]
#[case::token_missing("OSS STS.one:AAAA", 403)]
fn with_known_keys_any_signature_of_a_known_key_passes(#[case] authorization: &str, #[case] status: u16) {
    let mut desk = guarded();
    desk.auth.mode = AuthMode::KnownKeys;
    let request = ask("GET", "/bucket/").header("date", DATE).header("authorization", authorization);
    assert_eq!(desk.send(request).status(), status);
    let stale = ask("GET", "/bucket/").header("date", "Sun, 22 Nov 2026 07:30:00 GMT");
    assert_eq!(desk.send(stale.header("authorization", "OSS id:AAAA")).refusal().0, 403);
}

#[test]
fn a_wrong_signature_of_version_4_is_told_what_was_signed() {
    let authorization = format!("{V4}Credential=id/{SCOPE},Signature=00");
    let request = ask("GET", "/bucket/").header("x-oss-date", TIME).header("authorization", authorization);
    let reply = guarded().send(request);
    assert_eq!(reply.element("OSSAccessKeyId"), "id");
    assert!(reply.element("StringToSign").starts_with(&format!("OSS4-HMAC-SHA256\n{TIME}\n{SCOPE}\n")));
    assert_eq!(
        reply.element("CanonicalRequest"),
        format!("GET\n/bucket/\n\nx-oss-date:{TIME}\n\n\nUNSIGNED-PAYLOAD")
    );
}

#[test]
fn settings_do_not_show_secrets() {
    let shown = format!("{:?}", guarded().auth);
    assert!(shown.contains("STS.one") && !shown.contains("secret") && !shown.contains("token-"), "{shown}");
}
