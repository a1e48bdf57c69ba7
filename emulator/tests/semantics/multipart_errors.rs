//! What each multipart operation refuses, and in which order it looks.

use crate::desk::{Ask, Desk, ask, list_of};
use bytes::Bytes;
use rstest::rstest;

const GONE: &str = "0123456789ABCDEF0123456789ABCDEF";

/// A desk with an upload of `key` whose part 1 holds `x`; gives its id and the part's tag.
fn begun() -> (Desk, String, String) {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "x");
    (desk, id, etag)
}

#[rstest]
#[case("PUT", "/no-bucket/key?partNumber=0&uploadId=X")]
#[case("POST", "/no-bucket/key?uploads&encoding-type=wrong")]
#[case("GET", "/no-bucket/key?uploadId=X&max-parts=0")]
#[case("POST", "/no-bucket/key?uploadId=X")]
#[case("DELETE", "/no-bucket/key?uploadId=X")]
#[case("GET", "/no-bucket?uploads&max-uploads=0")]
fn a_missing_bucket_is_named_before_anything_else(#[case] method: &str, #[case] target: &str) {
    let reply = Desk::new().send(ask(method, target).body("<x"));
    assert_eq!(reply.refusal(), (404, "NoSuchBucket".into()));
    assert_eq!(
        (reply.element("BucketName"), reply.header("x-oss-ec")),
        ("no-bucket".into(), "0015-00000101")
    );
}

#[rstest]
#[case::zero("partNumber=0", "0", "PartNumber", "0017-00000220")]
#[case::too_large("partNumber=10001", "10001", "PartNumber", "0017-00000220")]
#[case::word("partNumber=abc", "abc", "PartNumber", "0017-00000220")]
#[case::negative("partNumber=-1", "-1", "PartNumber", "0017-00000220")]
#[case::plus("partNumber=%2B1", "+1", "PartNumber", "0017-00000220")]
#[case::huge("partNumber=99999999999999999999999", "99999999999999999999999", "PartNumber", "0017-00000220")]
#[case::missing("x=1", "partNumber", "ResourceType", "0017-00000219")]
#[case::empty("partNumber=", "partNumber", "ResourceType", "0017-00000219")]
fn a_bad_part_number_is_refused(
    #[case] query: &str,
    #[case] value: &str,
    #[case] name: &str,
    #[case] ec: &str,
) {
    let (mut desk, id, _) = begun();
    let reply = desk.send(ask("PUT", &format!("/bucket/key?{query}&uploadId={id}")).body("x"));
    assert_eq!(reply.refusal(), (400, "InvalidArgument".into()));
    assert_eq!((reply.element("ArgumentName"), reply.element("ArgumentValue")), (name.into(), value.into()));
    assert_eq!(reply.header("x-oss-ec"), ec);
}

#[rstest]
#[case("PUT", "key?partNumber=1&uploadId=", "0042-00000104")]
#[case("GET", "key?uploadId=", "0042-00000104")]
#[case("POST", "key?uploadId=", "0042-00000203")]
#[case("DELETE", "key?uploadId=", "0042-00000002")]
fn an_unknown_upload_is_refused(#[case] method: &str, #[case] target: &str, #[case] ec: &str) {
    let (mut desk, id, etag) = begun();
    for (wrong, key) in [(GONE, "key"), (id.as_str(), "other")] {
        let target = format!("/bucket/{}{wrong}", target.replace("key", key));
        let reply = desk.send(ask(method, &target).body(list_of(&[(1, &etag)])));
        assert_eq!(reply.refusal(), (404, "NoSuchUpload".into()), "{method} {target}");
        assert_eq!((reply.element("UploadId"), reply.header("x-oss-ec")), (wrong.into(), ec));
    }
}

