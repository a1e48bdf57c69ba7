//! Actions that change the world behind the client's back: `delete_upload`, `delete_part`, `replace_part`,
//! `advance_clock`.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::fault::{
    lapse::{Lapse, LapseError},
    roll::Roll,
    short_form::short_or_full,
};

/// Removes a multipart upload, as an operator or a lifecycle rule would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteUpload {
    /// The upload id; the exchange's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
}

/// Removes a stored part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletePart {
    /// The upload id; the exchange's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// The part number; the exchange's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
}

/// Puts other bytes in the place of a stored part: `bytes`, or `size` bytes made from `seed`. When neither is given,
/// 100 KiB made from the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacePart {
    /// The upload id; the exchange's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<String>,
    /// The part number; the exchange's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// The new content, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// The new length, at most 64 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// What the new content is made from; 0 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// The length of a replacement of which the plan says nothing: OSS's smallest part, so that Complete accepts it.
const DEFAULT_REPLACEMENT: usize = 100 * 1024;

impl ReplacePart {
    /// The new content.
    pub fn content(&self) -> Vec<u8> {
        if let Some(text) = &self.bytes {
            return text.clone().into_bytes();
        }
        let length =
            self.size.map_or(DEFAULT_REPLACEMENT, |size| usize::try_from(size).unwrap_or(usize::MAX));
        Roll::from_seed(self.seed.unwrap_or(0)).bytes(length)
    }
}

/// Moves the sandbox's clock. `advance_clock = "15m"` is short for `advance_clock = { by = "15m" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdvanceClock {
    /// How far; negative is back.
    pub by: Lapse,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullAdvance {
    by: Lapse,
}

impl From<FullAdvance> for AdvanceClock {
    fn from(full: FullAdvance) -> Self {
        Self { by: full.by }
    }
}

impl FromStr for AdvanceClock {
    type Err = LapseError;

    fn from_str(text: &str) -> Result<Self, LapseError> {
        text.parse().map(|by| Self { by })
    }
}

impl<'de> Deserialize<'de> for AdvanceClock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        short_or_full::<_, FullAdvance, _>(deserializer, "a span such as \"15m\", or a table with `by`")
    }
}
