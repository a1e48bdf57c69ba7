//! Provocations of the operations of objects.

use super::scenes::{FUTURE, LARGE, Provoke, plain};
use crate::{
    deletions::delete,
    desk::{Desk, Reply, ask},
};

fn copied(desk: &mut Desk, source: &str) -> Reply {
    desk.send(ask("PUT", "/bucket/new").header("x-oss-copy-source", source))
}

fn put(desk: &mut Desk, name: &str, value: &str) -> Reply {
    desk.send(ask("PUT", "/bucket/here").header(name, value).body("x"))
}

fn tagged(desk: &mut Desk, body: &str) -> Reply {
    desk.send(ask("PUT", "/bucket/here?tagging").body(body.to_owned()))
}

pub(super) const COPIES: &[(&str, &str, Provoke)] = &[
    ("CopyObject", "success", |desk, _| copied(desk, "/bucket/here")),
    ("CopyObject", "source object absent", |desk, _| copied(desk, "/bucket/nowhere")),
    ("CopyObject", "source bucket absent", |desk, _| copied(desk, "/no-bucket/here")),
    ("CopyObject", "copy source malformed", |desk, _| copied(desk, "/bucket")),
    ("CopyObject", "conditions fail (match", |desk, _| {
        desk.send(plain("CopyObject", "bucket", "new").header("x-oss-copy-source-if-match", "X"))
    }),
    ("CopyObject", "conditions fail (none", |desk, _| {
        desk.send(plain("CopyObject", "bucket", "new").header("x-oss-copy-source-if-none-match", "*"))
    }),
    ("CopyObject", "forbid-overwrite", |desk, _| {
        desk.send(plain("CopyObject", "bucket", "cold").header("x-oss-forbid-overwrite", "true"))
    }),
    ("CopyObject", "storage class invalid", |desk, _| {
        desk.send(plain("CopyObject", "bucket", "new").header("x-oss-storage-class", "Warm"))
    }),
    ("AppendObject", "success", |desk, _| {
        desk.send(ask("POST", "/bucket/grown?append&position=3").body("x"))
    }),
    ("AppendObject", "position !=", |desk, _| {
        desk.send(ask("POST", "/bucket/grown?append&position=2").body("x"))
    }),
    ("AppendObject", "existing object not", |desk, _| {
        desk.send(ask("POST", "/bucket/here?append&position=10").body("x"))
    }),
    ("AppendObject", "position missing", |desk, _| desk.send(ask("POST", "/bucket/grown?append").body("x"))),
    ("AppendObject", "request has no position", |desk, _| {
        desk.send(ask("POST", "/bucket/grown?append").body("x"))
    }),
    ("AppendObject", "position invalid", |desk, _| {
        desk.send(ask("POST", "/bucket/grown?append&position=-1").body("x"))
    }),
];

