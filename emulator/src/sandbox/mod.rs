//! A sandbox: the world that one test sees. It owns its store, faults, gates, clock, journal and settings; nothing is
//! global. The server resolves each request to one, the control plane and in-process tests steer it.

mod callback_key;
mod callback_trust;
mod edits;
mod faults;
mod housekeeping;
mod ids;
mod instance;
mod keys;
mod limits;
mod ordinals;
mod seed;
mod settings;

pub(crate) use callback_key::{CallbackKey, CallbackKeyError};
pub use callback_trust::{CallbackTrust, CallbackTrustError};
pub use edits::{EditError, Edits, ObjectInfo, PartInfo, UploadInfo};
pub use faults::Faults;
pub use instance::Sandbox;
pub use keys::{KeyInfo, Keys};
pub use limits::{Limits, MAX_EDIT_BYTES};
pub use seed::{SeedError, Seeded};
pub use settings::SandboxSettings;
