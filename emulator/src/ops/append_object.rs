//! AppendObject: `POST /key?append&position=N`. The object grows by a piece; earlier pieces stay where they are.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    body_checks::{check_content, piece_plan},
    call::{Call, Scene, held},
    stored_headers::{GivenHeaders, UNSUPPORTED_ON_OBJECTS, refuse_unsupported},
};
use crate::{
    domain::{BucketName, Change, Crc64Sum, ETag, Object, ObjectKey, ObjectKind, edit::Content},
    error::{Code, OssError},
    http::{Answer, RequestHead},
};
use http::StatusCode;
use jiff::Timestamp;

#[derive(Debug)]
pub(super) struct AppendObject {
    bucket: BucketName,
    key: ObjectKey,
    position: u64,
    given: GivenHeaders,
}

impl AppendObject {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let key = object_key(head)?;
        // OSS documentation: Callback ("not supported").
        refuse_unsupported(head, UNSUPPORTED_ON_OBJECTS)?;
        let sent = head.query.value("position");
        let sent =
            sent.ok_or_else(|| OssError::new(Code::MissingArgument).with("ArgumentName", "position"))?;
        let is_number = sent.bytes().all(|byte| byte.is_ascii_digit());
        let position = if is_number { sent.parse().ok() } else { None };
        let position = position.ok_or_else(|| OssError::invalid_argument("position", sent))?;
        Ok(Self { bucket: bucket_name(head)?, key, position, given: GivenHeaders::read(head)? })
    }

    fn check(&self, present: Option<&Object>) -> Result<(), OssError> {
        if present.is_some_and(|object| object.kind != ObjectKind::Appendable) {
            return Err(OssError::new(Code::ObjectNotAppendable));
        }
        let length = present.map_or(0, |object| object.size);
        if self.position != length {
            // oss2 reads the header of this refusal and fails without it.
            return Err(OssError::new(Code::PositionNotEqualToLength)
                .header("x-oss-next-append-position", length.to_string()));
        }
        Ok(())
    }
}

/// The object with a piece more. Its tag is no digest of its content (OSS documentation: AppendObject); the recorded
/// ones end with eight zeros.
fn grown(object: &Object, piece: &Content, now: Timestamp) -> Object {
    let mut sum = Crc64Sum::default();
    sum.append(object.crc64, object.size);
    sum.append(piece.crc64, piece.slice.len);
    let mut body = object.body.clone();
    if piece.slice.len > 0 {
        body.push(piece.slice);
    }
    Object {
        size: object.size + piece.slice.len,
        etag: ETag::of_append(&object.etag, &piece.md5),
        crc64: sum.total(),
        last_modified: now,
        body,
        ..object.clone()
    }
}

impl Call for AppendObject {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.check(held(scene, &self.bucket)?.objects.get(&self.key))?;
        let whole = scene.settings.max_object_bytes;
        let left = whole.saturating_sub(self.position);
        piece_plan(scene.head, scene.settings.max_body_bytes().min(left), whole)
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        let piece = &received.blob()?.content;
        check_content(scene.head, piece)?;
        let bucket = held(scene, &self.bucket)?;
        let object = match bucket.objects.get(&self.key) {
            Some(object) => grown(object, piece, context.now),
            None => Object {
                kind: ObjectKind::Appendable,
                etag: ETag::of_append(&ETag::of_content(&piece.md5), &piece.md5),
                content_md5: None,
                ..Object::of_content(piece, self.given.in_bucket(&bucket.bucket), context.now)
            },
        };
        let mut answer = Answer::new(StatusCode::OK)
            .with("etag", object.etag.quoted())
            .with("x-oss-next-append-position", object.size.to_string());
        if scene.settings.crc64_headers {
            answer.set("x-oss-hash-crc64ecma", object.crc64.to_string());
        }
        let change = Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object };
        Ok(Decision::write(vec![change], answer))
    }
}