pub(super) const OBJECTS: &[(&str, &str, Provoke)] = &[
    ("PutObject", "success", |desk, _| put(desk, "x-oss-meta-a", "b")),
    ("PutObject", "body without Content-Length", |desk, _| {
        desk.send(ask("PUT", "/bucket/a").body("x").lengthless())
    }),
    ("PutObject", "Content-MD5 mismatch", |desk, _| put(desk, "content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")),
    ("PutObject", "Content-MD5 malformed", |desk, _| put(desk, "content-md5", "?")),
    ("PutObject", "body > 5 GB", |desk, _| {
        desk.send(ask("PUT", "/bucket/a").lengthless().header("content-length", LARGE))
    }),
    ("PutObject", "storage class / acl", |desk, _| put(desk, "x-oss-object-acl", "everyone")),
    ("PutObject", "x-oss-meta total", |desk, _| put(desk, "x-oss-meta-a", &"v".repeat(8192))),
    ("PutObject", "SSE value invalid", |desk, _| put(desk, "x-oss-server-side-encryption", "ROT13")),
    ("PutObject", "forbid-overwrite", |desk, _| put(desk, "x-oss-forbid-overwrite", "true")),
    ("PutObject", "unsupported conditional", |desk, _| put(desk, "if-none-match", "*")),
    ("PutObject", "request CRC wrong", |desk, _| put(desk, "x-oss-hash-crc64ecma", "1")),
    ("GetObject", "success", |desk, _| desk.send(ask("GET", "/bucket/here"))),
    ("GetObject", "range satisfied", |desk, _| {
        desk.send(ask("GET", "/bucket/here").header("range", "bytes=0-1"))
    }),
    ("GetObject", "range bytes=-0", |desk, _| {
        desk.send(ask("GET", "/bucket/here").header("range", "bytes=-0"))
    }),
    ("GetObject", "start beyond size", |desk, _| {
        desk.send(
            ask("GET", "/bucket/here")
                .header("range", "bytes=10-")
                .header("x-oss-range-behavior", "standard"),
        )
    }),
    ("GetObject", "unsatisfiable range", |desk, _| {
        desk.send(ask("GET", "/bucket/here").header("range", "bytes=10-"))
    }),
    ("GetObject", "if-match", |desk, _| desk.send(ask("GET", "/bucket/here").header("if-match", "X"))),
    ("GetObject", "if-none-match", |desk, _| {
        desk.send(ask("GET", "/bucket/here").header("if-none-match", "*"))
    }),
    ("GetObject", "archive not restored", |desk, _| desk.send(ask("GET", "/bucket/cold"))),
    ("GetObject", "symlink target missing", |desk, _| {
        desk.send(ask("PUT", "/bucket/link?symlink").header("x-oss-symlink-target", "nowhere"));
        desk.send(ask("GET", "/bucket/link"))
    }),
    ("GetObject", "symlink to symlink", |desk, _| {
        desk.send(ask("PUT", "/bucket/link?symlink").header("x-oss-symlink-target", "link"));
        desk.send(ask("GET", "/bucket/link"))
    }),
    ("HeadObject", "success", |desk, _| desk.send(ask("HEAD", "/bucket/here"))),
    ("HeadObject", "pre-conditions", |desk, _| {
        desk.send(ask("HEAD", "/bucket/here").header("if-match", "X"))
    }),
    ("HeadObject", "not modified", |desk, _| {
        desk.send(ask("HEAD", "/bucket/here").header("if-modified-since", FUTURE))
    }),
    ("DeleteObject", "success", |desk, _| desk.send(ask("DELETE", "/bucket/nowhere"))),
    ("DeleteMultipleObjects", "success", |desk, _| {
        delete(desk, "", "<Delete><Object><Key>a</Key></Object></Delete>")
    }),
    ("DeleteMultipleObjects", "Content-MD5 mismatch", |desk, _| {
        desk.send(
            ask("POST", "/bucket?delete").header("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==").body("<Delete/>"),
        )
    }),
    ("DeleteMultipleObjects", "body not XML", |desk, _| delete(desk, "", "no XML")),
    ("DeleteMultipleObjects", "missing Content-MD5", |desk, _| {
        desk.send(ask("POST", "/bucket?delete").body("<Delete/>"))
    }),
    ("PutObjectACL", "acl value invalid", |desk, _| {
        desk.send(ask("PUT", "/bucket/here?acl").header("x-oss-object-acl", "everyone"))
    }),
    ("PutSymlink", "target header missing", |desk, _| desk.send(ask("PUT", "/bucket/link?symlink"))),
    ("PutSymlink", "forbid-overwrite", |desk, _| {
        desk.send(
            ask("PUT", "/bucket/here?symlink")
                .header("x-oss-symlink-target", "a")
                .header("x-oss-forbid-overwrite", "true"),
        )
    }),
    ("GetSymlink", "object is not", |desk, _| desk.send(ask("GET", "/bucket/here?symlink"))),
    ("PutObjectTagging", "more than 10", |desk, _| {
        tagged(desk, "<Tagging><TagSet><Tag><Key></Key><Value/></Tag></TagSet></Tagging>")
    }),
    ("PutObjectTagging", "duplicate keys", |desk, _| {
        tagged(desk, "<Tagging><TagSet><Tag><Key>a</Key></Tag><Tag><Key>a</Key></Tag></TagSet></Tagging>")
    }),
    ("PutObjectTagging", "malformed XML", |desk, _| tagged(desk, "<Tagging>")),
    ("PutObjectTagging", "success", |desk, _| tagged(desk, "<Tagging><TagSet/></Tagging>")),
    ("DeleteObjectTagging", "success", |desk, _| desk.send(ask("DELETE", "/bucket/here?tagging"))),
    ("RestoreObject", "first restore", |desk, _| desk.send(ask("POST", "/bucket/cold?restore"))),
    ("RestoreObject", "not archive", |desk, _| desk.send(ask("POST", "/bucket/here?restore"))),
    ("RestoreObject", "already in progress", |desk, _| {
        desk.send(ask("POST", "/bucket/cold?restore"));
        desk.send(ask("POST", "/bucket/cold?restore"))
    }),
    ("RestoreObject", "Days/Tier malformed", |desk, _| {
        desk.send(ask("POST", "/bucket/cold?restore").body("<RestoreRequest><Days>0</Days></RestoreRequest>"))
    }),
];
