//! The numbers of authentication, each with its source.

/// Longest life of a presigned URL of signature version 4, in seconds. OSS documentation: "Add a V4 signature to a URL".
pub(super) const MAX_PRESIGN_SECONDS: i64 = 604_800;
