//! How many attempts, and how long between them.

use std::time::Duration;

/// Attempts of one request and the pauses between them: `base * factor^n`, at most `cap`, with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all, at least one.
    pub attempts: u32,
    /// Longest pause after the first attempt.
    pub base: Duration,
    /// How much the longest pause grows with each attempt.
    pub factor: u32,
    /// The pause never grows beyond this; a server's `Retry-After` may ask for more.
    pub cap: Duration,
    /// No attempt begins later than this after the first one began.
    pub deadline: Option<Duration>,
}

impl Default for Retry {
    /// Three attempts, 200 ms doubled, at most 20 s (the Go SDK's values), no deadline.
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(200),
            factor: 2,
            cap: Duration::from_secs(20),
            deadline: None,
        }
    }
}

impl Retry {
    /// The pause after attempt number `attempt` (from 1). `jitter` in 0..=1 chooses a point between nothing and the
    /// longest pause; the server's `at_least` is never undercut.
    pub fn pause(&self, attempt: u32, jitter: f64, at_least: Option<Duration>) -> Duration {
        let growth = self.factor.saturating_pow(attempt.saturating_sub(1));
        let longest = self.base.saturating_mul(growth).min(self.cap);
        let jittered = longest.mul_f64(jitter.clamp(0.0, 1.0));
        jittered.max(at_least.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_the_server_may_ask_for_more() {
        let retry = Retry::default();
        let longest = |attempt| retry.pause(attempt, 1.0, None);
        assert_eq!(longest(1), Duration::from_millis(200));
        assert_eq!(longest(3), Duration::from_millis(800));
        assert_eq!(longest(40), Duration::from_secs(20));
        assert_eq!(retry.pause(1, 0.0, None), Duration::ZERO);
        assert_eq!(retry.pause(1, 0.5, Some(Duration::from_secs(3))), Duration::from_secs(3));
    }
}
