//! A source as a request names it: opened when the upload begins, known by a name to later calls.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;

use super::ReadAt;
use crate::{
    machine::{ErrorKind, limits},
    record::SourceName,
};

/// What is uploaded: a file, bytes in memory, or anything that implements [`ReadAt`]. Cheap to clone.
///
/// Every path converts into a source. A file is opened when the upload begins, so that a request can be made before the file
/// is there, and used again after the file has changed.
#[derive(Clone)]
pub struct Source {
    pub(super) content: Content,
    name: Option<String>,
}

#[derive(Clone)]
pub(super) enum Content {
    File(PathBuf),
    Reader(Arc<dyn ReadAt>),
}

impl Source {
    /// The file at `path`. A later call finds its record by the canonical path.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { content: Content::File(path.into()), name: None }
    }

    /// These bytes. A record needs [`Source::named`].
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::reader(bytes.into())
    }

    /// What `reader` reads. A later call finds its record by [`ReadAt::identity`].
    pub fn reader(reader: impl ReadAt + 'static) -> Self {
        Self { content: Content::Reader(Arc::new(reader)), name: None }
    }

    /// Gives the source a name of the application's choice, by which a later call finds its record; it takes the place of
    /// the path or identity that the source has by itself. It must be the same in the later call, and no two sources that
    /// go to the same key at the same time may share it.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What a record knows the source by. The file need not exist.
    pub(crate) fn name(&self) -> Result<Option<SourceName>, ErrorKind> {
        let name = match (&self.name, &self.content) {
            (Some(name), _) => Some(SourceName::Name(name.clone())),
            (None, Content::File(path)) => {
                let path = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
                Some(SourceName::Path(path.map_err(|error| ErrorKind::SourceIo(error.to_string()))?))
            }
            (None, Content::Reader(reader)) => super::open::guarded(|| Ok(reader.identity()))
                .map_err(|error| ErrorKind::SourceIo(error.to_string()))?,
        };
        match &name {
            Some(SourceName::Name(text)) if !(1..=limits::MAX_SOURCE_NAME_BYTES).contains(&text.len()) => {
                let most = limits::MAX_SOURCE_NAME_BYTES;
                let size = text.len();
                Err(ErrorKind::InvalidArgument(format!(
                    "the name of the source has {size} bytes; it must have 1 to {most}"
                )))
            }
            _ => Ok(name),
        }
    }
}

impl<T: AsRef<Path>> From<T> for Source {
    fn from(path: T) -> Self {
        Self::file(path.as_ref())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match &self.content {
            Content::File(path) => path.display().to_string(),
            Content::Reader(_) => "a reader".to_owned(),
        };
        f.debug_struct("Source").field("content", &content).field("name", &self.name).finish()
    }
}
