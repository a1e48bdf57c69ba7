//! Which exchanges a rule is about: typed fields, all of which must fit; `any` and `not` compose them.

use std::{collections::BTreeMap, fmt};

use http::HeaderMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, de::Visitor};

use super::{
    glob::{Texts, glob_matches},
    numbers::{NumberTerm, Numbers},
    one_or_many::one_or_many,
};

/// The condition of a rule. An absent field fits every exchange.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// The sandbox's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Texts>,
    /// The operation's name, as OSS spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Texts>,
    /// The bucket's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Texts>,
    /// The object's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Texts>,
    /// The upload: its ordinal in the sandbox (a number, counted from 1) or its id (a text).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<Uploads>,
    /// The part number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Numbers>,
    /// The HTTP method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Texts>,
    /// The `Host` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Texts>,
    /// Decoded query parameters by name; each must be there and fit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Texts>,
    /// Headers by name; each must be there and fit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, Texts>,
    /// The declared length of the body in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Numbers>,
    /// The connection's ordinal in the sandbox, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<Numbers>,
    /// Whether the connection has served a request before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reused: Option<bool>,
    /// The attempt: how many exchanges there have been for this operation, bucket, key, upload and part, this included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Numbers>,
    /// Whether the request carries a signature, right or wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
    /// The `User-Agent` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Texts>,
    /// At least one of these must fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Match>,
    /// This must not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Match>>,
}

/// What is known of an exchange when its head has been read.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The sandbox's name.
    pub sandbox: &'a str,
    /// The connection's ordinal.
    pub connection: u64,
    /// Whether the connection has served a request before.
    pub reused: bool,
    /// The operation, when the request is one.
    pub operation: Option<&'a str>,
    /// The bucket, when one is addressed.
    pub bucket: Option<&'a str>,
    /// The key, when one is addressed.
    pub key: Option<&'a str>,
    /// The upload, when one is named.
    pub upload: Option<UploadFacts<'a>>,
    /// The part number, when one is named.
    pub part: Option<u32>,
    /// The HTTP method.
    pub method: &'a str,
    /// The `Host` header.
    pub host: Option<&'a str>,
    /// The decoded query, in order.
    pub query: &'a [(String, String)],
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The declared length of the body.
    pub size: Option<u64>,
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// Whether a signature is there.
    pub signed: bool,
    /// The `User-Agent` header.
    pub user_agent: Option<&'a str>,
}

/// The upload that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadFacts<'a> {
    /// The id as sent.
    pub id: &'a str,
    /// Its place among all uploads of the sandbox, counted from 1; `None` for an id that the sandbox never gave out.
    pub ordinal: Option<u64>,
    /// Its place among the uploads of its bucket and key: unlike the ordinal it does not depend on what other keys
    /// do meanwhile, so chance is drawn from it.
    pub of_key: Option<u64>,
}

impl Match {
    /// Whether the rule is about an exchange of this operation at all; decides what the journal explains.
    pub(super) fn is_about(&self, operation: Option<&str>) -> bool {
        self.operation.as_ref().is_none_or(|pattern| operation.is_some_and(|name| pattern.matches(name)))
    }

