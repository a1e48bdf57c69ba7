//! Every number with a meaning that the deciding half of the client uses, with its source.

use std::time::Duration;

/// An enlarged part size is a multiple of this (both mobile SDKs round to 4 KiB).
pub const PART_SIZE_STEP: u64 = 4096;

/// Part size when the caller names none (our choice: between the mobile SDKs' 256 KiB and the Go SDK's 6 MiB).
pub const DEFAULT_PART_SIZE: u64 = 1024 * 1024;

/// Parts in flight at once when the caller names no number (the Go, Python and C++ SDKs' default).
pub const DEFAULT_PARALLELISM: usize = 3;

/// Most parts in flight at once (the Go SDK's limit of routines).
pub const MAX_PARALLELISM: usize = 100;

/// Longest object key in bytes of UTF-8 (OSS documentation: object naming).
pub const MAX_KEY_BYTES: usize = 1023;

/// Shortest and longest bucket name (OSS documentation: bucket naming).
pub const BUCKET_NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=63;

/// Longest upload id that is believed (real ones have 32 characters; our choice, so that a damaged record cannot
/// produce an absurd URL).
pub const MAX_UPLOAD_ID_BYTES: usize = 1024;

/// Longest name of a source that is no file (our choice: as long as the longest path).
pub const MAX_SOURCE_NAME_BYTES: usize = 4096;

/// How long parts in flight may still end after another part failed, so that their results are recorded (our choice).
pub const FAILURE_GRACE: Duration = Duration::from_secs(30);

/// How long parts in flight may still end after a cancel before their connections are dropped (our choice).
pub const CANCEL_GRACE: Duration = Duration::from_millis(250);

/// How often an abort is repeated while the server still knows the upload (OSS documentation: AbortMultipartUpload
/// says that it may have to be called again while parts are being written).
pub const ABORT_ATTEMPTS: u32 = 3;

/// Pause between two aborts of one upload (our choice).
pub const ABORT_PAUSE: Duration = Duration::from_millis(200);

/// How often the object is looked up after a Complete whose outcome is unknown and whose upload id is gone (OSS goes on
/// processing after a disconnect).
pub const RESOLVE_LOOKS: u32 = 5;

/// First pause between two such looks; doubled each time up to [`RESOLVE_PAUSE_CAP`].
pub const RESOLVE_PAUSE: Duration = Duration::from_millis(500);

/// Longest pause between two looks.
pub const RESOLVE_PAUSE_CAP: Duration = Duration::from_secs(8);

/// How often Complete is sent for one set of parts when its outcome stays unknown (our choice).
pub const COMPLETE_ATTEMPTS: u32 = 3;

/// How often a rejected Complete is followed by listing and repairing (our choice: once).
pub const REPAIRS: u32 = 1;

/// How often one call asks what the server holds after it refused a part of a sequential upload for its number (our
/// choice: a part that was lost, and one that was stored unheard, leave one to spare).
pub const SEQUENCE_REPAIRS: u32 = 3;

/// How often one call starts over because the server forgot the upload (our choice: once).
pub const RESTARTS: u32 = 1;
