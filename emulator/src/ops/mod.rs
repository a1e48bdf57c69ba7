//! The operations of OSS: routing, and one file for what each reads, checks and decides. The pipeline
//! drives them in phases: [`route`] looks at the head alone, [`Prepared::admit`] at the state,
//! [`Prepared::decide`] at the body too.

mod abort_multipart_upload;
mod append_object;
mod arguments;
mod authorize;
mod body_checks;
mod bucket_facts;
mod bucket_lifecycle;
mod bucket_stat;
mod bucket_tags;
mod call;
mod callback;
mod callback_body;
mod complete_multipart_upload;
mod copy_object;
mod copy_source;
mod delete_bucket;
mod delete_multiple_objects;
mod delete_object;
mod execute;
mod get_object;
mod initiate_multipart_upload;
mod lifecycle_document;
mod list_buckets;
mod list_multipart_uploads;
mod list_objects;
mod list_parts;
mod no_bucket;
mod object_acl;
mod object_tagging;
mod prepared;
mod public_url;
mod put_bucket;
mod put_bucket_acl;
mod put_object;
mod restore_object;
mod route;
mod settings;
mod stored_headers;
mod symlink;
mod tag_set;
mod upload_part;
mod upload_part_copy;

pub use crate::domain::Operation;
pub use call::{BodyPlan, Context, Decision, Received};
pub use callback::{Callback, CallbackPlan, CallbackUrl};
pub use execute::{Executed, admit, execute, rehearse};
pub use prepared::Prepared;
pub use route::{Target, route};
pub use settings::OpSettings;
