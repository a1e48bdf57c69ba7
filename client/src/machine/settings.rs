//! The rules of one upload that the caller may choose, and the phases that a caller sees.

use std::{fmt, time::Duration};

use super::{UploadToken, limits};
use crate::profile::Profile;

/// What a cancel does with the upload on the server and with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnCancel {
    /// Abort the upload and delete the record.
    #[default]
    Delete,
    /// Keep both, so that a later call goes on.
    Keep,
}

/// What a failure does with the upload on the server and with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// Abort the upload and delete the record.
    Delete,
    /// Keep both, so that a later call goes on.
    Keep,
}

/// What a part that failed for good means for the other parts. The call fails with its error in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnPartError {
    /// No further part is begun; those in flight may end for a while.
    #[default]
    StopDispatch,
    /// The other parts are sent all the same, so that the next call has least left to do. A sequential upload stops, since
    /// nothing can follow a missing part, and so does one whose source cannot be read or has changed.
    DrainAll,
}

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Nothing of the source has been sent: reading the record, listing, comparing.
    Planning,
    /// Parts are being sent.
    Uploading,
    /// All parts are on the server; the commit is being asked for or looked up.
    Completing,
    /// The object is committed.
    Committed,
}

impl Phase {
    /// The phase in lower case, as in the command line's JSON events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planning => "planning",
            Self::Uploading => "uploading",
            Self::Completing => "completing",
            Self::Committed => "committed",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Pauses and repetitions of the decisions that are not plain retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Looks at the object while the outcome of Complete is unknown and the upload id is gone.
    pub looks: u32,
    /// First pause between looks; doubled each time.
    pub look_pause: Duration,
    /// Longest pause between looks.
    pub look_pause_cap: Duration,
    /// How often Complete is sent for one set of parts.
    pub completes: u32,
    /// How long parts in flight may end after a failure.
    pub failure_grace: Duration,
    /// How long parts in flight may end after a cancel.
    pub cancel_grace: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            looks: limits::RESOLVE_LOOKS,
            look_pause: limits::RESOLVE_PAUSE,
            look_pause_cap: limits::RESOLVE_PAUSE_CAP,
            completes: limits::COMPLETE_ATTEMPTS,
            failure_grace: limits::FAILURE_GRACE,
            cancel_grace: limits::CANCEL_GRACE,
        }
    }
}

/// Everything the machine has to know about the caller's wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Requested size of every part but the last.
    pub part_size: u64,
    /// Parts in flight at once.
    pub parallelism: usize,
    /// Whether an upload is begun as a sequential one, whose parts go one after the other whatever the parallelism.
    pub sequential: bool,
    /// The token that an upload begun by this call puts on its object.
    pub token: Option<UploadToken>,
    /// Whether there is a place for a record.
    pub has_record: bool,
    /// What a cancel does.
    pub on_cancel: OnCancel,
    /// What a failure does.
    pub on_failure: OnFailure,
    /// What a failed part means for the others.
    pub on_part_error: OnPartError,
    /// Whether one restart is allowed when the server forgets the upload.
    pub restart_on_lost_upload: bool,
    /// The rules of planning.
    pub profile: Profile,
    /// Pauses and repetitions.
    pub patience: Patience,
}
