//! Changes that no client could make: what a test does to the store behind the back of the client. Each
//! returns the changes to commit, or nothing when there is nothing to change. Used by the sandbox's edits
//! and by fault actions.

use super::{
    Attributes, Bucket, BucketName, Change, Crc64, ETag, Md5, Object, ObjectKey, Part, PartNumber, Slice,
    State, UploadId,
};
use jiff::Timestamp;

/// Bytes that are already in the blob store, with their digests.
#[derive(Clone, Debug)]
pub struct Content {
    /// Where they are.
    pub slice: Slice,
    /// Their MD5.
    pub md5: Md5,
    /// Their checksum.
    pub crc64: Crc64,
}

/// Creates a private bucket; nothing when it exists.
pub fn create_bucket(state: &State, name: BucketName, now: Timestamp) -> Vec<Change> {
    if state.bucket(&name).is_some() { Vec::new() } else { vec![Change::PutBucket(Bucket::new(name, now))] }
}

/// Removes a bucket with all objects and uploads in it.
pub fn delete_bucket(state: &State, name: &BucketName) -> Vec<Change> {
    let Some(held) = state.bucket(name) else { return Vec::new() };
    let objects =
        held.objects.keys().map(|key| Change::DeleteObject { bucket: name.clone(), key: key.clone() });
    let uploads = held.uploads.keys().map(|(key, id)| Change::DeleteUpload {
        bucket: name.clone(),
        key: key.clone(),
        id: id.clone(),
    });
    objects.chain(uploads).chain([Change::DeleteBucket(name.clone())]).collect()
}

/// Puts a plain object; nothing when the bucket does not exist.
pub fn put_object(
    state: &State,
    bucket: &BucketName,
    key: ObjectKey,
    (content, attributes): (&Content, Attributes),
    now: Timestamp,
) -> Vec<Change> {
    if state.bucket(bucket).is_none() {
        return Vec::new();
    }
    let object = Object::of_content(content, attributes, now);
    vec![Change::PutObject { bucket: bucket.clone(), key, object }]
}

/// Removes an object; nothing when there is none.
pub fn delete_object(state: &State, bucket: &BucketName, key: &ObjectKey) -> Vec<Change> {
    match state.object(bucket, key) {
        Some(_) => vec![Change::DeleteObject { bucket: bucket.clone(), key: key.clone() }],
        None => Vec::new(),
    }
}

/// Forgets an upload and its parts; nothing when it is not open.
pub fn delete_upload(state: &State, bucket: &BucketName, key: &ObjectKey, id: &UploadId) -> Vec<Change> {
    match state.upload(bucket, key, id) {
        Some(_) => vec![Change::DeleteUpload { bucket: bucket.clone(), key: key.clone(), id: id.clone() }],
        None => Vec::new(),
    }
}

/// Adds or replaces a part, whatever the upload's rules say; nothing when the upload is not open.
pub fn put_part(
    state: &State,
    (bucket, key, id): (&BucketName, &ObjectKey, &UploadId),
    number: PartNumber,
    content: &Content,
    now: Timestamp,
) -> Vec<Change> {
    if state.upload(bucket, key, id).is_none() {
        return Vec::new();
    }
    let part = Part {
        size: content.slice.len,
        etag: ETag::of_content(&content.md5),
        crc64: content.crc64,
        last_modified: now,
        body: vec![content.slice],
    };
    vec![Change::PutPart { bucket: bucket.clone(), key: key.clone(), id: id.clone(), number, part }]
}

/// Removes a part; nothing when there is none.
pub fn delete_part(
    state: &State,
    (bucket, key, id): (&BucketName, &ObjectKey, &UploadId),
    number: PartNumber,
) -> Vec<Change> {
    match state.upload(bucket, key, id).and_then(|upload| upload.parts.get(&number)) {
        Some(_) => {
            vec![Change::DeletePart { bucket: bucket.clone(), key: key.clone(), id: id.clone(), number }]
        }
        None => Vec::new(),
    }
}
