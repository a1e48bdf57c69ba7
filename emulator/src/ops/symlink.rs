//! PutSymlink and GetSymlink: `PUT /key?symlink`, `GET /key?symlink`; and where a link leads, for GetObject.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, flag, forbid_overwrite, object_key},
    call::{Call, Scene, held},
    stored_headers::{GivenHeaders, UNSUPPORTED_ON_OBJECTS, refuse_unsupported},
};
use crate::{
    domain::{
        BucketName, BucketState, Change, Crc64, ETag, Md5, Object, ObjectKey, ObjectKind, time::http_date,
    },
    error::{Code, OssError, no_such_key},
    http::{Answer, RequestHead, percent_encode},
};
use http::StatusCode;
use percent_encoding::percent_decode_str;

#[derive(Debug)]
pub(super) struct PutSymlink {
    bucket: BucketName,
    key: ObjectKey,
    target: ObjectKey,
    keep_existing: bool,
    given: GivenHeaders,
}

/// A target as a client encodes it: aliyun-oss-go-sdk writes a space as `+`, everyone writes a plus as `%2B`.
fn decoded(sent: &str) -> Vec<u8> {
    percent_decode_str(&sent.replace('+', " ")).collect()
}

impl PutSymlink {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        const TARGET: &str = "x-oss-symlink-target";
        let key = object_key(head)?;
        refuse_unsupported(head, UNSUPPORTED_ON_OBJECTS)?;
        let sent = head.header(TARGET)?.unwrap_or_default();
        let target =
            ObjectKey::from_bytes(&decoded(sent)).map_err(|_| OssError::invalid_argument(TARGET, sent))?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            target,
            keep_existing: flag(head, "x-oss-forbid-overwrite")?,
            given: GivenHeaders::read(head)?,
        })
    }
}

impl Call for PutSymlink {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        let bucket = held(scene, &self.bucket)?;
        forbid_overwrite(bucket.objects.contains_key(&self.key), self.keep_existing)?;
        Ok(BodyPlan::None)
    }

    /// The target need not exist. The tag is the digest of its name (our choice; undocumented).
    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        context: &Context,
    ) -> Result<Decision, OssError> {
        let etag = ETag::of_content(&Md5::of(self.target.as_str().as_bytes()));
        let answer = Answer::new(StatusCode::OK).with("etag", etag.quoted());
        let object = Object {
            kind: ObjectKind::Symlink,
            size: 0,
            etag,
            crc64: Crc64::of(b""),
            content_md5: None,
            last_modified: context.now,
            attributes: self.given.in_bucket(&held(scene, &self.bucket)?.bucket),
            parts: 0,
            body: Vec::new(),
            target: Some(self.target.clone()),
            restored: None,
        };
        let change = Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object };
        Ok(Decision::write(vec![change], answer))
    }
}

/// The object that `object` names: itself, unless it is a link.
pub(super) fn followed<'a>(bucket: &'a BucketState, object: &'a Object) -> Result<&'a Object, OssError> {
    let Some(target) = &object.target else { return Ok(object) };
    match bucket.objects.get(target) {
        None => Err(OssError::new(Code::SymlinkTargetNotExist).with("Target", target.as_str())),
        Some(found) if found.kind == ObjectKind::Symlink => {
            Err(OssError::new(Code::InvalidTargetType).with("Target", target.as_str()))
        }
        Some(found) => Ok(found),
    }
}

#[derive(Debug)]
pub(super) struct GetSymlink {
    bucket: BucketName,
    key: ObjectKey,
}

impl GetSymlink {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { bucket: bucket_name(head)?, key: object_key(head)? })
    }

    fn link<'a>(&self, scene: Scene<'a>) -> Result<(&'a Object, &'a ObjectKey), OssError> {
        let object = scene.state.object(&self.bucket, &self.key).ok_or_else(|| no_such_key(&self.key))?;
        object.target.as_ref().map(|target| (object, target)).ok_or_else(|| OssError::new(Code::NotSymlink))
    }
}

impl Call for GetSymlink {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.link(scene)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let (object, target) = self.link(scene)?;
        let mut answer = Answer::new(StatusCode::OK)
            .with("x-oss-symlink-target", percent_encode(target.as_str()))
            .with("etag", object.etag.quoted())
            .with("last-modified", http_date(object.last_modified));
        for (name, value) in object.attributes.meta() {
            answer.set(name, value);
        }
        Ok(Decision::read(answer))
    }
}
