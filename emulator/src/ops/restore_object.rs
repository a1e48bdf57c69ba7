//! RestoreObject: `POST /key?restore`. 202 when a restore begins, 409 while it goes on, 200 when it is prolonged.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    body_checks::{check_document, document_plan},
    call::{Call, Scene},
};
use crate::{
    domain::{BucketName, Change, Object, ObjectKey, RestoreTier, Restored, StorageClass},
    error::{Code, OssError, no_such_key},
    http::{Answer, RequestHead},
    xml::{MalformedXml, read_tree},
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct RestoreObject {
    bucket: BucketName,
    key: ObjectKey,
}

impl RestoreObject {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { bucket: bucket_name(head)?, key: object_key(head)? })
    }

    fn object<'a>(&self, scene: Scene<'a>) -> Result<&'a Object, OssError> {
        let object = scene.state.object(&self.bucket, &self.key).ok_or_else(|| no_such_key(&self.key))?;
        if object.attributes.storage_class.is_archive() {
            return Ok(object);
        }
        Err(OssError::new(Code::OperationNotSupported)
            .with("Detail", "RestoreObject operation does not support this object storage class")
            .ec("0016-00000702"))
    }
}

/// Days and tier; one day and the standard tier when there is no document. OSS documentation: RestoreObject (1 to 7
/// days for Archive, 1 to 365 for the colder classes).
fn asked(body: &[u8], class: StorageClass) -> Result<(u32, RestoreTier), MalformedXml> {
    if body.trim_ascii().is_empty() {
        return Ok((1, RestoreTier::default()));
    }
    let root = read_tree(body, "RestoreRequest")?;
    root.only(&["Days", "JobParameters", "Tier"])?;
    let most = if class == StorageClass::Archive { 7 } else { 365 };
    let days = match root.child_text("Days")? {
        None => 1,
        Some(text) => text
            .parse()
            .ok()
            .filter(|days| (1..=most).contains(days))
            .ok_or_else(|| MalformedXml(format!("`{text}` days; 1 to {most} are allowed")))?,
    };
    // ali-oss puts the tier directly below the root.
    let tier = match root.child("JobParameters")? {
        Some(job) => job.child_text("Tier")?,
        None => root.child_text("Tier")?,
    };
    let tier = match tier {
        None => RestoreTier::default(),
        Some(text) => RestoreTier::parse(text).ok_or_else(|| MalformedXml(format!("`{text}` is no tier")))?,
    };
    Ok((days, tier))
}

impl Call for RestoreObject {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.object(scene)?;
        document_plan(scene.head)
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        check_document(scene.head, received.document())?;
        let object = self.object(scene)?;
        let class = object.attributes.storage_class;
        let (days, tier) =
            asked(received.document(), class).map_err(|error| OssError::from(error).ec("0016-00000608"))?;
        let now = context.now;
        let (restored, status) = match object.restored {
            Some(restored) if restored.is_ongoing(now) => {
                return Err(OssError::new(Code::RestoreAlreadyInProgress));
            }
            Some(restored) if restored.is_readable(now) => (restored.extended(days, now), StatusCode::OK),
            _ => (Restored::begin(class, tier, days, now), StatusCode::ACCEPTED),
        };
        let object = Object { restored: Some(restored), ..object.clone() };
        let change = Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object };
        Ok(Decision::write(vec![change], Answer::new(status)))
    }
}
