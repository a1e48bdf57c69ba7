//! Access keys over sockets: the control plane adds and ends them, the journal does not show what they sign with; and
//! hosts that stand for a bucket.

use std::net::{Ipv6Addr, SocketAddr};

use oss_emulator::{Emulator, auth::AuthMode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Raw, stopped};

const SANDBOX: &str = "/_emulator/v1/sandboxes/default";

async fn send(
    emulator: &Emulator,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut client = Raw::connect(emulator.address()).await;
    let host = emulator.address().to_string();
    let own = [("Host", host.as_str())];
    let usual = if headers.iter().any(|(name, _)| *name == "Host") { &[] } else { &own[..] };
    let lines: Vec<String> =
        usual.iter().chain(headers).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let lines = lines.concat();
    client
        .send(format!("{method} {target} HTTP/1.1\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len()))
        .await;
    client.answer(method == "HEAD").await.expect("a whole answer")
}

async fn control(emulator: &Emulator, method: &str, resource: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = send(emulator, method, &format!("{SANDBOX}/{resource}"), &[], &body).await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

/// A listing with a temporary key, in the mode that does not ask for the right signature.
async fn list(emulator: &Emulator) -> (u16, String) {
    let now = emulator.sandbox().clock().now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let signed = [
        ("Date", now.as_str()),
        ("Authorization", "OSS STS.new:c2lnbmF0dXJl"),
        ("x-oss-security-token", "the-token"),
    ];
    let answer = send(emulator, "GET", "/bucket/", &signed, "").await;
    let code = answer.text().split_once("<Code>").map(|(_, rest)| rest.split('<').next().map(str::to_owned));
    (answer.status, code.flatten().unwrap_or_default())
}

#[tokio::test]
async fn a_temporary_key_is_added_lives_on_the_sandbox_clock_and_is_removed() {
    let builder = Emulator::builder().bucket("bucket").credentials("id", "secret").auth(AuthMode::KnownKeys);
    let emulator = builder.start().await.expect("it starts");
    assert_eq!(list(&emulator).await, (403, "InvalidAccessKeyId".into()));

    let new = json!({ "id": "STS.new", "secret": "the-secret", "token": "the-token", "expires_in": "15m" });
    let (status, keys) = control(&emulator, "POST", "keys", &new).await;
    assert_eq!((status, &keys["mode"]), (200, &json!("known-keys")));
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    assert!(!keys.to_string().contains("the-"), "{keys}");
    assert_eq!(list(&emulator).await.0, 200);

    let advanced = control(&emulator, "POST", "clock", &json!({ "advance": "15m" })).await;
    assert_eq!(advanced.0, 200);
    assert_eq!(list(&emulator).await, (403, "SecurityTokenExpired".into()));

    let mut longer = new.clone();
    longer["expires_in"] = json!("1h");
    assert_eq!(control(&emulator, "POST", "keys", &longer).await.0, 200);
    assert_eq!(list(&emulator).await.0, 200);
    assert_eq!(control(&emulator, "POST", "keys/STS.new/expire", &Value::Null).await.0, 200);
    assert_eq!(list(&emulator).await, (403, "SecurityTokenExpired".into()));

    assert_eq!(control(&emulator, "DELETE", "keys/STS.new", &Value::Null).await.0, 204);
    assert_eq!(list(&emulator).await, (403, "InvalidAccessKeyId".into()));
    assert_eq!(control(&emulator, "POST", "keys", &longer).await.0, 200);
    assert_eq!(control(&emulator, "POST", "reset?what=keys", &Value::Null).await.0, 200);
    let (_, keys) = control(&emulator, "GET", "keys", &Value::Null).await;
    assert_eq!(keys["keys"], json!([{ "id": "id", "temporary": false, "expires": null }]));
    stopped(emulator).await;
}

#[rstest]
#[case::without_a_secret(json!({ "id": "a" }), "missing field `secret`")]
#[case::without_an_id(json!({ "secret": "s" }), "missing field `id`")]
#[case::empty_id(json!({ "id": "", "secret": "s" }), "must not be empty")]
#[case::empty_secret(json!({ "id": "a", "secret": "" }), "must not be empty")]
#[case::empty_token(json!({ "id": "a", "secret": "s", "token": "" }), "must not be empty")]
#[case::id_with_a_colon(json!({ "id": "a:b", "secret": "s" }), "must not contain")]
#[case::endless_key_with_an_end(json!({ "id": "a", "secret": "s", "expires_in": "1h" }), "give its `token` too")]
#[case::no_time(json!({ "id": "a", "secret": "s", "token": "t", "expires": "soon" }), "`soon` is not an RFC 3339 time")]
#[case::two_ends(json!({ "id": "a", "secret": "s", "token": "t", "expires": "2027-01-01T00:00:00Z", "expires_in": "1h" }), "not both")]
#[case::unknown_field(json!({ "id": "a", "secret": "s", "colour": "red" }), "unknown field `colour`")]
#[tokio::test]
async fn an_unusable_key_is_refused_and_told_why(#[case] key: Value, #[case] why: &str) {
    let emulator = Emulator::builder().credentials("id", "secret").start().await.expect("it starts");
    let (status, problem) = control(&emulator, "POST", "keys", &key).await;
    assert_eq!(status, 400, "{problem}");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(why)), "{problem}");
    let (_, keys) = control(&emulator, "GET", "keys", &Value::Null).await;
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1), "{keys}");
    stopped(emulator).await;
}

