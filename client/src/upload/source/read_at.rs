//! The seam: what an application implements to upload from something that is no file.

use std::{io, sync::Arc};

use thiserror::Error;

use crate::record::SourceName;

/// Why a source cannot be read on.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The source is not what it was when the upload began; says in what. The upload ends without a commit.
    #[error("{0}")]
    Changed(String),
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Bytes that can be read in any order, and more than once: an upload reads each range for its digests, again while it is
/// sent, and again for each attempt that failed.
///
/// All methods are called on threads that may block, several at a time. A panic in one of them is an error of the upload.
///
/// The content must not change while an upload runs. What the upload does against a source that breaks this: a range whose
/// second reading differs from its first is never sent whole, and `len` and `check` are asked again after each range and
/// before the commit. Between calls the content may change as it likes: a later call goes on with the parts whose digests
/// are those of the present bytes.
///
/// ```
/// use std::{fs::File, io, os::unix::fs::FileExt};
///
/// use oss_client::{ReadAt, Source, SourceError, SourceName};
///
/// /// What a volume manager keeps between two offsets of a disk.
/// #[derive(Debug)]
/// struct Volume {
///     disk: File,
///     begins: u64,
///     size: u64,
///     id: String,
/// }
///
/// impl ReadAt for Volume {
///     fn len(&self) -> u64 {
///         self.size
///     }
///
///     fn identity(&self) -> Option<SourceName> {
///         Some(SourceName::Name(format!("volume:{}", self.id)))
///     }
///
///     fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
///         Ok(self.disk.read_at(buffer, self.begins + offset)?)
///     }
/// }
///
/// # fn volume() -> io::Result<Source> {
/// let disk = File::open("/dev/loop7")?;
/// let source = Source::reader(Volume { disk, begins: 1 << 20, size: 64 << 20, id: "a7".to_owned() });
/// # Ok(source)
/// # }
/// ```
pub trait ReadAt: Send + Sync {
    /// Size in bytes. The upload is planned for so many, and ends with an error when the size is another one later.
    fn len(&self) -> u64;

    /// Whether there is nothing to read. An empty source becomes an empty object.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a later call, in another process perhaps, knows the source by: its record is found under this name, so that the
    /// name must be the same then, and no other source may have it. Nothing unless implemented; such a source needs
    /// [`Source::named`](super::Source::named) before its upload can have a record.
    fn identity(&self) -> Option<SourceName> {
        None
    }

    /// Reads bytes from `offset` on into the beginning of `buffer` and answers how many: at least one, unless the source
    /// ends there. Fewer than the buffer takes are no error. The range lies within `len`.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError>;

    /// Whether the source is still what it was when it was opened. Always so unless implemented.
    fn check(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn len(&self) -> u64 {
        (**self).len()
    }

    fn identity(&self) -> Option<SourceName> {
        (**self).identity()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        (**self).read_at(offset, buffer)
    }

    fn check(&self) -> Result<(), SourceError> {
        (**self).check()
    }
}
