//! Reading a record. Whatever the bytes are, the answer is a record, none, or a damaged one that has been put aside: never
//! a panic, never an error that the next call would meet again.

use thiserror::Error;

use super::{format, format::LineError, format::Record, limits};
use crate::machine::UploadId;

/// What is wrong with a record; names its place and the line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordProblem {
    /// A line cannot be believed.
    #[error("record {place}, line {line}: {error}")]
    Line {
        /// Where it is.
        place: String,
        /// The line, from 1.
        line: usize,
        /// Why.
        error: LineError,
    },
    /// It is larger than any record.
    #[error("record {place}: it has more than {max} bytes", max = limits::MAX_BYTES)]
    TooLarge {
        /// Where it is.
        place: String,
    },
    /// It is no text.
    #[error("record {place}: it is not UTF-8 text")]
    NotText {
        /// Where it is.
        place: String,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// No record, or an empty one.
    None,
    /// A record. Journal lines that could not be believed are left out and told of.
    Record {
        /// The record, with the parts of its journal.
        record: Box<Record>,
        /// Lines left out.
        ignored: Vec<RecordProblem>,
    },
    /// Bytes that are no record (any more).
    Damaged {
        /// What is wrong.
        problem: RecordProblem,
        /// The upload id, if it could still be read.
        salvaged: Option<UploadId>,
    },
}

/// Reads what a store holds; `place` is for the texts of problems.
pub fn read(place: &str, bytes: &[u8]) -> Loaded {
    if bytes.len() > limits::MAX_BYTES {
        let begin = String::from_utf8_lossy(&bytes[..limits::SALVAGE_BYTES]);
        let problem = RecordProblem::TooLarge { place: place.to_owned() };
        return Loaded::Damaged { problem, salvaged: format::salvage_id(&begin) };
    }
    let text = String::from_utf8_lossy(bytes);
    let line_problem = |line, error| RecordProblem::Line { place: place.to_owned(), line, error };
    let mut lines = text.split_inclusive('\n');
    let Some(head) = lines.next() else { return Loaded::None };
    if std::str::from_utf8(bytes).is_err() && format::read_head_line(head).is_err() {
        let problem = RecordProblem::NotText { place: place.to_owned() };
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
