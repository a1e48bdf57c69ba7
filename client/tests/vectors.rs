//! The client against the published inputs and outputs that the whole workspace shares.
#![expect(clippy::unwrap_used, reason = "a test ends where it does not hold")]

use std::{collections::BTreeMap, path::Path};

use http::{HeaderMap, HeaderName, HeaderValue};
use oss_client::{
    machine::{ETag, Hasher, LocalDigest, Md5Digest, ProvenPart, verify},
    sign::v1::{Signable, authorization, string_to_sign},
};
use serde_json::Value;

fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn texts(pair: &Value) -> (&str, &str) {
    (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn published_signatures_are_reproduced() {
    let file = vectors("v1-signatures.json");
    let mut checked = 0;
    for vector in file["vectors"].as_array().unwrap() {
        let name = &vector["name"];
        let mut headers = HeaderMap::new();
        for (name, value) in vector["headers"].as_array().unwrap().iter().map(texts) {
            headers.insert(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        }
        // A signature in the URL has the time of expiry on the line of the date; all else is the same.
        if let Some(expires) = vector["expires"].as_str() {
            headers.insert("date", HeaderValue::try_from(expires).unwrap());
        }
        let query: Vec<_> = vector["query"]
            .as_array()
            .unwrap()
            .iter()
            .map(texts)
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
        let method = vector["method"].as_str().unwrap().parse().unwrap();
        let (bucket, key) = (vector["bucket"].as_str(), vector["key"].as_str());
        let signable = Signable { method: &method, headers: &headers, bucket, key, query: &query };
        assert_eq!(string_to_sign(&signable), vector["string_to_sign"].as_str().unwrap(), "{name}");
        let secret = vector["secret"].as_str().unwrap();
        let wanted = format!("OSS id:{}", vector["signature"].as_str().unwrap());
        assert_eq!(authorization("id", secret, &signable), wanted, "{name}");
        checked += 1;
    }
    assert!(checked >= 8, "{checked} vectors");
}

#[test]
fn published_checksums_are_reproduced() {
    for vector in vectors("crc64.json")["vectors"].as_array().unwrap() {
        let bytes = if let Some(text) = vector["text"].as_str() {
            text.as_bytes().to_vec()
        } else {
            let repeat = &vector["repeat"];
            let byte = u8::try_from(repeat["byte"].as_u64().unwrap()).unwrap();
            let count = usize::try_from(repeat["count"].as_u64().unwrap()).unwrap();
            [vec![byte; count], vector["then"].as_str().unwrap().as_bytes().to_vec()].concat()
        };
        let mut hasher = Hasher::default();
        hasher.update(&bytes);
        assert_eq!(hasher.finish().crc64, number(&vector["crc64"]), "{vector}");
    }
}

fn part(number: u32, etag: &str, crc64: u64, size: u64) -> (u32, ProvenPart) {
    let digest = LocalDigest { size, md5: Md5Digest([0; 16]), crc64 };
    (number, ProvenPart { number, etag: ETag::new(etag), digest })
}

#[test]
fn checksums_of_parts_combine_to_that_of_the_object() {
    for vector in vectors("crc64.json")["combinations"].as_array().unwrap() {
        let second_bytes = vector["second_bytes"].as_u64().unwrap();
        let parts = BTreeMap::from([
            part(1, "", number(&vector["first"]), 1),
            part(2, "", number(&vector["second"]), second_bytes),
        ]);
        assert_eq!(verify::object_crc64(&parts), number(&vector["combined"]), "{vector}");
    }
}

#[test]
fn tags_of_parts_make_the_tag_of_the_object() {
    for vector in vectors("multipart-etag.json")["vectors"].as_array().unwrap() {
        let tags = vector["parts"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap());
        let parts = (1..).zip(tags).map(|(number, tag)| part(number, tag, 0, 1)).collect();
        assert_eq!(verify::object_etag(&parts).as_str(), vector["etag"].as_str().unwrap());
    }
}
