//! Who sent a request, and whether the signature proves it. Called by the pipeline after routing.

mod claim;
mod key;
mod limits;
mod refusal;
mod settings;
mod signed_parameters;
mod times;
mod tokens;
mod v1;
mod v4;
mod verify;

pub use claim::claimed_key;
pub use key::Key;
pub use settings::{AuthMode, AuthSettings, Identity, UnknownAuthMode};
pub use signed_parameters::is_signed_parameter;
pub(crate) use signed_parameters::selects_sub_resource;
pub use v1::{canonical_resource, sign, string_to_sign};
pub use v4::{Scope, canonical_request_v4, sign_v4, signing_key_v4, string_to_sign_v4};
pub use verify::authenticate;
