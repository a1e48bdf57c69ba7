//! Buckets: creating, listing, describing, deleting.

use crate::desk::{Desk, ask};
use oss_emulator::store::Store;
use rstest::rstest;

#[rstest]
#[case::short("ab")]
#[case::upper_case("Bucket")]
#[case::underscore("a_b")]
#[case::hyphen_first("-abc")]
#[case::hyphen_last("abc-")]
#[case::dot("a.b.c")]
#[case::long("a123456789012345678901234567890123456789012345678901234567890123")]
fn a_bad_name_is_refused_whatever_is_asked(#[case] name: &str) {
    let mut desk = Desk::new();
    for (method, target) in
        [("PUT", ""), ("GET", ""), ("DELETE", ""), ("GET", "/key"), ("PUT", "/key"), ("POST", "/key?uploads")]
    {
        let reply = desk.send(ask(method, &format!("/{name}{target}")).body(""));
        assert_eq!(reply.refusal(), (400, "InvalidBucketName".into()), "{method} {target}");
    }
}

#[test]
fn a_new_bucket_is_told_where_it_is() {
    let mut desk = Desk::without_bucket(Store::in_memory());
    let reply = desk.send(ask("PUT", "/my-bucket").body(""));
    assert_eq!((reply.status(), reply.header("location"), reply.committed), (200, "/my-bucket", true));
}

/// A configuration of one element.
fn only(name: &str, text: &str) -> String {
    format!("<CreateBucketConfiguration><{name}>{text}</{name}></CreateBucketConfiguration>")
}

#[rstest]
#[case("StorageClass", "Standard", "IA", "Cannot modify existing bucket's storage class.")]
#[case("DataRedundancyType", "LRS", "ZRS", "Bucket already exists CAN'T modify data redundancy type.")]
fn creating_a_bucket_again_succeeds_unless_what_cannot_change_does(
    #[case] name: &str,
    #[case] usual: &str,
    #[case] other: &str,
    #[case] message: &str,
) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    desk.send(ask("PUT", "/other-bucket").body(only(name, other)));
    for (bucket, has, has_not) in [("/bucket", usual, other), ("/other-bucket", other, usual)] {
        assert_eq!(desk.send(ask("PUT", bucket).body("")).status(), 200);
        assert_eq!(desk.send(ask("PUT", bucket).body(only(name, has))).status(), 200);
        let reply = desk.send(ask("PUT", bucket).body(only(name, has_not)));
        assert_eq!(reply.refusal(), (409, "BucketAlreadyExists".into()));
        assert_eq!(reply.element("Message"), message);
    }
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"x");
}

#[rstest]
#[case::of_another_region("oss-ap-southeast-1", 200)]
#[case::own("oss-cn-hangzhou", 200)]
#[case::of_another_service("us-east-1", 400)]
#[case::without_oss("cn-hangzhou", 400)]
#[case::nothing("", 400)]
#[case::no_region("oss-", 400)]
#[case::address("oss-cn-hangzhou.aliyuncs.com", 400)]
fn a_location_has_to_look_like_one(#[case] location: &str, #[case] status: u16) {
    let mut desk = Desk::new();
    let reply = desk.send(ask("PUT", "/new-bucket").body(only("LocationConstraint", location)));
    assert_eq!(reply.status(), status);
    if status == 400 {
        assert_eq!(reply.element("Code"), "InvalidLocationConstraint");
        assert_eq!(desk.send(ask("GET", "/new-bucket?acl")).status(), 404);
    }
}

#[test]
fn objects_take_the_class_of_their_bucket_unless_they_name_one() {
    let mut desk = Desk::new();
    let body = "<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>";
    desk.send(ask("PUT", "/cold-bucket").body(body));
    desk.send(ask("PUT", "/cold-bucket/a").body(""));
    desk.send(ask("PUT", "/cold-bucket/b").header("x-oss-storage-class", "Archive").body(""));
    assert_eq!(desk.send(ask("HEAD", "/cold-bucket/a")).header("x-oss-storage-class"), "IA");
    assert_eq!(desk.send(ask("HEAD", "/cold-bucket/b")).header("x-oss-storage-class"), "Archive");
}

