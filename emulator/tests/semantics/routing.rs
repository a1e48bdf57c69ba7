//! From method, resource and sub-resource to an operation.

use crate::desk::{Desk, ask};
use oss_emulator::{
    domain::Operation,
    http::AddressRules,
    ops::{Target, route},
};
use rstest::rstest;

fn routed(method: &str, target: &str) -> Target {
    route(&ask(method, target).head(&AddressRules::default()).unwrap()).unwrap()
}

#[rstest]
#[case("GET", "/", "ListBuckets")]
#[case("GET", "/?prefix=a", "ListBuckets")]
#[case("PUT", "/b", "PutBucket")]
#[case("DELETE", "/b/", "DeleteBucket")]
#[case("GET", "/b", "ListObjects")]
#[case("GET", "/b?list-type=2", "ListObjectsV2")]
#[case("GET", "/b?list-type=1", "ListObjects")]
#[case("GET", "/b?uploads", "ListMultipartUploads")]
#[case("GET", "/b?uploads=&prefix=", "ListMultipartUploads")]
#[case("GET", "/b?bucketInfo", "GetBucketInfo")]
#[case("GET", "/b?location", "GetBucketLocation")]
#[case("GET", "/b?acl=", "GetBucketAcl")]
#[case("POST", "/b?delete", "DeleteMultipleObjects")]
#[case("PUT", "/b/k", "PutObject")]
#[case("GET", "/b/k?response-content-type=a", "GetObject")]
#[case("HEAD", "/b/k", "HeadObject")]
#[case("DELETE", "/b/k", "DeleteObject")]
#[case("POST", "/b/k?uploads", "InitiateMultipartUpload")]
#[case("POST", "/b/k?encoding-type=url&uploads=", "InitiateMultipartUpload")]
#[case("POST", "/b/k?uploads&sequential", "InitiateMultipartUpload")]
#[case("PUT", "/b/k?partNumber=1&uploadId=X", "UploadPart")]
#[case("PUT", "/b/k?partNumber=1", "UploadPart")]
#[case("PUT", "/b/k?uploadId=", "UploadPart")]
#[case("GET", "/b/k?uploadId=X", "ListParts")]
#[case("POST", "/b/k?uploadId=X", "CompleteMultipartUpload")]
#[case("DELETE", "/b/k?uploadId=X", "AbortMultipartUpload")]
#[case("DELETE", "/b/k?uploadId=", "AbortMultipartUpload")]
#[case("POST", "/b/k?append&position=0", "AppendObject")]
#[case("HEAD", "/b/k?objectMeta", "GetObjectMeta")]
#[case("GET", "/b?lifecycle", "GetBucketLifecycle")]
#[case("PUT", "/b?lifecycle=", "PutBucketLifecycle")]
#[case("DELETE", "/b?lifecycle", "DeleteBucketLifecycle")]
#[case("GET", "/b?tagging", "GetBucketTags")]
#[case("PUT", "/b?acl", "PutBucketAcl")]
#[case("GET", "/b?stat", "GetBucketStat")]
#[case("GET", "/b?versions", "ListObjectVersions")]
#[case("POST", "/b", "PostObject")]
#[case("PUT", "/b/k?symlink", "PutSymlink")]
#[case("DELETE", "/b/k?tagging", "DeleteObjectTagging")]
#[case("POST", "/b/k?restore", "RestoreObject")]
#[case("PUT", "/b/k?callback=e30%3D", "PutObject")]
#[case("GET", "/b/k?x-oss-security-token=t&x-oss-signature=s&x-oss-date=d", "GetObject")]
fn requests_find_their_operation(#[case] method: &str, #[case] target: &str, #[case] operation: &str) {
    let found = routed(method, target).operation;
    assert_eq!(found.as_str(), operation);
    let reply = Desk::new().send(ask(method, &target.replace("/b", "/bucket")).body(""));
    assert_eq!(!reply.text().contains("<Code>NotImplemented</Code>"), found.is_implemented());
}

