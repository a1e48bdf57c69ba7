//! Signatures of version 4: the vectors of the SDKs, text by text and through the whole judgement.

use crate::desk::{Ask, ask};
use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};
use oss_emulator::{
    auth::{
        AuthMode, AuthSettings, Key, Scope, authenticate, canonical_request_v4, sign_v4, signing_key_v4,
        string_to_sign_v4,
    },
    http::{AddressRules, percent_encode},
};
use rstest::rstest;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    access_key: String,
    secret: String,
    method: String,
    bucket: String,
    key: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    additional_headers: Vec<String>,
    region: String,
    product: String,
    date: String,
    token: Option<String>,
    presigned: bool,
    canonical_request: String,
    string_to_sign: String,
    signing_key: Option<String>,
    signature: String,
}

impl Vector {
    fn all() -> Vec<Self> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/vectors/v4-signatures.json");
        let vectors: Vectors = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(vectors.vectors.len(), 7);
        vectors.vectors
    }

    fn at(&self) -> Timestamp {
        let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", &self.date).unwrap();
        civil.to_zoned(TimeZone::UTC).unwrap().timestamp()
    }

    fn scope(&self) -> Scope<'_> {
        Scope { date: &self.date[..8], region: &self.region, product: &self.product }
    }

    fn additional(&self) -> String {
        self.additional_headers.join(";")
    }

    fn settings(&self) -> AuthSettings {
        let key = match &self.token {
            Some(token) => Key::temporary(&self.secret, token, None),
            None => Key::permanent(&self.secret),
        };
        AuthSettings { mode: AuthMode::Enforce, region: None, keys: [(self.access_key.clone(), key)].into() }
    }

    /// The request of the vector with this signature, which stands where the vector says.
    fn request(&self, signature: &str) -> Ask {
        self.request_worded(signature, |credential, additional, signature| {
            let additional = if additional.is_empty() {
                String::new()
            } else {
                format!(",AdditionalHeaders={additional}")
            };
            format!("Credential={credential}{additional},Signature={signature}")
        })
    }

    fn request_worded(&self, signature: &str, word: impl Fn(&str, &str, &str) -> String) -> Ask {
        let encode = |(name, value): &(String, String)| match value.as_str() {
            "" => percent_encode(name),
            value => format!("{}={}", percent_encode(name), percent_encode(value)),
        };
        let mut query: Vec<String> = self.query.iter().map(encode).collect();
        if self.presigned {
            query.push(format!("x-oss-signature={signature}"));
        }
        let target = format!("/{}/{}?{}", self.bucket, percent_encode(&self.key), query.join("&"));
        let request = self
            .headers
            .iter()
            .fold(ask(&self.method, &target), |ask, (name, value)| ask.header(name, value));
        if self.presigned {
            return request;
        }
        let scope = format!("{}/{}/{}/aliyun_v4_request", &self.date[..8], self.region, self.product);
        let credential = format!("{}/{scope}", self.access_key);
        let worded = word(&credential, &self.additional(), signature);
        request.header("authorization", format!("OSS4-HMAC-SHA256 {worded}"))
    }

    fn judge(&self, request: &Ask) -> Result<Option<String>, String> {
        let head = request.head(&AddressRules::default()).unwrap();
        let judged = authenticate(&head, &self.settings(), self.at());
        judged.map(|identity| identity.access_key).map_err(|error| error.code.to_string())
    }
}

#[test]
fn texts_and_signatures_agree_with_the_vectors() {
    for vector in Vector::all() {
        let head = vector.request(&vector.signature).head(&AddressRules::default()).unwrap();
        let canonical = canonical_request_v4(&head, &vector.additional());
        assert_eq!(String::from_utf8_lossy(&canonical), vector.canonical_request, "{}", vector.name);
        let text = string_to_sign_v4(&vector.date, &vector.scope(), &canonical);
        assert_eq!(text, vector.string_to_sign, "{}", vector.name);
        assert_eq!(sign_v4(&vector.secret, &vector.scope(), &text), vector.signature, "{}", vector.name);
    }
}

#[test]
fn the_keys_that_are_signed_with_agree_with_the_vectors() {
    let vectors = Vector::all();
    let known: Vec<_> =
        vectors.iter().filter_map(|vector| Some((vector, vector.signing_key.as_ref()?))).collect();
    assert!(!known.is_empty());
    for (vector, known) in known {
        let key = signing_key_v4(&vector.secret, &vector.scope());
        let byte = |at| u8::from_str_radix(&known[at..at + 2], 16).unwrap();
        let known: Vec<u8> = (0..known.len()).step_by(2).map(byte).collect();
        assert_eq!(key, known, "{}", vector.name);
    }
}

#[test]
fn the_requests_of_the_vectors_pass_and_with_one_digit_changed_they_do_not() {
    for vector in Vector::all() {
        let request = vector.request(&vector.signature);
        assert_eq!(vector.judge(&request), Ok(Some("ak".into())), "{}", vector.name);
        let last = if vector.signature.ends_with('0') { '1' } else { '0' };
        let wrong = format!("{}{last}", &vector.signature[..63]);
        assert_eq!(
            vector.judge(&vector.request(&wrong)),
            Err("SignatureDoesNotMatch".into()),
            "{}",
            vector.name
        );
    }
}

