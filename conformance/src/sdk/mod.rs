//! SDKs: how they are described, set up, and run. Used by the command line.

mod definition;
mod programme;
mod setup;
mod toolchain;

pub use definition::{Definition, DefinitionError, all};
pub use programme::{Check, Endpoint, Outcome, RunError, TemporaryKey, run};
pub use setup::{SetupError, set_up};
pub use toolchain::is_installed;
