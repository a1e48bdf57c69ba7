//! Provocations of the operations of uploads, copies of parts included.

use super::scenes::{FUTURE, LARGE, Provoke};
use crate::desk::{Ask, Desk, Reply, ask, list_of};

fn part(query: &str) -> Ask {
    ask("PUT", &format!("/bucket/open?{query}")).body("x")
}

fn copied_part(id: &str, source: &str) -> Ask {
    ask("PUT", &format!("/bucket/open?partNumber=1&uploadId={id}")).header("x-oss-copy-source", source)
}

fn completed(desk: &mut Desk, id: &str, parts: &[(u32, &str)]) -> Reply {
    desk.complete("open", id, parts)
}

fn ordered(desk: &mut Desk, numbers: &[u32]) -> Reply {
    let id = desk.initiate_with("open", "uploads&sequential");
    let reply = |desk: &mut Desk, number| desk.send(part(&format!("partNumber={number}&uploadId={id}")));
    numbers.iter().map(|number| reply(desk, *number)).last().unwrap()
}

fn initiated(desk: &mut Desk, name: &str, value: &str) -> Reply {
    desk.send(ask("POST", "/bucket/here?uploads").header(name, value))
}

const BIG_ETAG: &str = "0123456789ABCDEF0123456789ABCDEF";

