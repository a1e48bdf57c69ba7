//! PutBucketAcl: `PUT /?acl` of a bucket.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::bucket_name,
    call::{Call, Scene, held},
    put_bucket::given_acl,
};
use crate::{
    domain::{Bucket, BucketAcl, BucketName, Change},
    error::OssError,
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct PutBucketAcl {
    name: BucketName,
    acl: BucketAcl,
}

impl PutBucketAcl {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let acl = given_acl(head)?.ok_or_else(|| OssError::invalid_argument("x-oss-acl", ""))?;
        Ok(Self { name: bucket_name(head)?, acl })
    }
}

impl Call for PutBucketAcl {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, _scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let bucket = Bucket { acl: self.acl, ..held(scene, &self.name)?.bucket.clone() };
        Ok(Decision::write(vec![Change::PutBucket(bucket)], Answer::new(StatusCode::OK)))
    }
}