#[rstest]
#[case::unknown_class(
    "<CreateBucketConfiguration><StorageClass>Warm</StorageClass></CreateBucketConfiguration>",
    "InvalidArgument"
)]
#[case::unknown_redundancy(
    "<CreateBucketConfiguration><DataRedundancyType>DRS</DataRedundancyType></CreateBucketConfiguration>",
    "InvalidArgument"
)]
#[case::wrong_root("<Wrong/>", "MalformedXML")]
#[case::unknown_element("<CreateBucketConfiguration><A/></CreateBucketConfiguration>", "MalformedXML")]
#[case::class_twice(
    "<CreateBucketConfiguration><StorageClass>IA</StorageClass><StorageClass>IA</StorageClass></CreateBucketConfiguration>",
    "MalformedXML"
)]
#[case::document_type("<!DOCTYPE x><CreateBucketConfiguration/>", "MalformedXML")]
#[case::no_xml("hello", "MalformedXML")]
fn a_bad_configuration_is_refused(#[case] body: &str, #[case] code: &str) {
    let reply = Desk::new().send(ask("PUT", "/other-bucket").body(body.to_owned()));
    assert_eq!(reply.refusal(), (400, code.into()));
}

#[test]
fn an_unknown_acl_is_refused_and_a_known_one_kept() {
    let mut desk = Desk::new();
    let reply = desk.send(ask("PUT", "/bucket").header("x-oss-acl", "everyone").body(""));
    assert_eq!(reply.refusal(), (400, "InvalidArgument".into()));
    assert_eq!(reply.element("ArgumentName"), "x-oss-acl");
    desk.send(ask("PUT", "/bucket").header("x-oss-acl", "public-read").body(""));
    desk.send(ask("PUT", "/bucket").body(""));
    assert_eq!(desk.send(ask("GET", "/bucket?acl")).element("Grant"), "public-read");
}

#[test]
fn only_an_empty_bucket_can_be_deleted() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    let id = desk.initiate("key");
    let reply = desk.send(ask("DELETE", "/bucket"));
    assert_eq!(reply.refusal(), (409, "BucketNotEmpty".into()));
    assert!(reply.element("Message").starts_with("The bucket has objects."));
    desk.send(ask("DELETE", "/bucket/key"));
    let reply = desk.send(ask("DELETE", "/bucket"));
    assert_eq!(reply.refusal(), (409, "BucketNotEmpty".into()));
    assert!(reply.element("Message").starts_with("The bucket has Multipart Uploads."));
    assert_eq!(reply.element("BucketName"), "bucket");
    desk.send(ask("DELETE", &format!("/bucket/key?uploadId={id}")));
    assert_eq!(desk.send(ask("DELETE", "/bucket")).status(), 204);
    assert_eq!(desk.send(ask("DELETE", "/bucket")).refusal(), (404, "NoSuchBucket".into()));
}

#[test]
fn buckets_are_filtered_and_paged() {
    let mut desk = Desk::without_bucket(Store::in_memory());
    for name in ["aaa", "bbb-1", "bbb-2", "bbb-3"] {
        desk.send(ask("PUT", &format!("/{name}")).body(""));
    }
    let all = desk.send(ask("GET", "/"));
    assert_eq!(all.elements("Name"), ["aaa", "bbb-1", "bbb-2", "bbb-3"]);
    assert_eq!(all.elements("IsTruncated"), Vec::<String>::new());
    assert_eq!(all.element("ExtranetEndpoint"), "127.0.0.1:6770");
    let page = desk.send(ask("GET", "/?prefix=bbb&max-keys=2"));
    assert_eq!(page.elements("Name"), ["bbb-1", "bbb-2"]);
    assert_eq!((page.element("IsTruncated"), page.element("NextMarker")), ("true".into(), "bbb-2".into()));
    let rest = desk.send(ask("GET", "/?prefix=bbb&max-keys=2&marker=bbb-2"));
    assert_eq!((rest.elements("Name"), rest.element("IsTruncated")), (vec!["bbb-3".into()], "false".into()));
}

#[test]
fn a_host_style_client_is_told_the_service_host() {
    let mut desk = Desk::new();
    let reply = desk.send(ask("GET", "/?bucketInfo").header("host", "bucket.localhost:6770"));
    assert_eq!(reply.element("ExtranetEndpoint"), "localhost:6770");
}

#[test]
fn the_hundred_and_first_bucket_is_refused() {
    let mut desk = Desk::without_bucket(Store::in_memory());
    for number in 0..100 {
        assert_eq!(desk.send(ask("PUT", &format!("/bucket-{number}")).body("")).status(), 200);
    }
    assert_eq!(desk.send(ask("PUT", "/one-more").body("")).refusal(), (400, "TooManyBuckets".into()));
}
