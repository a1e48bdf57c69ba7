//! Profiles: the rules by which an upload is planned. The machine reads one; `Safe` is the client's own.

/// Numbers that bound a plan, and what to do at its edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Most parts of one upload.
    pub max_parts: u32,
    /// Smallest size of a part that is not the last, in bytes.
    pub min_part_size: u64,
    /// Largest size of a part, in bytes.
    pub max_part_size: u64,
}

impl Profile {
    /// The default: all that OSS allows, and nothing that can lose data.
    ///
    /// Sources: OSS documentation, limits of multipart upload (10,000 parts; 100 KiB to 5 GB, taken as GiB).
    pub const SAFE: Self =
        Self { max_parts: 10_000, min_part_size: 100 * 1024, max_part_size: 5 * 1024 * 1024 * 1024 };
}

impl Default for Profile {
    fn default() -> Self {
        Self::SAFE
    }
}
