//! Actions that take time: `delay`, `stall`, `throttle`, `gate`.

use std::{convert::Infallible, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize};

use super::Direction;
use crate::fault::{
    lapse::{Lapse, LapseError},
    roll::Roll,
    short_form::short_or_full,
};

/// How long `delay` holds the exchange. `delay = "200ms"` is short for `delay = { for = "200ms" }`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delay {
    /// Always the same.
    For(Lapse),
    /// Evenly spread between the two.
    Uniform(Lapse, Lapse),
    /// Spread as network latency is: half of the delays are shorter than the median.
    Lognormal {
        /// The middle of all delays.
        median: Lapse,
        /// The standard deviation of the logarithm; 0.5 is a calm network, 1.5 a bad one.
        sigma: f64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum FullDelay {
    For(Lapse),
    Uniform(Lapse, Lapse),
    Lognormal { median: Lapse, sigma: f64 },
}

impl From<FullDelay> for Delay {
    fn from(full: FullDelay) -> Self {
        match full {
            FullDelay::For(lapse) => Self::For(lapse),
            FullDelay::Uniform(from, to) => Self::Uniform(from, to),
            FullDelay::Lognormal { median, sigma } => Self::Lognormal { median, sigma },
        }
    }
}

impl FromStr for Delay {
    type Err = LapseError;

    fn from_str(text: &str) -> Result<Self, LapseError> {
        text.parse().map(Self::For)
    }
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        short_or_full::<_, FullDelay, _>(
            deserializer,
            "a span such as \"200ms\", or a table with one of `for`, `uniform`, `lognormal`",
        )
    }
}

impl Delay {
    /// The delay for one claim: the same roll gives the same delay.
    pub fn duration(&self, mut roll: Roll) -> Duration {
        let forward = |lapse: &Lapse| lapse.forward().unwrap_or_default();
        match self {
            Self::For(lapse) => forward(lapse),
            Self::Uniform(from, to) => {
                let spread = forward(to).saturating_sub(forward(from));
                forward(from) + spread.mul_f64(roll.unit())
            }
            Self::Lognormal { median, sigma } => {
                let normal = (-2.0 * roll.unit().max(f64::MIN_POSITIVE).ln()).sqrt()
                    * (std::f64::consts::TAU * roll.unit()).cos();
                let seconds = forward(median).as_secs_f64() * (sigma * normal).exp();
                Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
            }
        }
    }
}

/// How long `stall` holds the exchange: `{ for = "5s" }`, `{ until = "a-gate" }` or `"forever"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stall {
    /// A span of time.
    For(Lapse),
    /// Until the gate of this name is released.
    Until(String),
    /// Until the client gives up or the emulator stops.
    Forever,
}

/// Slows bytes down, in one direction or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// Which body is slowed; both when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Bytes each second; at least 1.
    pub bytes_per_second: u64,
    /// Bytes that may pass at once after a rest; a twentieth of a second's worth when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<u64>,
}

/// The gate at which the exchange is held. `gate = "go"` is short for `gate = { name = "go" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// The name by which tests and people know it.
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullGate {
    name: String,
}

impl From<FullGate> for Gate {
    fn from(full: FullGate) -> Self {
        Self { name: full.name }
    }
}

impl FromStr for Gate {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self { name: name.to_owned() })
    }
}

impl<'de> Deserialize<'de> for Gate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        short_or_full::<_, FullGate, _>(deserializer, "the name of a gate, or a table with `name`")
    }
}
