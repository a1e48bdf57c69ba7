//! The protocol's texts: XML in and out, headers, encodings, errors. The request floor composes operations of them.

pub mod complete;
pub mod encoding;
pub mod error;
pub mod headers;
pub mod listing;
pub mod multipart;
pub mod xml;

pub use error::ServiceError;
pub use xml::{Element, XmlError};
