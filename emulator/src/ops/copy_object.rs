//! CopyObject: `PUT /key` with `x-oss-copy-source`. The new object shares the bytes of its source.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, flag, forbid_overwrite, object_key},
    call::{Call, Scene, held},
    copy_source::{CopySource, source_too_large},
    stored_headers::{GivenHeaders, UNSUPPORTED_ON_OBJECTS, refuse_unsupported},
};
use crate::{
    domain::{Attributes, BucketName, Change, Object, ObjectKey, ObjectKind, limits::MAX_COPY_BYTES, time},
    error::{Code, OssError},
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct CopyObject {
    bucket: BucketName,
    key: ObjectKey,
    source: CopySource,
    keep_existing: bool,
    replaces_headers: bool,
    replaces_tags: bool,
    given: GivenHeaders,
}

impl CopyObject {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let key = object_key(head)?;
        let source = CopySource::read(head)?;
        refuse_unsupported(head, UNSUPPORTED_ON_OBJECTS)?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            source,
            keep_existing: flag(head, "x-oss-forbid-overwrite")?,
            replaces_headers: directive(head, "x-oss-metadata-directive")?,
            replaces_tags: directive(head, "x-oss-tagging-directive")?,
            given: GivenHeaders::read(head)?,
        })
    }

    fn is_onto_itself(&self) -> bool {
        self.source.bucket == self.bucket && self.source.key == self.key
    }

    /// Class and access control are never copied. OSS documentation: CopyObject.
    fn attributes(&self, source: &Object, given: Attributes) -> Attributes {
        let own = &source.attributes;
        Attributes {
            headers: if self.replaces_headers { given.headers } else { own.headers.clone() },
            tags: if self.replaces_tags { given.tags } else { own.tags.clone() },
            storage_class: given.storage_class,
            acl: given.acl,
        }
    }
}

/// Whether a directive says `REPLACE`; `COPY` when absent.
fn directive(head: &RequestHead, name: &'static str) -> Result<bool, OssError> {
    match head.header(name)? {
        None | Some("") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("copy") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("replace") => Ok(true),
        Some(other) => Err(OssError::invalid_argument(name, other)),
    }
}

impl Call for CopyObject {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        let bucket = held(scene, &self.bucket)?;
        let source = self.source.object(scene)?;
        let max = scene.settings.max_object_bytes.min(MAX_COPY_BYTES);
        if source.size > max {
            return Err(source_too_large(max));
        }
        // Only to give it other headers. OSS documentation: AppendObject.
        if source.kind == ObjectKind::Appendable && !self.is_onto_itself() {
            return Err(OssError::new(Code::OperationNotSupported));
        }
        self.source.is_wanted(source)?;
        forbid_overwrite(bucket.objects.contains_key(&self.key), self.keep_existing)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        context: &Context,
    ) -> Result<Decision, OssError> {
        let source = self.source.object(scene)?;
        if !self.source.is_wanted(source)? {
            return Ok(Decision::read(Answer::new(StatusCode::NOT_MODIFIED)));
        }
        if !source.is_readable(context.now) {
            return Err(OssError::new(Code::InvalidObjectState));
        }
        let given = self.given.in_bucket(&held(scene, &self.bucket)?.bucket);
        let mut object = Object {
            attributes: self.attributes(source, given),
            last_modified: context.now,
            restored: None,
            ..source.clone()
        };
        // The tag stays that of the parts: OSS's documentation is silent, and no SDK looks at it.
        if object.kind == ObjectKind::Multipart {
            object.kind = ObjectKind::Normal;
            object.parts = 0;
        }
        let mut xml = XmlWriter::new("CopyObjectResult");
        xml.text("ETag", object.etag.quoted()).text("LastModified", time::iso8601(object.last_modified));
        let mut answer = Answer::document(StatusCode::OK, xml.finish()).with("etag", object.etag.quoted());
        if scene.settings.crc64_headers {
            answer.set("x-oss-hash-crc64ecma", object.crc64.to_string());
        }
        let change = Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object };
        Ok(Decision::write(vec![change], answer))
    }
}