#[tokio::test]
async fn a_key_that_is_not_there_is_neither_shown_nor_removed_and_a_permanent_one_does_not_end() {
    let emulator = Emulator::builder().credentials("id", "secret").start().await.expect("it starts");
    for (method, resource) in [("GET", "keys/no"), ("DELETE", "keys/no"), ("POST", "keys/id/expire")] {
        assert_eq!(control(&emulator, method, resource, &Value::Null).await.0, 404, "{method} {resource}");
    }
    stopped(emulator).await;
}

#[tokio::test]
async fn journal_and_export_show_neither_signatures_nor_tokens_nor_secrets() {
    let builder = Emulator::builder().bucket("bucket").credentials("id", "the-secret");
    let emulator = builder.start().await.expect("it starts");
    let key = json!({ "id": "STS.new", "secret": "the-secret", "token": "the-token" });
    control(&emulator, "POST", "keys", &key).await;
    let queries = [
        "OSSAccessKeyId=id&Expires=1&Signature=the-signature&security-token=the-token",
        "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=id%2F1&x-oss-signature=the-signature&x-oss-security-token=the-token",
        "OSSAccessKeyId=id&Expires=1&%53ignature=the-signature",
    ];
    for query in queries {
        assert_ne!(send(&emulator, "GET", &format!("/bucket/key?{query}"), &[], "").await.status, 200);
    }
    let header = [("Authorization", "OSS id:the-signature"), ("x-oss-security-token", "the-token")];
    send(&emulator, "GET", "/bucket/key", &header, "").await;
    let shown = send(&emulator, "GET", &format!("{SANDBOX}/journal"), &[], "").await.text();
    let kept = format!("{:?}", emulator.sandbox().journal().exchanges());
    assert!(kept.contains("OSSAccessKeyId=id") && kept.contains("ignature=REDACTED"), "{kept}");
    for secret in ["the-signature", "the-token", "the-secret"] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
        assert!(!kept.contains(secret), "{secret} is in {kept}");
    }
    stopped(emulator).await;
}

#[tokio::test]
async fn a_bound_loopback_name_reaches_its_bucket_and_still_the_control_plane() {
    let builder =
        Emulator::builder().bucket("app-bucket").bucket("other-bucket").cname("localhost", "app-bucket");
    let emulator = builder.default_bucket("other-bucket").start().await.expect("it starts");
    let host = format!("localhost:{}", emulator.address().port());
    assert_eq!(send(&emulator, "PUT", "/a/b", &[("Host", &host)], "content").await.status, 200);
    assert_eq!(send(&emulator, "PUT", "/c/d", &[], "content").await.status, 200);
    let objects = emulator.sandbox().edits().objects();
    let names: Vec<_> = objects.iter().map(|object| (object.bucket.as_str(), object.key.as_str())).collect();
    assert_eq!(names, [("app-bucket", "a/b"), ("other-bucket", "c/d")]);
    let keys = send(&emulator, "GET", &format!("{SANDBOX}/keys"), &[("Host", &host)], "").await;
    assert_eq!(keys.status, 200, "{}", keys.text());
    stopped(emulator).await;
}

#[tokio::test]
async fn it_listens_on_ipv6() {
    let builder = Emulator::builder().listen(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).bucket("bucket");
    let emulator = builder.start().await.expect("it starts");
    assert_eq!(emulator.endpoint(), format!("http://[::1]:{}", emulator.address().port()));
    assert_eq!(send(&emulator, "PUT", "/bucket/key", &[], "content").await.status, 200);
    let info = send(&emulator, "GET", "/bucket?bucketInfo", &[], "").await.text();
    let named = format!("<ExtranetEndpoint>[::1]:{}</ExtranetEndpoint>", emulator.address().port());
    assert!(info.contains(&named), "{info}");
    stopped(emulator).await;
}
