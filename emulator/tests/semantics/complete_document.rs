//! The reader of CompleteMultipartUpload's body: every spelling in use, and nothing else.

use oss_emulator::{
    domain::completion::ListedPart,
    xml::{MalformedXml, read_complete, read_flat},
};
use proptest::prelude::*;
use rstest::rstest;

fn part(number: i64, etag: &str) -> ListedPart {
    ListedPart { number, etag: etag.into() }
}

fn one(inner: &str) -> String {
    format!("<CompleteMultipartUpload><Part>{inner}</Part></CompleteMultipartUpload>")
}

#[rstest]
#[case::literal_quotes("<PartNumber>1</PartNumber><ETag>\"A\"</ETag>")]
#[case::java("<PartNumber>1</PartNumber><ETag>&quot;A&quot;</ETag>")]
#[case::go("<PartNumber>1</PartNumber><ETag>&#34;A&#34;</ETag>")]
#[case::hexadecimal("<PartNumber>1</PartNumber><ETag>&#x22;A&#x22;</ETag>")]
#[case::no_quotes("<PartNumber>1</PartNumber><ETag>A</ETag>")]
#[case::tag_first("<ETag>A</ETag><PartNumber>1</PartNumber>")]
#[case::white_space("\r\n\t<PartNumber> 1\n</PartNumber>\n  <ETag>\n \"A\" </ETag>\n")]
#[case::character_data("<PartNumber>1</PartNumber><ETag><![CDATA[\"A\"]]></ETag>")]
#[case::comment("<!-- x --><PartNumber>1</PartNumber><ETag>A<!-- y --></ETag>")]
#[case::leading_zeros("<PartNumber>001</PartNumber><ETag>A</ETag>")]
fn every_spelling_in_use_is_read(#[case] inner: &str) {
    for declaration in ["", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "\u{FEFF}<?xml version='1.0'?>"] {
        let body = format!("{declaration}{}\n", one(inner));
        assert_eq!(read_complete(body.as_bytes()), Ok(vec![part(1, "A")]), "{body}");
    }
}

#[test]
fn a_namespace_and_attributes_change_nothing() {
    let body = "<CompleteMultipartUpload xmlns=\"http://doc.oss-cn-hangzhou.aliyuncs.com\"><Part a='b'><PartNumber>1</PartNumber><ETag/></Part></CompleteMultipartUpload>";
    assert_eq!(read_complete(body.as_bytes()), Ok(vec![part(1, "")]));
}

#[test]
fn numbers_out_of_range_are_read_for_the_rules_to_judge() {
    for (text, number) in [("0", 0), ("-3", -3), ("10001", 10_001), ("99999999999999999999", i64::MAX)] {
        let body = one(&format!("<PartNumber>{text}</PartNumber><ETag>A</ETag>"));
        assert_eq!(read_complete(body.as_bytes()), Ok(vec![part(number, "A")]));
    }
}

#[rstest]
#[case("<CompleteMultipartUpload/>")]
#[case("<CompleteMultipartUpload></CompleteMultipartUpload>")]
fn an_empty_list_is_a_list(#[case] body: &str) {
    assert_eq!(read_complete(body.as_bytes()), Ok(Vec::new()));
}

#[rstest]
#[case::nothing("")]
#[case::white_space("  \n")]
#[case::no_xml("hello")]
#[case::json("{\"parts\":[]}")]
#[case::wrong_root("<CompleteUpload/>")]
#[case::wrong_case("<completemultipartupload/>")]
#[case::unclosed("<CompleteMultipartUpload>")]
#[case::cut_short("<CompleteMultipartUpload><Part><PartNumber>1</Par")]
#[case::crossed("<CompleteMultipartUpload><Part></CompleteMultipartUpload></Part>")]
#[case::two_roots("<CompleteMultipartUpload/><CompleteMultipartUpload/>")]
#[case::trailing_text("<CompleteMultipartUpload/>x")]
#[case::leading_text("x<CompleteMultipartUpload/>")]
#[case::text_between("<CompleteMultipartUpload>x</CompleteMultipartUpload>")]
#[case::document_type("<!DOCTYPE a><CompleteMultipartUpload/>")]
#[case::bomb("<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><CompleteMultipartUpload/>")]
#[case::part_of_a_part("<CompleteMultipartUpload><Part><Part/></Part></CompleteMultipartUpload>")]
#[case::end_without_start("</CompleteMultipartUpload>")]
fn anything_else_is_malformed(#[case] body: &str) {
    assert!(read_complete(body.as_bytes()).is_err());
}

