//! What strangers may do where signatures count: access control of buckets and objects.

use crate::desk::{Desk, ask, list_of};
use oss_emulator::auth::AuthSettings;
use rstest::rstest;

/// A bucket with this access control and an object `key` with that, made by the owner; then signatures count.
fn world(bucket: &str, object: &str) -> Desk {
    let mut desk = Desk::new();
    assert_eq!(desk.send(ask("PUT", "/bucket").header("x-oss-acl", bucket).body("")).status(), 200);
    assert_eq!(
        desk.send(ask("PUT", "/bucket/key").header("x-oss-object-acl", object).body("content")).status(),
        200
    );
    desk.auth = AuthSettings::enforce([("id".to_owned(), "secret".to_owned())]);
    desk
}

#[rstest]
#[case("private", "default", [403, 403, 403, 403])]
#[case("public-read", "default", [200, 200, 403, 403])]
#[case("public-read-write", "default", [200, 200, 200, 204])]
#[case("private", "public-read", [200, 403, 403, 403])]
#[case("private", "public-read-write", [200, 403, 200, 204])]
#[case("public-read-write", "private", [403, 200, 403, 403])]
#[case("public-read-write", "public-read", [200, 200, 403, 403])]
fn strangers_read_list_write_and_delete_as_access_control_says(
    #[case] bucket: &str,
    #[case] object: &str,
    #[case] statuses: [u16; 4],
) {
    let mut desk = world(bucket, object);
    let asked = [
        ask("GET", "/bucket/key"),
        ask("GET", "/bucket/?list-type=2"),
        ask("PUT", "/bucket/key").header("x-oss-object-acl", object).body("new"),
        ask("DELETE", "/bucket/key"),
    ];
    let got: Vec<u16> = asked.into_iter().map(|request| desk.send(request).status()).collect();
    assert_eq!(got, statuses);
}

#[rstest]
#[case::read("GET", "/bucket/key", "You have no right to access this object because of bucket acl.")]
#[case::absent("GET", "/bucket/absent", "You have no right to access this object because of bucket acl.")]
#[case::list("GET", "/bucket/", "Anonymous user has no right to access this bucket.")]
#[case::configuration("GET", "/bucket/?acl", "Anonymous access is forbidden for this operation.")]
#[case::create("PUT", "/another-bucket", "Anonymous access is forbidden for this operation.")]
#[case::drop("DELETE", "/bucket", "Anonymous access is forbidden for this operation.")]
#[case::service("GET", "/", "Anonymous access is forbidden for this operation.")]
fn a_private_bucket_says_why_not(#[case] method: &str, #[case] target: &str, #[case] message: &str) {
    let reply = world("private", "default").send(ask(method, target));
    assert_eq!(reply.refusal(), (403, "AccessDenied".into()));
    assert_eq!(reply.element("Message"), message);
}

#[test]
fn strangers_learn_that_a_bucket_or_a_public_object_is_missing() {
    let mut desk = world("public-read", "default");
    assert_eq!(desk.send(ask("GET", "/missing-bucket/key")).refusal(), (404, "NoSuchBucket".into()));
    assert_eq!(desk.send(ask("GET", "/bucket/absent")).refusal(), (404, "NoSuchKey".into()));
}

#[test]
fn strangers_may_not_choose_headers_of_the_answer() {
    let mut desk = world("public-read", "default");
    let reply = desk.send(ask("GET", "/bucket/key?response-content-type=text/html"));
    assert_eq!(reply.refusal(), (400, "InvalidRequest".into()));
}

#[test]
fn strangers_upload_parts_into_a_public_bucket_and_the_object_keeps_its_access_control() {
    let mut desk = world("public-read-write", "default");
    let begun = desk.send(ask("POST", "/bucket/big?uploads").header("x-oss-object-acl", "private"));
    let id = begun.element("UploadId");
    let etag = desk.part("big", &id, 1, "content");
    assert_eq!(desk.complete("big", &id, &[(1, &etag)]).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/big")).refusal(), (403, "AccessDenied".into()));
}

#[test]
fn access_control_given_at_the_completion_counts() {
    let mut desk = world("public-read-write", "default");
    let id = desk.initiate("big");
    let etag = desk.part("big", &id, 1, "content");
    let list = list_of(&[(1, &etag)]);
    let completion =
        ask("POST", &format!("/bucket/big?uploadId={id}")).header("x-oss-object-acl", "private").body(list);
    assert_eq!(desk.send(completion).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/big")).refusal(), (403, "AccessDenied".into()));
}

#[test]
fn an_unknown_access_control_is_refused() {
    let request = ask("PUT", "/bucket/key").header("x-oss-object-acl", "everyone").body("x");
    assert_eq!(Desk::new().send(request).refusal(), (400, "InvalidArgument".into()));
}