pub(super) const MULTIPART: &[(&str, &str, Provoke)] = &[
    ("InitiateMultipartUpload", "encoding-type not url", |desk, _| {
        desk.send(ask("POST", "/bucket/a?uploads&encoding-type=url2"))
    }),
    ("InitiateMultipartUpload", "success", |desk, _| desk.send(ask("POST", "/bucket/a?uploads"))),
    ("InitiateMultipartUpload", "x-oss-storage-class unknown", |desk, _| {
        initiated(desk, "x-oss-storage-class", "Warm")
    }),
    ("InitiateMultipartUpload", "x-oss-server-side-encryption not", |desk, _| {
        initiated(desk, "x-oss-server-side-encryption", "ROT13")
    }),
    ("InitiateMultipartUpload", "x-oss-forbid-overwrite", |desk, _| {
        initiated(desk, "x-oss-forbid-overwrite", "true")
    }),
    ("InitiateMultipartUpload", "x-oss-tagging malformed", |desk, _| {
        initiated(desk, "x-oss-tagging", "a=1&a=2")
    }),
    ("InitiateMultipartUpload", "more than 10 tags", |desk, _| {
        initiated(desk, "x-oss-tagging", "a&b&c&d&e&f&g&h&i&j&k")
    }),
    ("UploadPart", "SSE header", |desk, id| {
        desk.send(
            part(&format!("partNumber=1&uploadId={id}")).header("x-oss-server-side-encryption", "AES256"),
        )
    }),
    ("UploadPart", "success", |desk, id| desk.send(part(&format!("partNumber=1&uploadId={id}")))),
    ("UploadPart", "partNumber <1", |desk, id| desk.send(part(&format!("partNumber=10001&uploadId={id}")))),
    ("UploadPart", "partNumber missing", |desk, id| desk.send(part(&format!("uploadId={id}")))),
    ("UploadPart", "uploadId missing", |desk, _| desk.send(part("partNumber=1"))),
    ("UploadPart", "Content-MD5 differs", |desk, id| {
        desk.send(
            part(&format!("partNumber=1&uploadId={id}")).header("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        )
    }),
    ("UploadPart", "Content-MD5 not 16", |desk, id| {
        desk.send(part(&format!("partNumber=1&uploadId={id}")).header("content-md5", "eA=="))
    }),
    ("UploadPart", "x-oss-hash-crc64ecma", |desk, id| {
        desk.send(part(&format!("partNumber=1&uploadId={id}")).header("x-oss-hash-crc64ecma", "1"))
    }),
    ("UploadPart", "neither Content-Length", |desk, id| {
        desk.send(part(&format!("partNumber=1&uploadId={id}")).lengthless())
    }),
    ("UploadPart", "part larger", |desk, id| {
        desk.send(part(&format!("partNumber=1&uploadId={id}")).lengthless().header("content-length", LARGE))
    }),
    ("UploadPart", "sequential upload: part leaves a gap", |desk, _| ordered(desk, &[1, 3])),
    ("UploadPart", "sequential upload: part number already", |desk, _| ordered(desk, &[1, 1])),
    ("UploadPart", "part below 100 KB", |desk, id| desk.send(part(&format!("partNumber=1&uploadId={id}")))),
    ("UploadPart", "same partNumber", |desk, id| {
        desk.part("open", id, 1, "y");
        desk.send(part(&format!("partNumber=1&uploadId={id}")))
    }),
    ("ListParts", "encoding-type not url", |desk, id| {
        desk.send(ask("GET", &format!("/bucket/open?uploadId={id}&encoding-type=base64")))
    }),
    ("ListParts", "success", |desk, id| desk.send(ask("GET", &format!("/bucket/open?uploadId={id}")))),
    ("ListParts", "max-parts", |desk, id| {
        desk.send(ask("GET", &format!("/bucket/open?uploadId={id}&max-parts=1001")))
    }),
    ("AbortMultipartUpload", "success", |desk, id| {
        desk.send(ask("DELETE", &format!("/bucket/open?uploadId={id}")))
    }),
    ("ListMultipartUploads", "encoding-type not url", |desk, _| {
        desk.send(ask("GET", "/bucket?uploads&encoding-type=url2"))
    }),
    ("ListMultipartUploads", "success", |desk, _| desk.send(ask("GET", "/bucket?uploads"))),
    ("ListMultipartUploads", "max-uploads", |desk, _| desk.send(ask("GET", "/bucket?uploads&max-uploads=x"))),
    ("any", "empty query value", |desk, id| {
        desk.send(ask("GET", &format!("/bucket/open?uploadId={id}&part-number-marker=")))
    }),
    ("any", "method not supported", |desk, _| desk.send(ask("POST", "/bucket/here"))),
    ("any", "required parameter absent", |desk, _| desk.send(ask("POST", "/bucket/new?append").body("x"))),
    ("any", "header implies", |desk, _| {
        desk.send(ask("PUT", "/bucket/here").header("if-modified-since", FUTURE).body("x"))
    }),
];

pub(super) const COMPLETION: &[(&str, &str, Provoke)] = &[
    ("CompleteMultipartUpload", "encoding-type not url", |desk, id| {
        desk.send(ask("POST", &format!("/bucket/open?uploadId={id}&encoding-type=u")).body("x"))
    }),
    ("CompleteMultipartUpload", "success via", |desk, id| {
        desk.send(ask("POST", &format!("/bucket/open?uploadId={id}")).header("x-oss-complete-all", "yes"))
    }),
    ("CompleteMultipartUpload", "success with an empty", |desk, id| completed(desk, id, &[])),
    ("CompleteMultipartUpload", "success", |desk, id| {
        let etag = desk.part("open", id, 1, "x");
        completed(desk, id, &[(1, &etag)])
    }),
    ("CompleteMultipartUpload", "listed part missing", |desk, id| completed(desk, id, &[(1, BIG_ETAG)])),
    ("CompleteMultipartUpload", "ETag text", |desk, id| {
        desk.part("open", id, 1, "x");
        completed(desk, id, &[(1, "no hex")])
    }),
    ("CompleteMultipartUpload", "part numbers not ascending", |desk, id| {
        completed(desk, id, &[(2, BIG_ETAG), (1, BIG_ETAG)])
    }),
    ("CompleteMultipartUpload", "duplicate part numbers", |desk, id| {
        completed(desk, id, &[(1, BIG_ETAG), (1, BIG_ETAG)])
    }),
    ("CompleteMultipartUpload", "part number outside", |desk, id| completed(desk, id, &[(10_001, BIG_ETAG)])),
    ("CompleteMultipartUpload", "a part other than the last", |desk, id| {
        let (one, two) = (desk.part("open", id, 1, "x"), desk.part("open", id, 2, "y"));
        completed(desk, id, &[(1, &one), (2, &two)])
    }),
    ("CompleteMultipartUpload", "body empty", |desk, id| {
        desk.send(ask("POST", &format!("/bucket/open?uploadId={id}")).body(""))
    }),
    ("CompleteMultipartUpload", "complete-all yes together", |desk, id| {
        desk.send(
            ask("POST", &format!("/bucket/open?uploadId={id}"))
                .header("x-oss-complete-all", "yes")
                .body(list_of(&[])),
        )
    }),
    ("CompleteMultipartUpload", "Content-MD5 of", |desk, id| {
        desk.send(
            ask("POST", &format!("/bucket/open?uploadId={id}"))
                .header("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")
                .body(list_of(&[])),
        )
    }),
    ("CompleteMultipartUpload", "forbid-overwrite", |desk, id| {
        desk.send(ask("PUT", "/bucket/open").body("x"));
        desk.send(
            ask("POST", &format!("/bucket/open?uploadId={id}"))
                .header("x-oss-forbid-overwrite", "true")
                .body(list_of(&[])),
        )
    }),
    ("CompleteMultipartUpload", "callback parameter", |desk, id| {
        desk.send(
            ask("POST", &format!("/bucket/open?uploadId={id}"))
                .header("x-oss-callback", "no base64!")
                .body(list_of(&[])),
        )
    }),
    ("CompleteMultipartUpload", "sequential upload with a gap", |desk, _| {
        let id = desk.initiate_with("open", "uploads&sequential");
        completed(desk, &id, &[(2, BIG_ETAG)])
    }),
];

pub(super) const PART_COPIES: &[(&str, &str, Provoke)] = &[
    ("UploadPartCopy", "success without range", |desk, id| desk.send(copied_part(id, "/bucket/here"))),
    ("UploadPartCopy", "success with range", |desk, id| {
        desk.send(copied_part(id, "/bucket/here").header("x-oss-copy-source-range", "bytes=0-1"))
    }),
    ("UploadPartCopy", "source bucket does not", |desk, id| desk.send(copied_part(id, "/no-bucket/here"))),
    ("UploadPartCopy", "source object does not", |desk, id| desk.send(copied_part(id, "/bucket/nowhere"))),
    ("UploadPartCopy", "x-oss-copy-source not starting", |desk, id| {
        desk.send(copied_part(id, "bucket/here"))
    }),
    ("UploadPartCopy", "x-oss-copy-source empty", |desk, id| desk.send(copied_part(id, ""))),
    ("UploadPartCopy", "malformed copy source", |desk, id| desk.send(copied_part(id, "/UPPER_/here"))),
    ("UploadPartCopy", "range beyond source", |desk, id| {
        desk.send(copied_part(id, "/bucket/here").header("x-oss-copy-source-range", "bytes=50-60"))
    }),
    ("UploadPartCopy", "partNumber out of range", |desk, id| {
        desk.send(
            ask("PUT", &format!("/bucket/open?partNumber=0&uploadId={id}"))
                .header("x-oss-copy-source", "/bucket/here"),
        )
    }),
    ("UploadPartCopy", "if-match", |desk, id| {
        desk.send(copied_part(id, "/bucket/here").header("x-oss-copy-source-if-match", "X"))
    }),
    ("UploadPartCopy", "if-none-match", |desk, id| {
        desk.send(copied_part(id, "/bucket/here").header("x-oss-copy-source-if-none-match", "*"))
    }),
];
