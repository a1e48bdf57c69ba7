//! Bodies of which only size and digests are kept: everything works that needs no bytes, and what needs them says why
//! it fails.

use crate::desk::{Ask, Desk, ask, wait};
use bytes::Bytes;
use oss_emulator::{
    domain::{Crc64, Md5},
    store::{Bodies, Store},
};
use rstest::rstest;
use std::path::Path;

/// The size of OSS's smallest part that is not the last.
const PART: usize = 100 * 1024;

fn memory() -> Desk {
    let mut desk = Desk::without_bucket(Store::in_memory().with_bodies(Bodies::DigestOnly));
    desk.send(ask("PUT", "/bucket").body(""));
    desk
}

fn on_disk(folder: &Path, bodies: Bodies) -> Desk {
    Desk::without_bucket(Store::open(folder, false).unwrap().with_bodies(bodies))
}

fn copy(from: &str, to: &str) -> Ask {
    ask("PUT", to).header("x-oss-copy-source", from)
}

/// Makes the object `made` of two parts; returns its tag.
fn complete(desk: &mut Desk) -> String {
    let (key, parts) = ("made", [vec![7; PART], b"the end".to_vec()]);
    let id = desk.initiate(key);
    let tags: Vec<(u32, String)> =
        (1..).zip(parts).map(|(number, part)| (number, desk.part(key, &id, number, part))).collect();
    let listed: Vec<(u32, &str)> = tags.iter().map(|(number, tag)| (*number, tag.as_str())).collect();
    let reply = desk.complete(key, &id, &listed);
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.element("ETag")
}

#[rstest]
#[case::memory(false)]
#[case::files(true)]
fn all_that_needs_no_bytes_is_as_if_they_were_kept(#[case] in_files: bool) {
    let folder = tempfile::tempdir().unwrap();
    let store = if in_files { Store::open(folder.path(), false).unwrap() } else { Store::in_memory() };
    let stores = [Store::in_memory(), store.with_bodies(Bodies::DigestOnly)];
    let [kept, dropped] = stores.map(Desk::without_bucket).map(|mut desk| {
        desk.send(ask("PUT", "/bucket").body(""));
        let put = desk.send(ask("PUT", "/bucket/plain").body("0123456789"));
        let tag = complete(&mut desk);
        let appended = ["one", "two"].map(|piece| {
            let position = if piece == "one" { 0 } else { 3 };
            let target = format!("/bucket/log?append&position={position}");
            let reply = desk.send(ask("POST", &target).body(piece));
            (reply.status(), reply.header("etag").to_owned(), reply.header("x-oss-hash-crc64ecma").to_owned())
        });
        desk.send(ask("PUT", "/bucket/plain").body("overwritten"));
        let copied = desk.send(copy("/bucket/made", "/bucket/copy")).text();
        let id = desk.initiate("open");
        let part = copy("/bucket/plain", &format!("/bucket/open?partNumber=1&uploadId={id}"));
        let part = desk.send(part).text();
        let parts = desk.send(ask("GET", &format!("/bucket/open?uploadId={id}"))).text();
        let heads = ["plain", "made", "log", "copy"]
            .map(|key| format!("{:?}", desk.send(ask("HEAD", &format!("/bucket/{key}"))).answer.headers));
        let list = desk.send(ask("GET", "/bucket")).text();
        (put.answer.headers, tag, appended, [copied, part, parts, list], heads)
    });
    assert_eq!(kept, dropped);
    let blobs = folder.path().join("blobs");
    assert!(!in_files || std::fs::read_dir(blobs).unwrap().next().is_none());
}

#[rstest]
#[case::whole("GET", "/bucket/made", "", "")]
#[case::range("GET", "/bucket/made", "range", "bytes=1-2")]
#[case::range_of_another_object("PUT", "/bucket/open", "x-oss-copy-source-range", "bytes=0-9")]
fn reading_the_bytes_is_refused_and_says_why(
    #[case] method: &str,
    #[case] target: &str,
    #[case] header: &str,
    #[case] value: &str,
) {
    let mut desk = memory();
    complete(&mut desk);
    let request = if method == "PUT" {
        let id = desk.initiate("open");
        copy("/bucket/made", &format!("{target}?partNumber=1&uploadId={id}"))
    } else {
        ask(method, target)
    };
    let reply = desk.send(if header.is_empty() { request } else { request.header(header, value) });
    assert_eq!(reply.refusal(), (403, "InvalidObjectState".into()));
    let message = reply.element("Message");
    assert!(message.contains("--bodies digest-only") && message.contains("--bodies keep"), "{message}");
}