#[test]
fn a_part_without_an_upload_id_has_an_ec_of_its_own() {
    let reply = Desk::new().send(ask("PUT", "/bucket/key?partNumber=1").body("x"));
    assert_eq!((reply.refusal(), reply.header("x-oss-ec")), ((404, "NoSuchUpload".into()), "0017-00000244"));
}

#[rstest]
#[case::mismatch("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==", "InvalidDigest", "0017-00000503")]
#[case::malformed("content-md5", "short", "InvalidDigest", "0017-00000502")]
#[case::hex("content-md5", "9dd4e461268c8034f5c8564e155c67a6", "InvalidDigest", "0017-00000502")]
#[case::checksum("x-oss-hash-crc64ecma", "1", "InvalidCRC64", "")]
#[case::no_checksum("x-oss-hash-crc64ecma", "x", "InvalidCRC64", "")]
#[case::encryption("x-oss-server-side-encryption", "AES256", "InvalidArgument", "")]
fn a_broken_promise_leaves_no_part(
    #[case] name: &str,
    #[case] value: &str,
    #[case] code: &str,
    #[case] ec: &str,
) {
    let (mut desk, id, _) = begun();
    let request =
        ask("PUT", &format!("/bucket/key?partNumber=2&uploadId={id}")).header(name, value).body("y");
    let reply = desk.send(request);
    assert_eq!((reply.refusal(), reply.header("x-oss-ec")), ((400, code.into()), ec));
    let list = desk.send(ask("GET", &format!("/bucket/key?uploadId={id}")));
    assert_eq!(list.elements("PartNumber"), ["1"]);
}

#[test]
fn kept_promises_are_accepted() {
    let (mut desk, id, _) = begun();
    let request = ask("PUT", &format!("/bucket/key?partNumber=2&uploadId={id}"))
        .header("content-md5", "XrY7u+Ae7tCTyyK7j1rNww==")
        .header("x-oss-hash-crc64ecma", "5981764153023615706")
        .body("hello world");
    assert_eq!(desk.send(request).status(), 200);
}

#[test]
fn a_part_without_a_stated_length_is_refused_and_a_chunked_one_taken() {
    let (mut desk, id, _) = begun();
    let target = format!("/bucket/key?partNumber=2&uploadId={id}");
    let reply = desk.send(ask("PUT", &target).body("x").lengthless());
    assert_eq!(reply.refusal(), (411, "MissingContentLength".into()));
    let chunked = ask("PUT", &target).header("transfer-encoding", "chunked").body("x").lengthless();
    assert_eq!(desk.send(chunked).status(), 200);
}

#[test]
fn a_part_larger_than_five_gibibytes_is_refused_by_its_announcement() {
    let (mut desk, id, _) = begun();
    let target = format!("/bucket/key?partNumber=2&uploadId={id}");
    let request = ask("PUT", &target).header("content-length", (5_u64 * (1 << 30) + 1).to_string());
    assert_eq!(desk.send(request).refusal(), (400, "EntityTooLarge".into()));
}

fn completing(id: &str, parts: &[(u32, &str)]) -> Ask {
    ask("POST", &format!("/bucket/key?uploadId={id}")).body(list_of(parts))
}

#[rstest]
#[case::descending(&[2, 1], "InvalidPartOrder")]
#[case::twice(&[1, 1], "InvalidPartOrder")]
#[case::zero(&[0, 1], "InvalidPartOrder")]
#[case::too_large(&[1, 10_001], "InvalidPartOrder")]
#[case::never_uploaded(&[1, 3], "InvalidPart")]
fn a_bad_list_completes_nothing(#[case] numbers: &[u32], #[case] code: &str) {
    let (mut desk, id, etag) = begun();
    desk.part("key", &id, 2, "x");
    let parts: Vec<(u32, &str)> = numbers.iter().map(|number| (*number, etag.as_str())).collect();
    assert_eq!(desk.send(completing(&id, &parts)).refusal(), (400, code.into()));
}

