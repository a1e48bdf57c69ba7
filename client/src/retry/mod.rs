//! When an attempt is made again, and after what pause. The request floor asks.

pub mod policy;

pub use policy::Retry;
