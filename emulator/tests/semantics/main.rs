//! OSS's semantics without a socket: requests go to the operations as the pipeline sends them, answers come
//! back as values.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failing helper fails its test, here as in the tests themselves"
)]

mod addresses;
mod appends;
mod auth_refusals;
mod authentication;
mod bucket_operations;
mod complete_document;
mod completion_model;
mod copies;
mod deletions;
mod desk;
mod digest_only;
mod digests;
mod error_form;
mod error_rows;
mod golden_documents;
mod labels;
mod lifecycle;
mod links;
mod listing_model;
mod listings;
mod missing_buckets;
mod multipart_errors;
mod multipart_uploads;
mod object_operations;
mod public_access;
mod restores;
mod routing;
mod security_tokens;
mod signature_vectors;
mod signed_requests;
mod size_limits;
mod small_blobs;
mod store_agreement;
mod store_contract;
mod store_on_disk;
#[path = "../machine/support/within.rs"]
mod within;
