//! Who asks, and how a request proves it. The request floor signs each attempt afresh.

pub mod credentials;
pub mod v1;

pub use credentials::{Credentials, CredentialsError, CredentialsProvider, RefreshingCredentials};
