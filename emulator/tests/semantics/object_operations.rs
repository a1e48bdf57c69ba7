//! Plain objects: writing, reading, ranges, conditions, deleting.

use crate::desk::{Desk, ask};
use oss_emulator::domain::{Crc64, Md5};
use rstest::rstest;

fn desk_with(content: &str) -> Desk {
    let mut desk = Desk::new();
    assert_eq!(desk.send(ask("PUT", "/bucket/key").body(content.to_owned())).status(), 200);
    desk
}

#[test]
fn an_object_is_answered_and_read_with_all_its_digests() {
    let mut desk = Desk::new();
    let put = desk.send(ask("PUT", "/bucket/key").body("hello world"));
    assert_eq!((put.status(), put.body.len(), put.committed), (200, 0, true));
    for (method, body) in [("GET", "hello world"), ("HEAD", "")] {
        let reply = desk.send(ask(method, "/bucket/key"));
        assert_eq!((reply.status(), reply.body.as_slice()), (200, body.as_bytes()));
        assert_eq!(reply.answer.body.announced(), 11);
        assert_eq!(reply.header("etag"), put.header("etag"));
        assert_eq!(reply.header("content-md5"), Md5::of(b"hello world").base64());
        assert_eq!(reply.header("x-oss-hash-crc64ecma"), Crc64::of(b"hello world").to_string());
        assert_eq!(reply.header("content-type"), "application/octet-stream");
        assert_eq!(reply.header("x-oss-object-type"), "Normal");
        assert_eq!(reply.header("last-modified"), "Sun, 22 Nov 2026 08:30:00 GMT");
        assert_eq!(reply.header("accept-ranges"), "bytes");
    }
}

#[rstest]
#[case::first_bytes("bytes=0-3", "", 206, "0123", "bytes 0-3/10")]
#[case::tail("bytes=7-", "", 206, "789", "bytes 7-9/10")]
#[case::suffix("bytes=-2", "", 206, "89", "bytes 8-9/10")]
#[case::one_byte("bytes=9-9", "", 206, "9", "bytes 9-9/10")]
#[case::end_outside("bytes=5-10", "", 200, "0123456789", "")]
#[case::start_outside("bytes=10-", "", 200, "0123456789", "")]
#[case::backwards("bytes=5-4", "", 200, "0123456789", "")]
#[case::malformed("bytes=--1", "", 200, "0123456789", "")]
#[case::several("bytes=0-1,3-4", "", 200, "0123456789", "")]
#[case::other_unit("lines=0-1", "", 200, "0123456789", "")]
#[case::no_suffix("bytes=-0", "", 416, "", "bytes */10")]
#[case::standard_end_outside("bytes=5-10", "standard", 206, "56789", "bytes 5-9/10")]
#[case::standard_start_outside("bytes=10-", "standard", 416, "", "bytes */10")]
#[case::standard_long_suffix("bytes=-20", "standard", 206, "0123456789", "bytes 0-9/10")]
#[case::standard_malformed("bytes=a-b", "standard", 200, "0123456789", "")]
fn ranges_follow_the_asked_behaviour(
    #[case] range: &str,
    #[case] behaviour: &str,
    #[case] status: u16,
    #[case] body: &str,
    #[case] told: &str,
) {
    let mut request = ask("GET", "/bucket/key").header("range", range);
    if !behaviour.is_empty() {
        request = request.header("x-oss-range-behavior", behaviour);
    }
    let reply = desk_with("0123456789").send(request);
    assert_eq!((reply.status(), reply.header("content-range")), (status, told));
    if status == 416 {
        assert_eq!(reply.element("Code"), "InvalidRange");
    } else {
        assert_eq!(reply.text(), body);
        assert_eq!(reply.header("x-oss-hash-crc64ecma"), Crc64::of(b"0123456789").to_string());
    }
}

#[test]
fn asking_about_an_object_ignores_the_range() {
    let reply = desk_with("0123456789").send(ask("HEAD", "/bucket/key").header("range", "bytes=0-3"));
    assert_eq!((reply.status(), reply.answer.body.announced(), reply.header("content-range")), (200, 10, ""));
}

#[test]
fn a_range_crosses_the_parts_of_an_object() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let one = desk.part("key", &id, 1, vec![b'a'; 102_400]);
    let two = desk.part("key", &id, 2, "bcdef");
    desk.complete("key", &id, &[(1, &one), (2, &two)]);
    assert_eq!(desk.send(ask("GET", "/bucket/key").header("range", "bytes=102398-102402")).text(), "aabcd");
}

const BEFORE: &str = "Sun, 22 Nov 2026 08:29:59 GMT";
const SAME: &str = "Sun, 22 Nov 2026 08:30:00 GMT";
const X: &str = "\"9DD4E461268C8034F5C8564E155C67A6\"";

#[rstest]
#[case(&[("if-match", X)], 200)]
#[case(&[("if-match", "*")], 200)]
#[case(&[("if-match", "\"0\"")], 412)]
#[case(&[("if-none-match", X)], 304)]
#[case(&[("if-none-match", "\"0\"")], 200)]
#[case(&[("if-modified-since", SAME)], 304)]
#[case(&[("if-modified-since", BEFORE)], 200)]
#[case(&[("if-modified-since", "yesterday")], 200)]
#[case(&[("if-unmodified-since", SAME)], 200)]
#[case(&[("if-unmodified-since", BEFORE)], 412)]
#[case(&[("if-match", "\"0\""), ("if-none-match", X)], 412)]
fn conditions_decide_what_is_sent(#[case] headers: &[(&str, &str)], #[case] status: u16) {
    let mut desk = desk_with("x");
    for method in ["GET", "HEAD"] {
        let request =
            headers.iter().fold(ask(method, "/bucket/key"), |ask, (name, value)| ask.header(name, *value));
        let reply = desk.send(request);
        assert_eq!(reply.status(), status, "{method}");
        if status == 304 {
            assert!(reply.body.is_empty());
            assert_eq!((reply.header("etag"), reply.header("last-modified")), (X, SAME));
        }
    }
}

