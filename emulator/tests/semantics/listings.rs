//! Paging through objects, uploads and parts.

use crate::desk::{Desk, ask};
use rstest::rstest;

fn desk_with(keys: &[&str]) -> Desk {
    let mut desk = Desk::new();
    for key in keys {
        assert_eq!(desk.send(ask("PUT", &format!("/bucket/{key}")).body("")).status(), 200);
    }
    desk
}

#[test]
fn objects_come_in_byte_order_and_pages_follow_each_other() {
    let mut desk = desk_with(&["b", "a", "a/1", "a/2", "B", "%C3%A9"]);
    let first = desk.send(ask("GET", "/bucket?max-keys=3&marker="));
    assert_eq!(first.elements("Key"), ["B", "a", "a/1"]);
    assert_eq!((first.element("IsTruncated"), first.element("NextMarker")), ("true".into(), "a/1".into()));
    let second = desk.send(ask("GET", "/bucket?max-keys=3&marker=a/1"));
    assert_eq!(second.elements("Key"), ["a/2", "b", "é"]);
    assert_eq!((second.element("IsTruncated"), second.element("NextMarker")), ("false".into(), "-".into()));
}

#[test]
fn common_prefixes_count_as_lines_and_are_not_repeated() {
    let mut desk = desk_with(&["a/1", "a/2", "b", "c/1"]);
    let first = desk.send(ask("GET", "/bucket?delimiter=/&max-keys=1"));
    assert_eq!(first.elements("Prefix"), ["", "a/"]);
    assert_eq!(first.element("NextMarker"), "a/");
    let second = desk.send(ask("GET", "/bucket?delimiter=/&max-keys=2&marker=a/"));
    assert_eq!(
        (second.elements("Key"), second.elements("Prefix")),
        (vec!["b".to_owned()], vec![String::new(), "c/".to_owned()])
    );
    assert_eq!(second.element("IsTruncated"), "false");
}

#[test]
fn the_second_version_pages_by_token_and_counts() {
    let mut desk = desk_with(&["a", "b", "c"]);
    let first = desk.send(ask("GET", "/bucket?list-type=2&max-keys=2&start-after=a"));
    assert_eq!(
        (first.elements("Key"), first.element("KeyCount")),
        (vec!["b".to_owned(), "c".to_owned()], "2".into())
    );
    let page = desk.send(ask("GET", "/bucket?list-type=2&max-keys=2&fetch-owner=true"));
    let token = page.element("NextContinuationToken");
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)), "{token}");
    assert_eq!(page.elements("DisplayName").len(), 2);
    let rest =
        desk.send(ask("GET", &format!("/bucket?list-type=2&start-after=zzz&continuation-token={token}")));
    assert_eq!((rest.elements("Key"), rest.elements("Owner").len()), (vec!["c".to_owned()], 0));
    assert_eq!(rest.element("ContinuationToken"), token);
    let bad = desk.send(ask("GET", "/bucket?list-type=2&continuation-token=!"));
    assert_eq!((bad.refusal(), bad.header("x-oss-ec")), ((400, "InvalidArgument".into()), "0015-00000404"));
}

#[rstest]
#[case("max-keys=1001")]
#[case("max-keys=-1")]
#[case("max-keys=many")]
fn a_bad_number_of_keys_is_refused(#[case] query: &str) {
    let reply = Desk::new().send(ask("GET", &format!("/bucket?{query}")));
    assert_eq!(
        (reply.refusal(), reply.element("ArgumentName")),
        ((400, "InvalidArgument".into()), "max-keys".into())
    );
}

#[test]
fn no_keys_at_all_can_be_asked_for() {
    let reply = desk_with(&["a"]).send(ask("GET", "/bucket?max-keys=0"));
    assert_eq!((reply.elements("Key").len(), reply.element("IsTruncated")), (0, "false".into()));
}

