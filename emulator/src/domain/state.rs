//! The value that all rules read: buckets, objects, uploads, parts, and which blobs they use.

use super::{BlobId, Bucket, BucketName, Change, Object, ObjectKey, Slice, Upload, UploadId, blobs_of};
use std::collections::{BTreeMap, HashMap};

/// Everything that a sandbox stores, without the bytes.
#[derive(Clone, Debug, Default)]
pub struct State {
    buckets: BTreeMap<BucketName, BucketState>,
    uses: HashMap<BlobId, u32>,
}

/// One bucket and its contents.
#[derive(Clone, Debug)]
pub struct BucketState {
    /// What is known about the bucket itself.
    pub bucket: Bucket,
    /// Objects in byte order of their names.
    pub objects: BTreeMap<ObjectKey, Object>,
    /// Open uploads in the order of ListMultipartUploads: by key, then by id.
    pub uploads: BTreeMap<(ObjectKey, UploadId), Upload>,
}

impl BucketState {
    /// The open upload `id` of `key`.
    pub fn upload(&self, key: &ObjectKey, id: &UploadId) -> Option<&Upload> {
        self.uploads.get(&(key.clone(), id.clone()))
    }

    /// Whether any open upload of the bucket has this id.
    pub fn has_upload_id(&self, id: &UploadId) -> bool {
        self.uploads.keys().any(|(_, open)| open == id)
    }
}

impl State {
    /// All buckets in order of their names.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketState> {
        self.buckets.values()
    }

    /// How many buckets there are.
    pub fn bucket_count(&self) -> usize {
        self.buckets.len()
    }

    /// A bucket by its name.
    pub fn bucket(&self, name: &BucketName) -> Option<&BucketState> {
        self.buckets.get(name)
    }

    /// Whether there is a bucket of this name, which may be no legal one.
    pub fn has_bucket(&self, name: &str) -> bool {
        self.buckets.contains_key(name)
    }

    /// An object by its names.
    pub fn object(&self, bucket: &BucketName, key: &ObjectKey) -> Option<&Object> {
        self.bucket(bucket)?.objects.get(key)
    }

    /// An open upload by its names.
    pub fn upload(&self, bucket: &BucketName, key: &ObjectKey, id: &UploadId) -> Option<&Upload> {
        self.bucket(bucket)?.upload(key, id)
    }

    /// The blobs that objects and parts are made of, in no order.
    pub fn blobs(&self) -> impl Iterator<Item = BlobId> {
        self.uses.keys().copied()
    }

    /// Applies one change and returns the blobs that nothing uses any more. A change to something that does
    /// not exist changes nothing.
    pub fn apply(&mut self, change: Change) -> Vec<BlobId> {
        match change {
            Change::PutBucket(bucket) => self.put_bucket(bucket),
            Change::DeleteBucket(name) => return self.delete_bucket(&name),
            Change::PutObject { bucket, key, object } => {
                self.retain(&object.body);
                let replaced = match self.buckets.get_mut(&bucket) {
                    Some(held) => held.objects.insert(key, object),
                    None => Some(object),
                };
                return self.release(replaced.iter().map(|object| &object.body));
            }
            Change::DeleteObject { bucket, key } => {
                let removed = self.buckets.get_mut(&bucket).and_then(|held| held.objects.remove(&key));
                return self.release(removed.iter().map(|object| &object.body));
            }
            Change::PutUpload { bucket, mut upload } => {
                upload.parts.clear();
                if let Some(held) = self.buckets.get_mut(&bucket) {
                    held.uploads.entry((upload.key.clone(), upload.id.clone())).or_insert(upload);
                }
            }
            Change::DeleteUpload { bucket, key, id } => {
                let removed = self.buckets.get_mut(&bucket).and_then(|held| held.uploads.remove(&(key, id)));
                return self
                    .release(removed.iter().flat_map(|upload| upload.parts.values()).map(|part| &part.body));
            }
            Change::PutPart { bucket, key, id, number, part } => {
                self.retain(&part.body);
                let replaced = match self.open_upload(&bucket, key, id) {
                    Some(upload) => upload.parts.insert(number, part),
                    None => Some(part),
                };
                return self.release(replaced.iter().map(|part| &part.body));
            }
            Change::DeletePart { bucket, key, id, number } => {
                let removed =
                    self.open_upload(&bucket, key, id).and_then(|upload| upload.parts.remove(&number));
                return self.release(removed.iter().map(|part| &part.body));
            }
        }
        Vec::new()
    }

    fn put_bucket(&mut self, bucket: Bucket) {
        if let Some(held) = self.buckets.get_mut(&bucket.name) {
            held.bucket = bucket;
        } else {
            let name = bucket.name.clone();
            let held = BucketState { bucket, objects: BTreeMap::new(), uploads: BTreeMap::new() };
            self.buckets.insert(name, held);
        }
    }

    fn delete_bucket(&mut self, name: &BucketName) -> Vec<BlobId> {
        let Some(removed) = self.buckets.remove(name) else { return Vec::new() };
        let objects = removed.objects.values().map(|object| &object.body);
        let parts = removed.uploads.values().flat_map(|upload| upload.parts.values()).map(|part| &part.body);
        self.release(objects.chain(parts))
    }

    fn open_upload(&mut self, bucket: &BucketName, key: ObjectKey, id: UploadId) -> Option<&mut Upload> {
        self.buckets.get_mut(bucket)?.uploads.get_mut(&(key, id))
    }

    fn retain(&mut self, slices: &[Slice]) {
        for blob in blobs_of(slices) {
            *self.uses.entry(blob).or_default() += 1;
        }
    }

    fn release<'a>(&mut self, bodies: impl Iterator<Item = &'a Vec<Slice>>) -> Vec<BlobId> {
        let mut unused = Vec::new();
        for blob in bodies.flat_map(|slices| blobs_of(slices)) {
            if let Some(count) = self.uses.get_mut(&blob) {
                *count -= 1;
                if *count == 0 {
                    self.uses.remove(&blob);
                    unused.push(blob);
                }
            }
        }
        unused
    }
}
