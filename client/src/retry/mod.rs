//! When an attempt is made again, and after what pause. The request floor asks.

pub mod policy;
pub mod table;

pub use policy::Retry;
pub use table::{Repeat, Trouble, Verdict};
