//! How entities stand in the index: one row each, so that the index holds what is and not what happened,
//! and never needs compaction of ours. Keys are `tag bucket NUL ...`; values are a version byte and JSON.

use crate::domain::{Bucket, BucketName, Change, Object, ObjectKey, Part, PartNumber, Upload, UploadId};
use serde::{Serialize, de::DeserializeOwned};

/// Rows sort by tag, so that every row comes after the one it belongs to.
const BUCKET: u8 = 1;
const OBJECT: u8 = 2;
const UPLOAD: u8 = 3;
const PART: u8 = 4;

/// Version of the values that this emulator writes.
const VALUE_VERSION: u8 = 1;

/// Bytes that hold most values.
const TYPICAL_VALUE: usize = 512;

/// What a change does to the index.
#[derive(Debug)]
pub(super) enum RowEdit {
    /// Writes a row.
    Put(Vec<u8>, Vec<u8>),
    /// Removes a row.
    Remove(Vec<u8>),
    /// Removes all rows whose key starts so and ends with these bytes, two bytes between them: the parts of
    /// an upload.
    RemoveParts {
        /// Start of the keys.
        prefix: Vec<u8>,
        /// End of the keys.
        suffix: Vec<u8>,
    },
}

/// A row that no emulator wrote, or a change that JSON cannot hold.
#[derive(Debug, thiserror::Error)]
pub(super) enum RowError {
    #[error("a key has no known form")]
    Key,
    #[error("a value has version {0}, and this emulator reads {VALUE_VERSION}")]
    Version(u8),
    #[error("a value is empty")]
    Empty,
    #[error("a value cannot be read: {0}")]
    Value(#[from] serde_json::Error),
}

fn key(tag: u8, fields: &[&[u8]]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + fields.iter().map(|field| field.len() + 1).sum::<usize>());
    key.push(tag);
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            key.push(0);
        }
        key.extend_from_slice(field);
    }
    key
}

fn object_key(bucket: &BucketName, key_: &ObjectKey) -> Vec<u8> {
    key(OBJECT, &[bucket.as_str().as_bytes(), key_.as_str().as_bytes()])
}

fn upload_key(bucket: &BucketName, id: &UploadId, key_: &ObjectKey) -> Vec<u8> {
    key(UPLOAD, &[bucket.as_str().as_bytes(), id.as_str().as_bytes(), key_.as_str().as_bytes()])
}

fn parts_prefix(bucket: &BucketName, id: &UploadId) -> Vec<u8> {
    key(PART, &[bucket.as_str().as_bytes(), id.as_str().as_bytes(), &[]])
}

fn part_key(bucket: &BucketName, id: &UploadId, number: PartNumber, key: &ObjectKey) -> Vec<u8> {
    let mut row = parts_prefix(bucket, id);
    row.extend_from_slice(&number.get().to_be_bytes());
    row.extend_from_slice(key.as_str().as_bytes());
    row
}

fn value(entity: &impl Serialize) -> Result<Vec<u8>, RowError> {
    let mut bytes = Vec::with_capacity(TYPICAL_VALUE);
    bytes.push(VALUE_VERSION);
    serde_json::to_writer(&mut bytes, entity)?;
    Ok(bytes)
}

fn entity<T: DeserializeOwned>(value: &[u8]) -> Result<T, RowError> {
    match value {
        [VALUE_VERSION, json @ ..] => Ok(serde_json::from_slice(json)?),
        [version, ..] => Err(RowError::Version(*version)),
        [] => Err(RowError::Empty),
    }
}

/// The edit that a change makes.
pub(super) fn edit_of(change: &Change) -> Result<RowEdit, RowError> {
    Ok(match change {
        Change::PutBucket(bucket) => {
            RowEdit::Put(key(BUCKET, &[bucket.name.as_str().as_bytes()]), value(bucket)?)
        }
        Change::DeleteBucket(name) => RowEdit::Remove(key(BUCKET, &[name.as_str().as_bytes()])),
        Change::PutObject { bucket, key, object } => RowEdit::Put(object_key(bucket, key), value(object)?),
        Change::DeleteObject { bucket, key } => RowEdit::Remove(object_key(bucket, key)),
        Change::PutUpload { bucket, upload } => {
            RowEdit::Put(upload_key(bucket, &upload.id, &upload.key), value(upload)?)
        }
        Change::DeleteUpload { bucket, key, id } => RowEdit::RemoveParts {
            prefix: parts_prefix(bucket, id),
            suffix: key.as_str().as_bytes().to_vec(),
        },
        Change::PutPart { bucket, key, id, number, part } => {
            RowEdit::Put(part_key(bucket, id, *number, key), value(part)?)
        }
        Change::DeletePart { bucket, key, id, number } => RowEdit::Remove(part_key(bucket, id, *number, key)),
    })
}

/// The row of the upload itself, which goes together with its parts.
pub(super) fn upload_row(change: &Change) -> Option<Vec<u8>> {
    match change {
        Change::DeleteUpload { bucket, key, id } => Some(upload_key(bucket, id, key)),
        _ => None,
    }
}

/// The change that a row stands for.
pub(super) fn change_of(row: &[u8], bytes: &[u8]) -> Result<Change, RowError> {
    let (tag, rest) = row.split_first().ok_or(RowError::Key)?;
    if *tag == BUCKET {
        return Ok(Change::PutBucket(entity::<Bucket>(bytes)?));
    }
    let (bucket, rest) = field(rest)?;
    let bucket = BucketName::parse(text(bucket)?).map_err(|_| RowError::Key)?;
    let object = |bytes: &[u8]| ObjectKey::from_bytes(bytes).map_err(|_| RowError::Key);
    match *tag {
        OBJECT => Ok(Change::PutObject { bucket, key: object(rest)?, object: entity::<Object>(bytes)? }),
        UPLOAD => Ok(Change::PutUpload { bucket, upload: entity::<Upload>(bytes)? }),
        PART => {
            let (id, rest) = field(rest)?;
            let id = UploadId::from_text(text(id)?);
            let (number, key) = rest.split_at_checked(2).ok_or(RowError::Key)?;
            let number = number.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            let number = PartNumber::new(number).map_err(|_| RowError::Key)?;
            Ok(Change::PutPart { bucket, key: object(key)?, id, number, part: entity::<Part>(bytes)? })
        }
        _ => Err(RowError::Key),
    }
}

fn field(bytes: &[u8]) -> Result<(&[u8], &[u8]), RowError> {
    let end = bytes.iter().position(|byte| *byte == 0).ok_or(RowError::Key)?;
    Ok((&bytes[..end], &bytes[end + 1..]))
}

fn text(bytes: &[u8]) -> Result<&str, RowError> {
    std::str::from_utf8(bytes).map_err(|_| RowError::Key)
}
