//! Actions that spoil what passes: `corrupt`, `truncate`, `wrong_etag`, `wrong_crc64`.

use serde::{Deserialize, Serialize};

use super::{Cut, Direction};
use crate::fault::point::Offset;

/// Spoils bytes of the body on whose side the point lies. One of `xor`, `replace`, `seeded`; `xor = 255` when all
/// are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrupt {
    /// Which body; must be the one on whose side the point lies, and is that one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Where the damage begins; when absent, at the point's own offset, or at the first byte.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "offset_text")]
    pub offset: Option<Offset>,
    /// Turns the bits of one byte that are set here; not 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xor: Option<u8>,
    /// Writes this text over the bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<String>,
    /// Changes so many bytes, each to another value drawn from the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeded: Option<u32>,
}

/// What `corrupt` does to the bytes from its offset on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// Each byte is combined with its counterpart here, none of which is 0.
    Xor(Vec<u8>),
    /// Each byte becomes its counterpart here.
    Replace(Vec<u8>),
}

impl Damage {
    /// How many bytes are touched.
    pub fn len(&self) -> usize {
        match self {
            Self::Xor(bytes) | Self::Replace(bytes) => bytes.len(),
        }
    }

    /// Whether no byte is touched.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The byte that takes the place of `byte`, `index` bytes after the offset.
    pub fn apply(&self, index: usize, byte: u8) -> u8 {
        match self {
            Self::Xor(mask) => mask.get(index).map_or(byte, |mask| byte ^ mask),
            Self::Replace(text) => text.get(index).copied().unwrap_or(byte),
        }
    }
}

/// Announces the whole answer and ends the connection after a prefix of its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// How much is sent; when absent, up to the point's own offset.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "offset_text")]
    pub at: Option<Offset>,
    /// RST in place of FIN.
    #[serde(default)]
    pub reset: bool,
}

impl Truncate {
    /// How the connection ends after the prefix.
    pub fn cut(&self) -> Cut {
        if self.reset { Cut::Reset } else { Cut::Close }
    }
}

/// Gives a wrong `ETag` header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongEtag {
    /// The header's value, word for word; when absent, the right one with another first digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Gives a wrong `x-oss-hash-crc64ecma` header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongCrc64 {
    /// The header's value, word for word; when absent, the right one with its lowest bit turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An offset as a number or a text.
mod offset_text {
    use std::fmt;

    use serde::{Deserializer, Serializer, de::Error, de::Visitor};

    use crate::fault::point::Offset;

    #[expect(clippy::ref_option, reason = "serde hands the field over as it is")]
    pub(super) fn serialize<S: Serializer>(
        offset: &Option<Offset>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match offset {
            Some(Offset::Bytes(at)) => serializer.serialize_u64(*at),
            Some(other) => serializer.collect_str(other),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Offset>, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Option<Offset>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an offset: 40000, \"50%\" or \"end-1\"")
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Offset>, E> {
                Ok(Some(Offset::Bytes(value)))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Offset>, E> {
                u64::try_from(value)
                    .map(|value| Some(Offset::Bytes(value)))
                    .map_err(|_| E::custom(format!("{value} is negative")))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Option<Offset>, E> {
                value.parse().map(Some).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Text)
    }
}
