//! The fault engine: what shall go wrong, when, and how often. A value without I/O: facts and counters in, actions
//! out. The pipeline asks it once per exchange and carries the actions out; a plan comes from a file, from the
//! control plane, or from a test.

mod action;
mod counter;
mod engine;
mod gate;
mod glob;
mod lapse;
mod legal;
mod limits;
mod load;
mod locate;
mod matcher;
mod moment;
mod numbers;
mod one_or_many;
mod plan;
mod point;
mod roll;
mod rule;
mod short_form;
mod validate;

pub use action::{
    Action, AdvanceClock, Corrupt, Cut, Damage, Delay, DeletePart, DeleteUpload, Direction, Gate,
    ReplacePart, Respond, RespondStyle, Stall, Throttle, Truncate, WrongCrc64, WrongEtag,
};
pub use counter::Counters;
pub use engine::{AddError, Claim, Considered, Decision, Engine, RuleStatus, Why, World};
pub use gate::{GateStatus, Gates};
pub use glob::Texts;
pub use lapse::Lapse;
pub use legal::legal_pairs;
pub(crate) use limits::MAX_PLAN_BYTES;
pub use load::PlanError;
pub use matcher::{Facts, Match, UploadFacts, Uploads};
pub use moment::{Instant, Moment};
pub use numbers::Numbers;
pub use plan::{Plan, SCHEMA};
pub use point::{Offset, Point};
pub use roll::Roll;
pub use rule::{CountKey, Rule, Times};
pub use validate::Complaint;
