//! PutObjectACL and GetObjectACL: `/key?acl`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    bucket_facts::access_control,
    call::{Call, Scene},
    stored_headers::given_acl,
};
use crate::{
    domain::{BucketName, Change, Object, ObjectAcl, ObjectKey},
    error::{OssError, no_such_key},
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct AccessOfObject {
    bucket: BucketName,
    key: ObjectKey,
    /// What to set; nothing when it is only asked for.
    wanted: Option<ObjectAcl>,
}

impl AccessOfObject {
    pub(super) fn put(head: &RequestHead) -> Result<Self, OssError> {
        let wanted = given_acl(head)?.ok_or_else(|| OssError::invalid_argument("x-oss-object-acl", ""))?;
        Ok(Self { wanted: Some(wanted), ..Self::get(head)? })
    }

    pub(super) fn get(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { bucket: bucket_name(head)?, key: object_key(head)?, wanted: None })
    }

    fn object<'a>(&self, scene: Scene<'a>) -> Result<&'a Object, OssError> {
        scene.state.object(&self.bucket, &self.key).ok_or_else(|| no_such_key(&self.key))
    }
}

impl Call for AccessOfObject {
    fn writes(&self) -> bool {
        self.wanted.is_some()
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.object(scene)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let object = self.object(scene)?;
        let Some(acl) = self.wanted else {
            let document = access_control(object.attributes.acl.as_str());
            return Ok(Decision::read(Answer::document(StatusCode::OK, document)));
        };
        let mut object = object.clone();
        object.attributes.acl = acl;
        let change = Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object };
        Ok(Decision::write(vec![change], Answer::new(StatusCode::OK)))
    }
}
