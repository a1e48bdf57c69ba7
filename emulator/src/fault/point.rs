//! Points: the moments of an exchange at which a fault can strike. Named in plans, recorded in the journal.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A place within a body, as a plan words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Offset {
    /// So many bytes from the start.
    Bytes(u64),
    /// So many hundredths of the declared length, rounded down. At most 100.
    Percent(u8),
    /// So many bytes before the end of the declared length.
    FromEnd(u64),
}

impl Offset {
    /// The offset in bytes for a body of `length` bytes; `None` when the length is unknown and needed, or when the
    /// body is too short to have such a place.
    pub fn resolve(self, length: Option<u64>) -> Option<u64> {
        match (self, length) {
            (Self::Bytes(at), Some(length)) if at > length => None,
            (Self::Bytes(at), _) => Some(at),
            (Self::Percent(percent), Some(length)) => {
                u64::try_from(u128::from(length) * u128::from(percent) / 100).ok()
            }
            (Self::FromEnd(back), Some(length)) => length.checked_sub(back),
            (_, None) => None,
        }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(at) => write!(f, "{at}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::FromEnd(0) => f.write_str("end"),
            Self::FromEnd(back) => write!(f, "end-{back}"),
        }
    }
}

/// Why a text is no offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no offset: write bytes (`40000`), a share of the body (`50%`), `end` or `end-1`")]
pub struct OffsetError(String);

impl FromStr for Offset {
    type Err = OffsetError;

    fn from_str(text: &str) -> Result<Self, OffsetError> {
        let error = || OffsetError(text.to_owned());
        if let Some(percent) = text.strip_suffix('%') {
            let percent = percent.parse().map_err(|_| error())?;
            return if percent <= 100 { Ok(Self::Percent(percent)) } else { Err(error()) };
        }
        if text == "end" {
            return Ok(Self::FromEnd(0));
        }
        if let Some(back) = text.strip_prefix("end-") {
            return digits(back).map(Self::FromEnd).ok_or_else(error);
        }
        digits(text).map(Self::Bytes).ok_or_else(error)
    }
}

fn digits(text: &str) -> Option<u64> {
    if text.starts_with('+') {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// A moment of one exchange, in the order in which they pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Point {
    /// The connection was accepted; nothing has been read.
    ConnAccept,
    /// The head of a later request arrived on a connection that has served one.
    ConnReuse,
    /// The head is parsed: operation, bucket, key, part and upload are known.
    ReqHead,
    /// The signature has been accepted (or is not asked for).
    OpAuthorized,
    /// So many bytes of the request's body have been taken.
    ReqBody(Offset),
    /// The whole body has been taken.
    ReqBodyEnd,
    /// Everything is ready; nothing is visible yet.
    OpBeforeCommit,
    /// The outcome is visible to every other request; no answer has been begun.
    OpCommitted,
    /// The answer is ready; none of it has been sent.
    RespHead,
    /// So many bytes of the answer's body are on the wire.
    RespBody(Offset),
    /// The whole answer has been handed to the operating system.
    RespEnd,
}

impl Point {
    /// The names without offsets, in the order of time.
    pub const NAMES: [&'static str; 11] = [
        "conn.accept",
        "conn.reuse",
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n",
        "resp.end",
    ];

    /// Where in time the point stands; points of one body share a rank.
    pub fn rank(self) -> usize {
        match self {
            Self::ConnAccept => 0,
            Self::ConnReuse => 1,
            Self::ReqHead => 2,
            Self::OpAuthorized => 3,
            Self::ReqBody(_) => 4,
            Self::ReqBodyEnd => 5,
            Self::OpBeforeCommit => 6,
            Self::OpCommitted => 7,
            Self::RespHead => 8,
            Self::RespBody(_) => 9,
            Self::RespEnd => 10,
        }
    }

    /// The name, with `@n` in place of an offset.
    pub fn generic_name(self) -> &'static str {
        Self::NAMES[self.rank()]
    }

    /// The offset, for points within a body.
    pub fn offset(self) -> Option<Offset> {
        match self {
            Self::ReqBody(offset) | Self::RespBody(offset) => Some(offset),
            _ => None,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReqBody(offset) => write!(f, "req.body@{offset}"),
            Self::RespBody(offset) => write!(f, "resp.body@{offset}"),
            plain => f.write_str(plain.generic_name()),
        }
    }
}