    /// The first field that does not fit; `None` when all fit.
    pub fn mismatch(&self, facts: &Facts<'_>) -> Option<&'static str> {
        let text = |pattern: &Option<Texts>, value: Option<&str>| {
            pattern.as_ref().is_none_or(|pattern| value.is_some_and(|value| pattern.matches(value)))
        };
        let number = |pattern: &Option<Numbers>, value: Option<u64>| {
            pattern.as_ref().is_none_or(|pattern| value.is_some_and(|value| pattern.contains(value)))
        };
        let flag = |pattern: Option<bool>, value: bool| pattern.is_none_or(|pattern| pattern == value);
        // Looked at one by one: most rules of a large plan fall at the first or second field.
        match () {
            () if !text(&self.operation, facts.operation) => Some("operation"),
            () if !number(&self.part, facts.part.map(u64::from)) => Some("part"),
            () if !text(&self.key, facts.key) => Some("key"),
            () if !text(&self.bucket, facts.bucket) => Some("bucket"),
            () if !number(&self.attempt, Some(u64::from(facts.attempt))) => Some("attempt"),
            () if !text(&self.sandbox, Some(facts.sandbox)) => Some("sandbox"),
            () if !text(&self.method, Some(facts.method)) => Some("method"),
            () if !text(&self.host, facts.host) => Some("host"),
            () if !number(&self.size, facts.size) => Some("size"),
            () if !number(&self.connection, Some(facts.connection)) => Some("connection"),
            () if !flag(self.reused, facts.reused) => Some("reused"),
            () if !flag(self.signed, facts.signed) => Some("signed"),
            () if !text(&self.user_agent, facts.user_agent) => Some("user_agent"),
            () => self.composed_mismatch(facts),
        }
    }

    fn composed_mismatch(&self, facts: &Facts<'_>) -> Option<&'static str> {
        if !self.upload.as_ref().is_none_or(|pattern| pattern.matches(facts.upload)) {
            return Some("upload");
        }
        let in_query = |(name, pattern): (&String, &Texts)| {
            facts.query.iter().any(|(sent, value)| sent == name && pattern.matches(value))
        };
        if !self.query.iter().all(in_query) {
            return Some("query");
        }
        let in_headers = |(name, pattern): (&String, &Texts)| {
            facts
                .headers
                .get_all(name)
                .iter()
                .any(|value| value.to_str().is_ok_and(|text| pattern.matches(text)))
        };
        if !self.header.iter().all(in_headers) {
            return Some("header");
        }
        if !self.any.is_empty() && self.any.iter().all(|one| one.mismatch(facts).is_some()) {
            return Some("any");
        }
        if self.not.as_ref().is_some_and(|not| not.mismatch(facts).is_none()) {
            return Some("not");
        }
        None
    }

    /// The fields in use that need a request's head, for the checks of connection-level points.
    pub(super) fn head_fields(&self) -> Vec<&'static str> {
        let used = [
            ("operation", self.operation.is_some()),
            ("bucket", self.bucket.is_some()),
            ("key", self.key.is_some()),
            ("upload", self.upload.is_some()),
            ("part", self.part.is_some()),
            ("method", self.method.is_some()),
            ("host", self.host.is_some()),
            ("query", !self.query.is_empty()),
            ("header", !self.header.is_empty()),
            ("size", self.size.is_some()),
            ("attempt", self.attempt.is_some()),
            ("signed", self.signed.is_some()),
            ("user_agent", self.user_agent.is_some()),
        ];
        let own = used.iter().filter(|(_, used)| *used).map(|(field, _)| *field);
        let inner = self.any.iter().chain(self.not.as_deref()).flat_map(Self::head_fields);
        own.chain(inner).collect()
    }
}

/// A set of uploads: ordinals or ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploads(Vec<UploadTerm>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum UploadTerm {
    Ordinal(u64),
    Id(String),
}

impl Uploads {
    fn matches(&self, upload: Option<UploadFacts<'_>>) -> bool {
        upload.is_some_and(|upload| {
            self.0.iter().any(|term| match term {
                UploadTerm::Ordinal(ordinal) => {
                    upload.ordinal.is_some_and(|place| NumberTerm::Is(*ordinal).contains(place))
                }
                UploadTerm::Id(glob) => glob_matches(glob, upload.id),
            })
        })
    }
}

impl Serialize for UploadTerm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ordinal(ordinal) => serializer.serialize_u64(*ordinal),
            Self::Id(glob) => serializer.serialize_str(glob),
        }
    }
}

impl<'de> Deserialize<'de> for UploadTerm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Term;
        impl Visitor<'_> for Term {
            type Value = UploadTerm;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an upload's ordinal (a number) or its id (a text)")
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<UploadTerm, E> {
                Ok(UploadTerm::Ordinal(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<UploadTerm, E> {
                u64::try_from(value)
                    .map(UploadTerm::Ordinal)
                    .map_err(|_| E::custom(format!("{value} is negative")))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<UploadTerm, E> {
                Ok(UploadTerm::Id(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Term)
    }
}

impl Serialize for Uploads {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Uploads {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer, "an upload's ordinal (a number), its id (a text), or a list of these")
            .map(Self)
    }
}
