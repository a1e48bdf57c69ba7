//! The sandbox's clock: everything the server says or decides by time asks it. Delays on the wire stay real.

use std::{
    sync::Mutex,
    sync::PoisonError,
    time::{Instant, SystemTime},
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Whether time passes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockMode {
    /// Follows the system clock, shifted by what `set` and `advance` asked for.
    Real,
    /// Stands still; only `set` and `advance` move it. A real clock that is frozen becomes a manual one.
    Manual,
}

/// What the clock says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// Whether time passes by itself.
    pub mode: ClockMode,
    /// The sandbox's time.
    #[serde(with = "rfc3339")]
    pub now: Timestamp,
}

/// A move that leads out of the years that a timestamp can hold (-9999 to 9999).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock cannot move that far: it holds the years -9999 to 9999")]
pub struct ClockRange;

/// The time of one sandbox. Shared by reference; each call is atomic.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Real { shift: SignedDuration },
    Manual { now: Timestamp },
}

impl Clock {
    /// A clock that follows the system's.
    pub fn real() -> Self {
        Self::with(State::Real { shift: SignedDuration::ZERO })
    }

    /// A clock that stands at `now` until it is moved.
    pub fn manual(now: Timestamp) -> Self {
        Self::with(State::Manual { now })
    }

    /// A clock that stands at the system's present time until it is moved.
    pub fn frozen() -> Self {
        Self::manual(system_now())
    }

    fn with(state: State) -> Self {
        Self { started: Instant::now(), state: Mutex::new(state) }
    }

    /// The sandbox's time.
    pub fn now(&self) -> Timestamp {
        self.read().now
    }

    /// Mode and time, read together.
    pub fn read(&self) -> ClockReading {
        match *self.lock() {
            State::Real { shift } => ClockReading { mode: ClockMode::Real, now: shifted(shift) },
            State::Manual { now } => ClockReading { mode: ClockMode::Manual, now },
        }
    }

    /// Nanoseconds since the clock was made; never moved by `set` or `advance`.
    pub fn monotonic_ns(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Moves the clock by `by` (which may be negative) and returns the new time.
    pub fn advance(&self, by: SignedDuration) -> Result<Timestamp, ClockRange> {
        let mut state = self.lock();
        let now = match *state {
            State::Real { shift } => shifted(shift),
            State::Manual { now } => now,
        };
        let moved = now.checked_add(by).map_err(|_| ClockRange)?;
        *state = match *state {
            State::Real { shift } => State::Real { shift: shift.checked_add(by).ok_or(ClockRange)? },
            State::Manual { .. } => State::Manual { now: moved },
        };
        Ok(moved)
    }

    /// Sets the time; a real clock goes on from there, a manual one stands there.
    pub fn set(&self, to: Timestamp) {
        let mut state = self.lock();
        *state = match *state {
            State::Real { .. } => State::Real { shift: to.duration_since(system_now()) },
            State::Manual { .. } => State::Manual { now: to },
        };
    }

    /// Stops the clock at its present time.
    pub fn freeze(&self) {
        let mut state = self.lock();
        if let State::Real { shift } = *state {
            *state = State::Manual { now: shifted(shift) };
        }
    }

    /// Lets time pass again, from where the clock stands.
    pub fn thaw(&self) {
        let mut state = self.lock();
        if let State::Manual { now } = *state {
            *state = State::Real { shift: now.duration_since(system_now()) };
        }
    }

    /// Back to the system's time, running.
    pub fn reset(&self) {
        *self.lock() = State::Real { shift: SignedDuration::ZERO };
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic while the lock is held leaves a complete value behind: each write is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A copy that starts from the same time and is moved apart from the original.
impl Clone for Clock {
    fn clone(&self) -> Self {
        Self::with(*self.lock())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}

fn shifted(shift: SignedDuration) -> Timestamp {
    let now = system_now();
    if shift.is_zero() {
        return now;
    }
    now.saturating_add(shift).unwrap_or(Timestamp::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where the system's clock is read")]
fn system_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Serialises a timestamp as RFC 3339 text.
mod rfc3339 {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not an RFC 3339 time")))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Clock, ClockMode};

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let clock = Clock::manual(start);
        assert_eq!(clock.now(), start);
        assert_eq!(clock.advance(SignedDuration::from_mins(15)), Ok(start + SignedDuration::from_mins(15)));
        assert_eq!(clock.now(), start + SignedDuration::from_mins(15));
        clock.set(start);
        assert_eq!(clock.now(), start);
    }

    #[test]
    fn a_shifted_real_clock_keeps_its_shift_through_freezing() {
        let clock = Clock::real();
        let before = clock.now();
        clock.advance(SignedDuration::from_hours(1)).expect("in range");
        clock.freeze();
        let frozen = clock.now();
        assert!(frozen.duration_since(before) >= SignedDuration::from_hours(1));
        assert_eq!(clock.now(), frozen);
        clock.thaw();
        assert_eq!(clock.read().mode, ClockMode::Real);
        assert!(clock.now() >= frozen);
    }

    #[test]
    fn a_move_out_of_range_is_refused_and_changes_nothing() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let clock = Clock::manual(start);
        assert!(clock.advance(SignedDuration::MAX).is_err());
        assert_eq!(clock.now(), start);
    }
}