#[test]
fn a_part_copied_from_all_of_a_completed_object_needs_its_bytes() {
    let mut desk = memory();
    complete(&mut desk);
    let id = desk.initiate("open");
    let target = format!("/bucket/open?partNumber=1&uploadId={id}");
    assert_eq!(desk.send(copy("/bucket/made", &target)).refusal(), (403, "InvalidObjectState".into()));
}

#[test]
fn conditions_and_ranges_are_judged_before_the_bytes_are_missed() {
    let mut desk = memory();
    let put = desk.send(ask("PUT", "/bucket/key").body("0123456789"));
    let get = || ask("GET", "/bucket/key");
    assert_eq!(desk.send(get().header("if-none-match", put.header("etag"))).status(), 304);
    assert_eq!(desk.send(get().header("if-match", "\"0\"")).status(), 412);
    let beyond = get().header("range", "bytes=10-").header("x-oss-range-behavior", "standard");
    assert_eq!(desk.send(beyond).refusal(), (416, "InvalidRange".into()));
}

#[test]
fn an_object_without_bytes_is_readable() {
    let mut desk = memory();
    desk.send(ask("PUT", "/bucket/folder/").body(""));
    let read = desk.send(ask("GET", "/bucket/folder/"));
    assert_eq!((read.status(), read.text().as_str()), (200, ""));
    let id = desk.initiate("open");
    let part = desk.send(copy("/bucket/folder/", &format!("/bucket/open?partNumber=1&uploadId={id}")));
    assert_eq!(part.status(), 200);
}

#[test]
fn a_directory_written_in_both_modes_tells_the_truth_about_each_body() {
    let folder = tempfile::tempdir().unwrap();
    let id;
    {
        let mut desk = on_disk(folder.path(), Bodies::Keep);
        desk.send(ask("PUT", "/bucket").body(""));
        desk.send(ask("PUT", "/bucket/kept").body("kept"));
        id = desk.initiate("mixed");
        desk.part("mixed", &id, 1, vec![b'a'; PART]);
    }
    {
        let mut desk = on_disk(folder.path(), Bodies::DigestOnly);
        assert_eq!(desk.send(ask("GET", "/bucket/kept")).text(), "kept");
        desk.send(ask("PUT", "/bucket/dropped").body("dropped"));
        desk.part("mixed", &id, 2, "dropped");
        let all = ask("POST", &format!("/bucket/mixed?uploadId={id}")).header("x-oss-complete-all", "yes");
        assert_eq!(desk.send(all).status(), 200);
    }
    let mut desk = on_disk(folder.path(), Bodies::Keep);
    assert_eq!(desk.send(ask("GET", "/bucket/kept")).text(), "kept");
    assert_eq!(desk.send(ask("GET", "/bucket/dropped")).refusal(), (403, "InvalidObjectState".into()));
    let head = desk.send(ask("HEAD", "/bucket/dropped"));
    assert_eq!(head.header("etag"), format!("\"{}\"", Md5::of(b"dropped").upper_hex()));
    assert_eq!(head.header("x-oss-hash-crc64ecma"), Crc64::of(b"dropped").to_string());
    let range =
        |from: usize, to: usize| ask("GET", "/bucket/mixed").header("range", format!("bytes={from}-{to}"));
    assert_eq!(desk.send(range(0, PART - 1)).body, vec![b'a'; PART]);
    assert_eq!(desk.send(range(PART - 1, PART)).status(), 403);
    desk.send(ask("PUT", "/bucket/dropped").body("kept now"));
    assert_eq!(desk.send(ask("GET", "/bucket/dropped")).text(), "kept now");
}

#[test]
fn a_pinned_body_without_bytes_names_the_switch() {
    let desk = memory();
    let staged = desk.stage(Bytes::from_static(b"gone"));
    let error = wait(desk.store.pin(vec![staged.content.slice]).read_all()).unwrap_err();
    assert!(error.to_string().contains("--bodies keep"), "{error}");
}
