//! The invariants that hold in every story, asked for or not: one file each. Used by the verdict.

mod facts;
mod i01_object_equals_source;
mod i02_complete_lists_the_plan;
mod i03_cancel_never_commits;
mod i04_one_terminal_outcome;
mod i06_no_orphan_uploads;
mod i07_one_record_one_upload;
mod i08_record_before_requests;
mod i10_nothing_sent_twice;
mod i13_heals_itself;
mod i14_progress_is_honest;
mod i15_cancelled_means_cancelled;
mod i20_unknown_is_resolved;

use crate::{scenario::Scenario, world::Evidence};

/// A rule and what broke it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Broken {
    /// The call in which it broke.
    pub call: String,
    /// What was seen, in a sentence.
    pub what: String,
}

/// An invariant of a correct resumable uploader.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// Its number, such as `I10`.
    pub id: &'static str,
    /// What it demands.
    pub demands: &'static str,
    /// Everything in the evidence that breaks it.
    pub check: fn(&Scenario, &Evidence) -> Vec<Broken>,
}

impl std::fmt::Debug for Invariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.id, self.demands)
    }
}

/// Every invariant that is on in every story. I5, that every call ends, is the watchdog's and gives TIMEOUT.
pub const INVARIANTS: &[Invariant] = &[
    Invariant {
        id: "I1",
        demands: "a committed object equals the source, byte for byte",
        check: i01_object_equals_source::check,
    },
    Invariant {
        id: "I2",
        demands: "Complete lists exactly parts 1..N, ascending, each with the ETag of the source's bytes",
        check: i02_complete_lists_the_plan::check,
    },
    Invariant {
        id: "I3",
        demands: "an acknowledged cancel never commits",
        check: i03_cancel_never_commits::check,
    },
    Invariant {
        id: "I4",
        demands: "exactly one terminal outcome, and nothing after it",
        check: i04_one_terminal_outcome::check,
    },
    Invariant {
        id: "I6",
        demands: "at rest, a record names every open upload",
        check: i06_no_orphan_uploads::check,
    },
    Invariant {
        id: "I7",
        demands: "a record names one upload, and an upload has one record",
        check: i07_one_record_one_upload::check,
    },
    Invariant {
        id: "I8",
        demands: "the record is on disk before the first part, and until the outcome is known",
        check: i08_record_before_requests::check,
    },
    Invariant {
        id: "I10",
        demands: "nothing acknowledged and still valid is sent again",
        check: i10_nothing_sent_twice::check,
    },
    Invariant {
        id: "I13",
        demands: "one more call reaches success when no fault is active",
        check: i13_heals_itself::check,
    },
    Invariant {
        id: "I14",
        demands: "progress never falls, never exceeds the total, and starts at no more than the server holds",
        check: i14_progress_is_honest::check,
    },
    Invariant {
        id: "I15",
        demands: "cancelled is reported as cancelled, and nothing else is",
        check: i15_cancelled_means_cancelled::check,
    },
    Invariant {
        id: "I20",
        demands: "an unknown Complete is resolved or reported as unknown, never guessed",
        check: i20_unknown_is_resolved::check,
    },
];
