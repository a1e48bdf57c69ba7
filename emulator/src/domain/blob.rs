//! Pieces of content by name. An object or a part is a list of [`Slice`]s; the bytes behind them are the
//! store's business.

use serde::{Deserialize, Serialize};
use std::{fmt, ops::Range};

/// The store's own name for one run of bytes, written once and never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlobId(pub u64);

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A stretch of one blob, or of bytes that were counted and digested and not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Slice {
    /// Which blob; `None` when the bytes were not kept.
    pub blob: Option<BlobId>,
    /// First byte, from the start of the blob.
    pub offset: u64,
    /// Bytes.
    pub len: u64,
}

impl Slice {
    /// All of a blob that has `len` bytes.
    pub fn whole(blob: BlobId, len: u64) -> Self {
        Self { blob: Some(blob), offset: 0, len }
    }

    /// `len` bytes that were not kept.
    pub fn dropped(len: u64) -> Self {
        Self { blob: None, offset: 0, len }
    }

    /// Whether its bytes can be read. Where there are none, none are missing.
    pub fn is_readable(&self) -> bool {
        self.blob.is_some() || self.len == 0
    }
}

/// How a slice stands in the index.
type Row = (Option<BlobId>, u64, u64);

impl From<Row> for Slice {
    fn from((blob, offset, len): Row) -> Self {
        Self { blob, offset, len }
    }
}

impl From<Slice> for Row {
    fn from(slice: Slice) -> Self {
        (slice.blob, slice.offset, slice.len)
    }
}

/// Bytes in all slices together.
pub fn total_len(slices: &[Slice]) -> u64 {
    slices.iter().map(|slice| slice.len).sum()
}

/// Whether all bytes can be read.
pub fn are_readable(slices: &[Slice]) -> bool {
    slices.iter().all(Slice::is_readable)
}

/// The blobs behind slices.
pub fn blobs_of(slices: &[Slice]) -> impl Iterator<Item = BlobId> {
    slices.iter().filter_map(|slice| slice.blob)
}

/// The slices that hold the bytes `range` of the content that `slices` hold. Nothing outside the content is
/// invented: a range that reaches past the end is clipped.
pub fn slices_in_range(slices: &[Slice], range: &Range<u64>) -> Vec<Slice> {
    let mut start = 0;
    let mut found = Vec::new();
    for slice in slices {
        let end = start + slice.len;
        let from = range.start.max(start);
        let to = range.end.min(end);
        if from < to {
            found.push(Slice { blob: slice.blob, offset: slice.offset + (from - start), len: to - from });
        }
        start = end;
    }
    found
}