/// Orders and separators as the SDKs write them: Go and Java; oss2; `OpenDAL`.
#[rstest]
#[case::without_spaces("Credential={c},AdditionalHeaders={a},Signature={s}")]
#[case::oss2("Credential={c}, Signature={s}, AdditionalHeaders={a}")]
#[case::opendal("Credential={c}, AdditionalHeaders={a}, Signature={s}")]
#[case::signed_anyway_is_left_out(
    "Signature={s},Credential={c},AdditionalHeaders=content-type;{a};x-oss-date"
)]
#[case::other_order_and_case("Credential={c},AdditionalHeaders=ZAbc;ABC,Signature={s}")]
fn every_spelling_of_the_header_passes(#[case] template: &str) {
    let vector = &Vector::all()[2];
    let request = vector.request_worded(&vector.signature, |credential, additional, signature| {
        template.replace("{c}", credential).replace("{a}", additional).replace("{s}", signature)
    });
    assert_eq!(vector.judge(&request), Ok(Some("ak".into())));
}

#[derive(Clone, Copy)]
struct Own {
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    additional: &'static str,
    time: &'static str,
}

const NOW: &str = "2026-11-22T08:30:00Z";
const TIME: &str = "20261122T083000Z";

impl Own {
    fn judged(self, canonical: &str) -> Result<Option<String>, String> {
        let scope = Scope { date: "20261122", region: "any-region", product: "oss" };
        let signature =
            sign_v4("secret", &scope, &string_to_sign_v4(self.time, &scope, canonical.as_bytes()));
        let authorization = format!(
            "OSS4-HMAC-SHA256 Credential=id/20261122/any-region/oss/aliyun_v4_request,AdditionalHeaders={},Signature={signature}",
            self.additional
        );
        let request = self
            .headers
            .iter()
            .fold(ask(self.method, self.target), |ask, (name, value)| ask.header(name, *value));
        let head = request.header("authorization", authorization).head(&AddressRules::default()).unwrap();
        let settings = AuthSettings::enforce([("id".to_owned(), "secret".to_owned())]);
        let judged = authenticate(&head, &settings, NOW.parse().unwrap());
        judged.map(|identity| identity.access_key).map_err(|error| error.code.to_string())
    }
}

const PLAIN: Own = Own {
    method: "GET",
    target: "/bucket/key",
    headers: &[("x-oss-date", TIME)],
    additional: "",
    time: TIME,
};

#[rstest]
#[case::service(Own { target: "/", ..PLAIN }, "GET\n/\n\nx-oss-date:20261122T083000Z\n\n\nUNSIGNED-PAYLOAD")]
#[case::bucket(Own { target: "/bucket", ..PLAIN }, "GET\n/bucket/\n\nx-oss-date:20261122T083000Z\n\n\nUNSIGNED-PAYLOAD")]
#[case::opendal_signs_the_raw_path(Own { target: "/bucket?list-type=2", ..PLAIN }, "GET\n/bucket\nlist-type=2\nx-oss-date:20261122T083000Z\n\n\nUNSIGNED-PAYLOAD")]
#[case::go_v1_sends_only_date(
    Own { headers: &[("date", "Sun, 22 Nov 2026 08:30:00 GMT")], time: "Sun, 22 Nov 2026 08:30:00 GMT", ..PLAIN },
    "GET\n/bucket/key\n\n\n\nUNSIGNED-PAYLOAD"
)]
#[case::host_with_port(
    Own { additional: "host", ..PLAIN },
    "GET\n/bucket/key\n\nhost:127.0.0.1:6770\nx-oss-date:20261122T083000Z\n\nhost\nUNSIGNED-PAYLOAD"
)]
#[case::java_signs_host_without_port(
    Own { additional: "host", ..PLAIN },
    "GET\n/bucket/key\n\nhost:127.0.0.1\nx-oss-date:20261122T083000Z\n\nhost\nUNSIGNED-PAYLOAD"
)]
#[case::a_plus_in_the_query_is_a_space(
    Own { target: "/bucket/?prefix=a+b%2Fc&uploads=", ..PLAIN },
    "GET\n/bucket/\nprefix=a%20b%2Fc&uploads\nx-oss-date:20261122T083000Z\n\n\nUNSIGNED-PAYLOAD"
)]
#[case::ali_oss_keeps_the_sign_of_empty_values(
    Own { target: "/bucket/?uploads=&prefix=", ..PLAIN },
    "GET\n/bucket/\nprefix=&uploads\nx-oss-date:20261122T083000Z\n\n\nUNSIGNED-PAYLOAD"
)]
#[case::key_beyond_ascii(
    Own { target: "/bucket/%E4%BD%A0%20%2Fa%2Ab", ..PLAIN },
    "GET\n/bucket/%E4%BD%A0%20/a%2Ab\n\nx-oss-date:20261122T083000Z\n\n\nUNSIGNED-PAYLOAD"
)]
fn what_the_sdks_sign_passes(#[case] own: Own, #[case] canonical: &str) {
    assert_eq!(own.judged(canonical), Ok(Some("id".into())));
    assert_eq!(own.judged(&format!("{canonical} ")), Err("SignatureDoesNotMatch".into()));
}

#[test]
fn a_vector_is_of_its_time() {
    for vector in Vector::all() {
        let head = vector.request(&vector.signature).head(&AddressRules::default()).unwrap();
        let after = vector.at() + 901.seconds();
        let refused = authenticate(&head, &vector.settings(), after).unwrap_err();
        let code = if vector.presigned { "AccessDenied" } else { "RequestTimeTooSkewed" };
        assert_eq!(refused.code.as_str(), code, "{}", vector.name);
    }
}