#[rstest]
#[case::no_number("<ETag>A</ETag>")]
#[case::no_tag("<PartNumber>1</PartNumber>")]
#[case::number_twice("<PartNumber>1</PartNumber><PartNumber>1</PartNumber><ETag>A</ETag>")]
#[case::tag_twice("<PartNumber>1</PartNumber><ETag>A</ETag><ETag>A</ETag>")]
#[case::no_digits("<PartNumber>one</PartNumber><ETag>A</ETag>")]
#[case::fraction("<PartNumber>1.0</PartNumber><ETag>A</ETag>")]
#[case::empty_number("<PartNumber/><ETag>A</ETag>")]
#[case::lone_minus("<PartNumber>-</PartNumber><ETag>A</ETag>")]
#[case::unknown_element("<PartNumber>1</PartNumber><ETag>A</ETag><Size>1</Size>")]
#[case::nested_text("<PartNumber><b>1</b></PartNumber><ETag>A</ETag>")]
#[case::unknown_entity("<PartNumber>1</PartNumber><ETag>&x;</ETag>")]
#[case::bad_reference("<PartNumber>1</PartNumber><ETag>&#xD800;</ETag>")]
fn a_malformed_part_is_malformed(#[case] inner: &str) {
    assert!(read_complete(one(inner).as_bytes()).is_err());
}

#[test]
fn bytes_that_are_not_utf8_are_malformed() {
    let body = one("<PartNumber>1</PartNumber><ETag>A</ETag>").into_bytes();
    let body: Vec<u8> = body.into_iter().map(|byte| if byte == b'A' { 0xFF } else { byte }).collect();
    assert!(read_complete(&body).is_err());
}

#[test]
fn depth_costs_nothing() {
    let deep = "<a>".repeat(1_000_000);
    assert!(read_complete(deep.as_bytes()).is_err());
    let deep = format!("<CompleteMultipartUpload>{}", "<Part>".repeat(600_000));
    assert!(read_complete(deep.as_bytes()).is_err());
}

#[test]
fn ten_thousand_parts_fit_in_any_spelling_and_one_more_does_not() {
    let line = "  <Part>\r\n    <PartNumber>10000</PartNumber>\r\n    <ETag>&quot;0123456789ABCDEF0123456789ABCDEF&quot;</ETag>\r\n  </Part>\r\n";
    let list =
        |count: usize| format!("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", line.repeat(count));
    assert_eq!(read_complete(list(10_000).as_bytes()).map(|parts| parts.len()), Ok(10_000));
    assert_eq!(read_complete(list(10_001).as_bytes()), Err(MalformedXml("more than 10,000 parts".into())));
}

fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<CompleteMultipartUpload>".to_owned()),
        Just("</CompleteMultipartUpload>".to_owned()),
        Just("<Part>".to_owned()),
        Just("</Part>".to_owned()),
        Just("<PartNumber>1</PartNumber>".to_owned()),
        Just("<ETag>&quot;A&#34;</ETag>".to_owned()),
        Just("<!DOCTYPE x [".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("&lt;&#0;&a".to_owned()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(scraps in prop::collection::vec(scrap(), 0..12)) {
        let text = scraps.concat();
        let _ = read_complete(text.as_bytes());
        let _ = read_flat(text.as_bytes(), "CompleteMultipartUpload", &["Part", "ETag"]);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_complete(&bytes);
    }

    #[test]
    fn what_is_written_is_read(parts in prop::collection::vec((0..20_000_i64, "[ -~é你]{0,40}"), 0..20)) {
        let mut xml = oss_emulator::xml::XmlWriter::new("CompleteMultipartUpload");
        for (number, etag) in &parts {
            xml.open("Part").value("PartNumber", number).text("ETag", etag).close();
        }
        let expected: Vec<_> =
            parts.iter().map(|(number, etag)| part(*number, etag.trim().trim_matches('"'))).collect();
        prop_assert_eq!(read_complete(xml.finish().as_bytes()), Ok(expected));
    }
}
