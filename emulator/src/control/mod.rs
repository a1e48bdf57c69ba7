//! The control plane: HTTP and JSON under `/_emulator/v1` on the data port. Steers a sandbox as tests in the process
//! do; when a call returns, its effect is in force. One file a resource. Called by the server.

mod body;
mod callback_key;
mod clock;
mod dispatch;
mod faults;
mod gates;
mod guard;
mod health;
mod journal;
mod keys;
mod lifecycle;
mod parameters;
mod problem;
mod reply;
mod reset;
mod store;

pub(crate) use dispatch::{Caller, handle, is_control};
pub(crate) use health::Readiness;