#[test]
fn the_meta_of_an_object_is_its_tag_time_and_length() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").header("x-oss-meta-a", "b").body("x"));
    let reply = desk.send(ask("HEAD", "/bucket/key?objectMeta"));
    assert_eq!((reply.status(), reply.answer.body.announced(), reply.body.len()), (200, 1, 0));
    let names: Vec<&str> = reply.answer.headers.keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["etag", "last-modified"]);
}

#[rstest]
#[case("Archive")]
#[case("ColdArchive")]
#[case("DeepColdArchive")]
fn an_archived_object_can_be_asked_about_but_not_read(#[case] class: &str) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").header("x-oss-storage-class", class).body("x"));
    assert_eq!(desk.send(ask("GET", "/bucket/key")).refusal(), (403, "InvalidObjectState".into()));
    assert_eq!(desk.send(ask("HEAD", "/bucket/key")).header("x-oss-storage-class"), class);
}

#[test]
fn a_missing_object_is_named() {
    let reply = Desk::new().send(ask("GET", "/bucket/no/such%20key"));
    assert_eq!(reply.refusal(), (404, "NoSuchKey".into()));
    assert_eq!((reply.element("Key"), reply.header("x-oss-ec")), ("no/such key".into(), "0026-00000001"));
}

#[test]
fn deleting_succeeds_whether_or_not_there_is_something() {
    let mut desk = desk_with("x");
    let first = desk.send(ask("DELETE", "/bucket/key"));
    let second = desk.send(ask("DELETE", "/bucket/key"));
    assert_eq!((first.status(), first.committed, second.status(), second.committed), (204, true, 204, false));
    assert_eq!(desk.send(ask("DELETE", "/no-bucket/key")).refusal(), (404, "NoSuchBucket".into()));
}

#[rstest]
#[case::leading_slash("/bucket//key", 400)]
#[case::leading_backslash("/bucket/%5Ckey", 400)]
#[case::not_utf8("/bucket/%FF", 400)]
#[case::dots("/bucket/../../etc/passwd", 200)]
#[case::inner_slashes("/bucket/a//b/", 200)]
#[case::control_characters("/bucket/a%00%0D%0Ab", 200)]
fn names_are_judged_by_the_naming_rules_alone(#[case] target: &str, #[case] status: u16) {
    let mut desk = Desk::new();
    let reply = desk.send(ask("PUT", target).body("x"));
    assert_eq!(reply.status(), status);
    if status == 400 {
        assert_eq!(reply.element("Code"), "InvalidObjectName");
    } else {
        assert_eq!(desk.send(ask("GET", target)).body, b"x");
    }
}

#[rstest]
#[case(1023, 200)]
#[case(1024, 400)]
fn a_name_has_at_most_1023_bytes(#[case] length: usize, #[case] status: u16) {
    let target = format!("/bucket/{}", "k".repeat(length));
    assert_eq!(Desk::new().send(ask("PUT", &target).body("x")).status(), status);
}

#[rstest]
#[case("x-oss-storage-class", "Warm".to_owned())]
#[case("x-oss-object-acl", "everyone".to_owned())]
#[case("x-oss-forbid-overwrite", "maybe".to_owned())]
#[case("x-oss-meta-a", "v".repeat(8 * 1024))]
fn a_bad_header_is_refused(#[case] name: &str, #[case] value: String) {
    let reply = Desk::new().send(ask("PUT", "/bucket/key").header(name, value).body("x"));
    assert_eq!(reply.refusal(), (400, "InvalidArgument".into()));
}

#[test]
fn user_metadata_fills_eight_kibibytes_to_the_brim() {
    let request = ask("PUT", "/bucket/key").header("x-oss-meta-a", "v".repeat(8 * 1024 - 1)).body("x");
    assert_eq!(Desk::new().send(request).status(), 200);
}

#[test]
fn overwriting_can_be_forbidden() {
    let mut desk = desk_with("old");
    let reply = desk.send(ask("PUT", "/bucket/key").header("x-oss-forbid-overwrite", "true").body("new"));
    assert_eq!(
        (reply.refusal(), reply.header("x-oss-ec")),
        ((409, "FileAlreadyExists".into()), "0026-00000002")
    );
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"old");
}

#[rstest]
fn a_standard_header_is_told_as_stored_and_can_be_overridden_by_the_reader(
    #[values(
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        "expires"
    )]
    name: &'static str,
) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").header(name, "as/stored").body("x"));
    assert_eq!(desk.send(ask("GET", "/bucket/key")).header(name), "as/stored");
    let reply = desk.send(ask("GET", &format!("/bucket/key?response-{name}=as%2Fasked")));
    assert_eq!(reply.header(name), "as/asked");
}

#[test]
fn an_override_cannot_smuggle_in_a_header() {
    let reply = desk_with("x").send(ask("GET", "/bucket/key?response-expires=a%0D%0Ax-evil:%20b"));
    assert_eq!(reply.refusal(), (400, "InvalidArgument".into()));
    assert_eq!(reply.element("ArgumentName"), "response-expires");
}
