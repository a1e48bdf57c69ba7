//! The text of a record, version 1: a first line with everything, then a line for each part that came after. Each line
//! ends with a checksum of itself.

use std::{collections::BTreeMap, path::PathBuf};

use crc_fast::{CrcAlgorithm, checksum};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::SourceName;
use crate::{
    machine::{
        BucketName, Destination, ETag, Layout, LocalDigest, Md5Digest, ObjectKey, ProvenPart, RecordImage,
        RecordPhase, SourceIdentity, UploadId,
    },
    profile::Profile,
};

const MAGIC: &str = "OSSUP1";
const VERSION: u32 = 1;

/// The source as it was when the record was written. Only the size decides anything; the rest is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNote {
    /// What the record knows it by.
    pub name: SourceName,
    /// What it was.
    pub identity: SourceIdentity,
}

/// A record, read or to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where the upload goes.
    pub destination: Destination,
    /// Where it comes from.
    pub source: SourceNote,
    /// The upload's state.
    pub image: RecordImage,
}

/// Why a line cannot be believed, as a fragment of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineError {
    /// The line is cut off or was changed.
    #[error("its checksum is missing or wrong")]
    Sum,
    /// The line is not what version 1 writes.
    #[error("it cannot be read: {0}")]
    Syntax(String),
    /// Another program's file, or another version's.
    #[error("it is of format {0}, and only {MAGIC} version {VERSION} is understood")]
    Format(String),
    /// It holds a value that cannot be.
    #[error("it contradicts itself: {0}")]
    Value(String),
}

#[derive(Serialize, Deserialize)]
struct Head {
    magic: String,
    v: u32,
    phase: PhaseText,
    // The id stands early, so that even a torn record usually yields it.
    upload: UploadText,
    dest: DestText,
    source: SourceText,
    plan: PlanText,
    object_crc64: Option<String>,
    parts: BTreeMap<u32, PartText>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum PhaseText {
    Uploading,
    Completing,
    Aborting,
}

#[derive(Serialize, Deserialize)]
struct UploadText {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct DestText {
    endpoint: String,
    bucket: String,
    key: String,
}

#[derive(Serialize, Deserialize)]
struct SourceText {
    // One of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    size: u64,
    // Text, because the reader of JSON knows no integers of 128 bits.
    mtime_ns: String,
    ctime_ns: String,
    inode: u64,
    device: u64,
}

#[derive(Serialize, Deserialize)]
struct PlanText {
    part_size: u64,
    parts: u32,
    // Absent from records of clients that knew no sequential uploads.
    #[serde(default)]
    sequential: bool,
}

#[derive(Serialize, Deserialize)]
struct PartText {
    etag: String,
    size: u64,
    crc64: String,
    md5: String,
}

#[derive(Serialize, Deserialize)]
struct PartLine {
    part: u32,
    #[serde(flatten)]
    text: PartText,
}

/// Appends the checksum: the text must be a JSON object; the checksum becomes its last member.
fn seal(mut text: String) -> String {
    let sum = checksum(CrcAlgorithm::Crc64Xz, text.as_bytes());
    text.truncate(text.len().saturating_sub(1));
    text + &format!(",\"sum\":\"{sum:016x}\"}}\n")
}

/// Takes the checksum off again, if it is right.
fn unseal(line: &str) -> Result<String, LineError> {
    let (body, sum) = line.trim_end_matches('\n').rsplit_once(",\"sum\":\"").ok_or(LineError::Sum)?;
    let sum = sum.strip_suffix("\"}").filter(|sum| sum.len() == 16).ok_or(LineError::Sum)?;
    let sum = u64::from_str_radix(sum, 16).map_err(|_| LineError::Sum)?;
    let body = format!("{body}}}");
    if checksum(CrcAlgorithm::Crc64Xz, body.as_bytes()) == sum { Ok(body) } else { Err(LineError::Sum) }
}

fn syntax(error: &serde_json::Error) -> LineError {
    LineError::Syntax(error.to_string())
}

impl PartText {
    fn of(part: &ProvenPart) -> Self {
        Self {
            etag: part.etag.as_str().to_owned(),
            size: part.digest.size,
            crc64: part.digest.crc64.to_string(),
            md5: part.digest.md5.to_string(),
        }
    }

