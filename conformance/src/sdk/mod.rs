//! SDKs: how they are described, set up, and run. Used by the command line.

mod definition;
mod programme;
mod setup;

pub use definition::{Definition, DefinitionError, all};
pub use programme::{Check, Endpoint, Outcome, RunError, run};
pub use setup::{SetupError, set_up};
