//! Who sent a request, and whether the signature proves it. Called by the pipeline after routing.

mod settings;
mod signed_parameters;
mod v1;
mod verify;

pub use settings::{AuthMode, AuthSettings, Identity};
pub use signed_parameters::is_signed_parameter;
pub(crate) use signed_parameters::selects_sub_resource;
pub use v1::{canonical_resource, sign, string_to_sign};
pub use verify::authenticate;
