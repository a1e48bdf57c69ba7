//! Copies of objects and of parts: the bytes are shared, the rest follows the directives.

use crate::desk::{Ask, Desk, Reply, ask};
use oss_emulator::domain::Crc64;
use rstest::rstest;

fn copy(from: &str, to: &str) -> Ask {
    ask("PUT", to).header("x-oss-copy-source", from)
}

fn desk_with_source() -> Desk {
    let mut desk = Desk::new();
    let put = ask("PUT", "/bucket/a%20dir/source")
        .header("content-type", "text/plain")
        .header("x-oss-meta-colour", "blue")
        .header("x-oss-tagging", "k=v")
        .header("x-oss-object-acl", "public-read")
        .body("0123456789");
    assert_eq!(desk.send(put).status(), 200);
    desk
}

const SOURCE: &str = "/bucket/a%20dir/source";

#[rstest]
#[case::escaped("/bucket/a%20dir/source")]
#[case::all_escaped("/bucket/a%20dir%2Fsource")]
#[case::as_in_a_form("/bucket/a+dir%2Fsource")]
fn a_copy_has_bytes_headers_and_tags_but_not_the_access_control(#[case] source: &str) {
    let mut desk = desk_with_source();
    let reply = desk.send(copy(source, "/bucket/copy"));
    assert_eq!((reply.status(), reply.body.len()), (200, 184));
    let read = desk.send(ask("GET", "/bucket/copy"));
    assert_eq!((read.text().as_str(), read.header("content-type")), ("0123456789", "text/plain"));
    assert_eq!((read.header("x-oss-meta-colour"), read.header("x-oss-tagging-count")), ("blue", "1"));
    assert_eq!(reply.header("x-oss-hash-crc64ecma"), Crc64::of(b"0123456789").to_string());
    assert_eq!(reply.element("ETag"), read.header("etag"));
    assert_eq!(desk.send(ask("GET", "/bucket/copy?acl")).element("Grant"), "default");
}

#[test]
fn a_copy_outlives_its_source() {
    let mut desk = desk_with_source();
    desk.send(copy(SOURCE, "/bucket/copy"));
    assert_eq!(desk.send(ask("DELETE", SOURCE)).status(), 204);
    assert_eq!(desk.send(ask("GET", "/bucket/copy")).text(), "0123456789");
}

#[test]
fn replacing_directives_take_headers_and_tags_from_the_request() {
    let mut desk = desk_with_source();
    let request = copy(SOURCE, SOURCE)
        .header("x-oss-metadata-directive", "REPLACE")
        .header("x-oss-tagging-directive", "Replace")
        .header("content-type", "image/png")
        .header("x-oss-tagging", "a=1&b=2");
    assert_eq!(desk.send(request).status(), 200);
    let read = desk.send(ask("GET", SOURCE));
    assert_eq!((read.header("content-type"), read.header("x-oss-meta-colour")), ("image/png", ""));
    assert_eq!((read.header("x-oss-tagging-count"), read.text().as_str()), ("2", "0123456789"));
}

#[test]
fn a_copy_of_a_completed_upload_is_a_normal_object() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "part");
    desk.complete("key", &id, &[(1, &etag)]);
    desk.send(copy("/bucket/key", "/bucket/copy"));
    let read = desk.send(ask("HEAD", "/bucket/copy"));
    assert_eq!((read.header("x-oss-object-type"), read.header("content-md5")), ("Normal", ""));
}

#[rstest]
#[case("x-oss-copy-source-if-match", "\"0\"", 412)]
#[case("x-oss-copy-source-if-none-match", "*", 304)]
#[case("x-oss-copy-source-if-modified-since", "Sun, 22 Nov 2026 08:30:00 GMT", 304)]
#[case("x-oss-copy-source-if-unmodified-since", "Sun, 22 Nov 2026 08:29:59 GMT", 412)]
fn a_copy_has_conditions_on_its_source(#[case] name: &str, #[case] value: &str, #[case] status: u16) {
    let mut desk = desk_with_source();
    let reply = desk.send(copy(SOURCE, "/bucket/copy").header(name, value));
    assert_eq!((reply.status(), reply.committed), (status, false));
    let id = desk.initiate("target");
    let target = format!("/bucket/target?partNumber=1&uploadId={id}");
    let reply = desk.send(copy(SOURCE, &target).header(name, value));
    assert_eq!((reply.status(), reply.committed), (status, false));
}

