//! `PutBucketLifecycle`, `GetBucketLifecycle` and `DeleteBucketLifecycle`: `/?lifecycle` of a bucket. Putting
//! replaces all rules.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, flag},
    body_checks::{check_document, document_plan},
    call::{Call, Scene, held},
    lifecycle_document::{read_rules, write_rules},
};
use crate::{
    domain::{Bucket, BucketName, Change, lifecycle::check},
    error::{Code, OssError},
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Clone, Copy, Debug)]
enum Act {
    Put { overlap: bool },
    Get,
    Delete,
}

#[derive(Debug)]
pub(super) struct BucketLifecycle {
    name: BucketName,
    act: Act,
}

impl BucketLifecycle {
    pub(super) fn put(head: &RequestHead) -> Result<Self, OssError> {
        let overlap = flag(head, "x-oss-allow-same-action-overlap")?;
        Ok(Self { name: bucket_name(head)?, act: Act::Put { overlap } })
    }

    pub(super) fn get(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, act: Act::Get })
    }

    pub(super) fn delete(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, act: Act::Delete })
    }
}

impl Call for BucketLifecycle {
    fn writes(&self) -> bool {
        !matches!(self.act, Act::Get)
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        match self.act {
            Act::Put { .. } => document_plan(scene.head),
            Act::Get | Act::Delete => Ok(BodyPlan::None),
        }
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        let bucket = &held(scene, &self.name)?.bucket;
        let (lifecycle, status) = match self.act {
            Act::Get if bucket.lifecycle.is_empty() => {
                return Err(OssError::new(Code::NoSuchLifecycle).with("BucketName", self.name.as_str()));
            }
            Act::Get => {
                let document = write_rules(&bucket.lifecycle);
                return Ok(Decision::read(Answer::document(StatusCode::OK, document)));
            }
            Act::Put { overlap } => {
                check_document(scene.head, received.document())?;
                let rules = read_rules(received.document(), context.fresh)?;
                check(&rules, overlap)?;
                (rules, StatusCode::OK)
            }
            Act::Delete => (Vec::new(), StatusCode::NO_CONTENT),
        };
        let bucket = Bucket { lifecycle, ..bucket.clone() };
        Ok(Decision::write(vec![Change::PutBucket(bucket)], Answer::new(status)))
    }
}
