//! Values of flags that consist of several parts.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use crate::{
    auth::AuthMode,
    domain::{BucketName, is_region},
    fault::Lapse,
    store::Bodies,
};

/// Reads `--auth`.
pub(super) fn parse_mode(text: &str) -> Result<AuthMode, String> {
    text.parse().map_err(|error: crate::auth::UnknownAuthMode| error.to_string())
}

/// Reads `--bodies`.
pub(super) fn parse_bodies(text: &str) -> Result<Bodies, String> {
    text.parse().map_err(|error: crate::store::UnknownBodies| error.to_string())
}

/// Units of sizes, in steps of 1,024 as in ossutil. `MB` and its like are left out: readers disagree about them.
const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("K", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("T", 1 << 40),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Reads a number of bytes: `1048576`, `100Mi`, `5G`.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let (number, unit) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    let unit = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name));
    let size = unit.and_then(|(_, factor)| number.parse::<u64>().ok()?.checked_mul(*factor));
    size.ok_or_else(|| "write bytes, or a number with Ki, Mi, Gi or Ti, as in 100Mi".to_owned())
}

/// Reads `--region`.
pub(super) fn parse_region(text: &str) -> Result<String, String> {
    if text.starts_with("oss-") || !is_region(text) {
        return Err("write the region's id without `oss-`, as in cn-hangzhou".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads `--base-domain`.
pub(super) fn parse_domain(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if text.is_empty() || !text.bytes().all(plain) {
        return Err("write a name without scheme, port and path, as in oss.test".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads `--default-bucket`.
pub(super) fn parse_bucket(text: &str) -> Result<String, String> {
    BucketName::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// `HOST=BUCKET`: a host that stands for a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cname {
    /// The host; a port is ignored.
    pub host: String,
    /// The bucket.
    pub bucket: String,
}

impl FromStr for Cname {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, bucket) =
            text.split_once('=').filter(|(host, _)| !host.is_empty()).ok_or("write HOST=BUCKET")?;
        BucketName::parse(bucket).map_err(|error| format!("`{bucket}`: {error}"))?;
        Ok(Self { host: host.to_owned(), bucket: bucket.to_owned() })
    }
}

/// `ID:SECRET:TOKEN[:LIFE]`: a temporary key.
#[derive(Clone, PartialEq, Eq)]
pub struct TemporaryKey {
    /// The access key id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The token that belongs to it.
    pub token: String,
    life: Option<Lapse>,
}

impl TemporaryKey {
    /// When it ends, counted from `now`; `None` for never.
    pub fn expires(&self, now: Timestamp) -> Option<Timestamp> {
        self.life.map(|life| now.saturating_add(life.signed()).unwrap_or(Timestamp::MAX))
    }
}

impl fmt::Debug for TemporaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryKey").field("id", &self.id).field("life", &self.life).finish_non_exhaustive()
    }
}

const NO_LIFE: &str =
    "what follows the third colon is LIFE, a span of time as in 15m; TOKEN cannot have a colon";

impl FromStr for TemporaryKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.splitn(4, ':').collect();
        let (id, secret, token, life) = match parts.as_slice() {
            [id, secret, token] => (id, secret, token, None),
            [id, secret, token, life] => {
                // It may be the rest of a token with a colon: it is not repeated.
                let life: Lapse = life.parse().map_err(|_| NO_LIFE)?;
                (id, secret, token, Some(life))
            }
            _ => return Err("write ID:SECRET:TOKEN, or ID:SECRET:TOKEN:15m".to_owned()),
        };
        if [id, secret, token].iter().any(|part| part.is_empty()) {
            return Err("ID, SECRET and TOKEN must not be empty".to_owned());
        }
        let [id, secret, token] = [id, secret, token].map(|part| (*part).to_owned());
        Ok(Self { id, secret, token, life })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rstest::rstest;

    use super::{Cname, TemporaryKey, parse_size};

    #[test]
    fn a_temporary_key_ends_after_its_life() {
        let key: TemporaryKey = "STS.id:secret:token==:15m".parse().expect("a key");
        assert_eq!(
            (key.id.as_str(), key.secret.as_str(), key.token.as_str()),
            ("STS.id", "secret", "token==")
        );
        let now: Timestamp = "2026-11-22T08:30:00Z".parse().expect("a time");
        assert_eq!(key.expires(now), "2026-11-22T08:45:00Z".parse().ok());
        let endless: TemporaryKey = "STS.id:secret:token".parse().expect("a key");
        assert_eq!(endless.expires(now), None);
        assert!(!format!("{key:?}").contains("secret"));
    }

    #[rstest]
    #[case("id", "write ID:SECRET:TOKEN")]
    #[case("id:secret", "write ID:SECRET:TOKEN")]
    #[case("id::token", "must not be empty")]
    #[case("id:secret:token:soon", "LIFE")]
    #[case("id:secret:half-a:token", "LIFE")]
    #[case("id:secret:half-a:token:15m", "LIFE")]
    fn anything_else_is_no_temporary_key(#[case] text: &str, #[case] why: &str) {
        let refusal = text.parse::<TemporaryKey>().expect_err("no key");
        assert!(refusal.contains(why), "{refusal}");
        let mut secrets = text.split(':').skip(1).filter(|part| !part.is_empty() && *part != "15m");
        assert!(!secrets.any(|secret| refusal.contains(secret)), "{refusal}");
    }

    #[rstest]
    #[case("0", Some(0))]
    #[case("1048576", Some(1 << 20))]
    #[case("100Mi", Some(100 << 20))]
    #[case("5gi", Some(5 << 30))]
    #[case("3K", Some(3 << 10))]
    #[case("2TiB", Some(2 << 40))]
    #[case("1Ki", Some(1 << 10))]
    #[case("1Ti", Some(1 << 40))]
    #[case("1M", Some(1 << 20))]
    #[case("1G", Some(1 << 30))]
    #[case("1T", Some(1 << 40))]
    #[case("1KiB", Some(1 << 10))]
    #[case("1MiB", Some(1 << 20))]
    #[case("1GiB", Some(1 << 30))]
    #[case("", None)]
    #[case("Mi", None)]
    #[case("-1", None)]
    #[case("1.5Gi", None)]
    #[case("10 Mi", None)]
    #[case("10MB", None)]
    #[case("16777216Ti", None)]
    #[case("99999999999999999999", None)]
    fn a_size_is_a_number_with_a_unit(#[case] text: &str, #[case] bytes: Option<u64>) {
        assert_eq!(parse_size(text).ok(), bytes);
    }

    #[rstest]
    #[case("localhost=bucket", "localhost")]
    #[case("[::1]:6770=bucket", "[::1]:6770")]
    fn a_cname_maps_a_host_to_a_bucket(#[case] text: &str, #[case] host: &str) {
        let cname = Cname { host: host.to_owned(), bucket: "bucket".to_owned() };
        assert_eq!(text.parse(), Ok(cname));
    }

    #[rstest]
    #[case("localhost", "write HOST=BUCKET")]
    #[case("=bucket", "write HOST=BUCKET")]
    #[case("localhost=Not_A_Bucket", "`Not_A_Bucket`: ")]
    fn anything_else_is_no_cname(#[case] text: &str, #[case] why: &str) {
        let refusal = text.parse::<Cname>().expect_err("no host and bucket");
        assert!(refusal.contains(why), "{refusal}");
    }
}
