//! PutObject: `PUT /key`.

use super::{
    BodyPlan, CallbackPlan, Context, Decision, OpSettings, Received,
    arguments::{bucket_name, flag, forbid_overwrite, object_key},
    body_checks::{check_content, content_plan},
    call::{Call, Scene, held},
    stored_headers::{GivenHeaders, UNSUPPORTED_ON_PUT, refuse_conditions, refuse_unsupported},
};
use crate::{
    domain::{BucketName, Change, ETag, Object, ObjectKey, edit::Content},
    error::OssError,
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct PutObject {
    bucket: BucketName,
    key: ObjectKey,
    keep_existing: bool,
    given: GivenHeaders,
    callback: Option<CallbackPlan>,
}

impl PutObject {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let key = object_key(head)?;
        refuse_conditions(head)?;
        refuse_unsupported(head, UNSUPPORTED_ON_PUT)?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            keep_existing: flag(head, "x-oss-forbid-overwrite")?,
            given: GivenHeaders::read(head)?,
            callback: CallbackPlan::read(head)?,
        })
    }
}

/// The digests of what was stored: a client that checks them learns of damage on the way.
pub(super) fn digest_answer(etag: &ETag, content: &Content, settings: &OpSettings) -> Answer {
    let answer =
        Answer::new(StatusCode::OK).with("etag", etag.quoted()).with("content-md5", content.md5.base64());
    if settings.crc64_headers {
        answer.with("x-oss-hash-crc64ecma", content.crc64.to_string())
    } else {
        answer
    }
}

impl Call for PutObject {
    fn writes(&self) -> bool {
        true
    }

    fn callback(&self) -> Option<&CallbackPlan> {
        self.callback.as_ref()
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        let bucket = held(scene, &self.bucket)?;
        forbid_overwrite(bucket.objects.contains_key(&self.key), self.keep_existing)?;
        content_plan(scene.head, scene.settings.max_body_bytes())
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        let body = &received.blob()?.content;
        check_content(scene.head, body)?;
        let bucket = held(scene, &self.bucket)?;
        let object = Object::of_content(body, self.given.in_bucket(&bucket.bucket), context.now);
        let answer = digest_answer(&object.etag, body, scene.settings);
        let callback =
            self.callback.as_ref().map(|plan| plan.about(scene.head, (&self.bucket, &self.key), &object));
        let change = Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object };
        Ok(Decision { callback, ..Decision::write(vec![change], answer) })
    }
}