    fn read(&self, number: u32) -> Result<ProvenPart, LineError> {
        let value = |what: &str| LineError::Value(format!("part {number} has no valid {what}"));
        Ok(ProvenPart {
            number,
            etag: ETag::new(&self.etag),
            digest: LocalDigest {
                size: self.size,
                md5: self.md5.parse::<Md5Digest>().map_err(|_| value("md5"))?,
                crc64: self.crc64.parse().map_err(|_| value("crc64"))?,
            },
        })
    }
}

/// The line of one part.
pub fn part_line(part: &ProvenPart) -> Result<String, LineError> {
    let line = PartLine { part: part.number, text: PartText::of(part) };
    Ok(seal(serde_json::to_string(&line).map_err(|error| syntax(&error))?))
}

/// Reads the line of one part.
pub fn read_part_line(line: &str) -> Result<ProvenPart, LineError> {
    let line: PartLine = serde_json::from_str(&unseal(line)?).map_err(|error| syntax(&error))?;
    line.text.read(line.part)
}

/// The first line.
pub fn head_line(record: &Record) -> Result<String, LineError> {
    let Record { destination, source, image } = record;
    let (path, name) = match source.name.clone() {
        SourceName::Path(path) => (Some(path), None),
        SourceName::Name(name) => (None, Some(name)),
    };
    let head = Head {
        magic: MAGIC.to_owned(),
        v: VERSION,
        phase: match image.phase {
            RecordPhase::Uploading => PhaseText::Uploading,
            RecordPhase::Completing => PhaseText::Completing,
            RecordPhase::Aborting => PhaseText::Aborting,
        },
        upload: UploadText {
            id: image.upload.as_str().to_owned(),
            token: image.token.map(|token| token.to_string()),
        },
        dest: DestText {
            endpoint: destination.endpoint.clone(),
            bucket: destination.bucket.as_str().to_owned(),
            key: destination.key.as_str().to_owned(),
        },
        source: SourceText {
            path,
            name,
            size: source.identity.size,
            mtime_ns: source.identity.mtime_ns.to_string(),
            ctime_ns: source.identity.ctime_ns.to_string(),
            inode: source.identity.inode,
            device: source.identity.device,
        },
        plan: PlanText {
            part_size: image.layout.part_size(),
            parts: image.layout.parts(),
            sequential: image.sequential,
        },
        object_crc64: image.object_crc64.map(|crc64| crc64.to_string()),
        parts: image.parts.iter().map(|(number, part)| (*number, PartText::of(part))).collect(),
    };
    Ok(seal(serde_json::to_string(&head).map_err(|error| syntax(&error))?))
}

/// Reads the first line.
pub fn read_head_line(line: &str) -> Result<Record, LineError> {
    let head: Head = serde_json::from_str(&unseal(line)?).map_err(|error| syntax(&error))?;
    if head.magic != MAGIC || head.v != VERSION {
        return Err(LineError::Format(format!("{} version {}", head.magic, head.v)));
    }
    let value = |error: &dyn std::fmt::Display| LineError::Value(error.to_string());
    let time = |text: &str| text.parse().map_err(|_| LineError::Value(format!("{text:?} is no time")));
    let layout = Layout::restore(head.source.size, head.plan.part_size, head.plan.parts, Profile::SAFE)
        .map_err(|error| value(&error))?;
    let parts = head
        .parts
        .iter()
        .map(|(number, part)| Ok((*number, part.read(*number)?)))
        .collect::<Result<BTreeMap<_, _>, LineError>>()?;
    let token = head.upload.token.map(|text| text.parse()).transpose().map_err(|error| value(&error))?;
    let object_crc64 =
        head.object_crc64.map(|text| text.parse()).transpose().map_err(|error| value(&error))?;
    Ok(Record {
        destination: Destination {
            endpoint: head.dest.endpoint,
            bucket: BucketName::new(head.dest.bucket).map_err(|error| value(&error))?,
            key: ObjectKey::new(head.dest.key).map_err(|error| value(&error))?,
        },
        source: SourceNote {
            name: match (head.source.path, head.source.name) {
                (Some(path), None) => SourceName::Path(path),
                (None, Some(name)) => SourceName::Name(name),
                _ => return Err(LineError::Value("a source has either a path or a name".to_owned())),
            },
            identity: SourceIdentity {
                size: head.source.size,
                mtime_ns: time(&head.source.mtime_ns)?,
                ctime_ns: time(&head.source.ctime_ns)?,
                inode: head.source.inode,
                device: head.source.device,
            },
        },
        image: RecordImage {
            upload: UploadId::new(head.upload.id).map_err(|error| value(&error))?,
            layout,
            sequential: head.plan.sequential,
            token,
            phase: match head.phase {
                PhaseText::Uploading => RecordPhase::Uploading,
                PhaseText::Completing => RecordPhase::Completing,
                PhaseText::Aborting => RecordPhase::Aborting,
            },
            parts,
            object_crc64,
        },
    })
}

/// Finds an upload id in what is left of a damaged record.
pub fn salvage_id(text: &str) -> Option<UploadId> {
    let (_, rest) = text.split_once("\"upload\":{\"id\":\"")?;
    let (id, _) = rest.split_once('"')?;
    UploadId::new(id).ok().filter(|id| id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
