//! Looks at the content of a sandbox and changes it behind the clients' backs, bypassing every rule of OSS. Used by
//! tests, by the control plane and by fault actions.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    domain::{
        Attributes, BucketName, Change, InvalidBucketName, InvalidObjectKey, InvalidPartNumber, Object,
        ObjectKey, Part, PartNumber, State, Upload, UploadId, edit,
    },
    journal::Journal,
    store::{PinnedBody, StagedBlob, Store, StoreError},
};

/// An open multipart upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadInfo {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The upload id.
    pub id: String,
    /// When it was initiated (RFC 3339).
    pub initiated: String,
    /// Its parts, by number.
    pub parts: Vec<PartInfo>,
}

/// A stored part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartInfo {
    /// The part number.
    pub number: u32,
    /// Its length in bytes.
    pub size: u64,
    /// Its ETag: upper-case hexadecimal, without quotes.
    pub etag: String,
    /// Its CRC-64 as an unsigned decimal.
    pub crc64: String,
}

/// A stored object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectInfo {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its ETag: upper-case hexadecimal, without quotes.
    pub etag: String,
    /// Its CRC-64 as an unsigned decimal.
    pub crc64: String,
    /// When it became visible (RFC 3339).
    pub last_modified: String,
    /// From how many parts it was completed; 0 for an object put at once.
    pub parts: u32,
    /// What its writer said of it: `Content-Type`, `x-oss-meta-*` and so on, by lower-case name.
    pub meta: Vec<(String, String)>,
}