fn part_copy(desk: &mut Desk, id: &str, number: u32, from: &str, range: &str) -> Reply {
    let target = format!("/bucket/target?partNumber={number}&uploadId={id}");
    desk.send(copy(from, &target).header("x-oss-copy-source-range", range))
}

#[rstest]
#[case("bytes=2-4", "234", "bytes 2-4/10")]
#[case("bytes=7-", "789", "bytes 7-9/10")]
#[case("bytes=0-20", "0123456789", "")]
#[case("lines", "0123456789", "")]
fn a_copied_part_is_a_range_of_its_source(#[case] range: &str, #[case] content: &str, #[case] told: &str) {
    let mut desk = desk_with_source();
    let id = desk.initiate("target");
    let reply = part_copy(&mut desk, &id, 1, SOURCE, range);
    assert_eq!((reply.status(), reply.body.len(), reply.header("content-range")), (200, 180, told));
    let etag = reply.element("ETag");
    assert_eq!(reply.header("etag"), etag);
    assert_eq!(etag.trim_matches('"'), oss_emulator::domain::Md5::of(content.as_bytes()).upper_hex());
    desk.send(ask("DELETE", SOURCE));
    assert_eq!(desk.complete("target", &id, &[(1, etag.trim_matches('"'))]).status(), 200);
    let read = desk.send(ask("GET", "/bucket/target"));
    assert_eq!(read.text(), content);
    assert_eq!(read.header("x-oss-hash-crc64ecma"), Crc64::of(content.as_bytes()).to_string());
}

#[test]
fn a_source_that_is_replaced_while_its_bytes_are_read_gives_no_part() {
    let mut desk = desk_with_source();
    let id = desk.initiate("target");
    let target = format!("/bucket/target?partNumber=1&uploadId={id}");
    let request = copy(SOURCE, &target).header("x-oss-copy-source-range", "bytes=1-2");
    let reply = desk.send_while(request, |desk| {
        desk.send(ask("PUT", SOURCE).body("something else"));
    });
    assert_eq!(reply.refusal(), (503, "ServiceUnavailable".into()));
}

/// Shared bytes make gigabytes out of a few kibibytes.
fn grow(desk: &mut Desk, from: &str, to: &str, copies: u32) {
    let id = desk.initiate(to);
    let parts: Vec<(u32, String)> = (1..=copies)
        .map(|number| {
            let target = format!("/bucket/{to}?partNumber={number}&uploadId={id}");
            (number, desk.send(copy(from, &target)).element("ETag").trim_matches('"').to_owned())
        })
        .collect();
    let parts: Vec<(u32, &str)> = parts.iter().map(|(number, etag)| (*number, etag.as_str())).collect();
    assert_eq!(desk.complete(to, &id, &parts).status(), 200);
}

#[test]
fn a_source_of_more_than_five_gibibytes_is_refused() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/small").body(vec![0; 1 << 20]));
    grow(&mut desk, "/bucket/small", "large", 5 * 1024);
    assert_eq!(desk.send(copy("/bucket/large", "/bucket/copy")).status(), 200);
    desk.send(ask("PUT", "/bucket/last").body("x"));
    let id = desk.initiate("larger");
    let etag = desk.part("larger", &id, 5 * 1024 + 1, "x");
    let parts: Vec<(u32, String)> = (1..=5 * 1024)
        .map(|number| {
            let target = format!("/bucket/larger?partNumber={number}&uploadId={id}");
            let reply = desk.send(copy("/bucket/small", &target));
            (number, reply.element("ETag").trim_matches('"').to_owned())
        })
        .chain([(5 * 1024 + 1, etag)])
        .collect();
    let parts: Vec<(u32, &str)> = parts.iter().map(|(number, etag)| (*number, etag.as_str())).collect();
    assert_eq!(desk.complete("larger", &id, &parts).status(), 200);
    assert_eq!(desk.send(copy("/bucket/larger", "/bucket/copy")).refusal(), (400, "EntityTooLarge".into()));
    let id = desk.initiate("copy");
    let target = format!("/bucket/copy?partNumber=1&uploadId={id}");
    assert_eq!(desk.send(copy("/bucket/larger", &target)).refusal(), (400, "EntityTooLarge".into()));
}

#[test]
fn an_archived_source_is_not_copied() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/cold").header("x-oss-storage-class", "Archive").body("x"));
    let id = desk.initiate("part");
    for target in ["/bucket/copy".to_owned(), format!("/bucket/part?partNumber=1&uploadId={id}")] {
        assert_eq!(desk.send(copy("/bucket/cold", &target)).refusal(), (403, "InvalidObjectState".into()));
    }
}
