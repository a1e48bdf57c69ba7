//! Whether a signature is of now: the date of a signed request, the life of a presigned URL.

use super::{
    Scope,
    claim::Scheme,
    limits::MAX_PRESIGN_SECONDS,
    refusal::{Place, bad_expires, expires_no_number, no_date, skewed, url_expired, v4_date},
};
use crate::{
    domain::{
        limits::MAX_SKEW_SECONDS,
        time::{parse_http_date, whole_second},
    },
    error::OssError,
    http::RequestHead,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The text that stands for the time in what was signed, if that time is valid at `now`.
pub(super) fn signing_time<'a>(
    head: &'a RequestHead,
    scheme: &Scheme<'a>,
    now: Timestamp,
) -> Result<&'a str, OssError> {
    match scheme {
        Scheme::V1Header => v1_header(head, now),
        Scheme::V1Url { expires } => v1_url(expires, now),
        Scheme::V4Header { scope, .. } => v4_header(head, scope, now),
        Scheme::V4Url { scope, expires, .. } => v4_url(head, scope, expires, now),
    }
}

/// `x-oss-date` comes before `Date`, as the SDKs for Python and Node sign it.
fn v1_header(head: &RequestHead, now: Timestamp) -> Result<&str, OssError> {
    let date = head.plain_header("x-oss-date").or_else(|| head.plain_header("date")).ok_or_else(no_date)?;
    let sent = parse_http_date(date).ok_or_else(no_date)?;
    near(sent, now)?;
    Ok(date)
}

fn v1_url(expires: &str, now: Timestamp) -> Result<&str, OssError> {
    let seconds: i64 = expires.parse().map_err(|_| expires_no_number())?;
    let end = Timestamp::from_second(seconds).map_err(|_| expires_no_number())?;
    if whole_second(now) > seconds { Err(url_expired(end, now)) } else { Ok(expires) }
}

/// Without `x-oss-date` the text of `Date` is signed: aliyun-oss-go-sdk `oss/auth.go` sends only that.
fn v4_header<'a>(head: &'a RequestHead, scope: &Scope<'_>, now: Timestamp) -> Result<&'a str, OssError> {
    let (text, sent) = if let Some(text) = head.plain_header("x-oss-date") {
        (text, parse_basic(text))
    } else {
        let text = head.plain_header("date").ok_or_else(no_date)?;
        (text, parse_http_date(text))
    };
    let sent = sent.filter(|sent| is_of_day(*sent, scope)).ok_or_else(|| v4_date(Place::Header, text))?;
    near(sent, now)?;
    Ok(text)
}

/// Valid from a quarter of an hour before its date, which allows for skew, to its end. OSS documentation: "Add a V4
/// signature to a URL".
fn v4_url<'a>(
    head: &'a RequestHead,
    scope: &Scope<'_>,
    expires: &str,
    now: Timestamp,
) -> Result<&'a str, OssError> {
    let text = head.query.value("x-oss-date").unwrap_or_default();
    let sent = parse_basic(text).filter(|sent| is_of_day(*sent, scope));
    let sent = sent.ok_or_else(|| v4_date(Place::Query, text))?;
    let life: i64 = expires.parse().map_err(|_| bad_expires(expires))?;
    if !(1..=MAX_PRESIGN_SECONDS).contains(&life) {
        return Err(bad_expires(expires));
    }
    let end = whole_second(sent).saturating_add(life);
    if whole_second(now) > end {
        return Err(url_expired(Timestamp::from_second(end).unwrap_or(Timestamp::MAX), now));
    }
    if whole_second(now) < whole_second(sent) - MAX_SKEW_SECONDS {
        return Err(skewed(sent, now));
    }
    Ok(text)
}

fn near(sent: Timestamp, now: Timestamp) -> Result<(), OssError> {
    let apart = whole_second(now) - whole_second(sent);
    if apart.abs() <= MAX_SKEW_SECONDS { Ok(()) } else { Err(skewed(sent, now)) }
}

fn is_of_day(sent: Timestamp, scope: &Scope<'_>) -> bool {
    sent.strftime("%Y%m%d").to_string() == scope.date
}

/// `YYYYMMDDThhmmssZ`
fn parse_basic(text: &str) -> Option<Timestamp> {
    if text.len() != "YYYYMMDDThhmmssZ".len() {
        return None;
    }
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
