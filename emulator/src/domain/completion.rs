//! What CompleteMultipartUpload decides: which parts make the object, and what the object then is.

use super::{Crc64Sum, ETag, Object, ObjectKind, Part, PartNumber, Upload, limits::MIN_PART_BYTES};
use jiff::Timestamp;

/// A part as the client lists it. Numbers are only bounded by their type, tags are any text: both are
/// judged here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPart {
    /// The number as sent.
    pub number: i64,
    /// The tag as sent, without quotes.
    pub etag: String,
}

/// Why a list of parts completes nothing. In the order in which the checks are made (our choice; the
/// documentation is silent).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompletionError {
    /// A number outside 1 to 10,000.
    #[error("part number {0} is out of range")]
    NumberOutOfRange(i64),
    /// A number that is not larger than the one before it.
    #[error("part number {number} does not ascend")]
    NotAscending {
        /// The first offender.
        number: PartNumber,
    },
    /// A sequential upload must list 1, 2, 3 and so on without a gap.
    #[error("part number {number} leaves a gap in a sequential upload")]
    NotSequential {
        /// The first offender.
        number: PartNumber,
    },
    /// No such part, or another tag than the uploaded part has.
    #[error("part {number} is missing or has another tag than {etag}")]
    InvalidPart {
        /// The first offender.
        number: PartNumber,
        /// Its tag as sent.
        etag: String,
    },
    /// A part other than the last listed one is smaller than 100 KiB.
    #[error("part {number} has {size} bytes, fewer than {MIN_PART_BYTES}")]
    TooSmall {
        /// The first offender.
        number: PartNumber,
        /// Its bytes.
        size: u64,
        /// Its tag.
        etag: ETag,
    },
}

/// Picks the parts that a client lists, in its order.
pub fn pick<'a>(upload: &'a Upload, listed: &[ListedPart]) -> Result<Vec<&'a Part>, CompletionError> {
    let numbers = ordered_numbers(listed)?;
    if upload.sequential {
        for (number, expected) in numbers.iter().zip(1_u16..) {
            if number.get() != expected {
                return Err(CompletionError::NotSequential { number: *number });
            }
        }
    }
    let mut parts = Vec::with_capacity(listed.len());
    for (number, listed) in numbers.iter().zip(listed) {
        match upload.parts.get(number) {
            Some(part) if part.etag.matches(&listed.etag) => parts.push((*number, part)),
            _ => return Err(CompletionError::InvalidPart { number: *number, etag: listed.etag.clone() }),
        }
    }
    checked_sizes(parts)
}

/// Picks all parts that were uploaded, ascending (`x-oss-complete-all: yes`).
pub fn pick_all(upload: &Upload) -> Result<Vec<&Part>, CompletionError> {
    checked_sizes(upload.parts.iter().map(|(number, part)| (*number, part)).collect())
}

/// The object that `parts` make, at `now`. No byte is touched: tag and checksum follow from those of the
/// parts.
pub fn assemble(upload: &Upload, parts: &[&Part], now: Timestamp) -> Object {
    let mut sum = Crc64Sum::default();
    for part in parts {
        sum.append(part.crc64, part.size);
    }
    Object {
        kind: ObjectKind::Multipart,
        size: parts.iter().map(|part| part.size).sum(),
        etag: ETag::of_parts(parts.iter().map(|part| &part.etag)),
        crc64: sum.total(),
        content_md5: None,
        last_modified: now,
        attributes: upload.attributes.clone(),
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        body: parts.iter().flat_map(|part| part.body.iter().copied()).collect(),
        target: None,
        restored: None,
    }
}

fn ordered_numbers(listed: &[ListedPart]) -> Result<Vec<PartNumber>, CompletionError> {
    let mut numbers: Vec<PartNumber> = Vec::with_capacity(listed.len());
    for part in listed {
        let number = u64::try_from(part.number)
            .ok()
            .and_then(|number| PartNumber::new(number).ok())
            .ok_or(CompletionError::NumberOutOfRange(part.number))?;
        if numbers.last().is_some_and(|last| *last >= number) {
            return Err(CompletionError::NotAscending { number });
        }
        numbers.push(number);
    }
    Ok(numbers)
}

fn checked_sizes(parts: Vec<(PartNumber, &Part)>) -> Result<Vec<&Part>, CompletionError> {
    let not_last = parts.len().saturating_sub(1);
    match parts.iter().take(not_last).find(|(_, part)| part.size < MIN_PART_BYTES) {
        Some((number, part)) => {
            Err(CompletionError::TooSmall { number: *number, size: part.size, etag: part.etag.clone() })
        }
        None => Ok(parts.into_iter().map(|(_, part)| part).collect()),
    }
}
