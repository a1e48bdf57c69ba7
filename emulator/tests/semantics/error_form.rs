//! How refusals look: documents, HEAD, and what belongs to single codes.

use crate::desk::{Desk, REQUEST_ID, ask};
use base64::{Engine, engine::general_purpose::STANDARD};
use oss_emulator::{
    error::{Code, ErrorForm, OssError},
    http::AnswerBody,
};
use rstest::rstest;

#[test]
fn a_refused_head_request_carries_the_document_in_a_header() {
    let mut desk = Desk::new();
    let reply = desk.send(ask("HEAD", "/bucket/missing"));
    assert_eq!(reply.status(), 404);
    assert!(reply.body.is_empty());
    let document = String::from_utf8(STANDARD.decode(reply.header("x-oss-err")).unwrap()).unwrap();
    assert!(
        document.contains("<Code>NoSuchKey</Code>") && document.contains("<Key>missing</Key>"),
        "{document}"
    );
    assert_eq!(reply.answer.body, AnswerBody::Withheld(document.len() as u64));
    assert_eq!(reply.header("x-oss-ec"), "0026-00000001");
}

#[test]
fn a_refused_head_request_tells_a_missing_bucket_from_a_missing_object() {
    let mut desk = Desk::new();
    let reply = desk.send(ask("HEAD", "/no-bucket/key"));
    let document = String::from_utf8(STANDARD.decode(reply.header("x-oss-err")).unwrap()).unwrap();
    assert!(document.contains("<Code>NoSuchBucket</Code>"));
    assert!(document.contains("<BucketName>no-bucket</BucketName>"));
}

#[rstest]
fn every_code_makes_a_document_that_a_reader_accepts(#[values(false, true)] head: bool) {
    for code in Code::ALL {
        let error = OssError::new(*code).with("Key", "a<b>&\"c\u{1}\r\n\u{FFFF}é");
        let form = ErrorForm { request_id: REQUEST_ID, host_id: "h", head };
        let document = error.document(form);
        let mut reader = quick_xml::Reader::from_str(&document);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        assert!(document.chars().all(oss_emulator::xml::is_legal_char), "{document}");
        // An upload whose callback failed has succeeded half-way.
        let status = error.answer(form).status;
        assert!(status.is_client_error() || status.is_server_error() || *code == Code::CallbackFailed);
        assert_eq!(code.as_str().parse::<Code>(), Ok(*code));
    }
}

#[rstest]
#[case("PUT", "/bucket/key", "x-oss-server-side-encryption", "AES256")]
#[case("PUT", "/bucket/key", "x-oss-server-side-data-encryption", "SM4")]
#[case("PUT", "/bucket/key", "x-oss-server-side-encryption-key-id", "id")]
#[case("PUT", "/bucket/key", "x-oss-persistent-headers", "eDp5")]
#[case("POST", "/bucket/key?uploads", "x-oss-server-side-encryption", "AES256")]
#[case("POST", "/bucket/key?uploads", "x-oss-server-side-data-encryption", "SM4")]
#[case("POST", "/bucket/key?uploads", "x-oss-server-side-encryption-key-id", "id")]
#[case("POST", "/bucket/key?uploads", "x-oss-persistent-headers", "eDp5")]
#[case("POST", "/bucket/key?uploads", "x-oss-callback-var", "e30=")]
#[case("GET", "/bucket/key?versionId=1", "accept", "*/*")]
#[case("GET", "/bucket/key?x-oss-process=image", "accept", "*/*")]
#[case("PUT", "/bucket/key", "x-oss-copy-source", "/bucket/other?versionId=1")]
#[case("POST", "/bucket/key?append&position=0", "x-oss-callback", "e30=")]
#[case("DELETE", "/bucket?cors", "accept", "*/*")]
fn what_is_missing_is_named_and_never_taken_for_something_else(
    #[case] method: &str,
    #[case] target: &str,
    #[case] header: &str,
    #[case] value: &str,
) {
    let mut desk = Desk::new();
    let reply = desk.send(ask(method, target).header(header, value).body("body"));
    assert_eq!(reply.refusal(), (400, "NotImplemented".into()));
    assert!(reply.element("Message").ends_with("is not implemented by this emulator."), "{}", reply.text());
}

#[test]
fn a_conditional_header_on_a_write_is_refused_in_the_words_of_the_documentation() {
    let mut desk = Desk::new();
    let since = "Sun, 22 Nov 2026 08:30:00 GMT";
    let reply = desk.send(ask("PUT", "/bucket/key").header("If-Modified-Since", since).body(""));
    assert_eq!(reply.refusal(), (400, "NotImplemented".into()));
    assert_eq!(reply.element("Header"), "If-Modified-Since");
}
