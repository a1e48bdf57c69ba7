//! The pen of one exchange: the server notes through it what happens, as events and in the summary.

use std::sync::Arc;

use super::{
    event::{Subject, What},
    exchange::{AnswerFacts, Exchange, Fired, Missed, Outcome, Reached, RequestFacts},
    ledger::Journal,
};
use crate::{
    domain::Operation,
    fault::{Considered, Point, Roll},
};

/// What is known of an exchange when its head has been read.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// The connection's number.
    pub connection: u64,
    /// The 24 digits that the answer will carry.
    pub request_id: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query, redacted.
    pub target: String,
    /// The operation, when the request is one.
    pub operation: Option<Operation>,
    /// The bucket, when one is addressed.
    pub bucket: Option<String>,
    /// The key, when one is addressed.
    pub key: Option<String>,
    /// The upload that the request names.
    pub upload: Option<String>,
    /// The part that the request names.
    pub part: Option<u32>,
    /// What was asked.
    pub request: RequestFacts,
}

/// The pen of one exchange.
#[derive(Debug, Clone)]
pub struct ExchangeLog {
    journal: Arc<Journal>,
    subject: Arc<Subject>,
    connection: u64,
}

impl ExchangeLog {
    /// Opens an exchange: numbers it, counts its attempt, and lists it as open.
    pub fn open(journal: &Arc<Journal>, opening: Opening) -> Self {
        let (at, started_ns) = (journal.clock.now(), journal.clock.monotonic_ns());
        let identity = Roll::of(&[
            opening.operation.map_or("", Operation::as_str).as_bytes(),
            opening.bucket.as_deref().unwrap_or("").as_bytes(),
            opening.key.as_deref().unwrap_or("").as_bytes(),
            opening.upload.as_deref().unwrap_or("").as_bytes(),
            &opening.part.unwrap_or(0).to_be_bytes(),
        ]);
        let mut inner = journal.lock();
        inner.last_exchange += 1;
        let id = inner.last_exchange;
        let attempt = inner.attempts.next(identity);
        let subject = Subject {
            exchange: id,
            attempt,
            operation: opening.operation,
            bucket: opening.bucket.clone(),
            key: opening.key.clone(),
            upload: opening.upload.clone(),
            part: opening.part,
        };
        let exchange = Exchange {
            id,
            connection: opening.connection,
            request_id: opening.request_id,
            method: opening.method,
            target: opening.target,
            operation: opening.operation,
            bucket: opening.bucket,
            key: opening.key,
            upload: opening.upload,
            part: opening.part,
            attempt,
            started_ns,
            ended_ns: None,
            at,
            request: opening.request,
            listed_parts: Vec::new(),
            points: Vec::new(),
            considered: Vec::new(),
            fired: Vec::new(),
            missed: Vec::new(),
            committed: false,
            answer: None,
            outcome: Outcome::Open,
        };
        journal.push(&mut inner, exchange);
        drop(inner);
        Self { journal: Arc::clone(journal), subject: Arc::new(subject), connection: opening.connection }
    }

    /// The exchange's number.
    pub fn id(&self) -> u64 {
        self.subject.exchange
    }

    /// Which attempt it is, from 1.
    pub fn attempt(&self) -> u32 {
        self.subject.attempt
    }

    /// The operation and what it is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Notes what the engine made of the exchange.
    pub fn considered(&self, considered: Vec<Considered>) {
        if !considered.is_empty() {
            self.update(|exchange| exchange.considered = considered);
        }
    }

    /// Notes that a point was reached.
    pub fn reached(&self, point: Point) {
        self.advance(|exchange, at_ns| {
            if let Some(exchange) = exchange {
                exchange.points.push(Reached { point, at_ns });
            }
            Some(What::Reached(point))
        });
    }

    /// Notes a fault action, about to run.
    pub fn fired(&self, rule: &str, point: Point, action: &str, offset: Option<u64>, detail: String) {
        let (rule, action) = (rule.to_owned(), action.to_owned());
        self.advance(|exchange, at_ns| {
            let fired = Fired { rule, point, action, offset, detail, at_ns };
            if let Some(exchange) = exchange {
                exchange.fired.push(fired.clone());
            }
            Some(What::Fired(Box::new(fired)))
        });
    }

    /// Notes a rule whose point was never reached.
    pub fn missed(&self, rule: &str, point: Point) {
        let missed = Missed { rule: rule.to_owned(), point };
        self.advance(|exchange, _| {
            if let Some(exchange) = exchange {
                exchange.missed.push(missed.clone());
            }
            Some(What::Missed(Box::new(missed)))
        });
    }

    /// Notes how much of the body has been taken.
    pub fn read(&self, bytes: u64) {
        self.update(|exchange| exchange.request.read = bytes);
    }

    /// Notes the digest of a body that arrived whole (upper-case hexadecimal).
    pub fn digest(&self, md5: String) {
        self.update(|exchange| exchange.request.md5 = Some(md5));
    }

    /// Notes the parts that a CompleteMultipartUpload lists.
    pub fn listed(&self, parts: Vec<(u32, String)>) {
        self.update(|exchange| exchange.listed_parts = parts);
    }

    /// Notes the id that an Initiate was given.
    pub fn given_upload(&self, id: &str) {
        self.update(|exchange| exchange.upload = Some(id.to_owned()));
    }

    /// Notes that the operation took effect.
    pub fn committed(&self) {
        self.advance(|exchange, _| {
            let upload = exchange.and_then(|exchange| {
                exchange.committed = true;
                exchange.upload.clone()
            });
            Some(What::Committed(upload))
        });
    }

    /// Notes the answer that is about to be given.
    pub fn answer(&self, answer: AnswerFacts) {
        self.update(|exchange| exchange.answer = Some(answer));
    }

    /// Notes how much of the answer's body has been handed over.
    pub fn written(&self, bytes: u64) {
        self.update(|exchange| {
            if let Some(answer) = &mut exchange.answer {
                answer.written = bytes;
            }
        });
    }

    /// Notes the end; only the first end counts.
    pub fn end(&self, outcome: Outcome) {
        self.advance(|exchange, ended_ns| {
            let exchange = exchange.filter(|exchange| exchange.outcome == Outcome::Open)?;
            exchange.outcome = outcome;
            exchange.ended_ns = Some(ended_ns);
            Some(What::Ended(Box::new((&*exchange).into())))
        });
    }

    /// The exchange as it stands; `None` when the journal has forgotten it.
    pub fn summary(&self) -> Option<Exchange> {
        self.journal.lock().exchange_mut(self.subject.exchange).cloned()
    }

    fn update(&self, change: impl FnOnce(&mut Exchange)) {
        if let Some(exchange) = self.journal.lock().exchange_mut(self.subject.exchange) {
            change(exchange);
        }
    }

    fn advance(&self, change: impl FnOnce(Option<&mut Exchange>, u64) -> Option<What>) {
        self.journal.advance(self.connection, &self.subject, change);
    }
}
