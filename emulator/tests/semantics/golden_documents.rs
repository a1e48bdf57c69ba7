//! Documents as recorded from OSS, byte for byte. Lengths are the `Content-Length` of the recordings.

use crate::desk::{BUCKET, Desk, REQUEST_ID, ask, list_of};
use bytes::Bytes;
use insta::assert_snapshot;
use oss_emulator::{
    error::{Code, ErrorForm, OssError},
    http::AnswerBody,
    xml::XmlWriter,
};

/// aliyun-oss-python-sdk `tests/test_mock_multipart.py`: 232 bytes.
#[test]
fn the_recorded_initiation_has_232_bytes() {
    let mut xml = XmlWriter::new("InitiateMultipartUploadResult");
    xml.text("Bucket", "ming-oss-share")
        .text("Key", "uosvelpvgjwtxaciqtxoplnx")
        .text("UploadId", "97BD544A65DB46F9A8735C93917A960F");
    let text = xml.finish();
    assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <InitiateMultipartUploadResult>
      <Bucket>ming-oss-share</Bucket>
      <Key>uosvelpvgjwtxaciqtxoplnx</Key>
      <UploadId>97BD544A65DB46F9A8735C93917A960F</UploadId>
    </InitiateMultipartUploadResult>
    "#);
    assert_eq!(text.len(), 232);
}

