//! Whole uploads: against a served emulator, and over a scripted transport.

mod bench;
mod cancel;
mod cli;
mod completion;
mod fake;
mod parts;
mod resume;
mod scripted;
