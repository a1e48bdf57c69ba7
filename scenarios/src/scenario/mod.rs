//! What a story says: plain data, read from TOML, with no knowledge of how it is run. Used by everything above.

mod edit;
mod expect;
mod step;
mod story;

pub use edit::Edit;
pub use expect::{Count, Expect, OutcomeWord, RecordWord};
pub use step::{Act, Step, When};
pub use story::{
    ClientSettings, DriverWord, EmulatorSettings, Judging, OnCancelWord, OnPartErrorWord, Scenario,
    SourceSpec,
};
