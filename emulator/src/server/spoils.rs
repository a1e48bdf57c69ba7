//! What faults have asked to spoil later in an exchange: collected as they strike, applied where bytes pass.

use bytes::{Bytes, BytesMut};

use crate::fault::{Cut, Damage, Offset};

/// What is to be spoiled in one exchange.
#[derive(Debug, Default)]
pub(super) struct Spoils {
    /// Damage to the request's body.
    pub(super) request: Vec<Placed>,
    /// Damage to the answer's body; places are worked out when its length is known.
    pub(super) response: Vec<(Offset, Damage)>,
    /// Where the answer's body ends too early, and how.
    pub(super) truncate: Option<(Offset, Cut)>,
    /// The `ETag` to send.
    pub(super) etag: HeaderWish,
    /// The `x-oss-hash-crc64ecma` to send.
    pub(super) crc64: HeaderWish,
    /// Acknowledge and do not keep.
    pub(super) forget: bool,
}

/// What a header of the answer shall say.
#[derive(Debug, Clone, Default)]
pub(super) enum HeaderWish {
    /// What is right.
    #[default]
    Right,
    /// Something like it that is wrong.
    Wrong,
    /// This.
    Exactly(String),
}

/// Damage at a byte offset of a body.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// Where the damage begins.
    pub(super) at: u64,
    /// What it does.
    pub(super) damage: Damage,
}

/// Spoils a chunk that begins `start` bytes into its body. Chunks that no damage touches pass uncopied.
pub(super) fn spoil(damages: &[Placed], start: u64, chunk: Bytes) -> Bytes {
    let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
    let touched = |placed: &&Placed| {
        let end = placed.at.saturating_add(u64::try_from(placed.damage.len()).unwrap_or(u64::MAX));
        placed.at < start.saturating_add(length) && end > start
    };
    if !damages.iter().any(|placed| touched(&placed)) {
        return chunk;
    }
    let mut spoiled = BytesMut::from(chunk.as_ref());
    for placed in damages.iter().filter(touched) {
        for (index, byte) in spoiled.iter_mut().enumerate() {
            let position = start.saturating_add(u64::try_from(index).unwrap_or(u64::MAX));
            if let Some(Ok(inside)) = position.checked_sub(placed.at).map(usize::try_from) {
                *byte = placed.damage.apply(inside, *byte);
            }
        }
    }
    spoiled.freeze()
}

/// Another first digit, the same form: still an ETag, not the right one.
pub(super) fn wrong_etag(right: &str) -> String {
    let first_digit = right.find(|c: char| c.is_ascii_hexdigit());
    let Some(at) = first_digit else { return "\"00000000000000000000000000000000\"".to_owned() };
    let digit = if right[at..].starts_with('0') { "1" } else { "0" };
    format!("{}{digit}{}", &right[..at], &right[at + 1..])
}

/// The lowest bit turned.
pub(super) fn wrong_crc64(right: &str) -> String {
    right.parse::<u64>().map_or_else(|_| "1".to_owned(), |crc| (crc ^ 1).to_string())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Placed, spoil, wrong_crc64, wrong_etag};
    use crate::fault::Damage;

    #[test]
    fn damage_across_chunks_hits_exactly_its_bytes() {
        let damages = [
            Placed { at: 3, damage: Damage::Replace(b"XY".to_vec()) },
            Placed { at: 7, damage: Damage::Xor(vec![1]) },
        ];
        for size in 1..=10 {
            let mut start = 0;
            let mut whole = Vec::new();
            for chunk in b"0123456789".chunks(size) {
                whole.extend_from_slice(&spoil(&damages, start, Bytes::copy_from_slice(chunk)));
                start += chunk.len() as u64;
            }
            assert_eq!(whole, b"012XY56689", "in chunks of {size}");
        }
    }

    #[test]
    fn spoiled_digests_keep_their_form() {
        assert_eq!(wrong_etag("\"5B3C\""), "\"0B3C\"");
        assert_eq!(wrong_etag("\"0B3C\""), "\"1B3C\"");
        assert_eq!(wrong_crc64("18446744073709551615"), "18446744073709551614");
    }
}
