//! Every refusal: its code, status and wording in OSS's words, and the mapping of all domain errors to them.

mod code;
mod from_domain;
mod oss_error;
mod render;

pub use code::{Code, Row};
pub use from_domain::{
    bytes_not_kept, completion_error, entity_too_large, no_such_bucket, no_such_key, no_such_upload,
    piece_too_large,
};
pub use oss_error::OssError;
pub use render::ErrorForm;
