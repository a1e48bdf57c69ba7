//! Counters by key with bounded memory: for `nth` in the engine and for the attempt of an exchange.

use std::collections::HashMap;

use super::limits::COUNTER_KEYS;

/// Counts by hashed key. Remembers at least the last `COUNTER_KEYS` keys used, at most twice as many; a key that is
/// forgotten starts again at 1.
#[derive(Debug, Default)]
pub struct Counters {
    young: HashMap<u64, u32>,
    old: HashMap<u64, u32>,
}

impl Counters {
    /// Counts one more for `key` and returns the count, from 1.
    pub fn next(&mut self, key: u64) -> u32 {
        let seen = self.young.get(&key).or_else(|| self.old.get(&key)).copied().unwrap_or(0);
        let count = seen.saturating_add(1);
        if self.young.len() >= COUNTER_KEYS && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, count);
        count
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTER_KEYS, Counters};

    #[test]
    fn keys_are_counted_apart_and_the_recent_ones_are_remembered() {
        let mut counters = Counters::default();
        assert_eq!((counters.next(1), counters.next(2), counters.next(1)), (1, 1, 2));
        let many = u64::try_from(COUNTER_KEYS).expect("fits");
        for key in 10..10 + many - 1 {
            counters.next(key);
        }
        assert_eq!(counters.next(1), 3);
        assert!(counters.young.len() + counters.old.len() <= 2 * COUNTER_KEYS);
    }
}
