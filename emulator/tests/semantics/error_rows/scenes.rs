//! What all tables of provocations share: a desk with something in it, and short ways to ask.

use crate::desk::{Ask, Desk, Reply, ask};

/// Provokes one row; the text is the id of an open upload.
pub(super) type Provoke = fn(&mut Desk, &str) -> Reply;

/// The plainest request of each operation.
pub(super) fn plain(api: &str, bucket: &str, key: &str) -> Ask {
    let at = |query: &str| format!("/{bucket}/{key}{query}");
    match api {
        "InitiateMultipartUpload" => ask("POST", &at("?uploads")),
        "UploadPart" => ask("PUT", &at("?partNumber=1&uploadId=X")).body("x"),
        "UploadPartCopy" => {
            ask("PUT", &at("?partNumber=1&uploadId=X")).header("x-oss-copy-source", "/bucket/here")
        }
        "CompleteMultipartUpload" => ask("POST", &at("?uploadId=X")).body(crate::desk::list_of(&[(1, "X")])),
        "AbortMultipartUpload" => ask("DELETE", &at("?uploadId=X")),
        "ListParts" => ask("GET", &at("?uploadId=X")),
        "PutObject" => ask("PUT", &at("")).body("x"),
        "GetObject" => ask("GET", &at("")),
        "HeadObject" => ask("HEAD", &at("")),
        "DeleteObject" => ask("DELETE", &at("")),
        "CopyObject" => ask("PUT", &at("")).header("x-oss-copy-source", "/bucket/here"),
        "AppendObject" => ask("POST", &at("?append&position=0")).body("x"),
        "RestoreObject" => ask("POST", &at("?restore")),
        "GetSymlink" => ask("GET", &at("?symlink")),
        "GetObjectACL" => ask("GET", &at("?acl")),
        "GetObjectTagging" => ask("GET", &at("?tagging")),
        "ListMultipartUploads" => ask("GET", &format!("/{bucket}?uploads")),
        "DeleteMultipleObjects" => {
            ask("POST", &format!("/{bucket}?delete")).header("content-md5", "").body("x")
        }
        "DeleteBucket" => ask("DELETE", &format!("/{bucket}")),
        "PutBucketAcl" => ask("PUT", &format!("/{bucket}?acl")).header("x-oss-acl", "private"),
        "PutBucket" => ask("PUT", &format!("/{bucket}")).body(""),
        other => panic!("no plain request for {other}"),
    }
}

/// A desk with `here` (ten bytes), `cold` (archived), `grown` (appendable) and the open upload that is returned.
pub(super) fn desk() -> (Desk, String) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/here").body("0123456789"));
    desk.send(ask("PUT", "/bucket/cold").header("x-oss-storage-class", "Archive").body("x"));
    desk.send(ask("POST", "/bucket/grown?append&position=0").body("abc"));
    let id = desk.initiate("open");
    (desk, id)
}

pub(super) const LARGE: &str = "5368709121";
pub(super) const FUTURE: &str = "Sun, 22 Nov 2026 08:30:00 GMT";
