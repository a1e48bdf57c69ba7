//! One MD5 under way, which can advance alone or beside others.

use super::lanes::compress_alone;
use crate::domain::Md5;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// Bytes at the end of the last block that hold the length.
const LENGTH_BYTES: usize = 8;

pub(super) type State = [u32; 4];

/// The MD5 of what has been fed so far (RFC 1321).
#[derive(Debug, Clone)]
pub struct Md5Stream {
    state: State,
    /// Bytes fed, of which the last `length % BLOCK` wait in `rest`.
    length: u64,
    rest: [u8; BLOCK],
}

impl Default for Md5Stream {
    fn default() -> Self {
        Self { state: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476], length: 0, rest: [0; BLOCK] }
    }
}

impl Md5Stream {
    /// Feeds the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.settle(&mut bytes);
        let taken = compress_alone(&mut self.state, bytes);
        self.took(&mut bytes, taken);
        self.settle(&mut bytes);
    }

    /// The digest of everything.
    pub fn finish(mut self) -> Md5 {
        let bits = self.length.wrapping_mul(8);
        let waiting = self.waiting();
        let room = BLOCK - LENGTH_BYTES;
        // 0x80, zeros up to the length, the length: in this block if they fit behind what waits, else in the next.
        let zeros = if waiting < room { room - waiting } else { BLOCK + room - waiting };
        let mut padding = [0; BLOCK];
        padding[0] = 0x80;
        self.update(&padding[..zeros]);
        self.update(&bits.to_le_bytes());
        let mut digest = [0; 16];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_le_bytes();
        }
        Md5(digest)
    }

    /// Takes from `bytes` what does not make whole blocks by itself: first to fill the block that waits, and, when less
    /// than a block is left, everything. Afterwards either `bytes` is empty or no byte waits.
    pub(super) fn settle(&mut self, bytes: &mut &[u8]) {
        let waiting = self.waiting();
        if waiting == 0 && bytes.len() >= BLOCK {
            return;
        }
        let fits = bytes.len().min(BLOCK - waiting);
        self.rest[waiting..waiting + fits].copy_from_slice(&bytes[..fits]);
        self.took(bytes, fits);
        if waiting + fits == BLOCK {
            compress_alone(&mut self.state, &self.rest);
            self.settle(bytes);
        }
    }

    /// The state, for whoever feeds whole blocks; tell it with [`Self::took`]. No byte may wait.
    pub(super) fn state(&mut self) -> &mut State {
        &mut self.state
    }

    /// Counts bytes that were fed, and moves on behind them.
    pub(super) fn took(&mut self, bytes: &mut &[u8], count: usize) {
        *bytes = bytes.split_at(count).1;
        self.length = self.length.wrapping_add(count as u64);
    }

    fn waiting(&self) -> usize {
        // Below BLOCK.
        usize::try_from(self.length % BLOCK as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Md5Stream};
    use crate::{
        digest::lanes::{MOST_LANES, compress},
        domain::Md5,
    };

    #[test]
    fn every_length_around_a_block_has_the_digest_of_rfc_1321() {
        for length in 0..=3 * BLOCK + 1 {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at).unwrap()).collect();
            let mut stream = Md5Stream::default();
            stream.update(&bytes);
            assert_eq!(stream.finish(), Md5::of(&bytes), "{length} bytes");
        }
    }

    proptest! {
        #[test]
        fn pieces_of_any_length_have_the_digest_of_the_whole(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8)
        ) {
            let mut stream = Md5Stream::default();
            for piece in &pieces {
                stream.update(piece);
            }
            prop_assert_eq!(stream.finish(), Md5::of(&pieces.concat()));
        }

        #[test]
        fn streams_that_advance_together_have_the_digests_they_have_alone(
            bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), BLOCK..12 * BLOCK), 1..=MOST_LANES)
        ) {
            let mut streams = vec![Md5Stream::default(); bodies.len()];
            let slices: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
            let taken = compress(&mut streams.iter_mut().map(Md5Stream::state).collect::<Vec<_>>(), &slices);
            prop_assert_eq!(taken, slices.iter().map(|slice| slice.len()).min().unwrap() / BLOCK * BLOCK);
            for (mut stream, mut body) in streams.into_iter().zip(slices) {
                let whole = Md5::of(body);
                stream.took(&mut body, taken);
                stream.update(body);
                prop_assert_eq!(stream.finish(), whole);
            }
        }
    }
}