/// Why a text is no point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// The offset cannot be read.
    #[error(transparent)]
    Offset(#[from] OffsetError),
    /// A body point without its offset.
    #[error("`{0}` needs an offset: `{0}@40000`, `{0}@50%` or `{0}@end-1`")]
    NoOffset(String),
    /// No such point. The text ends as serde words an unknown variant, which the loader knows how to improve.
    #[error("unknown point `{0}`, expected one of {names}", names = quoted(&Point::NAMES))]
    Unknown(String),
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl FromStr for Point {
    type Err = PointError;

    fn from_str(text: &str) -> Result<Self, PointError> {
        if let Some((body, offset)) = text.split_once('@') {
            return match body {
                "req.body" => Ok(Self::ReqBody(offset.parse()?)),
                "resp.body" => Ok(Self::RespBody(offset.parse()?)),
                _ => Err(PointError::Unknown(text.to_owned())),
            };
        }
        match text {
            "conn.accept" => Ok(Self::ConnAccept),
            "conn.reuse" => Ok(Self::ConnReuse),
            "req.head" => Ok(Self::ReqHead),
            "op.authorized" => Ok(Self::OpAuthorized),
            "req.body.end" => Ok(Self::ReqBodyEnd),
            "op.before_commit" => Ok(Self::OpBeforeCommit),
            "op.committed" => Ok(Self::OpCommitted),
            "resp.head" => Ok(Self::RespHead),
            "resp.end" => Ok(Self::RespEnd),
            "req.body" | "resp.body" => Err(PointError::NoOffset(text.to_owned())),
            _ => Err(PointError::Unknown(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Point {
    type Error = PointError;

    fn try_from(text: String) -> Result<Self, PointError> {
        text.parse()
    }
}

impl From<Point> for String {
    fn from(point: Point) -> Self {
        point.to_string()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Offset, Point};

    #[rstest]
    #[case("conn.accept")]
    #[case("req.body@40000")]
    #[case("req.body@50%")]
    #[case("resp.body@end-1")]
    #[case("resp.body@end")]
    #[case("op.committed")]
    fn a_point_reads_back_as_it_is_written(#[case] text: &str) {
        assert_eq!(text.parse::<Point>().map(|point| point.to_string()), Ok(text.to_owned()));
    }

    #[rstest]
    #[case("req.body")]
    #[case("req.body@")]
    #[case("req.body@-1")]
    #[case("req.body@101%")]
    #[case("op.commited")]
    #[case("conn.accept@3")]
    fn what_is_no_point_is_refused(#[case] text: &str) {
        assert!(text.parse::<Point>().is_err());
    }

    #[rstest]
    #[case(Offset::Bytes(10), Some(10), Some(10))]
    #[case(Offset::Bytes(11), Some(10), None)]
    #[case(Offset::Bytes(11), None, Some(11))]
    #[case(Offset::Percent(50), Some(11), Some(5))]
    #[case(Offset::Percent(100), Some(u64::MAX), Some(u64::MAX))]
    #[case(Offset::Percent(50), None, None)]
    #[case(Offset::FromEnd(1), Some(10), Some(9))]
    #[case(Offset::FromEnd(11), Some(10), None)]
    fn an_offset_is_a_place_in_a_body_of_known_length(
        #[case] offset: Offset,
        #[case] length: Option<u64>,
        #[case] expected: Option<u64>,
    ) {
        assert_eq!(offset.resolve(length), expected);
    }
}
