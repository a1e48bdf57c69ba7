//! The record of one running upload: finds it, tells the machine what it says, and writes what the machine wants written.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::RecordLocation;
use crate::{
    machine::{Destination, ErrorKind, ProvenPart, RecordImage, Remembered},
    record::{
        FileRecords, Later, Loaded, Record, RecordError, RecordHold, RecordStore, SourceNote,
        file::RecordFile, format, load::read, record_name,
    },
};

/// Writes the record. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Recorder {
    record: Arc<Mutex<Kept>>,
    destination: Destination,
    source: SourceNote,
}

/// The record that is held, and whether there is one by now.
struct Kept {
    hold: Box<dyn RecordHold>,
    kept: bool,
}

/// What opening the record brought.
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

/// Opens the record of this upload where the location says; `ours` tells whether a record is this upload's.
fn hold(
    location: &RecordLocation,
    name: &str,
    ours: impl Fn(&Record) -> bool,
    warnings: &mut Vec<String>,
) -> Result<Option<Box<dyn RecordHold>>, RecordError> {
    match location {
        RecordLocation::None => Ok(None),
        RecordLocation::Dir(dir) => FileRecords::new(dir).open(name).map(Some),
        RecordLocation::Store(store) => store.open(name).map(Some),
        RecordLocation::File(file) => {
            let beside = beside(file, name);
            if beside.exists() {
                return Ok(Some(Box::new(RecordFile::open(&beside)?)));
            }
            let mut asked_for = RecordFile::open(file)?;
            match read(&asked_for.place(), &asked_for.load()?) {
                Loaded::Record { record, .. } if !ours(&record) => {
                    warnings.push(format!(
                        "record {} belongs to the upload of {} to {}; {} is used instead",
                        file.display(),
                        record.source.name,
                        record.destination,
                        beside.display()
                    ));
                    Ok(Some(Box::new(RecordFile::open(&beside)?)))
                }
                _ => Ok(Some(Box::new(asked_for))),
            }
        }
    }
}

/// Where the record goes when the file that was asked for belongs to another upload.
fn beside(file: &Path, name: &str) -> PathBuf {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".");
    beside.push(name.get(..16).unwrap_or_default());
    beside.into()
}

/// Takes a record out of the way and says where it went.
fn put_aside(hold: &mut dyn RecordHold) -> Result<String, RecordError> {
    let aside = hold.put_aside()?;
    Ok(aside.map_or_else(|| "it was deleted".to_owned(), |aside| format!("it is now {aside}")))
}

impl Recorder {
    /// Takes and reads the record of this upload; nothing when no location was given.
    pub(crate) fn open(
        location: &RecordLocation,
        destination: &Destination,
        source: &SourceNote,
    ) -> Result<Option<Opened>, RecordError> {
        let name = record_name(destination, &source.name);
        let ours = |record: &Record| record.destination == *destination && record.source.name == source.name;
        let mut warnings = Vec::new();
        let Some(mut hold) = hold(location, &name, ours, &mut warnings)? else { return Ok(None) };
        let remembered = match read(&hold.place(), &hold.load()?) {
            Loaded::None => None,
            Loaded::Record { record, ignored } if ours(&record) => {
                warnings.extend(ignored.iter().map(|problem| format!("{problem}; the line is ignored")));
                Some(remember(*record))
            }
            Loaded::Record { .. } => {
                let place = hold.place();
                let aside = put_aside(hold.as_mut())?;
                warnings.push(format!("record {place} was another upload's; {aside}"));
                None
            }
            Loaded::Damaged { problem, salvaged } => {
                let aside = put_aside(hold.as_mut())?;
                let rest = if salvaged.is_some() {
                    "its upload id could be saved"
                } else {
                    "nothing of it could be saved"
                };
                warnings.push(format!("{problem}; {rest}; {aside}"));
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
        let kept = remembered.as_ref().is_some_and(|remembered| remembered.layout.is_some());
        let recorder = Self {
            record: Arc::new(Mutex::new(Kept { hold, kept })),
            destination: destination.clone(),
            source: source.clone(),
        };
        Ok(Some(Opened { recorder, remembered, warnings }))
    }

    /// Where the record is, if there is one now.
    pub(crate) fn place(&self) -> Option<String> {
        let record = self.lock();
        record.kept.then(|| record.hold.place())
    }

    /// Makes the record durable. Blocks.
    pub(crate) fn save(&self, image: RecordImage) -> Result<(), RecordError> {
        let record = Record { destination: self.destination.clone(), source: self.source.clone(), image };
        let text = format::head_line(&record)?;
        let mut record = self.lock();
        record.hold.save(text.as_bytes())?;
        record.kept = true;
        Ok(())
    }

    /// Adds a part. Blocks, but not for a disk: some work may be left for later.
    pub(crate) fn append(&self, part: &ProvenPart) -> Result<Option<Later>, RecordError> {
        let line = format::part_line(part)?;
        self.lock().hold.append(line.as_bytes())
    }

    /// Deletes the record. Blocks.
    pub(crate) fn delete(&self) -> Result<(), RecordError> {
        let mut record = self.lock();
        record.hold.delete()?;
        record.kept = false;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remember(record: Record) -> Remembered {
    let RecordImage { upload, layout, sequential, token, phase, parts, .. } = record.image;
    Remembered { upload, layout: Some(layout), parts, phase, sequential, token }
}