/// The same recording: 327 bytes, with the bucket in the host of the location.
#[test]
fn a_completion_like_the_recorded_one_has_327_bytes() {
    let mut desk = Desk::new();
    let host = ("host", "ming-oss-share.oss-cn-hangzhou.aliyuncs.com");
    let key = "/pasncdoyuvuvuiyewfsobdwn";
    desk.send(ask("PUT", "/").header(host.0, host.1).body(""));
    let id = desk.send(ask("POST", &format!("{key}?uploads")).header(host.0, host.1)).element("UploadId");
    let mut parts = Vec::new();
    for number in 1..=2 {
        let target = format!("{key}?partNumber={number}&uploadId={id}");
        let body = Bytes::from(vec![b'0'; 102_400]);
        let reply = desk.send(ask("PUT", &target).header(host.0, host.1).body(body));
        parts.push((number, reply.header("etag").trim_matches('"').to_owned()));
    }
    let listed: Vec<(u32, &str)> = parts.iter().map(|(number, etag)| (*number, etag.as_str())).collect();
    let reply =
        desk.send(ask("POST", &format!("{key}?uploadId={id}")).header(host.0, host.1).body(list_of(&listed)));
    assert_snapshot!(reply.text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <CompleteMultipartUploadResult>
      <Location>http://ming-oss-share.oss-cn-hangzhou.aliyuncs.com/pasncdoyuvuvuiyewfsobdwn</Location>
      <Bucket>ming-oss-share</Bucket>
      <Key>pasncdoyuvuvuiyewfsobdwn</Key>
      <ETag>"8032F53558C58B686FAF33C593E3B1DE-2"</ETag>
    </CompleteMultipartUploadResult>
    "#);
    assert_eq!(reply.body.len(), 327);
    assert_eq!(reply.header("content-type"), "application/xml");
}

/// aliyun-oss-python-sdk `tests/test_mock_object.py`: 287 bytes, from a server that sent no EC yet.
#[test]
fn the_recorded_missing_key_has_287_bytes() {
    let mut error = OssError::new(Code::NoSuchKey).with("Key", "sbowspxjhmccpmesjqcwagfw");
    error.ec = None;
    let form = ErrorForm {
        request_id: "566B6C3D6086505A0CFF0F68",
        host_id: "ming-oss-share.oss-cn-hangzhou.aliyuncs.com",
        head: false,
    };
    assert_eq!(error.document(form).len(), 287);
}

/// OSS documentation, "Error responses": 322 bytes.
#[test]
fn the_documented_refusal_of_a_header_has_322_bytes() {
    let error = OssError::new(Code::NotImplemented).with("Header", "If-Modified-Since");
    let form = ErrorForm {
        request_id: "57ABD896CCB80C366955187E",
        host_id: "bucketname.oss-cn-shanghai.aliyuncs.com",
        head: false,
    };
    assert_eq!(error.document(form).len(), 322);
}

#[test]
fn a_list_of_parts_has_all_elements_in_order() {
    let mut desk = Desk::new();
    let id = desk.initiate_with("demo/gp-%0C%0A%0B", "uploads&encoding-type=url");
    desk.part("demo/gp-%0C%0A%0B", &id, 1, "one");
    let reply = desk.send(ask("GET", &format!("/bucket/demo/gp-%0C%0A%0B?uploadId={id}&encoding-type=url")));
    assert_snapshot!(reply.text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ListPartsResult>
      <EncodingType>url</EncodingType>
      <Bucket>bucket</Bucket>
      <Key>demo%2Fgp-%0C%0A%0B</Key>
      <UploadId>00000000000000000000000000000002</UploadId>
      <StorageClass>Standard</StorageClass>
      <PartNumberMarker>0</PartNumberMarker>
      <NextPartNumberMarker>1</NextPartNumberMarker>
      <MaxParts>1000</MaxParts>
      <IsTruncated>false</IsTruncated>
      <Part>
        <PartNumber>1</PartNumber>
        <LastModified>2026-11-22T08:30:00.000Z</LastModified>
        <ETag>"F97C5D29941BFB1B2FDAB0874906AB82"</ETag>
        <HashCrc64ecma>11127386245692450174</HashCrc64ecma>
        <Size>3</Size>
      </Part>
    </ListPartsResult>
    "#);
}

#[test]
fn an_empty_list_of_parts_has_an_empty_next_marker() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let reply =
        desk.send(ask("GET", &format!("/bucket/key?uploadId={id}&part-number-marker=&max-parts=1000")));
    assert_snapshot!(reply.text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ListPartsResult>
      <Bucket>bucket</Bucket>
      <Key>key</Key>
      <UploadId>00000000000000000000000000000002</UploadId>
      <StorageClass>Standard</StorageClass>
      <PartNumberMarker>0</PartNumberMarker>
      <NextPartNumberMarker></NextPartNumberMarker>
      <MaxParts>1000</MaxParts>
      <IsTruncated>false</IsTruncated>
    </ListPartsResult>
    "#);
}

#[test]
fn a_list_of_uploads_has_all_elements_in_order() {
    let mut desk = Desk::new();
    desk.initiate("a/b%20c+d");
    desk.initiate("e");
    let query =
        "uploads=&prefix=&delimiter=/&key-marker=&upload-id-marker=&max-uploads=1000&encoding-type=url";
    assert_snapshot!(desk.send(ask("GET", &format!("/bucket?{query}"))).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ListMultipartUploadsResult>
      <EncodingType>url</EncodingType>
      <Bucket>bucket</Bucket>
      <KeyMarker></KeyMarker>
      <UploadIdMarker></UploadIdMarker>
      <NextKeyMarker>e</NextKeyMarker>
      <NextUploadIdMarker>00000000000000000000000000000003</NextUploadIdMarker>
      <Delimiter>%2F</Delimiter>
      <Prefix></Prefix>
      <MaxUploads>1000</MaxUploads>
      <IsTruncated>false</IsTruncated>
      <Upload>
        <Key>e</Key>
        <UploadId>00000000000000000000000000000003</UploadId>
        <StorageClass>Standard</StorageClass>
        <Initiated>2026-11-22T08:30:00.000Z</Initiated>
      </Upload>
      <CommonPrefixes>
        <Prefix>a%2F</Prefix>
      </CommonPrefixes>
    </ListMultipartUploadsResult>
    "#);
}

#[test]
fn a_list_of_objects_has_all_elements_in_order() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/a%26b").body("1"));
    desk.send(ask("PUT", "/bucket/dir/x").body("22"));
    assert_snapshot!(desk.send(ask("GET", "/bucket/?delimiter=%2F&max-keys=2")).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult>
      <Name>bucket</Name>
      <Prefix></Prefix>
      <Marker></Marker>
      <MaxKeys>2</MaxKeys>
      <Delimiter>/</Delimiter>
      <IsTruncated>false</IsTruncated>
      <Contents>
        <Key>a&amp;b</Key>
        <LastModified>2026-11-22T08:30:00.000Z</LastModified>
        <ETag>"C4CA4238A0B923820DCC509A6F75849B"</ETag>
        <Type>Normal</Type>
        <Size>1</Size>
        <StorageClass>Standard</StorageClass>
        <Owner>
          <ID>1000000000000001</ID>
          <DisplayName>1000000000000001</DisplayName>
        </Owner>
      </Contents>
      <CommonPrefixes>
        <Prefix>dir/</Prefix>
      </CommonPrefixes>
    </ListBucketResult>
    "#);
    assert_snapshot!(desk.send(ask("GET", "/bucket/?list-type=2&max-keys=1")).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult>
      <Name>bucket</Name>
      <Prefix></Prefix>
      <MaxKeys>1</MaxKeys>
      <Delimiter></Delimiter>
      <IsTruncated>true</IsTruncated>
      <NextContinuationToken>YSZi--</NextContinuationToken>
      <Contents>
        <Key>a&amp;b</Key>
        <LastModified>2026-11-22T08:30:00.000Z</LastModified>
        <ETag>"C4CA4238A0B923820DCC509A6F75849B"</ETag>
        <Type>Normal</Type>
        <Size>1</Size>
        <StorageClass>Standard</StorageClass>
      </Contents>
      <KeyCount>1</KeyCount>
    </ListBucketResult>
    "#);
}

#[test]
fn a_list_of_buckets_has_all_elements_in_order() {
    let mut desk = Desk::new();
    assert_snapshot!(desk.send(ask("GET", "/")).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <ListAllMyBucketsResult>
      <Owner>
        <ID>1000000000000001</ID>
        <DisplayName>1000000000000001</DisplayName>
      </Owner>
      <Buckets>
        <Bucket>
          <CreationDate>2026-11-22T08:30:00.000Z</CreationDate>
          <ExtranetEndpoint>127.0.0.1:6770</ExtranetEndpoint>
          <IntranetEndpoint>127.0.0.1:6770</IntranetEndpoint>
          <Location>oss-cn-hangzhou</Location>
          <Name>bucket</Name>
          <Region>cn-hangzhou</Region>
          <StorageClass>Standard</StorageClass>
        </Bucket>
      </Buckets>
    </ListAllMyBucketsResult>
    "#);
    assert_snapshot!(desk.send(ask("GET", "/bucket?bucketInfo")).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <BucketInfo>
      <Bucket>
        <CreationDate>2026-11-22T08:30:00.000Z</CreationDate>
        <ExtranetEndpoint>127.0.0.1:6770</ExtranetEndpoint>
        <IntranetEndpoint>127.0.0.1:6770</IntranetEndpoint>
        <Location>oss-cn-hangzhou</Location>
        <StorageClass>Standard</StorageClass>
        <Name>bucket</Name>
        <Owner>
          <DisplayName>1000000000000001</DisplayName>
          <ID>1000000000000001</ID>
        </Owner>
        <AccessControlList>
          <Grant>private</Grant>
        </AccessControlList>
      </Bucket>
    </BucketInfo>
    "#);
    assert_snapshot!(desk.send(ask("GET", "/bucket?location")).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <LocationConstraint>oss-cn-hangzhou</LocationConstraint>
    "#);
    assert_snapshot!(desk.send(ask("GET", "/bucket?acl")).text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <AccessControlPolicy>
      <Owner>
        <DisplayName>1000000000000001</DisplayName>
        <ID>1000000000000001</ID>
      </Owner>
      <AccessControlList>
        <Grant>private</Grant>
      </AccessControlList>
    </AccessControlPolicy>
    "#);
}

#[test]
fn a_refusal_has_its_own_elements_between_host_and_ec() {
    let mut desk = Desk::new();
    let reply = desk.send(ask("PUT", "/bucket/key?partNumber=0&uploadId=X").body("x"));
    assert_snapshot!(reply.text(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <Error>
      <Code>InvalidArgument</Code>
      <Message>Part number must be an integer between 1 and 10000, inclusive.</Message>
      <RequestId>5C3D9175B6FC201293AD4890</RequestId>
      <HostId>127.0.0.1:6770</HostId>
      <ArgumentName>PartNumber</ArgumentName>
      <ArgumentValue>0</ArgumentValue>
      <EC>0017-00000220</EC>
      <RecommendDoc>https://api.aliyun.com/troubleshoot?q=0017-00000220</RecommendDoc>
    </Error>
    "#);
    assert_eq!(reply.header("x-oss-ec"), "0017-00000220");
    assert!(reply.text().contains(REQUEST_ID) && !reply.text().contains("xmlns"));
    assert_eq!(reply.answer.body, AnswerBody::Bytes(reply.body.clone().into()));
    assert_eq!(BUCKET, "bucket");
}

#[test]
fn rows_of_a_listing_read_like_elements_written_one_by_one() {
    let mut by_row = XmlWriter::new("ListPartsResult");
    let layout = by_row.layout("Part", &["PartNumber", "ETag", "Note", "Size"], 2);
    by_row.row(&layout).number(1_u16).quoted("A<B\u{1}").text("5 > 4 & \r").number(u64::MAX);
    by_row.row(&layout).number(2_u16);

    let mut by_element = XmlWriter::new("ListPartsResult");
    by_element.open("Part").value("PartNumber", 1).text("ETag", "\"A<B\u{1}\"");
    by_element.text("Note", "5 > 4 & \r").value("Size", u64::MAX).close();
    by_element.open("Part").value("PartNumber", 2).text("ETag", "").text("Note", "").text("Size", "").close();

    assert_eq!(by_row.finish(), by_element.finish());
}
