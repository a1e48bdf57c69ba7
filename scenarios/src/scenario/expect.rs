//! What a call must come to, beyond the invariants that hold everywhere.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How a call may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeWord {
    /// The client says that the object is there.
    #[default]
    Success,
    /// The client reports an error.
    Failure,
    /// The client reports that it was cancelled.
    Cancelled,
    /// The client's process was ended and reported nothing.
    Killed,
}

/// What the record directory must hold after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordWord {
    /// A record that names the open upload.
    Kept,
    /// No record, and no side file.
    Gone,
}

/// What a call must come to. Absent fields are not asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// How the call ends.
    pub outcome: OutcomeWord,
    /// Kind of the error, as the client names it.
    pub error: Option<String>,
    /// OSS code that the error must carry.
    pub code: Option<String>,
    /// Parts that arrived whole and were stored during this call, each once or more, in any order.
    pub sent: Option<Vec<u32>>,
    /// Requests of this call by operation.
    pub requests: BTreeMap<String, Count>,
    /// Error answers of this call by their OSS code, such as `PartAlreadyExist`.
    pub refusals: BTreeMap<String, Count>,
    /// The record directory after the call.
    pub record: Option<RecordWord>,
    /// Open uploads for the key after the call.
    pub uploads: Option<usize>,
    /// First progress value of the call.
    pub first_progress: Option<u64>,
    /// Exit code of the client's process.
    pub exit: Option<i32>,
}

/// A number, or a bound: `3`, `"<=3"`, `">=1"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CountText", into = "String")]
pub enum Count {
    /// Exactly so many.
    Exactly(u64),
    /// So many or fewer.
    AtMost(u64),
    /// So many or more.
    AtLeast(u64),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CountText {
    Number(u64),
    Text(String),
}

impl Count {
    /// Whether `seen` satisfies the bound.
    pub fn holds(self, seen: u64) -> bool {
        match self {
            Self::Exactly(wanted) => seen == wanted,
            Self::AtMost(most) => seen <= most,
            Self::AtLeast(least) => seen >= least,
        }
    }
}

impl TryFrom<CountText> for Count {
    type Error = String;

    fn try_from(text: CountText) -> Result<Self, String> {
        match text {
            CountText::Number(number) => Ok(Self::Exactly(number)),
            CountText::Text(text) => text.parse(),
        }
    }
}

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (bound, digits): (fn(u64) -> Self, &str) = if let Some(rest) = text.strip_prefix("<=") {
            (Self::AtMost, rest)
        } else if let Some(rest) = text.strip_prefix(">=") {
            (Self::AtLeast, rest)
        } else {
            (Self::Exactly, text)
        };
        let number = digits
            .trim()
            .parse()
            .map_err(|_| format!("`{text}` is no count: write 3, \"<=3\" or \">=3\""))?;
        Ok(bound(number))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(number) => write!(f, "{number}"),
            Self::AtMost(number) => write!(f, "<={number}"),
            Self::AtLeast(number) => write!(f, ">={number}"),
        }
    }
}

impl From<Count> for String {
    fn from(count: Count) -> Self {
        count.to_string()
    }
}
