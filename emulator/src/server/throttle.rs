//! A pace for bytes: so many each second, with a burst after a rest. Used by the socket wrapper in each direction.

use std::time::Duration;

use tokio::time::Instant;

/// A token bucket.
#[derive(Debug, Clone)]
pub(super) struct Throttle {
    rate: u64,
    burst: u64,
    tokens: f64,
    filled: Instant,
}

impl Throttle {
    /// A bucket that fills with `rate` bytes a second and holds `burst`; by default a twentieth of a second's worth.
    pub(super) fn new(rate: u64, burst: Option<u64>, now: Instant) -> Self {
        let rate = rate.max(1);
        let burst = burst.unwrap_or(rate / 20).max(1);
        Self { rate, burst, tokens: as_float(burst), filled: now }
    }

    /// How many bytes may pass now; at least 1, or the time at which one may.
    pub(super) fn allowance(&mut self, now: Instant) -> Result<usize, Instant> {
        let fresh = now.saturating_duration_since(self.filled).as_secs_f64() * as_float(self.rate);
        self.tokens = (self.tokens + fresh).min(as_float(self.burst));
        self.filled = now;
        if self.tokens >= 1.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 1, and at most the burst"
            )]
            return Ok(self.tokens as usize);
        }
        Err(now
            + Duration::from_secs_f64((1.0 - self.tokens) / as_float(self.rate))
                .max(Duration::from_millis(1)))
    }

    /// Notes that `bytes` have passed.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.tokens -= as_float(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

fn as_float(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a pace need not be exact beyond 53 bits")]
    let float = number as f64;
    float
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Throttle;

    #[test]
    fn a_second_lets_the_rate_and_the_burst_pass() {
        let start = Instant::now();
        let mut throttle = Throttle::new(1000, Some(100), start);
        let (mut now, mut passed) = (start, 0);
        while now < start + Duration::from_secs(1) {
            match throttle.allowance(now) {
                Ok(bytes) => {
                    throttle.spend(bytes);
                    passed += bytes;
                }
                Err(later) => now = later,
            }
        }
        assert!((1000..=1101).contains(&passed), "{passed} bytes");
    }
}
