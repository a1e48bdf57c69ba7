//! The journal: what happened, as a list of events and as one summary for each exchange. The server writes it, tests
//! and the control plane read it. Bodies are never kept: their length and digest are.

mod event;
mod exchange;
mod exchange_log;
mod ledger;
mod limits;
mod record;
mod redact;

pub use event::{Ended, Subject, What};
pub use exchange::{AnswerFacts, Exchange, Fired, Missed, Outcome, Reached, RequestFacts};
pub use exchange_log::{ExchangeLog, Opening};
pub use ledger::Journal;
pub use limits::JournalCapacity;
pub use record::{Record, RecordBytes, SCHEMA};
pub use redact::redact_target;
