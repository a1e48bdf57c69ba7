//! AbortMultipartUpload: `DELETE /key?uploadId=ID`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    call::{Call, Scene},
};
use crate::{
    domain::{BucketName, Change, ObjectKey, UploadId},
    error::{OssError, no_such_upload},
    http::{Answer, RequestHead},
};
use http::StatusCode;

const EC_NO_SUCH_UPLOAD: &str = "0042-00000002";

#[derive(Debug)]
pub(super) struct AbortMultipartUpload {
    bucket: BucketName,
    key: ObjectKey,
    id: UploadId,
}

impl AbortMultipartUpload {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let key = object_key(head)?;
        // An empty id is an unknown upload, and never a request to delete the object.
        let id = head.query.value("uploadId").ok_or_else(|| no_such_upload("", EC_NO_SUCH_UPLOAD))?;
        Ok(Self { bucket: bucket_name(head)?, key, id: UploadId::from_text(id) })
    }
}

impl Call for AbortMultipartUpload {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        match scene.state.upload(&self.bucket, &self.key, &self.id) {
            Some(_) => Ok(BodyPlan::None),
            None => Err(no_such_upload(self.id.as_str(), EC_NO_SUCH_UPLOAD)),
        }
    }

    fn decide(
        &self,
        _scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let change =
            Change::DeleteUpload { bucket: self.bucket.clone(), key: self.key.clone(), id: self.id.clone() };
        Ok(Decision::write(vec![change], Answer::new(StatusCode::NO_CONTENT)))
    }
}
