//! The life of multipart uploads as clients see it.

use crate::desk::{Desk, ask, list_of};
use bytes::Bytes;
use oss_emulator::domain::{Crc64, ETag, Md5};

const MINIMUM: usize = 102_400;

fn zeros() -> Bytes {
    Bytes::from(vec![0; MINIMUM])
}

#[test]
fn an_upload_becomes_an_object() {
    let mut desk = Desk::new();
    let id = desk.initiate("dir/key");
    assert!(
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()),
        "{id}"
    );
    let one = desk.part("dir/key", &id, 1, zeros());
    let two = desk.part("dir/key", &id, 2, "x");
    assert_eq!(desk.send(ask("GET", "/bucket/dir/key")).refusal(), (404, "NoSuchKey".into()));
    let reply = desk.complete("dir/key", &id, &[(1, &one), (2, &two)]);
    assert_eq!((reply.status(), reply.committed), (200, true));
    assert_eq!(reply.header("etag"), "\"FF1528F776B2703EE1B9523B91CC1331-2\"");
    assert_eq!(reply.header("x-oss-hash-crc64ecma"), "11583804580805883038");
    assert_eq!(reply.element("Location"), "http://127.0.0.1:6770/bucket/dir/key");
    let read = desk.send(ask("GET", "/bucket/dir/key"));
    assert_eq!(read.body.len(), MINIMUM + 1);
    assert_eq!(read.body.last(), Some(&b'x'));
    assert_eq!(read.header("x-oss-object-type"), "Multipart");
    assert_eq!(read.header("content-md5"), "");
}

#[test]
fn a_part_is_answered_with_all_its_digests() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let reply = desk.send(ask("PUT", &format!("/bucket/key?partNumber=7&uploadId={id}")).body("hello world"));
    assert_eq!((reply.status(), reply.body.len()), (200, 0));
    assert_eq!(reply.header("etag"), "\"5EB63BBBE01EEED093CB22BB8F5ACDC3\"");
    assert_eq!(reply.header("x-oss-hash-crc64ecma"), "5981764153023615706");
    assert_eq!(reply.header("content-md5"), "XrY7u+Ae7tCTyyK7j1rNww==");
}

#[test]
fn a_part_sent_again_replaces_the_first() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let old = desk.part("key", &id, 1, "old");
    let new = desk.part("key", &id, 1, "newer");
    let list = desk.send(ask("GET", &format!("/bucket/key?uploadId={id}")));
    assert_eq!(list.elements("Size"), ["5"]);
    assert_eq!(desk.complete("key", &id, &[(1, &old)]).refusal(), (400, "InvalidPart".into()));
    assert_eq!(desk.complete("key", &id, &[(1, &new)]).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"newer");
}

#[test]
fn parts_that_are_not_listed_are_dropped_and_numbers_may_have_gaps() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let first = desk.part("key", &id, 3, zeros());
    desk.part("key", &id, 4, "dropped");
    let last = desk.part("key", &id, 9000, "end");
    assert_eq!(desk.complete("key", &id, &[(3, &first), (9000, &last)]).status(), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/key?")).body.len(), MINIMUM + 3);
}

#[test]
fn tags_are_compared_without_case_and_quotes() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "x").to_lowercase();
    let body = format!(
        "<CompleteMultipartUpload><Part><ETag>{etag}</ETag><PartNumber> 1 </PartNumber></Part></CompleteMultipartUpload>"
    );
    assert_eq!(desk.send(ask("POST", &format!("/bucket/key?uploadId={id}")).body(body)).status(), 200);
}

#[test]
fn a_completed_upload_is_gone() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "x");
    desk.complete("key", &id, &[(1, &etag)]);
    let again = desk.complete("key", &id, &[(1, &etag)]);
    assert_eq!(again.refusal(), (404, "NoSuchUpload".into()));
    assert_eq!((again.element("UploadId"), again.header("x-oss-ec")), (id, "0042-00000203"));
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"x");
}

#[test]
fn a_refused_completion_leaves_the_upload_as_it_was() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "x");
    for wrong in [(1, "Invalid-ETag"), (2, etag.as_str())] {
        assert_eq!(desk.complete("key", &id, &[wrong]).refusal(), (400, "InvalidPart".into()));
    }
    assert_eq!(desk.complete("key", &id, &[(1, &etag)]).status(), 200);
}

#[test]
fn two_uploads_of_one_object_are_independent_and_the_later_completion_wins() {
    let mut desk = Desk::new();
    let (one, two) = (desk.initiate("key"), desk.initiate("key"));
    assert_ne!(one, two);
    let (first, second) = (desk.part("key", &one, 1, "first"), desk.part("key", &two, 1, "second"));
    desk.complete("key", &two, &[(1, &second)]);
    desk.complete("key", &one, &[(1, &first)]);
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"first");
}

#[test]
fn an_aborted_upload_is_gone_and_the_object_stays() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("kept"));
    let id = desk.initiate("key");
    desk.part("key", &id, 1, "x");
    let target = format!("/bucket/key?uploadId={id}");
    let reply = desk.send(ask("DELETE", &target));
    assert_eq!((reply.status(), reply.body.len()), (204, 0));
    let again = desk.send(ask("DELETE", &target));
    assert_eq!((again.refusal(), again.header("x-oss-ec")), ((404, "NoSuchUpload".into()), "0042-00000002"));
    assert_eq!(desk.send(ask("DELETE", "/bucket/key?uploadId=")).refusal(), (404, "NoSuchUpload".into()));
    assert_eq!(desk.send(ask("GET", "/bucket/key")).body, b"kept");
}

