//! PutObjectTagging, GetObjectTagging and DeleteObjectTagging: `/key?tagging`. The object's time stays.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    body_checks::{check_document, document_plan},
    call::{Call, Scene},
    tag_set::{read_tagging, tagging},
};
use crate::{
    domain::{BucketName, Change, Object, ObjectKey, TagLimits, Tags},
    error::{OssError, no_such_key},
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Clone, Copy, Debug)]
enum Act {
    Put,
    Get,
    Delete,
}

#[derive(Debug)]
pub(super) struct ObjectTagging {
    bucket: BucketName,
    key: ObjectKey,
    act: Act,
}

impl ObjectTagging {
    pub(super) fn put(head: &RequestHead) -> Result<Self, OssError> {
        Self::read(head, Act::Put)
    }

    pub(super) fn get(head: &RequestHead) -> Result<Self, OssError> {
        Self::read(head, Act::Get)
    }

    pub(super) fn delete(head: &RequestHead) -> Result<Self, OssError> {
        Self::read(head, Act::Delete)
    }

    fn read(head: &RequestHead, act: Act) -> Result<Self, OssError> {
        Ok(Self { bucket: bucket_name(head)?, key: object_key(head)?, act })
    }

    fn object<'a>(&self, scene: Scene<'a>) -> Result<&'a Object, OssError> {
        scene.state.object(&self.bucket, &self.key).ok_or_else(|| no_such_key(&self.key))
    }

    fn with_tags(&self, object: &Object, tags: Tags) -> Change {
        let mut object = object.clone();
        object.attributes.tags = tags;
        Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object }
    }
}

impl Call for ObjectTagging {
    fn writes(&self) -> bool {
        !matches!(self.act, Act::Get)
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.object(scene)?;
        match self.act {
            Act::Put => document_plan(scene.head),
            Act::Get | Act::Delete => Ok(BodyPlan::None),
        }
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let object = self.object(scene)?;
        match self.act {
            Act::Put => {
                check_document(scene.head, received.document())?;
                let tags = read_tagging(received.document(), TagLimits::OBJECT)?;
                Ok(Decision::write(vec![self.with_tags(object, tags)], Answer::new(StatusCode::OK)))
            }
            Act::Get => {
                let document = tagging(&object.attributes.tags);
                Ok(Decision::read(Answer::document(StatusCode::OK, document)))
            }
            Act::Delete => {
                let change = self.with_tags(object, Tags::default());
                Ok(Decision::write(vec![change], Answer::new(StatusCode::NO_CONTENT)))
            }
        }
    }
}