#[test]
fn completing_with_a_missing_part_names_it() {
    let (mut desk, id, etag) = begun();
    let reply = desk.send(completing(&id, &[(1, &etag), (5, "undefined")]));
    assert_eq!(reply.refusal(), (400, "InvalidPart".into()));
    let named = ["ETag", "PartNumber", "UploadId"].map(|name| reply.element(name));
    assert_eq!(named, ["undefined".to_owned(), "5".to_owned(), id]);
}

#[rstest]
#[case(102_399, 400)]
#[case(102_400, 200)]
fn every_part_but_the_last_has_a_least_size(#[case] size: usize, #[case] status: u16) {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let one = desk.part("key", &id, 1, Bytes::from(vec![1; size]));
    let two = desk.part("key", &id, 2, "");
    let reply = desk.send(completing(&id, &[(1, &one), (2, &two)]));
    assert_eq!(reply.status(), status);
    if status == 400 {
        assert_eq!(
            (reply.element("Code"), reply.header("x-oss-ec")),
            ("EntityTooSmall".into(), "0042-00000213")
        );
        let named = ["ETag", "MinSizeAllowed", "PartNumber", "ProposedSize", "UploadId"]
            .map(|name| reply.element(name));
        assert_eq!(named, [one, "102400".into(), "1".into(), "102399".into(), id]);
    }
}

/// Our choice of order, where the documentation is silent: document, upload, order, parts, sizes,
/// overwriting.
#[test]
fn of_several_faults_the_first_in_order_is_named() {
    let (mut desk, id, etag) = begun();
    desk.part("key", &id, 2, "x");
    desk.send(ask("PUT", "/bucket/key").body("old"));
    let forbid = |request: Ask| request.header("x-oss-forbid-overwrite", "true");
    let mut code = |request: Ask| desk.send(forbid(request)).element("Code");
    assert_eq!(code(ask("POST", &format!("/bucket/key?uploadId={GONE}")).body("<x")), "MalformedXML");
    assert_eq!(code(completing(GONE, &[(2, "?"), (1, "?")])), "NoSuchUpload");
    assert_eq!(code(completing(&id, &[(2, "?"), (1, "?")])), "InvalidPartOrder");
    assert_eq!(code(completing(&id, &[(1, &etag), (2, "?")])), "InvalidPart");
    assert_eq!(code(completing(&id, &[(1, &etag), (2, &etag)])), "EntityTooSmall");
    assert_eq!(code(completing(&id, &[(1, &etag)])), "FileAlreadyExists");
}

#[rstest]
#[case::of_the_whole_file("nQS4YSaMgDT1yFZOFVxnpg==")]
#[case::malformed("AAAA")]
fn the_digest_of_a_completion_is_that_of_its_document(#[case] md5: &str) {
    let (mut desk, id, etag) = begun();
    let reply = desk.send(completing(&id, &[(1, &etag)]).header("content-md5", md5));
    assert_eq!(reply.refusal(), (400, "InvalidDigest".into()));
}

#[test]
fn a_document_that_is_too_long_is_refused_unread() {
    let (mut desk, id, _) = begun();
    let announced = (4 * 1024 * 1024 + 1).to_string();
    let reply =
        desk.send(ask("POST", &format!("/bucket/key?uploadId={id}")).header("content-length", announced));
    assert_eq!(reply.refusal(), (400, "MalformedXML".into()));
    assert_eq!(reply.element("ErrorDetail"), "the document is too long");
}

#[rstest]
#[case("POST", "/bucket/key?uploads&encoding-type=base64")]
#[case("GET", "/bucket/key?uploadId=X&encoding-type=base64")]
#[case("GET", "/bucket?uploads&encoding-type=base64")]
#[case("GET", "/bucket?encoding-type=base64")]
fn an_unknown_encoding_is_refused(#[case] method: &str, #[case] target: &str) {
    let reply = Desk::new().send(ask(method, target));
    assert_eq!(
        (reply.refusal(), reply.header("x-oss-ec")),
        ((400, "InvalidArgument".into()), "0017-00000235")
    );
    assert_eq!(
        (reply.element("ArgumentName"), reply.element("ArgumentValue")),
        ("encoding-type".into(), "base64".into())
    );
}

