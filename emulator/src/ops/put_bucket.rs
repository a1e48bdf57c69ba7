//! PutBucket: `PUT /` of a bucket. Creating one's own bucket again with the same settings succeeds.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::bucket_name,
    body_checks::{check_document, document_plan},
    call::{Call, Scene},
};
use crate::{
    domain::{
        Bucket, BucketAcl, BucketName, BucketState, Change, Redundancy, StorageClass, is_region,
        limits::MAX_BUCKETS,
    },
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

/// What the body asks for; an empty one asks for nothing.
#[derive(Default)]
struct Asked {
    class: Option<StorageClass>,
    redundancy: Option<Redundancy>,
}

impl Asked {
    fn read(body: &[u8]) -> Result<Self, OssError> {
        let mut asked = Self::default();
        if body.trim_ascii().is_empty() {
            return Ok(asked);
        }
        let elements = ["StorageClass", "DataRedundancyType", "LocationConstraint"];
        for (name, text) in read_flat(body, "CreateBucketConfiguration", &elements)? {
            match (name, text.trim()) {
                ("StorageClass", class) => asked.class = Some(class.parse()?),
                ("DataRedundancyType", redundancy) => {
                    let known =
                        redundancy.parse().map_err(|_| OssError::invalid_argument(name, redundancy))?;
                    asked.redundancy = Some(known);
                }
                (_, location) => check_location(location)?,
            }
        }
        Ok(asked)
    }

    /// Neither can be changed.
    fn check_against(&self, held: &BucketState) -> Result<(), OssError> {
        let exists = OssError::new(Code::BucketAlreadyExists);
        if self.class.is_some_and(|class| class != held.bucket.storage_class) {
            return Err(exists.message("Cannot modify existing bucket's storage class."));
        }
        if self.redundancy.is_some_and(|redundancy| redundancy != held.bucket.redundancy) {
            return Err(exists.message("Bucket already exists CAN'T modify data redundancy type."));
        }
        Ok(())
    }
}

/// One endpoint stands for all regions, so that every location will do that can be one of OSS's.
fn check_location(text: &str) -> Result<(), OssError> {
    if text.strip_prefix("oss-").is_some_and(is_region) {
        Ok(())
    } else {
        Err(OssError::new(Code::InvalidLocationConstraint))
    }
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
        let asked = Asked::read(received.document())?;
        let bucket = match scene.state.bucket(&self.name) {
            Some(held) => {
                asked.check_against(held)?;
                Bucket { acl: self.acl.unwrap_or(held.bucket.acl), ..held.bucket.clone() }
            }
            None if scene.state.bucket_count() >= MAX_BUCKETS => {
                return Err(OssError::new(Code::TooManyBuckets));
            }
            None => Bucket {
                acl: self.acl.unwrap_or_default(),
                storage_class: asked.class.unwrap_or_default(),
                redundancy: asked.redundancy.unwrap_or_default(),
                ..Bucket::new(self.name.clone(), context.now)
            },
        };
        // ali-oss takes the name from here by cutting the first character.
        let answer = Answer::new(StatusCode::OK).with("location", format!("/{}", self.name));
        Ok(Decision::write(vec![Change::PutBucket(bucket)], answer))
    }
}