#[test]
fn complete_all_takes_every_part_in_order() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let two = desk.part("key", &id, 2, "x");
    let one = desk.part("key", &id, 1, zeros());
    let target = format!("/bucket/key?uploadId={id}");
    let both =
        desk.send(ask("POST", &target).header("x-oss-complete-all", "yes").body(list_of(&[(1, &one)])));
    assert_eq!((both.refusal(), both.header("x-oss-ec")), ((400, "InvalidArgument".into()), "0042-00000216"));
    let reply = desk.send(ask("POST", &target).header("x-oss-complete-all", "yes"));
    let etag = ETag::of_parts([&ETag::of_content(&Md5::of(&zeros())), &ETag::of_content(&Md5::of(b"x"))]);
    assert_eq!(reply.header("etag"), etag.quoted());
    assert!(two.len() == 32 && reply.committed);
}

#[test]
fn an_empty_list_completes_an_empty_object() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let reply = desk.complete("key", &id, &[]);
    assert_eq!(reply.header("etag"), "\"D41D8CD98F00B204E9800998ECF8427E-0\"");
    assert_eq!(reply.header("x-oss-hash-crc64ecma"), "0");
    let read = desk.send(ask("GET", "/bucket/key"));
    assert_eq!((read.status(), read.body.len()), (200, 0));
}

#[test]
fn what_the_initiation_said_is_what_the_object_says() {
    let mut desk = Desk::new();
    let request = ask("POST", "/bucket/key?uploads")
        .header("content-type", "text/x-test")
        .header("cache-control", "no-store")
        .header("x-oss-meta-Author", "Ада")
        .header("x-oss-storage-class", "IA");
    let id = desk.send(request).element("UploadId");
    let etag = desk.part("key", &id, 1, "x");
    desk.now = "2026-11-22T09:00:00.9Z".parse().unwrap();
    desk.complete("key", &id, &[(1, &etag)]);
    let head = desk.send(ask("HEAD", "/bucket/key"));
    assert_eq!((head.header("content-type"), head.header("cache-control")), ("text/x-test", "no-store"));
    assert_eq!(head.header("x-oss-storage-class"), "IA");
    assert_eq!(head.answer.headers["x-oss-meta-author"].as_bytes(), "Ада".as_bytes());
    assert_eq!(head.header("last-modified"), "Sun, 22 Nov 2026 09:00:00 GMT");
    assert_eq!(head.header("x-oss-hash-crc64ecma"), Crc64::of(b"x").to_string());
}

#[test]
fn a_sequential_upload_takes_each_part_once_and_in_order() {
    let mut desk = Desk::new();
    let id = desk.initiate_with("key", "uploads&sequential");
    let target = |number: u32| format!("/bucket/key?partNumber={number}&uploadId={id}");
    let gap = desk.send(ask("PUT", &target(2)).body("x"));
    assert_eq!((gap.refusal(), gap.element("PartNumber")), ((400, "PartNotSequential".into()), "2".into()));
    let one = desk.part("key", &id, 1, zeros());
    let again = desk.send(ask("PUT", &target(1)).body("x"));
    assert_eq!(again.refusal(), (409, "PartAlreadyExist".into()));
    assert_eq!((again.element("PartNumber"), again.element("PartEtag")), ("1".into(), format!("\"{one}\"")));
    let two = desk.part("key", &id, 2, "x");
    let late = desk.complete("key", &id, &[(2, &two)]);
    assert_eq!(
        (late.refusal(), late.header("x-oss-ec")),
        ((400, "PartNotSequential".into()), "0042-00000105")
    );
    assert_eq!(desk.complete("key", &id, &[(1, &one), (2, &two)]).status(), 200);
}

#[test]
fn overwriting_can_be_forbidden_at_both_ends() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "new");
    desk.send(ask("PUT", "/bucket/key").body("old"));
    let forbid = |request: crate::desk::Ask| request.header("x-oss-forbid-overwrite", "true");
    let begun = desk.send(forbid(ask("POST", "/bucket/key?uploads")));
    assert_eq!(begun.refusal(), (409, "FileAlreadyExists".into()));
    let target = format!("/bucket/key?uploadId={id}");
    let body = list_of(&[(1, &etag)]);
    assert_eq!(
        desk.send(forbid(ask("POST", &target).body(body.clone()))).refusal(),
        (409, "FileAlreadyExists".into())
    );
    assert_eq!(desk.send(ask("POST", &target).body(body)).status(), 200);
}

#[test]
fn older_servers_can_be_played_that_tell_no_checksums() {
    let mut desk = Desk::new();
    desk.settings.crc64_headers = false;
    desk.settings.crc64_in_list_parts = false;
    let id = desk.initiate("key");
    let part = desk.send(ask("PUT", &format!("/bucket/key?partNumber=1&uploadId={id}")).body("x"));
    assert_eq!(part.header("x-oss-hash-crc64ecma"), "");
    assert_eq!(desk.send(ask("GET", &format!("/bucket/key?uploadId={id}"))).element("HashCrc64ecma"), "-");
    let etag = part.header("etag").trim_matches('"').to_owned();
    assert_eq!(desk.complete("key", &id, &[(1, &etag)]).header("x-oss-hash-crc64ecma"), "");
}

#[test]
fn a_repeated_random_id_is_not_given_to_two_open_uploads() {
    let mut desk = Desk::new();
    let one = desk.initiate("key");
    let mut again = Desk::without_bucket(desk.store.clone());
    assert_eq!(again.send(ask("PUT", "/bucket").body("")).status(), 200);
    assert_ne!(again.initiate("other"), one);
}
