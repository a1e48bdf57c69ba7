//! Spans of time as plans and the control plane word them: `200ms`, `1.5s`, `1h 30m`, `-15m`.

use std::{fmt, str::FromStr, time::Duration};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A span of time, possibly negative (for clocks; delays refuse that when the plan is loaded).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lapse(SignedDuration);

impl Lapse {
    /// The span for a clock.
    pub fn signed(self) -> SignedDuration {
        self.0
    }

    /// The span for a delay; `None` when it is negative.
    pub fn forward(self) -> Option<Duration> {
        self.0.try_into().ok()
    }
}

impl From<Duration> for Lapse {
    fn from(duration: Duration) -> Self {
        Self(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX))
    }
}

/// Why a text is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no span of time: write it with a unit, as in `200ms`, `1.5s` or `15m`")]
pub struct LapseError(String);

impl FromStr for Lapse {
    type Err = LapseError;

    fn from_str(text: &str) -> Result<Self, LapseError> {
        text.parse().map(Self).map_err(|_| LapseError(text.to_owned()))
    }
}

impl TryFrom<String> for Lapse {
    type Error = LapseError;

    fn try_from(text: String) -> Result<Self, LapseError> {
        text.parse()
    }
}

impl fmt::Display for Lapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl From<Lapse> for String {
    fn from(lapse: Lapse) -> Self {
        lapse.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Lapse;

    #[test]
    fn a_span_reads_back_as_it_is_written() {
        for text in ["200ms", "1.5s", "15m", "-15m", "1h 30m"] {
            let lapse: Lapse = text.parse().expect(text);
            assert_eq!(lapse.to_string().parse::<Lapse>(), Ok(lapse));
        }
        assert_eq!("1.5s".parse::<Lapse>().map(Lapse::forward), Ok(Some(Duration::from_millis(1500))));
        assert_eq!("-1s".parse::<Lapse>().map(Lapse::forward), Ok(None));
        assert!("200".parse::<Lapse>().is_err());
    }
}
