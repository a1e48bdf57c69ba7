//! The published inputs and outputs of checksums, tags and signatures. The client's tests read the same
//! files.

use crate::desk::ask;
use oss_emulator::{
    auth::{canonical_resource, sign, string_to_sign},
    domain::{Crc64, Crc64Sum, ETag, Md5},
    http::AddressRules,
};
use proptest::prelude::*;
use serde::Deserialize;
use std::{fs, path::Path};

fn read<T: for<'a> Deserialize<'a>>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/vectors").join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[derive(Deserialize)]
struct Crcs {
    vectors: Vec<CrcVector>,
    combinations: Vec<Combination>,
}

#[derive(Deserialize)]
struct CrcVector {
    text: Option<String>,
    repeat: Option<Repeat>,
    then: Option<String>,
    crc64: String,
}

#[derive(Deserialize)]
struct Repeat {
    byte: u8,
    count: usize,
}

#[derive(Deserialize)]
struct Combination {
    first: String,
    second: String,
    second_bytes: u64,
    combined: String,
}

#[test]
fn checksums_agree_with_the_vectors() {
    let crcs: Crcs = read("crc64.json");
    assert!(crcs.vectors.len() >= 9 && crcs.combinations.len() >= 3);
    for vector in crcs.vectors {
        let mut bytes = vector.text.unwrap_or_default().into_bytes();
        bytes.extend(vector.repeat.map(|repeat| vec![repeat.byte; repeat.count]).unwrap_or_default());
        bytes.extend(vector.then.unwrap_or_default().into_bytes());
        assert_eq!(Crc64::of(&bytes).to_string(), vector.crc64);
    }
    for vector in crcs.combinations {
        let combined =
            vector.first.parse::<Crc64>().unwrap().then(vector.second.parse().unwrap(), vector.second_bytes);
        assert_eq!(combined.to_string(), vector.combined);
    }
}

proptest! {
    #[test]
    fn appended_checksums_are_those_of_the_appended_bytes(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..8)) {
        let mut sum = Crc64Sum::default();
        for piece in &pieces {
            sum.append(Crc64::of(piece), piece.len() as u64);
        }
        prop_assert_eq!(sum.total(), Crc64::of(&pieces.concat()));
    }

    #[test]
    fn combining_agrees_with_another_implementation(first in any::<u64>(), second in any::<u64>(), len in 0..50_000_000_000_000_u64) {
        let other = crc_fast::checksum_combine(crc_fast::CrcAlgorithm::Crc64Xz, first, second, len);
        prop_assert_eq!(Crc64(first).then(Crc64(second), len), Crc64(other));
    }
}

#[derive(Deserialize)]
struct Tags {
    vectors: Vec<TagVector>,
}

#[derive(Deserialize)]
struct TagVector {
    parts: Vec<ETag>,
    etag: String,
}

#[test]
fn tags_of_parts_agree_with_the_vectors() {
    let tags: Tags = read("multipart-etag.json");
    assert!(tags.vectors.len() >= 4);
    for vector in tags.vectors {
        assert_eq!(ETag::of_parts(&vector.parts).as_str(), vector.etag);
    }
}

#[test]
fn content_md5_is_the_padded_base64_of_sixteen_bytes_and_nothing_else() {
    let md5 = Md5::of(b"");
    assert_eq!(md5.upper_hex(), "D41D8CD98F00B204E9800998ECF8427E");
    assert_eq!(Md5::from_base64(&md5.base64()), Some(md5));
    for wrong in ["", "eB5eJF1ptWaXm4bijSPyxw", "eB5eJF1ptWaXm4bijSPyxw==x", "AAAA", "not base64!"] {
        assert_eq!(Md5::from_base64(wrong), None, "{wrong}");
    }
}

#[derive(Deserialize)]
struct Signatures {
    vectors: Vec<SignatureVector>,
    texts: Vec<TextVector>,
}

/// A text that is signed as it is.
#[derive(Deserialize)]
struct TextVector {
    name: String,
    secret: String,
    text: String,
    signature: String,
}

#[derive(Deserialize)]
struct SignatureVector {
    name: String,
    secret: String,
    method: String,
    bucket: String,
    key: Option<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    expires: Option<String>,
    string_to_sign: String,
    signature: String,
}

#[test]
fn signatures_agree_with_the_vectors() {
    let signatures: Signatures = read("v1-signatures.json");
    assert!(signatures.vectors.len() >= 8);
    for vector in signatures.vectors {
        let query: Vec<String> = vector.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let target = format!("/{}/{}?{}", vector.bucket, vector.key.unwrap_or_default(), query.join("&"));
        let request = vector
            .headers
            .iter()
            .fold(ask(&vector.method, &target), |ask, (name, value)| ask.header(name, value));
        let head = request.head(&AddressRules::default()).unwrap();
        let header = |name| head.plain_header(name).map(str::to_owned);
        let date = vector.expires.or(header("x-oss-date")).or(header("date")).unwrap();
        let text = string_to_sign(&head, &date, &canonical_resource(&head));
        assert_eq!(String::from_utf8_lossy(&text), vector.string_to_sign, "{}", vector.name);
        assert_eq!(sign(&vector.secret, &text), vector.signature, "{}", vector.name);
    }
}

#[test]
fn signatures_of_mere_texts_agree_with_the_vectors() {
    let signatures: Signatures = read("v1-signatures.json");
    assert!(!signatures.texts.is_empty());
    for vector in signatures.texts {
        assert_eq!(sign(&vector.secret, vector.text.as_bytes()), vector.signature, "{}", vector.name);
    }
}

/// RFC 2202, test case 2.
#[test]
fn the_primitive_is_hmac_sha1() {
    assert_eq!(sign("Jefe", b"what do ya want for nothing?"), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
}
