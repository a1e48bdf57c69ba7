//! DeleteObject: `DELETE /key`. 204 whether or not there was anything to delete.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    call::{Call, Scene},
};
use crate::{
    domain::{BucketName, ObjectKey, edit},
    error::OssError,
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct DeleteObject {
    bucket: BucketName,
    key: ObjectKey,
}

impl DeleteObject {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { bucket: bucket_name(head)?, key: object_key(head)? })
    }
}

impl Call for DeleteObject {
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
        let changes = edit::delete_object(scene.state, &self.bucket, &self.key);
        Ok(Decision::write(changes, Answer::new(StatusCode::NO_CONTENT)))
    }
}
