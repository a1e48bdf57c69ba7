//! Reading a record. Whatever the bytes are, the answer is a record, none, or a damaged one that has been put aside: never
//! a panic, never an error that the next call would meet again.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{format, format::LineError, format::Record, limits};
use crate::machine::UploadId;

/// What is wrong with a record; names the file and the line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordProblem {
    /// A line cannot be believed.
    #[error("record {}, line {line}: {error}", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        error: LineError,
    },
    /// The file is larger than any record.
    #[error("record {}: it has {size} bytes, more than {max}", .path.display(), max = limits::MAX_BYTES)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
    },
    /// The file is no text.
    #[error("record {}: it is not UTF-8 text", .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// No record, or an empty file.
    None,
    /// A record. Journal lines that could not be believed are left out and told of.
    Record {
        /// The record, with the parts of its journal.
        record: Box<Record>,
        /// Lines left out.
        ignored: Vec<RecordProblem>,
    },
    /// A file that is no record (any more).
    Damaged {
        /// What is wrong.
        problem: RecordProblem,
        /// The upload id, if it could still be read.
        salvaged: Option<UploadId>,
    },
}

/// Reads the record at `path`. The error is one of the file system, not of the content.
pub fn load(path: &Path) -> io::Result<Loaded> {
    let meta = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Loaded::None),
        other => other?,
    };
    if !meta.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    let oversized = meta.len() > limits::MAX_BYTES;
    let most = if oversized { limits::SALVAGE_BYTES } else { limits::MAX_BYTES };
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    if oversized {
        let salvaged = format::salvage_id(&String::from_utf8_lossy(&bytes));
        let problem = RecordProblem::TooLarge { path: path.to_owned(), size: meta.len() };
        return Ok(Loaded::Damaged { problem, salvaged });
    }
    Ok(read(path, &bytes))
}

/// Reads a record from memory; `path` is for the texts of problems.
pub fn read(path: &Path, bytes: &[u8]) -> Loaded {
    let text = String::from_utf8_lossy(bytes);
    let line_problem = |line, error| RecordProblem::Line { path: path.to_owned(), line, error };
    let mut lines = text.split_inclusive('\n');
    let Some(head) = lines.next() else { return Loaded::None };
    if std::str::from_utf8(bytes).is_err() && format::read_head_line(head).is_err() {
        let problem = RecordProblem::NotText { path: path.to_owned() };
        return Loaded::Damaged { problem, salvaged: format::salvage_id(&text) };
    }
    let mut record = match format::read_head_line(head) {
        Ok(record) => record,
        Err(error) => {
            let problem = line_problem(1, error);
            return Loaded::Damaged { problem, salvaged: format::salvage_id(&text) };
        }
    };
    let mut ignored = Vec::new();
    for (at, line) in lines.enumerate() {
        match format::read_part_line(line) {
            Ok(part) => drop(record.image.parts.insert(part.number, part)),
            Err(error) => ignored.push(line_problem(at + 2, error)),
        }
    }
    // A number outside the plan, or a part of another size, proves nothing about this file.
    let layout = record.image.layout;
    record
        .image
        .parts
        .retain(|number, part| layout.range(*number).is_some_and(|range| range.length == part.digest.size));
    Loaded::Record { record: Box::new(record), ignored }
}
