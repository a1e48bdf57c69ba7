//! Fills buckets from a folder: `DIR/BUCKET/KEY`. What is there already stays as it is, so that a data directory can be
//! started with the same folder again and again.

use std::{
    io,
    path::{Path, PathBuf},
};

use bytes::BytesMut;
use tokio::{fs::File, io::AsyncReadExt};
use walkdir::{DirEntry, WalkDir};

use crate::{
    clock::Clock,
    domain::{Attributes, BucketName, InvalidBucketName, InvalidObjectKey, ObjectKey, edit},
    store::{StagedBlob, Store, StoreError},
};

/// Bytes read at once.
const CHUNK: usize = 256 << 10;

/// Files that stand for nothing: git keeps no empty folder without the first, and the second is left by a file browser.
const IGNORED: [&str; 2] = [".gitkeep", ".DS_Store"];

/// Why a folder cannot be made into buckets and objects. The texts say what to do.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The folder, or something in it, cannot be read; also a link that leads nowhere or in a circle.
    #[error("cannot read the seed folder: {0}")]
    Walk(#[from] walkdir::Error),
    /// A file cannot be read.
    #[error("cannot read {path}: {source}", path = .0.display(), source = .1)]
    Unreadable(PathBuf, io::Error),
    /// It is no folder.
    #[error("the seed folder {} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A file stands where the buckets do.
    #[error("{} lies beside the buckets: put it into a folder that has the name of its bucket", .0.display())]
    OutsideBuckets(PathBuf),
    /// A folder's name is not a bucket's.
    #[error("the folder {path} cannot be a bucket: {reason}", path = .0.display(), reason = .1)]
    Bucket(PathBuf, InvalidBucketName),
    /// A file's path is not a key.
    #[error("the file {path} cannot be an object: {reason}", path = .0.display(), reason = .1)]
    Key(PathBuf, InvalidObjectKey),
    /// A name is not UTF-8.
    #[error("the name of {} is not UTF-8, and keys are: rename it", .0.display())]
    NotText(PathBuf),
    /// Neither a file nor a folder.
    #[error("{} is neither a file nor a folder: take it out of the seed folder", .0.display())]
    Odd(PathBuf),
    /// A file is longer than an object may be, in bytes.
    #[error("{path} is longer than the {most} bytes of --max-object-bytes", path = .0.display(), most = .1)]
    TooLong(PathBuf, u64),
    /// A file's content cannot be kept.
    #[error("cannot keep {path}: {source}", path = .0.display(), source = .1)]
    NotKept(PathBuf, StoreError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a folder was made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seeded {
    /// Buckets that were created.
    pub buckets: usize,
    /// Objects that were created.
    pub objects: usize,
    /// Objects that were there already and stay as they are.
    pub kept: usize,
}

/// Creates what is missing; no object may be longer than `most` bytes.
pub(super) async fn seed(store: &Store, clock: &Clock, most: u64, root: &Path) -> Result<Seeded, SeedError> {
    let about = tokio::fs::metadata(root).await;
    if !about.map_err(|source| SeedError::Unreadable(root.to_owned(), source))?.is_dir() {
        return Err(SeedError::NotAFolder(root.to_owned()));
    }
    let mut seeded = Seeded::default();
    // Links are followed: fixtures are linked into place by build systems, and by whoever mounts them.
    let entries = WalkDir::new(root).min_depth(1).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| !is_ignored(entry)) {
        let entry = entry?;
        match (entry.depth(), entry.file_type()) {
            (1, kind) if kind.is_dir() => {
                let name = bucket(&entry)?;
                let now = clock.now();
                let created = store.commit(|state| {
                    let changes = edit::create_bucket(state, name, now);
                    let created = changes.len();
                    Ok::<_, StoreError>((changes, created))
                })?;
                seeded.buckets += created;
            }
            (1, kind) if kind.is_file() => return Err(SeedError::OutsideBuckets(entry.into_path())),
            (_, kind) if kind.is_dir() => {}
            (_, kind) if kind.is_file() => {
                let (bucket, key) = object(root, &entry)?;
                if add(store, clock, most, (&bucket, &key), entry.path()).await? {
                    seeded.objects += 1;
                } else {
                    seeded.kept += 1;
                }
            }
            _ => return Err(SeedError::Odd(entry.into_path())),
        }
    }
    Ok(seeded)
}

/// Beside the buckets hidden things are no one's objects (`.git`); inside of a bucket they may be (`.well-known/x`).
fn is_ignored(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    (entry.depth() == 1 && name.as_encoded_bytes().starts_with(b"."))
        || IGNORED.iter().any(|own| name == *own)
}

fn bucket(entry: &DirEntry) -> Result<BucketName, SeedError> {
    let path = || entry.path().to_owned();
    let name = entry.file_name().to_str().ok_or_else(|| SeedError::NotText(path()))?;
    BucketName::parse(name).map_err(|reason| SeedError::Bucket(path(), reason))
}

/// The bucket's folder, and the path from there with `/` between its parts.
fn object(root: &Path, entry: &DirEntry) -> Result<(BucketName, ObjectKey), SeedError> {
    let path = || entry.path().to_owned();
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    let parts = parts.ok_or_else(|| SeedError::NotText(path()))?;
    let (bucket, key) = parts.split_first().unwrap_or((&"", &[]));
    let bucket = BucketName::parse(bucket).map_err(|reason| SeedError::Bucket(path(), reason))?;
    let key = ObjectKey::parse(&key.join("/")).map_err(|reason| SeedError::Key(path(), reason))?;
    Ok((bucket, key))
}

/// Returns whether the object was created: one that is there stays as it is.
async fn add(
    store: &Store,
    clock: &Clock,
    most: u64,
    (bucket, key): (&BucketName, &ObjectKey),
    path: &Path,
) -> Result<bool, SeedError> {
    if store.view(|state| state.object(bucket, key).is_some()) {
        return Ok(false);
    }
    let blob = stage(store, most, path).await?;
    let now = clock.now();
    store.commit(|state| {
        let changes = edit::put_object(state, bucket, key.clone(), (&blob.content, attributes(path)), now);
        Ok::<_, SeedError>((changes, true))
    })
}

/// As a client would send it: by the name's extension, or without a type.
fn attributes(path: &Path) -> Attributes {
    let kind = mime_guess::from_path(path).first_raw();
    let headers = kind.map(|kind| ("content-type".to_owned(), kind.to_owned())).into_iter().collect();
    Attributes { headers, ..Attributes::default() }
}

async fn stage(store: &Store, most: u64, path: &Path) -> Result<StagedBlob, SeedError> {
    let unreadable = |source| SeedError::Unreadable(path.to_owned(), source);
    let not_kept = |source| SeedError::NotKept(path.to_owned(), source);
    let mut file = File::open(path).await.map_err(unreadable)?;
    if file.metadata().await.map_err(unreadable)?.len() > most {
        return Err(SeedError::TooLong(path.to_owned(), most));
    }
    let mut writer = store.writer()?;
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(CHUNK);
        if file.read_buf(&mut buffer).await.map_err(unreadable)? == 0 {
            return writer.finish().await.map_err(not_kept);
        }
        writer.write(buffer.split().freeze()).await.map_err(not_kept)?;
    }
}
