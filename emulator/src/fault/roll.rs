//! Chance that depends on nothing but the plan: the same seed, rule, counter key and attempt give the same numbers,
//! in whatever order requests arrive. Used by the engine for `probability` and by actions with spread or noise.

/// A stream of numbers made from a seed and what identifies an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roll(u64);

impl Roll {
    /// The stream of one attempt. `parts` are hashed with their lengths, so that no two lists are alike.
    pub(super) fn new(seed: u64, parts: &[&[u8]]) -> Self {
        Self(parts.iter().fold(mix(seed), |state, part| {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            mix(part.iter().fold(mix(state ^ length), |hash, byte| {
                // FNV-1a's step; `mix` after each part repairs its weak high bits.
                (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
            }))
        }))
    }

    /// One number that stands for a list of parts: equal lists give equal numbers, in every run.
    pub fn of(parts: &[&[u8]]) -> u64 {
        Self::new(0, parts).number()
    }

    /// The stream of a bare seed, for bytes made from a seed.
    pub fn from_seed(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next number, as a fraction from 0 (included) to 1 (excluded).
    pub fn unit(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
        let bits = (self.number() >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }

    /// `length` bytes.
    pub fn bytes(mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.number().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}

/// The finaliser of splitmix64: each bit of the input changes half of the bits of the output.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::Roll;

    #[test]
    fn numbers_depend_on_every_part_and_its_place() {
        let number = |parts: &[&[u8]]| Roll::new(7, parts).number();
        assert_eq!(number(&[b"a", b"b"]), number(&[b"a", b"b"]));
        assert_ne!(number(&[b"a", b"b"]), number(&[b"ab", b""]));
        assert_ne!(number(&[b"a", b"b"]), number(&[b"b", b"a"]));
        assert_ne!(number(&[b"a"]), Roll::new(8, &[b"a"]).number());
    }

    #[test]
    fn fractions_are_spread_evenly() {
        let mut below_tenth = 0;
        for attempt in 0_u32..10_000 {
            let unit = Roll::new(1, &[&attempt.to_be_bytes()]).unit();
            assert!((0.0..1.0).contains(&unit));
            below_tenth += u32::from(unit < 0.1);
        }
        assert!((900..1_100).contains(&below_tenth), "{below_tenth} of 10000");
    }
}
