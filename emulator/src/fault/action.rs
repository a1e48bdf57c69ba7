//! Actions: what a fault does when its point is reached. Plans name them, the pipeline carries them out.

mod answer;
mod spoil;
mod time;
mod world;

use serde::{Deserialize, Serialize};

pub use self::{
    answer::{Respond, RespondStyle},
    spoil::{Corrupt, Damage, Truncate, WrongCrc64, WrongEtag},
    time::{Delay, Gate, Stall, Throttle},
    world::{AdvanceClock, DeletePart, DeleteUpload, ReplacePart},
};

/// One step of a fault. The steps of a rule run in order; each lets the exchange go on or ends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Ends the connection with RST.
    Reset {},
    /// Ends the connection with FIN, after taking in what the peer still sends.
    Close {},
    /// Stops reading and writing and keeps the socket open.
    Vanish {},
    /// Holds the exchange for a while.
    Delay(Delay),
    /// Holds the exchange for a while, until a gate is released, or for ever.
    Stall(Stall),
    /// Slows the connection's bytes down from here to the end of the exchange.
    Throttle(Throttle),
    /// Holds the exchange at a named gate.
    Gate(Gate),
    /// Gives an answer of the plan's in place of the server's.
    Respond(Respond),
    /// Spoils bytes of a body.
    Corrupt(Corrupt),
    /// Announces the whole answer and cuts its body short.
    Truncate(Truncate),
    /// Gives a wrong `ETag` header.
    WrongEtag(WrongEtag),
    /// Gives a wrong `x-oss-hash-crc64ecma` header.
    WrongCrc64(WrongCrc64),
    /// Acknowledges the operation and keeps nothing of it.
    Forget {},
    /// Removes a multipart upload from the store.
    DeleteUpload(DeleteUpload),
    /// Removes a part from the store.
    DeletePart(DeletePart),
    /// Puts other bytes in the place of a part.
    ReplacePart(ReplacePart),
    /// Moves the sandbox's clock.
    AdvanceClock(AdvanceClock),
}

/// A way to end a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// RST.
    Reset,
    /// FIN, then draining.
    Close,
    /// Neither: the socket stays open and silent.
    Vanish,
}

/// One of the two bodies of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// What the client sends.
    Request,
    /// What the server sends.
    Response,
}

impl Action {
    /// The names of all actions, in the order of the reference.
    pub const NAMES: [&'static str; 17] = [
        "reset",
        "close",
        "vanish",
        "delay",
        "stall",
        "throttle",
        "gate",
        "respond",
        "corrupt",
        "truncate",
        "wrong_etag",
        "wrong_crc64",
        "forget",
        "delete_upload",
        "delete_part",
        "replace_part",
        "advance_clock",
    ];

    /// The name that plans use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reset {} => "reset",
            Self::Close {} => "close",
            Self::Vanish {} => "vanish",
            Self::Delay(_) => "delay",
            Self::Stall(_) => "stall",
            Self::Throttle(_) => "throttle",
            Self::Gate(_) => "gate",
            Self::Respond(_) => "respond",
            Self::Corrupt(_) => "corrupt",
            Self::Truncate(_) => "truncate",
            Self::WrongEtag(_) => "wrong_etag",
            Self::WrongCrc64(_) => "wrong_crc64",
            Self::Forget {} => "forget",
            Self::DeleteUpload(_) => "delete_upload",
            Self::DeletePart(_) => "delete_part",
            Self::ReplacePart(_) => "replace_part",
            Self::AdvanceClock(_) => "advance_clock",
        }
    }

    /// How the action ends the connection, if it does.
    pub fn cut(&self) -> Option<Cut> {
        match self {
            Self::Reset {} => Some(Cut::Reset),
            Self::Close {} => Some(Cut::Close),
            Self::Vanish {} => Some(Cut::Vanish),
            _ => None,
        }
    }

    /// Whether nothing of the rule can run after this action.
    pub fn ends_exchange(&self) -> bool {
        self.cut().is_some() || matches!(self, Self::Respond(_) | Self::Stall(Stall::Forever))
    }
}
