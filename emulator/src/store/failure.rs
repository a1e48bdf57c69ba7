//! What can go wrong with the store, and what to do about it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// The store cannot do what was asked. Its texts name the path and the way out.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// What was tried, as a verb: `write`, `create`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process has the directory open.
    #[error(
        "data directory {path} is in use by another emulator; stop that one, or choose another directory",
        path = .0.display()
    )]
    InUse(PathBuf),
    /// The directory was written by another version, which lays it out otherwise.
    #[error(
        "data directory {path} has format {found}, and this emulator reads {known}; use the emulator that \
         made it, or choose an empty directory",
        path = path.display()
    )]
    OtherFormat {
        /// The directory.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format that this version reads.
        known: u32,
    },
    /// The index is not what an emulator wrote.
    #[error(
        "index {path} is damaged: {reason}; restore the data directory from a copy, or delete it to start empty",
        path = path.display()
    )]
    Damaged {
        /// The index.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The index could not take a change; nothing of the batch happened.
    #[error("cannot write to the index {path}: {reason}", path = path.display())]
    Index {
        /// The index.
        path: PathBuf,
        /// What the index said.
        reason: String,
    },
    /// There is no room in memory for a body, or for more of it.
    #[error(
        "the {limit} bytes that this emulator keeps in memory are taken; delete objects or abort uploads, or start it \
         with a larger --memory-limit, with --data-dir, or with --bodies digest-only"
    )]
    Full {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The bytes were not kept when they arrived.
    #[error(
        "only size and digests of this content are known: it was stored with --bodies digest-only; store it again \
         with --bodies keep to read it"
    )]
    Dropped,
    /// The state names a blob that is not there.
    #[error("content {0} is missing from the store")]
    Missing(crate::domain::BlobId),
    /// A body cannot be digested.
    #[error(transparent)]
    Digest(#[from] crate::digest::Stopped),
}

impl StoreError {
    /// For `map_err`: an I/O error with what was tried and where.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
