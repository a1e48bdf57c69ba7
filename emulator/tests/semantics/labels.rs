//! Tags and access control of objects and buckets, and the figures of a bucket.

use crate::desk::{Desk, ask};
use rstest::rstest;

fn tagging(tags: &[(&str, &str)]) -> String {
    let tags = tags.iter().map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"));
    format!("<Tagging><TagSet>{}</TagSet></Tagging>", tags.collect::<String>())
}

#[rstest]
#[case("/bucket/key?tagging", "x + y = 1.0_a:b/c-d")]
#[case::letters_of_other_scripts("/bucket/key?tagging", "标签")]
#[case::bucket("/bucket?tagging", "x &amp; y")]
fn tags_are_put_told_and_removed(#[case] target: &str, #[case] value: &str) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    assert_eq!(desk.send(ask("GET", target)).elements("Tag").len(), 0);
    assert_eq!(desk.send(ask("PUT", target).body(tagging(&[("a", "1"), ("b", value)]))).status(), 200);
    let told = desk.send(ask("GET", target));
    assert_eq!(
        (told.elements("Key"), told.elements("Value")),
        (vec!["a".into(), "b".into()], vec!["1".into(), value.into()])
    );
    assert_eq!(desk.send(ask("DELETE", target)).status(), 204);
    assert_eq!(desk.send(ask("GET", target)).elements("Tag").len(), 0);
}

#[test]
fn tagging_does_not_touch_the_object() {
    let mut desk = Desk::new();
    let put = desk.send(ask("PUT", "/bucket/key").body("x"));
    desk.now += jiff::SignedDuration::from_hours(1);
    desk.send(ask("PUT", "/bucket/key?tagging").body(tagging(&[("a", "1")])));
    let read = desk.send(ask("GET", "/bucket/key"));
    assert_eq!(read.header("last-modified"), "Sun, 22 Nov 2026 08:30:00 GMT");
    for digest in ["etag", "content-md5", "x-oss-hash-crc64ecma"] {
        assert_eq!(read.header(digest), put.header(digest));
    }
    assert_eq!((read.text().as_str(), read.header("x-oss-tagging-count")), ("x", "1"));
}

#[rstest]
#[case::twice("a=1&a=2")]
#[case::empty_name("=1")]
#[case::eleven("a&b&c&d&e&f&g&h&i&j&k")]
#[case::long_name(&"k".repeat(129))]
#[case::long_value(&format!("k={}", "v".repeat(257)))]
#[case::illegal_name("a%26b=1")]
#[case::illegal_value("a=1%21")]
fn a_bad_tagging_header_is_refused(#[case] header: &str) {
    let mut desk = Desk::new();
    for (method, target) in [("PUT", "/bucket/key"), ("POST", "/bucket/key?uploads")] {
        let reply = desk.send(ask(method, target).header("x-oss-tagging", header).body(""));
        assert_eq!(
            (reply.refusal(), reply.element("ArgumentName")),
            ((400, "InvalidArgument".into()), "x-oss-tagging".into())
        );
    }
}

#[rstest]
#[case::empty_name("", "v", "TagKey")]
#[case::long_name(&"k".repeat(129), "v", "TagKey")]
#[case::illegal_name("a!", "v", "TagKey")]
#[case::tab("a\tb", "v", "TagKey")]
#[case::long_value("k", &"v".repeat(257), "TagValue")]
#[case::illegal_value("k", "100%", "TagValue")]
fn a_bad_tag_in_a_document_is_refused(#[case] key: &str, #[case] value: &str, #[case] wrong: &str) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    let reply = desk.send(ask("PUT", "/bucket/key?tagging").body(tagging(&[("fine", "1"), (key, value)])));
    assert_eq!(reply.refusal(), (400, "InvalidTag".into()));
    assert_eq!(reply.element("Message"), format!("The {wrong} you have provided is invalid."));
    assert_eq!(desk.send(ask("GET", "/bucket/key?tagging")).elements("Tag").len(), 0);
}

#[test]
fn an_upload_brings_its_tags_and_access_control_to_the_object() {
    let mut desk = Desk::new();
    let request = ask("POST", "/bucket/key?uploads")
        .header("x-oss-tagging", "a=1")
        .header("x-oss-object-acl", "private");
    let id = desk.send(request).element("UploadId");
    let etag = desk.part("key", &id, 1, "x");
    desk.complete("key", &id, &[(1, &etag)]);
    assert_eq!(desk.send(ask("GET", "/bucket/key?tagging")).elements("Key"), ["a"]);
    assert_eq!(desk.send(ask("GET", "/bucket/key?acl")).element("Grant"), "private");
}

#[rstest]
#[case("default")]
#[case("private")]
#[case("public-read")]
#[case("public-read-write")]
fn the_access_control_of_an_object_is_what_was_put(#[case] acl: &str) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    assert_eq!(desk.send(ask("PUT", "/bucket/key?acl").header("x-oss-object-acl", acl)).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/key?acl")).element("Grant"), acl);
}

#[test]
fn the_access_control_of_a_bucket_can_be_changed_and_its_contents_stay() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    assert_eq!(desk.send(ask("PUT", "/bucket?acl").header("x-oss-acl", "public-read")).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket?acl")).element("Grant"), "public-read");
    assert_eq!(desk.send(ask("GET", "/bucket/key")).text(), "x");
}

#[test]
fn the_figures_of_a_bucket_count_objects_and_parts() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/a").body("12345"));
    desk.send(ask("PUT", "/bucket/b").header("x-oss-storage-class", "IA").body("123"));
    let id = desk.initiate("c");
    desk.part("c", &id, 1, "12");
    let stat = desk.send(ask("GET", "/bucket?stat"));
    let told = [
        "Storage",
        "ObjectCount",
        "MultipartUploadCount",
        "MultipartPartCount",
        "StandardStorage",
        "InfrequentAccessObjectCount",
    ]
    .map(|name| stat.element(name));
    assert_eq!(told, ["10", "2", "1", "1", "5", "1"]);
}
