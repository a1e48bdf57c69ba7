//! Events as the journal keeps them: small, sharing what is the same for all events of an exchange.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    exchange::{Exchange, Fired, Missed, Outcome},
    record::{Record, RecordBytes, SCHEMA},
};
use crate::{domain::Operation, fault::Point};

/// Which exchange an event belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The exchange's id.
    pub exchange: u64,
    /// Its attempt.
    pub attempt: u32,
    /// Its operation.
    pub operation: Option<Operation>,
    /// Its bucket.
    pub bucket: Option<String>,
    /// Its key.
    pub key: Option<String>,
    /// The upload that the request names.
    pub upload: Option<String>,
    /// The part that the request names.
    pub part: Option<u32>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A connection was accepted.
    Accepted,
    /// A connection ended; how.
    Closed(&'static str),
    /// An exchange came to a point.
    Reached(Point),
    /// A fault action ran.
    Fired(Box<Fired>),
    /// A rule's point was never reached.
    Missed(Box<Missed>),
    /// The operation took effect; the upload that it is about or has made.
    Committed(Option<String>),
    /// The exchange ended.
    Ended(Box<Ended>),
    /// Something was done to the sandbox from outside (rules, gates, clock, store); what.
    Control(String),
}

/// How an exchange ended, without what its other events say.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    upload: Option<String>,
    committed: bool,
    outcome: Outcome,
    bytes: RecordBytes,
    digest: Option<String>,
    status: Option<u16>,
    code: Option<String>,
}

impl From<&Exchange> for Ended {
    fn from(summary: &Exchange) -> Self {
        Self {
            upload: summary.upload.clone(),
            committed: summary.committed,
            outcome: summary.outcome,
            bytes: RecordBytes {
                declared: summary.request.declared,
                read: summary.request.read,
                written: summary.answer.as_ref().map_or(0, |answer| answer.written),
            },
            digest: summary.request.md5.clone(),
            status: summary.answer.as_ref().map(|answer| answer.status),
            code: summary.answer.as_ref().and_then(|answer| answer.code.clone()),
        }
    }
}

/// One entry of the list.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) seq: u64,
    pub(super) ns: u64,
    pub(super) at: Timestamp,
    pub(super) connection: Option<u64>,
    pub(super) subject: Option<Arc<Subject>>,
    pub(super) what: What,
}

impl Event {
    /// The event as tests and files see it.
    pub(super) fn to_record(&self, sandbox: &str) -> Record {
        let mut record = Record {
            schema: SCHEMA,
            sandbox: sandbox.to_owned(),
            seq: self.seq,
            at: self.at.to_string(),
            ns: self.ns,
            connection: self.connection,
            ..Record::default()
        };
        if let Some(subject) = &self.subject {
            record.exchange = Some(subject.exchange);
            record.attempt = Some(subject.attempt);
            record.operation = subject.operation;
            record.bucket.clone_from(&subject.bucket);
            record.key.clone_from(&subject.key);
            record.upload.clone_from(&subject.upload);
            record.part = subject.part;
        }
        self.what.describe(&mut record);
        record
    }
}

impl What {
    fn describe(&self, record: &mut Record) {
        match self {
            Self::Accepted => "accepted".clone_into(&mut record.event),
            Self::Closed(how) => {
                "closed".clone_into(&mut record.event);
                record.detail = Some((*how).to_owned());
            }
            Self::Reached(point) => {
                "point".clone_into(&mut record.event);
                record.point = Some(*point);
            }
            Self::Fired(fired) => {
                "fault".clone_into(&mut record.event);
                record.point = Some(fired.point);
                record.rule = Some(fired.rule.clone());
                record.action = Some(fired.action.clone());
                record.offset = fired.offset;
                record.detail = Some(fired.detail.clone()).filter(|detail| !detail.is_empty());
            }
            Self::Missed(missed) => {
                "missed".clone_into(&mut record.event);
                record.point = Some(missed.point);
                record.rule = Some(missed.rule.clone());
            }
            Self::Committed(upload) => {
                "committed".clone_into(&mut record.event);
                record.committed = Some(true);
                if upload.is_some() {
                    record.upload.clone_from(upload);
                }
            }
            Self::Ended(end) => describe_end(end, record),
            Self::Control(detail) => {
                "control".clone_into(&mut record.event);
                record.detail = Some(detail.clone());
            }
        }
    }
}

fn describe_end(end: &Ended, record: &mut Record) {
    "ended".clone_into(&mut record.event);
    record.upload.clone_from(&end.upload);
    record.committed = Some(end.committed);
    record.outcome = Some(end.outcome);
    record.bytes = Some(end.bytes);
    record.digest.clone_from(&end.digest);
    record.status = end.status;
    record.code.clone_from(&end.code);
}
