//! Many objects at once.

use crate::desk::{Desk, Reply, ask};
use oss_emulator::domain::Md5;
use rstest::rstest;

pub(crate) fn delete(desk: &mut Desk, query: &str, body: &str) -> Reply {
    let request = ask("POST", &format!("/bucket?delete{query}"))
        .header("content-md5", Md5::of(body.as_bytes()).base64())
        .body(body.to_owned());
    desk.send(request)
}

#[test]
fn all_named_objects_go_whether_or_not_they_were_there() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/a%26b").body("x"));
    desk.send(ask("PUT", "/bucket/kept").body("x"));
    desk.send(ask("PUT", "/bucket/last").body("x"));
    let body = "<Delete><Quiet>false</Quiet><Object><Key>a&amp;b</Key></Object><Object><Key> spaced </Key></Object>\
                <Object><Key>a&amp;b</Key></Object><Object><Key>last</Key></Object></Delete>";
    let reply = delete(&mut desk, "&encoding-type=url", body);
    assert_eq!((reply.status(), reply.element("EncodingType")), (200, "url".into()));
    assert_eq!(reply.elements("Key"), ["a%26b", "%20spaced%20", "a%26b", "last"]);
    assert_eq!(desk.send(ask("GET", "/bucket")).elements("Key"), ["kept"]);
}

#[test]
fn a_quiet_deletion_says_nothing() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/a").body("x"));
    let reply = delete(&mut desk, "", "<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>");
    assert_eq!((reply.status(), reply.body.len(), reply.committed), (200, 0, true));
}

#[test]
fn a_thousand_keys_are_the_most() {
    let mut desk = Desk::new();
    let body = |count| format!("<Delete>{}</Delete>", "<Object><Key>a</Key></Object>".repeat(count));
    assert_eq!(delete(&mut desk, "", &body(1000)).status(), 200);
    assert_eq!(delete(&mut desk, "", &body(1001)).refusal(), (400, "MalformedXML".into()));
    assert_eq!(delete(&mut desk, "", &body(0)).refusal(), (400, "MalformedXML".into()));
}

#[rstest]
#[case::nothing("")]
#[case::wrong_root("<Remove><Object><Key>a</Key></Object></Remove>")]
#[case::two_roots("<Delete/><Delete><Object><Key>a</Key></Object></Delete>")]
#[case::unclosed("<Delete><Object><Key>a</Key></Object>")]
#[case::unknown_element("<Delete><Loud/><Object><Key>a</Key></Object></Delete>")]
#[case::unknown_within("<Delete><Object><Key>a</Key><Size>1</Size></Object></Delete>")]
#[case::key_twice("<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>")]
#[case::no_key("<Delete><Object/></Delete>")]
#[case::quiet_is_no_flag("<Delete><Quiet>yes</Quiet><Object><Key>a</Key></Object></Delete>")]
#[case::document_type("<!DOCTYPE a><Delete><Object><Key>a</Key></Object></Delete>")]
#[case::text_outside("<Delete><Object><Key>a</Key></Object></Delete>x")]
fn a_malformed_document_deletes_nothing(#[case] body: &str) {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/a").body("x"));
    assert_eq!(delete(&mut desk, "", body).refusal(), (400, "MalformedXML".into()));
    assert_eq!(desk.send(ask("GET", "/bucket/a")).status(), 200);
}
