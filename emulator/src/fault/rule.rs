//! One fault of a plan: which exchanges, which attempt, at which point, what to do.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, de::Visitor};

use super::{action::Action, matcher::Match, moment::Moment, numbers::Numbers, point::Point};

/// One fault of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the journal; `fault-N` (its place in the plan) when absent.
    #[serde(default)]
    pub id: String,
    /// Which exchanges it is about; all when empty.
    #[serde(rename = "match", default)]
    pub matcher: Match,
    /// When it strikes.
    pub at: Point,
    /// What it does, in order.
    #[serde(rename = "do")]
    pub actions: Vec<Action>,
    /// What is counted apart: `nth` looks at one counter for each combination of these.
    #[serde(default = "default_count")]
    pub count: Vec<CountKey>,
    /// On which attempts it strikes, counted from 1.
    #[serde(default = "default_nth")]
    pub nth: Numbers,
    /// How often it strikes in all.
    #[serde(default)]
    pub times: Times,
    /// The chance that it strikes, from 0 to 1; drawn from the seed, the rule, the counter's key and the attempt.
    #[serde(default = "default_probability")]
    pub probability: f64,
    /// In force only after this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Moment>,
    /// In force only until this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Whether a run in which it never struck has proved nothing.
    #[serde(default = "default_must_fire")]
    pub must_fire: bool,
}

fn default_count() -> Vec<CountKey> {
    vec![CountKey::Operation, CountKey::Upload, CountKey::Part]
}

fn default_nth() -> Numbers {
    Numbers::is(1)
}

fn default_probability() -> f64 {
    1.0
}

fn default_must_fire() -> bool {
    true
}

/// A fact that tells counters apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountKey {
    /// The operation's name.
    Operation,
    /// The bucket.
    Bucket,
    /// The object's key.
    Key,
    /// The multipart upload.
    Upload,
    /// The part number.
    Part,
    /// The HTTP method.
    Method,
    /// The connection.
    Connection,
}

/// How often a rule may strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// At most so often.
    AtMost(u64),
    /// Without end.
    Forever,
}

impl Times {
    /// Whether a rule that has struck `already` times may strike again.
    pub fn allows(self, already: u64) -> bool {
        match self {
            Self::AtMost(most) => already < most,
            Self::Forever => true,
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self::AtMost(1)
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::AtMost(most) => serializer.serialize_u64(*most),
            Self::Forever => serializer.serialize_str("forever"),
        }
    }
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl Visitor<'_> for Word {
            type Value = Times;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of times, or \"forever\"")
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Times, E> {
                Ok(Times::AtMost(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Times, E> {
                u64::try_from(value).map(Times::AtMost).map_err(|_| E::custom(format!("{value} is negative")))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Times, E> {
                if value == "forever" {
                    Ok(Times::Forever)
                } else {
                    Err(E::custom(format!("`{value}` is neither a number of times nor \"forever\"")))
                }
            }
        }
        deserializer.deserialize_any(Word)
    }
}

/// What the rule does, in a sentence: printed by `oss-emulator check`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions: Vec<&str> = self.actions.iter().map(Action::name).collect();
        let condition = serde_json::to_string(&self.matcher).map_err(|_| fmt::Error)?;
        let nth = serde_json::to_string(&self.nth).map_err(|_| fmt::Error)?;
        write!(f, "{}: at {}, {}", self.id, self.at, actions.join(" then "))?;
        if condition != "{}" {
            write!(f, "; for {condition}")?;
        }
        write!(f, "; attempt {nth}")?;
        match self.times {
            Times::AtMost(most) => write!(f, ", at most {most} times")?,
            Times::Forever => f.write_str(", every time")?,
        }
        if self.probability < 1.0 {
            write!(f, ", with chance {}", self.probability)?;
        }
        Ok(())
    }
}