#[test]
fn encoded_names_are_safe_for_every_sdk() {
    let mut desk = desk_with(&["a%20b%2Bc/d~e%0C"]);
    let plain = desk.send(ask("GET", "/bucket"));
    assert_eq!(plain.refusal(), (400, "InvalidArgument".into()));
    let reply = desk.send(ask("GET", "/bucket?encoding-type=url&prefix=a%20&delimiter=%2Fd"));
    assert_eq!(reply.elements("Prefix"), ["a%20", "a%20b%2Bc%2Fd"]);
    assert_eq!((reply.element("Delimiter"), reply.element("EncodingType")), ("%2Fd".into(), "url".into()));
    assert_eq!(desk.send(ask("GET", "/bucket?encoding-type=url")).element("Key"), "a%20b%2Bc%2Fd~e%0C");
}

#[test]
fn parts_come_in_pages_with_a_next_marker_on_each() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    for number in [5, 1, 3] {
        desk.part("key", &id, number, "x");
    }
    let mut page = |marker: &str| {
        let target = format!("/bucket/key?uploadId={id}&max-parts=1&part-number-marker={marker}");
        let reply = desk.send(ask("GET", &target));
        ["PartNumber", "NextPartNumberMarker", "IsTruncated"].map(|name| reply.element(name))
    };
    assert_eq!(page(""), ["1", "1", "true"]);
    assert_eq!(page("1"), ["3", "3", "true"]);
    assert_eq!(page("3"), ["5", "5", "false"]);
    assert_eq!(page("5"), ["-", "", "false"]);
}

#[test]
fn a_lower_cap_makes_pages_of_parts_shorter_than_asked() {
    let mut desk = Desk::new();
    desk.settings.max_parts_page = 2;
    let id = desk.initiate("key");
    for number in 1..=3 {
        desk.part("key", &id, number, "x");
    }
    let reply = desk.send(ask("GET", &format!("/bucket/key?uploadId={id}&max-parts=1000")));
    assert_eq!((reply.elements("PartNumber").len(), reply.element("IsTruncated")), (2, "true".into()));
}

#[test]
fn uploads_come_by_key_and_then_by_id() {
    let mut desk = Desk::new();
    let ids: Vec<String> = ["b", "a", "a", "c/x"].iter().map(|key| desk.initiate(key)).collect();
    let first = desk.send(ask("GET", "/bucket?uploads&max-uploads=1"));
    assert_eq!(
        (first.element("NextKeyMarker"), first.element("NextUploadIdMarker")),
        ("a".into(), ids[1].clone())
    );
    let target = format!("/bucket?uploads&key-marker=a&upload-id-marker={}&delimiter=/", ids[1]);
    let rest = desk.send(ask("GET", &target));
    assert_eq!(rest.elements("Key"), ["a", "b"]);
    assert_eq!(rest.elements("UploadId"), [ids[2].clone(), ids[0].clone()]);
    assert_eq!(rest.elements("CommonPrefixes").len(), 1);
    assert_eq!(
        (rest.element("NextKeyMarker"), rest.element("NextUploadIdMarker")),
        ("c/".into(), String::new())
    );
    let after = desk.send(ask("GET", "/bucket?uploads&key-marker=a&upload-id-marker="));
    assert_eq!(after.elements("Key"), ["b", "c/x"]);
    let ignored = desk.send(ask("GET", &format!("/bucket?uploads&upload-id-marker={}", ids[3])));
    assert_eq!(ignored.elements("Key").len(), 4);
}

#[test]
fn every_part_has_its_own_time() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    for (number, now) in [(1, "10:00:00.2"), (2, "10:00:00.9"), (3, "09:59:59"), (4, "10:00:00")] {
        desk.now = format!("2026-11-22T{now}Z").parse().unwrap();
        desk.part("key", &id, number, "x");
    }
    let times = desk.send(ask("GET", &format!("/bucket/key?uploadId={id}"))).elements("LastModified");
    let expected =
        ["10:00:00", "10:00:00", "09:59:59", "10:00:00"].map(|time| format!("2026-11-22T{time}.000Z"));
    assert_eq!(times, expected);
}
