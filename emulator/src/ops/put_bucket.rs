//! PutBucket: `PUT /` of a bucket. Creating one's own bucket again with the same settings succeeds.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::bucket_name,
    body_checks::{check_document, document_plan},
    call::{Call, Scene},
};
use crate::{
    domain::{Bucket, BucketAcl, BucketName, Change, StorageClass, limits::MAX_BUCKETS},
    error::{Code, OssError},
    http::{Answer, RequestHead},
    xml::read_flat,
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct PutBucket {
    name: BucketName,
    acl: Option<BucketAcl>,
}

impl PutBucket {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, acl: given_acl(head)? })
    }
}

/// `x-oss-acl`; an empty one counts as absent.
pub(super) fn given_acl(head: &RequestHead) -> Result<Option<BucketAcl>, OssError> {
    let acl = head.header("x-oss-acl")?.filter(|acl| !acl.is_empty());
    acl.map(str::parse).transpose().map_err(|error| {
        OssError::from(error).with("ArgumentName", "x-oss-acl").with("ArgumentValue", acl.unwrap_or_default())
    })
}

/// The storage class that the body asks for; an empty body asks for none. Redundancy makes no difference
/// here and is only checked.
fn asked_class(body: &[u8]) -> Result<Option<StorageClass>, OssError> {
    if body.trim_ascii().is_empty() {
        return Ok(None);
    }
    let elements = ["StorageClass", "DataRedundancyType", "LocationConstraint"];
    let mut class = None;
    for (name, text) in read_flat(body, "CreateBucketConfiguration", &elements)? {
        match name {
            "StorageClass" => class = Some(text.trim().parse()?),
            "DataRedundancyType" if !matches!(text.trim(), "LRS" | "ZRS") => {
                return Err(OssError::invalid_argument(name, text));
            }
            _ => {}
        }
    }
    Ok(class)
}

impl Call for PutBucket {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        document_plan(scene.head)
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        check_document(scene.head, received.document())?;
        let class = asked_class(received.document())?;
        let bucket = match scene.state.bucket(&self.name) {
            Some(held) if class.is_some_and(|class| class != held.bucket.storage_class) => {
                return Err(OssError::new(Code::BucketAlreadyExists)
                    .message("Cannot modify existing bucket's storage class."));
            }
            Some(held) => Bucket { acl: self.acl.unwrap_or(held.bucket.acl), ..held.bucket.clone() },
            None if scene.state.bucket_count() >= MAX_BUCKETS => {
                return Err(OssError::new(Code::TooManyBuckets));
            }
            None => Bucket {
                acl: self.acl.unwrap_or_default(),
                storage_class: class.unwrap_or_default(),
                ..Bucket::new(self.name.clone(), context.now)
            },
        };
        // ali-oss takes the name from here by cutting the first character.
        let answer = Answer::new(StatusCode::OK).with("location", format!("/{}", self.name));
        Ok(Decision::write(vec![Change::PutBucket(bucket)], answer))
    }
}
