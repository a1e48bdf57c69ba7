//! The operations of OSS: routing, and one file for what each reads, checks and decides. The pipeline
//! drives them in phases: [`route`] looks at the head alone, [`Prepared::admit`] at the state,
//! [`Prepared::decide`] at the body too.

mod abort_multipart_upload;
mod arguments;
mod authorize;
mod body_checks;
mod bucket_facts;
mod call;
mod complete_multipart_upload;
mod delete_bucket;
mod delete_object;
mod execute;
mod get_object;
mod initiate_multipart_upload;
mod list_buckets;
mod list_multipart_uploads;
mod list_objects;
mod list_parts;
mod no_bucket;
mod prepared;
mod public_url;
mod put_bucket;
mod put_object;
mod route;
mod settings;
mod stored_headers;
mod upload_part;

pub use crate::domain::Operation;
pub use call::{BodyPlan, Context, Decision, Received};
pub use execute::{Executed, execute, rehearse};
pub use prepared::Prepared;
pub use route::{Target, route};
pub use settings::OpSettings;
