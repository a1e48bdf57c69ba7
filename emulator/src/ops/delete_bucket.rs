//! DeleteBucket: `DELETE /` of a bucket, which must be empty.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::bucket_name,
    call::{Call, Scene, held},
};
use crate::{
    domain::{BucketName, Change},
    error::{Code, OssError},
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct DeleteBucket {
    name: BucketName,
}

impl DeleteBucket {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)? })
    }
}

impl Call for DeleteBucket {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        let bucket = held(scene, &self.name)?;
        let not_empty = || OssError::new(Code::BucketNotEmpty).with("BucketName", self.name.as_str());
        if !bucket.objects.is_empty() {
            return Err(not_empty());
        }
        if !bucket.uploads.is_empty() {
            return Err(not_empty().message("The bucket has Multipart Uploads. Please delete them first."));
        }
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        _scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let changes = vec![Change::DeleteBucket(self.name.clone())];
        Ok(Decision::write(changes, Answer::new(StatusCode::NO_CONTENT)))
    }
}
