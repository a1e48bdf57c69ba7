//! Provocations of the operations of buckets, lifecycle rules included.

use super::scenes::Provoke;
use crate::{
    desk::{Desk, Reply, ask},
    lifecycle::{put_rules, rule},
};

fn action(desk: &mut Desk, actions: &str) -> Reply {
    put_rules(desk, &rule("a", "", actions))
}

fn two_rules(desk: &mut Desk, one: (&str, &str, &str), two: (&str, &str, &str)) -> Reply {
    put_rules(desk, &format!("{}{}", rule(one.0, one.1, one.2), rule(two.0, two.1, two.2)))
}

const EXPIRE: &str = "<Expiration><Days>9</Days></Expiration>";
const ABORT: &str = "<AbortMultipartUpload><Days>9</Days></AbortMultipartUpload>";
const TO_IA: &str = "<Transition><Days>3</Days><StorageClass>IA</StorageClass></Transition>";
const DATE: &str = "<CreatedBeforeDate>2026-01-01T00:00:00.000Z</CreatedBeforeDate>";

pub(super) const BUCKETS: &[(&str, &str, Provoke)] = &[
    ("PutBucket", "success", |desk, _| desk.send(ask("PUT", "/another").body(""))),
    ("PutBucket", "storage class changed", |desk, _| {
        desk.send(
            ask("PUT", "/bucket").body(
                "<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>",
            ),
        )
    }),
    ("PutBucket", "location differs", |desk, _| {
        desk.send(ask("PUT", "/another").body(
                "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>",
            ))
    }),
    ("PutBucket", "limit of buckets", |desk, _| {
        (0..100).map(|n| desk.send(ask("PUT", &format!("/bucket-{n}")).body(""))).last().unwrap()
    }),
    ("PutBucket", "acl invalid", |desk, _| {
        desk.send(ask("PUT", "/another").header("x-oss-acl", "everyone").body(""))
    }),
    ("DeleteBucket", "success", |desk, _| {
        desk.send(ask("PUT", "/another").body(""));
        desk.send(ask("DELETE", "/another"))
    }),
    ("DeleteBucket", "objects present", |desk, _| desk.send(ask("DELETE", "/bucket"))),
    ("DeleteBucket", "pending multipart", |desk, _| {
        desk.send(ask("PUT", "/another").body(""));
        desk.send(ask("POST", "/another/key?uploads"));
        desk.send(ask("DELETE", "/another"))
    }),
    ("ListObjects", "max-keys", |desk, _| desk.send(ask("GET", "/bucket?max-keys=1001"))),
    ("ListObjectsV2", "continuation-token", |desk, _| {
        desk.send(ask("GET", "/bucket?list-type=2&continuation-token=%21"))
    }),
    ("PutBucketAcl", "bad acl", |desk, _| {
        desk.send(ask("PUT", "/bucket?acl").header("x-oss-acl", "everyone"))
    }),
    ("GetBucketLifecycle", "no rules", |desk, _| desk.send(ask("GET", "/bucket?lifecycle"))),
    ("DeleteBucketLifecycle", "success", |desk, _| desk.send(ask("DELETE", "/bucket?lifecycle"))),
];

pub(super) const LIFECYCLE: &[(&str, &str, Provoke)] = &[
    ("PutBucketLifecycle", "success", |desk, _| action(desk, EXPIRE)),
    ("PutBucketLifecycle", "Days/Date mixed", |desk, _| {
        action(desk, &format!("<Expiration>{DATE}</Expiration>{TO_IA}"))
    }),
    ("PutBucketLifecycle", "malformed document", |desk, _| put_rules(desk, "<Nothing/>")),
    ("PutBucketLifecycle", "transition ordering", |desk, _| {
        action(desk, &format!("<Expiration><Days>3</Days></Expiration>{TO_IA}"))
    }),
    ("PutBucketLifecycle", "overlapping prefixes", |desk, _| {
        two_rules(desk, ("a", "x", ABORT), ("b", "xy", ABORT))
    }),
    ("PutBucketLifecycle", "overlap same transition", |desk, _| {
        two_rules(desk, ("a", "x", TO_IA), ("b", "xy", TO_IA))
    }),
    ("PutBucketLifecycle", "overlap conflicting times", |desk, _| {
        action(
            desk,
            &format!("{TO_IA}<Transition><Days>2</Days><StorageClass>Archive</StorageClass></Transition>"),
        )
    }),
    ("PutBucketLifecycle", "identical prefix", |desk, _| {
        two_rules(desk, ("a", "x", EXPIRE), ("b", "x", ABORT))
    }),
    ("PutBucketLifecycle", "AbortMultipartUpload without", |desk, _| action(desk, "<AbortMultipartUpload/>")),
    ("PutBucketLifecycle", "AbortMultipartUpload with both", |desk, _| {
        action(desk, &format!("<AbortMultipartUpload><Days>1</Days>{DATE}</AbortMultipartUpload>"))
    }),
    ("PutBucketLifecycle", "AbortMultipartUpload contains", |desk, _| {
        action(
            desk,
            "<AbortMultipartUpload><Days>1</Days><IsAccessTime>true</IsAccessTime></AbortMultipartUpload>",
        )
    }),
    ("PutBucketLifecycle", "Expiration with both", |desk, _| {
        action(desk, &format!("<Expiration><Days>1</Days>{DATE}</Expiration>"))
    }),
    ("PutBucketLifecycle", "Transition with both", |desk, _| {
        action(desk, &format!("<Transition><Days>1</Days>{DATE}<StorageClass>IA</StorageClass></Transition>"))
    }),
    ("PutBucketLifecycle", "two rules share", |desk, _| {
        two_rules(desk, ("a", "x", EXPIRE), ("a", "y", EXPIRE))
    }),
    ("PutBucketLifecycle", "CreatedBeforeDate not", |desk, _| {
        action(desk, "<Expiration><CreatedBeforeDate>2026-01-01</CreatedBeforeDate></Expiration>")
    }),
    ("PutBucketLifecycle", "node repeated", |desk, _| action(desk, &format!("{EXPIRE}{EXPIRE}"))),
];
