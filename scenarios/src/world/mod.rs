//! What a story plays on: an emulator, a source file and a record directory, all of one case alone. Used by the script.

mod evidence;
mod records;
mod server;
mod source;
mod words;

use std::{path::PathBuf, sync::Arc, time::Duration};

use oss_emulator::{Emulator, journal::Outcome};
use tempfile::TempDir;
use thiserror::Error;

pub use evidence::{
    CallEvidence, Evidence, HEALING, OWN_RULES, RecordFile, SourceState, TimedAct, TimedEvent, UploadState,
};
pub use source::content;
pub use words::edit_in_words;

use crate::scenario::{Edit, Scenario};

/// The bucket of every story.
pub const BUCKET: &str = "stories";
/// The key that a story uploads to unless it says otherwise.
pub const KEY: &str = "folder/object.bin";
/// Credentials of every story; signatures are verified unless the story says otherwise.
pub const CREDENTIALS: (&str, &str) = ("story-teller", "once-upon-a-time");

/// A world that could not be made or changed: the runner's failure.
#[derive(Debug, Error)]
pub enum WorldError {
    /// A file of the world.
    #[error("cannot {what} {path}: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The emulator.
    #[error("the emulator {0}")]
    Emulator(String),
    /// An edit that finds nothing to edit.
    #[error("the edit {edit} cannot be made: {why}")]
    Edit {
        /// The edit.
        edit: String,
        /// What is missing.
        why: String,
    },
}

/// One case's world; its folder goes when it is dropped.
pub struct World {
    /// The server.
    pub emulator: Emulator,
    /// The file that is uploaded.
    pub source: PathBuf,
    /// The directory that the client keeps records in.
    pub records: PathBuf,
    seed: u64,
    _folder: TempDir,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("source", &self.source).finish_non_exhaustive()
    }
}

impl World {
    /// Makes the world that `story` asks for.
    ///
    /// # Errors
    /// A file that cannot be written, or an emulator that does not start.
    pub async fn new(story: &Scenario) -> Result<Self, WorldError> {
        let folder = tempfile::Builder::new().prefix("oss-story-").tempdir();
        let folder = folder.map_err(|error| file_error("create", &std::env::temp_dir(), error))?;
        let (source, records) = (folder.path().join("source.bin"), folder.path().join("records"));
        source::write(&source, story.source.size, story.source.seed)?;
        if story.client.record_dir_exists {
            std::fs::create_dir(&records).map_err(|error| file_error("create", &records, error))?;
        }
        let mut builder = Emulator::builder().bucket(BUCKET);
        if story.emulator.enforce.unwrap_or(true) {
            builder = builder.credentials(CREDENTIALS.0, CREDENTIALS.1);
        }
        if let Some(cap) = story.emulator.list_parts_cap {
            builder = builder.settings(|settings| settings.ops.max_parts_page = cap);
        }
        let emulator =
            builder.start().await.map_err(|error| WorldError::Emulator(format!("did not start: {error}")))?;
        Ok(Self { emulator, source, records, seed: story.source.seed, _folder: folder })
    }

    /// Makes one edit.
    ///
    /// # Errors
    /// An edit that finds nothing to edit, or a file that cannot be changed.
    pub async fn edit(&self, edit: &Edit, key: &str) -> Result<(), WorldError> {
        match edit {
            Edit::DeleteParts(_) | Edit::DeleteUpload {} | Edit::PutPart { .. } | Edit::PutObject { .. } => {
                server::edit(self.emulator.sandbox(), key, edit).await
            }
            Edit::FlipSource { .. }
            | Edit::TouchSource {}
            | Edit::ResizeSource(_)
            | Edit::RemoveSource {} => source::edit(&self.source, self.seed, edit),
            _ => records::edit(&self.records, &self.open_uploads(key), edit),
        }
    }

    /// The source as it is now.
    pub fn source_state(&self) -> SourceState {
        SourceState { bytes: std::fs::read(&self.source).ok().map(Arc::from) }
    }

    /// Every file of the record directory, lock files left out: they are empty by nature.
    ///
    /// # Errors
    /// A directory that exists and cannot be read.
    pub fn record_files(&self) -> Result<Vec<RecordFile>, WorldError> {
        records::read(&self.records)
    }

    /// Ids of the uploads that are open for `key`.
    pub fn open_uploads(&self, key: &str) -> Vec<String> {
        let uploads = self.emulator.sandbox().edits().uploads();
        uploads.into_iter().filter(|upload| upload.key == key).map(|upload| upload.id).collect()
    }

    /// The open uploads of `key` with their parts.
    pub fn upload_states(&self, key: &str) -> Vec<UploadState> {
        let uploads = self.emulator.sandbox().edits().uploads();
        let parts = |upload: &oss_emulator::sandbox::UploadInfo| {
            upload.parts.iter().map(|part| (part.number, (part.size, part.etag.clone()))).collect()
        };
        let own = uploads.into_iter().filter(|upload| upload.key == key);
        own.map(|upload| UploadState { parts: parts(&upload), id: upload.id }).collect()
    }

    /// Now, on the journal's clock.
    pub fn now_ns(&self) -> u64 {
        self.emulator.sandbox().clock().monotonic_ns()
    }

    /// Waits until no exchange is open; false if one still is after `bound`.
    pub async fn settle(&self, bound: Duration) -> bool {
        let journal = self.emulator.sandbox().journal();
        let idle = async {
            while let Some(open) =
                journal.exchanges().into_iter().find(|exchange| exchange.outcome == Outcome::Open)
            {
                journal
                    .wait_for_exchange(|exchange| exchange.id == open.id && exchange.outcome != Outcome::Open)
                    .await;
            }
        };
        tokio::time::timeout(bound, idle).await.is_ok()
    }

    /// The object under `key`, if there is one.
    ///
    /// # Errors
    /// A store that cannot read what it holds.
    pub async fn object(&self, key: &str) -> Result<Option<Arc<[u8]>>, WorldError> {
        let object = self.emulator.sandbox().edits().read_object(BUCKET, key).await;
        let object =
            object.map_err(|error| WorldError::Emulator(format!("cannot read the object: {error}")))?;
        Ok(object.map(Arc::from))
    }
}

fn file_error(what: &'static str, path: &std::path::Path, source: std::io::Error) -> WorldError {
    WorldError::File { what, path: path.display().to_string(), source }
}
