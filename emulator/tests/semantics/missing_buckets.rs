//! Requests whose URL carries no bucket: bound names, the default bucket, and advice where neither helps; and the
//! address that answers name.

use crate::desk::{BUCKET, Desk, ask};
use oss_emulator::http::AddressRules;
use rstest::rstest;

fn with_default() -> Desk {
    let mut desk = Desk::new();
    desk.rules = AddressRules::default().default_bucket(BUCKET);
    desk
}

#[test]
fn a_key_alone_goes_to_the_default_bucket_and_other_addresses_still_work() {
    let mut desk = with_default();
    assert_eq!(desk.send(ask("PUT", "/a/b").body("one")).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/a/b")).body, b"one");
    assert_eq!(desk.send(ask("GET", "/a/b")).body, b"one");
    assert_eq!(desk.send(ask("PUT", "/").header("host", "other-bucket.localhost").body("")).status(), 200);
    assert_eq!(desk.send(ask("PUT", "/other-bucket/key").body("two")).status(), 200);
    assert_eq!(desk.send(ask("GET", "/key").header("host", "other-bucket.localhost")).body, b"two");
}

#[rstest]
#[case::service("GET", "/", "ListAllMyBucketsResult")]
#[case::service_paged("GET", "/?prefix=b&max-keys=10", "ListAllMyBucketsResult")]
#[case::objects("GET", "/?list-type=2&prefix=", "ListBucketResult")]
#[case::uploads("GET", "/?uploads", "ListMultipartUploadsResult")]
#[case::itself("GET", "/bucket", "ListBucketResult")]
fn the_root_is_the_default_bucket_unless_buckets_can_be_meant(
    #[case] method: &str,
    #[case] target: &str,
    #[case] root: &str,
) {
    let reply = with_default().send(ask(method, target));
    assert!(reply.text().contains(&format!("<{root}>")), "{}", reply.text());
}

#[test]
fn a_bound_name_stands_for_its_bucket() {
    let mut desk = Desk::new();
    desk.rules = AddressRules::default().cname("localhost", BUCKET);
    assert_eq!(desk.send(ask("PUT", "/key").header("host", "localhost:6770").body("one")).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"one");
}

#[rstest]
#[case::android("user-agent", "aliyun-sdk-android/2.9.21", "custom CNAME exclude list")]
#[case::ios("user-agent", "aliyun-sdk-ios/2.11.1/iOS", "cnameExcludeList")]
#[case::node("user-agent", "aliyun-sdk-nodejs/6.23.0 Node.js v20", "sldEnable: true")]
#[case::browser("x-oss-user-agent", "aliyun-sdk-js/6.23.0", "sldEnable: true")]
fn a_request_without_a_bucket_is_told_which_option_to_set(
    #[case] header: &str,
    #[case] agent: &str,
    #[case] advice: &str,
) {
    let key_alone = ask("PUT", "/photos/cat.jpg").header(header, agent).body("x");
    let mut desk = Desk::new();
    let reply = desk.send(key_alone);
    assert_eq!(reply.refusal(), (404, "NoSuchBucket".into()));
    let message = reply.element("Message");
    assert!(message.contains(advice) && message.contains("--cname HOST=BUCKET"), "{message}");
    let one_part = desk.send(ask("GET", "/Cat.jpg").header(header, agent));
    assert!(one_part.element("Message").contains(advice), "{}", one_part.text());
    for (method, target) in
        [("POST", "/cat?uploads"), ("PUT", "/cat?partNumber=1&uploadId=X"), ("PUT", "/cat")]
    {
        let taken_for_a_bucket = desk.send(ask(method, target).header(header, agent).body("JPEG"));
        assert!(taken_for_a_bucket.element("Message").contains(advice), "{}", taken_for_a_bucket.text());
    }
    let root = desk.send(ask("POST", "/?delete").header(header, agent).body("x"));
    assert!(root.element("Message").contains(advice), "{}", root.text());
}

#[test]
fn what_is_wrong_with_a_setting_of_a_bucket_is_told_without_advice() {
    let lifecycle =
        ask("PUT", "/bucket?lifecycle").header("user-agent", "aliyun-sdk-nodejs/6.23.0").body("x");
    let message = Desk::new().send(lifecycle).element("Message");
    assert!(!message.contains("sldEnable"), "{message}");
}

#[rstest]
#[case::other_sdk("127.0.0.1:6770", "aliyun-sdk-python/2.19.1")]
#[case::bucket_in_the_host("missing.localhost", "aliyun-sdk-nodejs/6.23.0")]
fn others_are_told_what_oss_tells(#[case] host: &str, #[case] agent: &str) {
    let reply =
        Desk::new().send(ask("GET", "/missing-bucket/key").header("host", host).header("user-agent", agent));
    assert_eq!(reply.element("Message"), "The specified bucket does not exist.");
}

#[rstest]
#[case::as_it_came(None, "127.0.0.1:6770", "127.0.0.1:6770", "http://127.0.0.1:6770/bucket/a b")]
#[case::as_it_came_in_host_style(
    None,
    "bucket.localhost:6770",
    "localhost:6770",
    "http://bucket.localhost:6770/a b"
)]
#[case::name(
    Some("https://oss.example.test"),
    "127.0.0.1:6770",
    "oss.example.test",
    "https://oss.example.test/bucket/a b"
)]
#[case::name_in_host_style(
    Some("https://oss.example.test:8443"),
    "bucket.localhost",
    "oss.example.test:8443",
    "https://bucket.oss.example.test:8443/a b"
)]
#[case::ip_in_host_style(
    Some("http://[::1]:6770"),
    "bucket.localhost",
    "[::1]:6770",
    "http://[::1]:6770/bucket/a b"
)]
fn documents_name_the_external_url(
    #[case] external: Option<&str>,
    #[case] host: &str,
    #[case] endpoint: &str,
    #[case] location: &str,
) {
    let mut desk = Desk::new();
    desk.settings.external_url = external.map(|url| url.parse().unwrap());
    let id = desk.initiate("a%20b");
    let etag = desk.part("a%20b", &id, 1, "x");
    let path =
        |rest: &str| if host.starts_with("bucket.") { rest.to_owned() } else { format!("/bucket{rest}") };
    let info = desk.send(ask("GET", &path("/?bucketInfo")).header("host", host));
    assert_eq!(info.element("ExtranetEndpoint"), endpoint);
    let list = crate::desk::list_of(&[(1, &etag)]);
    let done =
        desk.send(ask("POST", &path(&format!("/a%20b?uploadId={id}"))).header("host", host).body(list));
    assert_eq!(done.element("Location"), location, "{}", done.text());
}

#[rstest]
#[case("oss.example.test")]
#[case("ftp://oss.example.test")]
#[case("http://oss.example.test/path")]
#[case("http://user@oss.example.test")]
#[case("")]
fn anything_else_is_no_external_url(#[case] text: &str) {
    assert!(text.parse::<oss_emulator::http::ExternalUrl>().is_err());
}