#[rstest]
#[case("/bucket/key?uploadId={id}&max-parts=0", "max-parts")]
#[case("/bucket/key?uploadId={id}&max-parts=1001", "max-parts")]
#[case("/bucket/key?uploadId={id}&max-parts=ten", "max-parts")]
#[case("/bucket/key?uploadId={id}&part-number-marker=-1", "part-number-marker")]
#[case("/bucket?uploads&max-uploads=1001", "max-uploads")]
fn a_bad_page_size_is_refused(#[case] target: &str, #[case] name: &str) {
    let (mut desk, id, _) = begun();
    let reply = desk.send(ask("GET", &target.replace("{id}", &id)));
    assert_eq!(
        (reply.refusal(), reply.element("ArgumentName")),
        ((400, "InvalidArgument".into()), name.into())
    );
}

#[test]
fn a_key_that_xml_cannot_carry_needs_an_encoding() {
    let mut desk = Desk::new();
    let reply = desk.send(ask("POST", "/bucket/a%01b?uploads"));
    assert_eq!(
        (reply.refusal(), reply.element("ArgumentName")),
        ((400, "InvalidArgument".into()), "encoding-type".into())
    );
    let id = desk.initiate_with("a%01b", "uploads&encoding-type=url");
    let etag = desk.part("a%01b", &id, 1, "x");
    let target = format!("/bucket/a%01b?uploadId={id}&encoding-type=url");
    let reply = desk.send(ask("POST", &target).body(list_of(&[(1, &etag)])));
    assert_eq!((reply.element("Key"), reply.element("EncodingType")), ("a%01b".into(), "url".into()));
    assert_eq!(reply.element("Location"), "http://127.0.0.1:6770/bucket/a%01b");
}

#[test]
fn a_part_whose_upload_ends_while_it_arrives_is_refused() {
    let (mut desk, id, etag) = begun();
    let part = ask("PUT", &format!("/bucket/key?partNumber=2&uploadId={id}")).body("y");
    let reply = desk.send_while(part, |desk| {
        assert_eq!(desk.send(completing(&id, &[(1, &etag)])).status(), 200);
    });
    assert_eq!(reply.refusal(), (404, "NoSuchUpload".into()));
}

#[test]
fn of_two_equal_parts_of_a_sequential_upload_the_first_to_arrive_stays() {
    let mut desk = Desk::new();
    let id = desk.initiate_with("key", "uploads&sequential");
    let slow = ask("PUT", &format!("/bucket/key?partNumber=1&uploadId={id}")).body("slow");
    let reply = desk.send_while(slow, |desk| {
        desk.part("key", &id, 1, "fast");
    });
    assert_eq!(reply.refusal(), (409, "PartAlreadyExist".into()));
}

#[test]
fn an_object_whose_bucket_goes_while_it_arrives_is_refused() {
    let mut desk = Desk::new();
    let reply = desk.send_while(ask("PUT", "/bucket/key").body("x"), |desk| {
        assert_eq!(desk.send(ask("DELETE", "/bucket")).status(), 204);
    });
    assert_eq!(reply.refusal(), (404, "NoSuchBucket".into()));
}

#[test]
fn of_an_abort_and_a_completion_exactly_one_wins() {
    let (mut desk, id, etag) = begun();
    let target = format!("/bucket/key?uploadId={id}");
    let reply = desk.send_while(completing(&id, &[(1, &etag)]), |desk| {
        assert_eq!(desk.send(ask("DELETE", &target)).status(), 204);
    });
    assert_eq!(reply.refusal(), (404, "NoSuchUpload".into()));
}
