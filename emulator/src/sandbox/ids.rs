//! Makes request ids and the random bits of upload ids.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use crate::fault::Roll;

/// A source of ids: random, or from a seed the same in every run.
#[derive(Debug)]
pub(super) struct Ids {
    seed: u64,
    requests: AtomicU64,
    fresh: AtomicU64,
}

impl Ids {
    /// Ids from `seed`, or from the system's randomness. A seed repeats its ids in every run, so it does not go
    /// together with a store that outlives the run: `SandboxSettings` leaves it out then.
    pub(super) fn new(seed: Option<u64>) -> Self {
        let seed = seed.unwrap_or_else(random_seed);
        Self { seed, requests: AtomicU64::new(0), fresh: AtomicU64::new(0) }
    }

    /// 24 upper-case hexadecimal digits, the first eight of which are the time in Unix seconds (observed in answers
    /// of OSS).
    pub(super) fn request_id(&self, now: Timestamp) -> String {
        let seconds = u32::try_from(now.as_second().rem_euclid(1 << 32)).unwrap_or(0);
        let ordinal = self.requests.fetch_add(1, Ordering::Relaxed);
        let rest = Roll::of(&[b"request", &self.seed.to_be_bytes(), &ordinal.to_be_bytes()]);
        format!("{seconds:08X}{rest:016X}")
    }

    /// 128 bits that were never given out before.
    pub(super) fn fresh(&self) -> u128 {
        let ordinal = self.fresh.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let half = |label: &[u8]| u128::from(Roll::of(&[label, &self.seed.to_be_bytes(), &ordinal]));
        (half(b"high") << 64) | half(b"low")
    }
}

/// Falls back to a fixed seed when the system has no randomness to give: ids stay unique within the run.
fn random_seed() -> u64 {
    getrandom::u64().unwrap_or(0x6f73_735f_7365_6564)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Ids;

    #[test]
    fn a_request_id_has_24_digits_and_begins_with_the_time() {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().expect("a time");
        let id = Ids::new(Some(7)).request_id(now);
        assert_eq!(id.len(), 24);
        assert_eq!(&id[..8], format!("{:08X}", now.as_second()));
        assert!(id.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)));
    }

    #[test]
    fn a_seed_repeats_its_ids_and_none_comes_twice() {
        let (first, second) = (Ids::new(Some(7)), Ids::new(Some(7)));
        let ids: Vec<u128> = (0..1000).map(|_| first.fresh()).collect();
        assert!(ids.iter().all(|id| *id == second.fresh()));
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
    }
}
