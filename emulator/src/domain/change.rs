//! The one list of things that can happen to the state. The store appends batches of changes and replays
//! them.

use super::{Bucket, BucketName, Object, ObjectKey, Part, PartNumber, Upload, UploadId};

/// One step from a state to the next. Each names its entity fully and replaces or removes it, so that a
/// change applied twice does no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Creates a bucket, or changes what is known about it; its contents stay.
    PutBucket(Bucket),
    /// Removes a bucket. It must be empty.
    DeleteBucket(BucketName),
    /// Creates or replaces an object.
    PutObject {
        /// Where.
        bucket: BucketName,
        /// Its name.
        key: ObjectKey,
        /// The object.
        object: Object,
    },
    /// Removes an object.
    DeleteObject {
        /// Where.
        bucket: BucketName,
        /// Its name.
        key: ObjectKey,
    },
    /// Opens an upload. Its `parts` are ignored.
    PutUpload {
        /// Where.
        bucket: BucketName,
        /// The upload.
        upload: Upload,
    },
    /// Ends an upload and forgets its parts.
    DeleteUpload {
        /// Where.
        bucket: BucketName,
        /// The object it was for.
        key: ObjectKey,
        /// Its id.
        id: UploadId,
    },
    /// Adds or replaces a part.
    PutPart {
        /// Where.
        bucket: BucketName,
        /// The object the upload is for.
        key: ObjectKey,
        /// The upload.
        id: UploadId,
        /// Which part.
        number: PartNumber,
        /// The part.
        part: Part,
    },
    /// Removes a part.
    DeletePart {
        /// Where.
        bucket: BucketName,
        /// The object the upload is for.
        key: ObjectKey,
        /// The upload.
        id: UploadId,
        /// Which part.
        number: PartNumber,
    },
}
