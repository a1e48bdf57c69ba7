//! The seam: where records are kept. Files and memory are here; an application may bring its own.

use std::{error::Error as StdError, io, path::Path, path::PathBuf};

use thiserror::Error;

/// Why a record cannot be opened or written.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Another process or call holds it; names it.
    #[error("{0} is in use; wait for the end of that upload, or use another record")]
    Busy(String),
    /// The directory for records does not exist.
    #[error("directory {} does not exist; create it or name another", .0.display())]
    NoDirectory(PathBuf),
    /// The file system refused.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The record cannot be put into text.
    #[error("the record cannot be put into text: {0}")]
    Text(#[from] super::format::LineError),
    /// An application's store failed.
    #[error("{0}")]
    Store(Box<dyn StdError + Send + Sync>),
}

impl RecordError {
    /// What went wrong in an application's store. Its text should name the record.
    pub fn store(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Store(error.into())
    }

    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, error }
    }
}

/// Keeps records under names: a few KiB of text each, for as long as an upload is unfinished.
///
/// Names are 64 hexadecimal digits and `.ossup`, or shorter than that; they differ for different uploads and are the same
/// when an upload is asked for again. What a record says is the client's own affair: it carries checksums, and a store need
/// neither understand nor guard it.
///
/// All methods here and of [`RecordHold`] are called on threads that may block, and never two at once for one name.
/// [`contract::check`](super::contract::check) tells whether an implementation keeps what is promised here.
///
/// ```
/// use std::{
///     collections::{HashMap, HashSet},
///     sync::{Arc, Mutex},
/// };
///
/// use oss_client::{RecordError, RecordHold, RecordStore, record::contract};
///
/// /// A table of an application's database.
/// #[derive(Default)]
/// struct Table {
///     rows: Mutex<HashMap<String, Vec<u8>>>,
///     held: Mutex<HashSet<String>>,
/// }
///
/// struct Records(Arc<Table>);
///
/// struct Row {
///     table: Arc<Table>,
///     name: String,
/// }
///
/// impl RecordStore for Records {
///     fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError> {
///         if !self.0.held.lock().unwrap().insert(name.to_owned()) {
///             return Err(RecordError::Busy(format!("row {name}")));
///         }
///         Ok(Box::new(Row { table: self.0.clone(), name: name.to_owned() }))
///     }
/// }
///
/// impl RecordHold for Row {
///     fn place(&self) -> String {
///         format!("row {}", self.name)
///     }
///
///     fn load(&mut self) -> Result<Vec<u8>, RecordError> {
///         Ok(self.table.rows.lock().unwrap().get(&self.name).cloned().unwrap_or_default())
///     }
///
///     fn save(&mut self, text: &[u8]) -> Result<(), RecordError> {
///         self.table.rows.lock().unwrap().insert(self.name.clone(), text.to_owned());
///         Ok(())
///     }
///
///     fn delete(&mut self) -> Result<(), RecordError> {
///         self.table.rows.lock().unwrap().remove(&self.name);
///         Ok(())
///     }
/// }
///
/// impl Drop for Row {
///     fn drop(&mut self) {
///         self.table.held.lock().unwrap().remove(&self.name);
///     }
/// }
///
/// contract::check(&Records(Arc::default()))?;
/// # Ok::<(), contract::Broken>(())
/// ```
pub trait RecordStore: Send + Sync {
    /// Takes the record called `name`, whether it exists or not, for the caller alone until the answer is dropped. While
    /// another has it, in this process or in any other that shares the store, the answer is [`RecordError::Busy`]; a store
    /// may wait a while first. A holder that died holds nothing.
    fn open(&self, name: &str) -> Result<Box<dyn RecordHold>, RecordError>;
}

/// Work that waits for a disk, to be done while the upload goes on.
pub type Later = Box<dyn FnOnce() -> io::Result<()> + Send>;

/// A record held by one upload.
pub trait RecordHold: Send {
    /// Where the record is, for a person: a path, a URL, the key of a row.
    fn place(&self) -> String;

    /// What was saved last, and everything appended since; nothing when there is no record. Damage is no error: whatever
    /// bytes are there are handed out, and the client decides what of them to believe. Of a record longer than
    /// [`limits::MAX_BYTES`](super::limits::MAX_BYTES) no more than one byte beyond that is needed.
    ///
    /// An error ends the call before its first request; it should therefore be one that passes.
    fn load(&mut self) -> Result<Vec<u8>, RecordError>;

    /// Replaces the record. When this returns, `text` survives the death of the process and, if the store can give that,
    /// the loss of power. A death on the way leaves the old record or the new one, nothing between.
    fn save(&mut self, text: &[u8]) -> Result<(), RecordError>;

    /// Adds a line to the record that was saved; it survives the death of the process when this returns. A death on the way
    /// may leave a part of the line. Called for every part, and awaited before the next is begun: what would take long, as
    /// forcing a disk does, may be handed out as work for [`Later`].
    ///
    /// Unless implemented, the record is loaded, extended and saved.
    fn append(&mut self, line: &[u8]) -> Result<Option<Later>, RecordError> {
        let mut text = self.load()?;
        text.extend_from_slice(line);
        self.save(&text)?;
        Ok(None)
    }

    /// Deletes the record; that there is none is no error. Nothing is appended before the next `save`.
    fn delete(&mut self) -> Result<(), RecordError>;

    /// Takes a damaged record out of the way, so that `load` finds none, and answers where it can be looked at now. Unless
    /// implemented, it is deleted.
    fn put_aside(&mut self) -> Result<Option<String>, RecordError> {
        self.delete()?;
        Ok(None)
    }
}
