//! A body on its way into the store. Made by the pipeline through [`Store::writer`](super::Store::writer).

use super::{
    BlobFile, StoreError,
    bodies::{Bodies, Nowhere},
    store_value::Inner,
};
use crate::{
    digest::BodyMd5,
    domain::{BlobId, Crc64Hasher, Slice, edit::Content},
};
use bytes::Bytes;
use std::sync::Arc;

/// Owns a blob that no commit has taken yet; without a commit, the blob goes when this does. There is none where bytes
/// are not kept.
#[derive(Debug)]
struct Guard {
    store: Arc<Inner>,
    id: Option<BlobId>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(id) = self.id
            && self.store.registry.unstage(id)
        {
            self.store.remove(vec![id]);
        }
    }
}

/// Writes one body and digests it on the way. Dropped unfinished, it leaves nothing behind.
pub struct BodyWriter {
    file: Box<dyn BlobFile>,
    guard: Guard,
    md5: BodyMd5,
    crc64: Crc64Hasher,
    written: u64,
}

impl BodyWriter {
    pub(super) fn new(store: Arc<Inner>, bodies: Bodies, announced: Option<u64>) -> Result<Self, StoreError> {
        let (id, file): (_, Box<dyn BlobFile>) = match bodies {
            Bodies::Keep => {
                let (id, file) = store.blobs.create(announced)?;
                store.registry.stage(id);
                (Some(id), file)
            }
            Bodies::DigestOnly => (None, Box::new(Nowhere)),
        };
        let guard = Guard { store, id };
        let md5 = BodyMd5::new(&guard.store.convoy);
        Ok(Self { file, guard, md5, crc64: Crc64Hasher::default(), written: 0 })
    }

    /// Appends. Waits only while other bodies are ahead in being digested.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.md5.update(&bytes).await?;
        self.crc64.update(&bytes);
        self.written += bytes.len() as u64;
        self.file.write(bytes).await
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Ends the body.
    pub async fn finish(self) -> Result<StagedBlob, StoreError> {
        self.file.seal().await?;
        let slice = Slice { blob: self.guard.id, offset: 0, len: self.written };
        let content = Content { slice, md5: self.md5.finish().await?, crc64: self.crc64.finish() };
        Ok(StagedBlob { content, _guard: self.guard })
    }
}

/// A whole body in the store that no change refers to yet. Commit a change that names its slice while this
/// lives, and the body stays; drop it without such a commit, and the body goes.
#[derive(Debug)]
pub struct StagedBlob {
    /// Where the bytes are, and their digests.
    pub content: Content,
    _guard: Guard,
}
