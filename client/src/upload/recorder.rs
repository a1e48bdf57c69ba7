//! The record of one running upload: finds it, tells the machine what it says, and writes what the machine wants written.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::RecordLocation;
use crate::{
    machine::{Destination, ErrorKind, ProvenPart, RecordImage, Remembered},
    record::{Loaded, Record, RecordError, RecordFile, SourceNote, record_name},
};

/// Writes the record. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    file: Arc<Mutex<RecordFile>>,
    destination: Destination,
    source: SourceNote,
}

/// What opening the record brought.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) recorder: Recorder,
    pub(crate) remembered: Option<Remembered>,
    pub(crate) warnings: Vec<String>,
}

/// Puts an error of the record into the caller's terms.
pub(crate) fn record_kind(error: &RecordError) -> ErrorKind {
    match error {
        RecordError::Busy(_) => ErrorKind::RecordBusy(error.to_string()),
        _ => ErrorKind::RecordUnwritable(error.to_string()),
    }
}

/// The file that the record of this upload is in, or would be in. `None` without a location.
fn path_of(location: &RecordLocation, destination: &Destination, source: &Path) -> Option<PathBuf> {
    match location {
        RecordLocation::None => None,
        RecordLocation::Dir(dir) => Some(dir.join(record_name(destination, source))),
        RecordLocation::File(file) => {
            let beside = beside(file, destination, source);
            Some(if beside.exists() { beside } else { file.clone() })
        }
    }
}

/// Where the record goes when the file that was asked for belongs to another upload.
fn beside(file: &Path, destination: &Destination, source: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(record_name(destination, source).get(..16).unwrap_or_default());
    name.into()
}

impl Recorder {
    /// Locks and reads the record of this upload; nothing when no location was given.
    pub(crate) fn open(
        location: &RecordLocation,
        destination: &Destination,
        source: &SourceNote,
    ) -> Result<Option<Opened>, RecordError> {
        let Some(path) = path_of(location, destination, &source.path) else { return Ok(None) };
        let (mut file, mut loaded) = RecordFile::open(&path)?;
        let mut warnings = Vec::new();
        let ours = |record: &Record| record.destination == *destination && record.source.path == source.path;
        if let Loaded::Record { record, .. } = &loaded
            && !ours(record)
        {
            let other = beside(&path, destination, &source.path);
            warnings.push(format!(
                "record {} belongs to the upload of {} to {}; {} is used instead",
                path.display(),
                record.source.path.display(),
                record.destination,
                other.display()
            ));
            drop(file);
            (file, loaded) = RecordFile::open(&other)?;
        }
        let remembered = match loaded {
            Loaded::None => None,
            Loaded::Record { record, ignored } if ours(&record) => {
                warnings.extend(ignored.iter().map(|problem| format!("{problem}; the line is ignored")));
                Some(remember(*record))
            }
            Loaded::Record { .. } => {
                let aside = file.put_aside()?;
                warnings.push(format!("a record of another upload was moved to {}", aside.display()));
                None
            }
            Loaded::Damaged { problem, salvaged } => {
                let aside = file.put_aside()?;
                let rest = if salvaged.is_some() {
                    "its upload id could be saved"
                } else {
                    "nothing of it could be saved"
                };
                warnings.push(format!("{problem}; {rest}; the file is now {}", aside.display()));
                salvaged.map(|upload| Remembered {
                    upload,
                    layout: None,
                    parts: std::collections::BTreeMap::new(),
                    phase: crate::machine::RecordPhase::Uploading,
                    sequential: false,
                    token: None,
                })
            }
        };
        let recorder = Self {
            file: Arc::new(Mutex::new(file)),
            destination: destination.clone(),
            source: source.clone(),
        };
        Ok(Some(Opened { recorder, remembered, warnings }))
    }

    /// Where the record is.
    pub(crate) fn path(&self) -> PathBuf {
        self.lock().path().to_owned()
    }

    /// Makes the record durable. Waits for the disk.
    pub(crate) fn save(&self, image: RecordImage) -> Result<(), RecordError> {
        let record = Record { destination: self.destination.clone(), source: self.source.clone(), image };
        self.lock().save(&record)
    }

    /// Adds a part. Does not wait for the disk; from time to time a task does.
    pub(crate) fn append(&self, part: &ProvenPart) -> Result<(), RecordError> {
        if let Some(file) = self.lock().append(part)? {
            // Detached on purpose: only a power cut could tell the difference.
            drop(tokio::task::spawn_blocking(move || {
                if let Err(error) = file.sync_data() {
                    tracing::debug!(%error, "the record was not forced to the disk");
                }
            }));
        }
        Ok(())
    }

    /// Deletes the record.
    pub(crate) fn delete(&self) -> Result<(), RecordError> {
        self.lock().delete()
    }

    fn lock(&self) -> MutexGuard<'_, RecordFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remember(record: Record) -> Remembered {
    let RecordImage { upload, layout, sequential, token, phase, parts, .. } = record.image;
    Remembered { upload, layout: Some(layout), parts, phase, sequential, token }
}
