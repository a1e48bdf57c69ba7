//! A source that an upload has begun to read: its size is fixed, and whatever it does becomes an error that names it.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use bytes::BytesMut;

use super::{ReadAt, Source, SourceError, file::SourceFile, named::Content};
use crate::{
    machine::{ByteRange, ErrorKind, SourceIdentity},
    record::SourceName,
};

/// Bytes read at a time. With the two chunks that wait and the one that the connection holds, a part takes half a MiB
/// whatever its size (our choice).
pub(super) const CHUNK: usize = 128 * 1024;

/// A source and what it was when the upload began.
pub(crate) struct OpenSource {
    reader: Arc<dyn ReadAt>,
    name: Option<SourceName>,
    label: String,
    identity: SourceIdentity,
}

/// Calls an application's code; a panic in it becomes an error.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, SourceError>) -> Result<T, SourceError> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(io::Error::other("the code that reads it panicked").into()))
}

impl OpenSource {
    /// Opens a source and notes what it is.
    pub(crate) fn open(source: &Source) -> Result<Self, ErrorKind> {
        let name = source.name()?;
        let (reader, identity, label): (Arc<dyn ReadAt>, _, _) = match &source.content {
            Content::File(path) => {
                let file = SourceFile::open(path)
                    .map_err(|error| ErrorKind::SourceIo(format!("{}: {error}", path.display())))?;
                let facts = file.facts();
                (Arc::new(file), facts, path.display().to_string())
            }
            Content::Reader(reader) => {
                let label = name.as_ref().map_or_else(|| "the source".to_owned(), SourceName::to_string);
                let size = guarded(|| Ok(reader.len())).map_err(|error| kind(&label, error))?;
                (reader.clone(), SourceIdentity { size, ..SourceIdentity::default() }, label)
            }
        };
        Ok(Self { reader, name, label, identity })
    }

    /// What a record knows the source by.
    pub(crate) fn name(&self) -> Option<&SourceName> {
        self.name.as_ref()
    }

    /// What the source was when it was opened.
    pub(crate) fn identity(&self) -> SourceIdentity {
        self.identity
    }

    /// Compares the source with what it was.
    pub(crate) fn check(&self) -> Result<(), ErrorKind> {
        let size =
            guarded(|| self.reader.check().map(|()| self.reader.len())).map_err(|error| self.kind(error))?;
        if size == self.identity.size {
            return Ok(());
        }
        Err(self.changed(&format!("its size was {} at the start and is {size} now", self.identity.size)))
    }

    pub(super) fn changed(&self, what: &str) -> ErrorKind {
        self.kind(SourceError::Changed(what.to_owned()))
    }

    fn kind(&self, error: SourceError) -> ErrorKind {
        kind(&self.label, error)
    }

    fn read_exact(&self, mut offset: u64, mut buffer: &mut [u8]) -> Result<(), ErrorKind> {
        while !buffer.is_empty() {
            let room = buffer.len();
            match guarded(|| self.reader.read_at(offset, buffer)) {
                Ok(0) => {
                    let size = self.identity.size;
                    return Err(self.changed(&format!(
                        "it became shorter: it ends at byte {offset} and had {size} bytes at the start"
                    )));
                }
                Ok(read) if read <= room => {
                    buffer = &mut buffer[read..];
                    offset += read as u64;
                }
                Ok(read) => {
                    let error = format!("its reader claims {read} bytes where {room} were asked for");
                    return Err(self.kind(io::Error::other(error).into()));
                }
                Err(SourceError::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(SourceError::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(self.changed("it became shorter"));
                }
                Err(error) => return Err(self.kind(error)),
            }
        }
        Ok(())
    }

    /// Reads a range in chunks until `each` says stop; `each` is told how many bytes are left.
    pub(super) fn for_each_chunk(
        &self,
        range: ByteRange,
        mut each: impl FnMut(&mut BytesMut, u64) -> Result<bool, ErrorKind>,
    ) -> Result<(), ErrorKind> {
        let (mut offset, mut left) = (range.offset, range.length);
        let mut buffer = BytesMut::new();
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            // Memory that `each` did not take is used again.
            buffer.resize(size, 0);
            self.read_exact(offset, &mut buffer)?;
            offset += size as u64;
            left -= size as u64;
            if !each(&mut buffer, left)? {
                break;
            }
        }
        Ok(())
    }
}

fn kind(label: &str, error: SourceError) -> ErrorKind {
    match error {
        SourceError::Changed(what) => ErrorKind::SourceChanged(format!("{label}: {what}")),
        SourceError::Io(error) => ErrorKind::SourceIo(format!("{label}: {error}")),
    }
}

impl std::fmt::Debug for OpenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSource")
            .field("label", &self.label)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