/// Why an edit could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The bucket's name is none.
    #[error("`{0}` cannot be a bucket: {1}")]
    Bucket(String, InvalidBucketName),
    /// The key is none.
    #[error("`{0}` cannot be a key: {1}")]
    Key(String, InvalidObjectKey),
    /// The number is none.
    #[error("{0} cannot be a part: {1}")]
    Part(u64, InvalidPartNumber),
    /// What is to be changed is not there.
    #[error(
        "there is no {0}; list what is there with GET /_emulator/v1/sandboxes/default/store/objects or /uploads"
    )]
    Missing(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The content of a sandbox.
#[derive(Debug)]
pub struct Edits {
    store: Store,
    clock: Arc<Clock>,
    journal: Arc<Journal>,
}

impl Edits {
    pub(super) fn new(store: Store, clock: Arc<Clock>, journal: Arc<Journal>) -> Self {
        Self { store, clock, journal }
    }

    /// The names of all buckets, in order.
    pub fn buckets(&self) -> Vec<String> {
        self.store.view(|state| state.buckets().map(|held| held.bucket.name.to_string()).collect())
    }

    /// All open uploads, in the order of bucket, key and id.
    pub fn uploads(&self) -> Vec<UploadInfo> {
        self.store.view(|state| {
            let uploads =
                state.buckets().flat_map(|held| held.uploads.values().map(move |upload| (held, upload)));
            uploads.map(|(held, upload)| upload_info(held.bucket.name.as_str(), upload)).collect()
        })
    }

    /// All objects, in the order of bucket and key.
    pub fn objects(&self) -> Vec<ObjectInfo> {
        self.store.view(|state| {
            let objects = state
                .buckets()
                .flat_map(|held| held.objects.iter().map(move |(key, object)| (held, key, object)));
            objects
                .map(|(held, key, object)| object_info(held.bucket.name.as_str(), key.as_str(), object))
                .collect()
        })
    }

    /// One object, if it is there.
    pub fn object(&self, bucket: &str, key: &str) -> Option<ObjectInfo> {
        let (name, object_key) = (BucketName::parse(bucket).ok()?, ObjectKey::parse(key).ok()?);
        self.store
            .view(|state| state.object(&name, &object_key).map(|object| object_info(bucket, key, object)))
    }

    /// The content of an object, if it is there.
    pub async fn read_object(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, EditError> {
        match self.pin_object(bucket, key) {
            Some(body) => Ok(Some(body.read_all().await?)),
            None => Ok(None),
        }
    }

    pub(crate) fn pin_object(&self, bucket: &str, key: &str) -> Option<PinnedBody> {
        let (name, key) = (BucketName::parse(bucket).ok()?, ObjectKey::parse(key).ok()?);
        self.store.view(|state| state.object(&name, &key).map(|object| self.store.pin(object.body.clone())))
    }

    /// Creates a bucket, unless it is there.
    pub fn create_bucket(&self, bucket: &str) -> Result<(), EditError> {
        let name = parse_bucket(bucket)?;
        let now = self.clock.now();
        self.commit(|state| edit::create_bucket(state, name, now))?;
        self.note(format!("created the bucket {bucket}"));
        Ok(())
    }

    /// Removes a bucket with all that is in it.
    pub fn delete_bucket(&self, bucket: &str) -> Result<(), EditError> {
        let name = parse_bucket(bucket)?;
        let found = self.commit(|state| edit::delete_bucket(state, &name))?;
        must_be_there(found, || format!("bucket {bucket}"))?;
        self.note(format!("deleted the bucket {bucket}"));
        Ok(())
    }

    /// Creates or replaces an object; its bucket must be there.
    pub async fn put_object(
        &self,
        bucket: &str,
        key: &str,
        bytes: impl Into<Bytes> + Send,
    ) -> Result<(), EditError> {
        let (name, object_key) = (parse_bucket(bucket)?, parse_key(key)?);
        let blob = self.stage(bytes.into()).await?;
        let now = self.clock.now();
        let content = (&blob.content, Attributes::default());
        let found = self.commit(|state| edit::put_object(state, &name, object_key, content, now))?;
        must_be_there(found, || format!("bucket {bucket}"))?;
        self.note(format!("put the object {bucket}/{key}"));
        Ok(())
    }

    /// Removes an object.
    pub fn delete_object(&self, bucket: &str, key: &str) -> Result<(), EditError> {
        let (name, object_key) = (parse_bucket(bucket)?, parse_key(key)?);
        let found = self.commit(|state| edit::delete_object(state, &name, &object_key))?;
        must_be_there(found, || format!("object {bucket}/{key}"))?;
        self.note(format!("deleted the object {bucket}/{key}"));
        Ok(())
    }

    /// Removes an open upload with its parts.
    pub fn delete_upload(&self, bucket: &str, key: &str, id: &str) -> Result<(), EditError> {
        let (name, object_key) = (parse_bucket(bucket)?, parse_key(key)?);
        let upload = UploadId::from_text(id);
        let found = self.commit(|state| edit::delete_upload(state, &name, &object_key, &upload))?;
        must_be_there(found, || format!("upload {id} of {bucket}/{key}"))?;
        self.note(format!("deleted the upload {id} of {bucket}/{key}"));
        Ok(())
    }

    /// Adds or replaces a part of an open upload.
    pub async fn put_part(
        &self,
        bucket: &str,
        key: &str,
        id: &str,
        number: u32,
        bytes: impl Into<Bytes> + Send,
    ) -> Result<(), EditError> {
        let (name, object_key, part) = (parse_bucket(bucket)?, parse_key(key)?, parse_part(number)?);
        let upload = UploadId::from_text(id);
        let blob = self.stage(bytes.into()).await?;
        let now = self.clock.now();
        let found = self
            .commit(|state| edit::put_part(state, (&name, &object_key, &upload), part, &blob.content, now))?;
        must_be_there(found, || format!("upload {id} of {bucket}/{key}"))?;
        self.note(format!("put part {number} of the upload {id} of {bucket}/{key}"));
        Ok(())
    }

    /// Removes a part of an open upload.
    pub fn delete_part(&self, bucket: &str, key: &str, id: &str, number: u32) -> Result<(), EditError> {
        let (name, object_key, part) = (parse_bucket(bucket)?, parse_key(key)?, parse_part(number)?);
        let upload = UploadId::from_text(id);
        let found = self.commit(|state| edit::delete_part(state, (&name, &object_key, &upload), part))?;
        must_be_there(found, || format!("part {number} of the upload {id} of {bucket}/{key}"))?;
        self.note(format!("deleted part {number} of the upload {id} of {bucket}/{key}"));
        Ok(())
    }

    /// Removes all buckets and what is in them.
    pub fn clear(&self) -> Result<(), EditError> {
        self.commit(|state| {
            let names: Vec<_> = state.buckets().map(|held| held.bucket.name.clone()).collect();
            names.iter().flat_map(|name| edit::delete_bucket(state, name)).collect()
        })?;
        self.note("cleared the store".to_owned());
        Ok(())
    }

    async fn stage(&self, bytes: Bytes) -> Result<StagedBlob, StoreError> {
        let mut writer = self.store.writer_of(Some(bytes.len() as u64))?;
        writer.write(bytes).await?;
        writer.finish().await
    }

    /// Returns whether there was anything to change.
    fn commit(&self, changes: impl FnOnce(&State) -> Vec<Change>) -> Result<bool, StoreError> {
        self.store.commit(|state| {
            let changes = changes(state);
            let found = !changes.is_empty();
            Ok((changes, found))
        })
    }

    fn note(&self, detail: String) {
        self.journal.control(detail);
    }
}

fn must_be_there(found: bool, what: impl FnOnce() -> String) -> Result<(), EditError> {
    if found { Ok(()) } else { Err(EditError::Missing(what())) }
}

fn parse_bucket(bucket: &str) -> Result<BucketName, EditError> {
    BucketName::parse(bucket).map_err(|error| EditError::Bucket(bucket.to_owned(), error))
}

fn parse_key(key: &str) -> Result<ObjectKey, EditError> {
    ObjectKey::parse(key).map_err(|error| EditError::Key(key.to_owned(), error))
}

fn parse_part(number: u32) -> Result<PartNumber, EditError> {
    let number = u64::from(number);
    PartNumber::new(number).map_err(|error| EditError::Part(number, error))
}

fn upload_info(bucket: &str, upload: &Upload) -> UploadInfo {
    UploadInfo {
        bucket: bucket.to_owned(),
        key: upload.key.to_string(),
        id: upload.id.to_string(),
        initiated: upload.initiated.to_string(),
        parts: upload.parts.iter().map(|(number, part)| part_info(*number, part)).collect(),
    }
}

fn part_info(number: PartNumber, part: &Part) -> PartInfo {
    PartInfo {
        number: u32::from(number.get()),
        size: part.size,
        etag: part.etag.to_string(),
        crc64: part.crc64.to_string(),
    }
}

fn object_info(bucket: &str, key: &str, object: &Object) -> ObjectInfo {
    ObjectInfo {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        size: object.size,
        etag: object.etag.to_string(),
        crc64: object.crc64.to_string(),
        last_modified: object.last_modified.to_string(),
        parts: object.parts,
        meta: object.attributes.headers.clone(),
    }
}
