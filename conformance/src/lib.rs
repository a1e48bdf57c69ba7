//! Real OSS SDKs, run unmodified against an OSS endpoint, and what came of it.
//!
//! A folder below `drivers/` says how one SDK is set up from its registry and which programme plays an application with it.
//! The programme prints one JSON line a check; it never learns whom it talks to.

pub mod cli;
pub mod report;
pub mod sdk;
