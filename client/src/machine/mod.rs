//! The deciding half of an upload: pure values in, pure values out, no socket, no file, no clock. The uploader's runner
//! tells [`step`] what happened and obeys the commands that it answers with.

mod begin;
pub mod command;
mod committing;
pub mod destination;
mod ending;
pub mod event;
pub mod failure;
pub mod identity;
pub mod layout;
pub mod limits;
pub mod outcome;
pub mod part;
pub mod reconcile;
mod sending;
mod sequence;
pub mod settings;
pub mod state;
mod step;
pub mod token;
pub mod verify;

pub use command::{Command, RecordImage};
pub use destination::{BucketName, Destination, NameError, ObjectKey, UploadId};
pub use event::{
    AbortReply, Commit, CompleteReply, Event, Listing, Look, PartTrouble, RecordPhase, Remembered,
};
pub use failure::{ErrorKind, Operation, ServiceFailure};
pub use identity::SourceIdentity;
pub use layout::{ByteRange, Layout, LayoutError};
pub use outcome::{CallbackOutcome, Ended, Outcome, Success};
pub use part::{ETag, Hasher, ListedPart, LocalDigest, Md5Digest, ProvenPart};
pub use reconcile::Candidate;
pub use settings::{OnCancel, OnFailure, OnPartError, Patience, Phase, Settings};
pub use state::State;
pub use step::step;
pub use token::UploadToken;
