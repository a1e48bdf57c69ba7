//! The numbers of OSS, each with its source. Read by the rules in `domain` and by the operations.

/// Smallest part number. OSS documentation: UploadPart, EC 0017-00000220.
pub const MIN_PART_NUMBER: u16 = 1;

/// Largest part number, and so the most parts of one upload. OSS documentation: UploadPart, EC 0017-00000220.
pub const MAX_PART_NUMBER: u16 = 10_000;

/// Fewest bytes of every listed part but the last, checked when an upload completes. OSS documentation: EC
/// 0042-00000213.
pub const MIN_PART_BYTES: u64 = 100 * 1024;

/// Most bytes of one part or of an object put in one request. OSS documentation: limits ("5 GB", read as 5
/// GiB).
pub const MAX_BODY_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// Longest object name in UTF-8 bytes. OSS documentation: object naming conventions.
pub const MAX_KEY_BYTES: usize = 1023;

/// Shortest bucket name. OSS documentation: bucket naming conventions.
pub const MIN_BUCKET_NAME: usize = 3;

/// Longest bucket name. OSS documentation: bucket naming conventions.
pub const MAX_BUCKET_NAME: usize = 63;

/// Most buckets of one owner. OSS documentation: PutBucket.
pub const MAX_BUCKETS: usize = 100;

/// Most bytes of user metadata, names and values together. OSS documentation: PutObject.
pub const MAX_META_BYTES: usize = 8 * 1024;

/// Most entries on one page of a listing, and the default of all but object and bucket listings. OSS
/// documentation: ListParts.
pub const MAX_PAGE: u32 = 1000;

/// Entries on one page of objects or buckets when the request does not say. OSS documentation: `GetBucket`,
/// `GetService`.
pub const DEFAULT_KEYS: u32 = 100;

/// Most bytes of an XML request body. Our choice: 10,000 parts in the most talkative spelling seen (an
/// element a line, quotes as `&#34;`) take about 1.3 MiB.
pub const MAX_DOCUMENT_BYTES: u64 = 4 * 1024 * 1024;

/// Furthest that the date of a signature may be from the server's, in seconds. OSS documentation: EC
/// 0002-00000504.
pub const MAX_SKEW_SECONDS: i64 = 15 * 60;

/// Most keys of one DeleteMultipleObjects. OSS documentation: DeleteMultipleObjects.
pub const MAX_DELETE_KEYS: usize = 1000;

/// Most bytes of the document of DeleteMultipleObjects. OSS documentation: DeleteMultipleObjects.
pub const MAX_DELETE_BYTES: u64 = 2 * 1024 * 1024;

/// Largest source of CopyObject, in bytes. OSS documentation: `CopyObject` ("5 GB"; earlier editions say 1 GB).
pub const MAX_COPY_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// Most lifecycle rules of one bucket. OSS documentation: `PutBucketLifecycle`.
pub const MAX_LIFECYCLE_RULES: usize = 1000;

/// Longest id of a lifecycle rule, in bytes. OSS documentation: `PutBucketLifecycle`.
pub const MAX_RULE_ID_BYTES: usize = 255;

/// Most bytes of each of the two callback parameters. OSS documentation: Callback.
pub const MAX_CALLBACK_BYTES: usize = 5 * 1024;

/// Most callback URLs. OSS documentation: Callback.
pub const MAX_CALLBACK_URLS: usize = 5;
