//! CRC-64/XZ, which OSS calls `crc64ecma`, and its combination over parts.

use crc64fast::Digest;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A checksum; its text is an unsigned decimal without padding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Crc64(pub u64);

impl Crc64 {
    /// The checksum of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Crc64Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }

    /// The checksum of this content followed by `next`, which has `next_len` bytes.
    #[must_use]
    pub fn then(self, next: Self, next_len: u64) -> Self {
        Self(multiply(power_of_x8(next_len), self.0) ^ next.0)
    }
}

impl fmt::Display for Crc64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Crc64 {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self)
    }
}

/// Computes a [`Crc64`] while bytes pass by.
#[derive(Default)]
pub struct Crc64Hasher(Digest);

impl Crc64Hasher {
    /// The checksum of what was fed so far.
    pub fn finish(&self) -> Crc64 {
        Crc64(self.0.sum64())
    }

    /// Feeds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }
}

/// Adds up the checksums of contents that follow each other.
///
/// A library's combination (crc-fast's) would do, but takes 200 microseconds for parts of 8 MiB: 10,000 parts would
/// keep the store from committing anything else for seconds. Here equal lengths, the usual case, cost one
/// multiplication.
#[derive(Clone, Copy, Debug)]
pub struct Crc64Sum {
    sum: Crc64,
    len: u64,
    power: u64,
}

impl Default for Crc64Sum {
    fn default() -> Self {
        Self { sum: Crc64::default(), len: 0, power: ONE }
    }
}

impl Crc64Sum {
    /// Appends content of `len` bytes.
    pub fn append(&mut self, next: Crc64, len: u64) {
        if len != self.len {
            self.len = len;
            self.power = power_of_x8(len);
        }
        self.sum = Crc64(multiply(self.power, self.sum.0) ^ next.0);
    }

    /// The checksum of everything appended.
    pub fn total(&self) -> Crc64 {
        self.sum
    }
}

/// The polynomial ECMA-182 with its bits reflected: the highest bit is the coefficient of 1, as in all
/// values below.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;

const ONE: u64 = 1 << 63;

/// x to the powers 1, 2, 4, 8 and so on.
const SQUARES: [u64; 64] = {
    let mut squares = [ONE >> 1; 64];
    let mut index = 1;
    while index < squares.len() {
        squares[index] = multiply(squares[index - 1], squares[index - 1]);
        index += 1;
    }
    squares
};

/// The product of two polynomials over GF(2), modulo [`POLYNOMIAL`].
const fn multiply(a: u64, mut b: u64) -> u64 {
    let mut product = 0;
    let mut bit = ONE;
    while bit != 0 {
        if a & bit != 0 {
            product ^= b;
        }
        b = if b & 1 == 0 { b >> 1 } else { b >> 1 ^ POLYNOMIAL };
        bit >>= 1;
    }
    product
}

/// What multiplies a checksum when `len` bytes follow: x to the power of `8 * len`.
fn power_of_x8(len: u64) -> u64 {
    // 8 bits a byte: the first of the squares that count is the fourth. Lengths stay far below 2^61.
    (0..u64::BITS - 3).filter(|bit| len >> bit & 1 == 1).fold(ONE, |power, bit| {
        SQUARES.get(bit as usize + 3).map_or(power, |square| multiply(*square, power))
    })
}