#[rstest]
fn a_parameter_that_only_modifies_a_request_leaves_its_operation(
    #[values(
        "callback",
        "callback-var",
        "continuation-token",
        "position",
        "security-token",
        "sequential",
        "x-oss-additional-headers",
        "x-oss-credential",
        "x-oss-date",
        "x-oss-expires",
        "x-oss-request-payer",
        "x-oss-security-token",
        "x-oss-signature",
        "x-oss-signature-version",
        "x-oss-traffic-limit"
    )]
    name: &str,
) {
    assert_eq!(routed("GET", &format!("/b/k?{name}=x")).operation.as_str(), "GetObject");
}

#[rstest]
#[case::of_objects("PUT", "/bucket/key?legalHold")]
#[case::read_too("GET", "/bucket/key?legalHold")]
#[case::removed("DELETE", "/bucket/key?retention=")]
#[case::of_buckets("DELETE", "/bucket?overwriteConfig")]
#[case::read_of_buckets("GET", "/bucket?accessmonitor")]
#[case::of_the_service("GET", "/?regions")]
#[case::with_a_value("PUT", "/bucket?quota=1")]
#[case::of_tomorrow("PUT", "/bucket/key?somethingNew")]
#[case::of_tomorrow_removed("DELETE", "/bucket/key?somethingNew=")]
fn a_sub_resource_that_is_not_known_never_touches_the_resource_itself(
    #[case] method: &str,
    #[case] target: &str,
) {
    let mut desk = Desk::new();
    assert_eq!(desk.send(ask("PUT", "/bucket/key").body("precious")).status(), 200);
    let reply = desk.send(ask(method, target).body("other"));
    assert_eq!(reply.refusal(), (400, "NotImplemented".into()), "{}", reply.text());
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"precious");
}

#[rstest]
#[case::read("GET", "/bucket/key?1700000000")]
#[case::written_with_a_value("PUT", "/bucket/key?build=7")]
#[case::written_with_an_encoding("PUT", "/bucket/key?encoding-type=")]
fn a_parameter_of_the_users_own_changes_nothing(#[case] method: &str, #[case] target: &str) {
    let mut desk = Desk::new();
    assert_eq!(desk.send(ask("PUT", "/bucket/key").body("body")).status(), 200);
    assert_eq!(desk.send(ask(method, target).body("body")).status(), 200);
}

#[test]
fn a_target_names_things_as_they_were_sent() {
    let target = routed("PUT", "/UPPER/%E4%BD%A0?partNumber=x&uploadId=a%20b");
    assert_eq!(target.bucket.as_deref(), Some("UPPER"));
    assert_eq!(target.key.as_deref(), Some("你"));
    assert_eq!((target.part.as_deref(), target.upload.as_deref()), (Some("x"), Some("a b")));
}

#[rstest]
#[case("PATCH", "/bucket/key", "Object")]
#[case("POST", "/bucket/key", "Object")]
#[case("HEAD", "/bucket", "Bucket")]
#[case("PUT", "/", "Service")]
#[case("HEAD", "/bucket/key?uploadId=X", "Object")]
fn a_method_that_the_resource_lacks_is_refused(
    #[case] method: &str,
    #[case] target: &str,
    #[case] resource: &str,
) {
    let mut desk = Desk::new();
    let reply = desk.send(ask(method, target).body(""));
    assert_eq!(reply.status(), 405);
    if method != "HEAD" {
        assert_eq!(reply.element("Code"), "MethodNotAllowed");
        assert_eq!(
            (reply.element("ResourceType"), reply.element("Method")),
            (resource.into(), method.into())
        );
    }
}

#[test]
fn operations_have_the_names_of_the_documentation() {
    for operation in Operation::ALL {
        assert_eq!(operation.to_string().parse::<Operation>(), Ok(*operation));
        assert_eq!(serde_json::to_string(operation).unwrap(), format!("\"{operation}\""));
    }
    assert!("uploadpart".parse::<Operation>().is_err());
}
