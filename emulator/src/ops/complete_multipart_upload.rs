//! CompleteMultipartUpload: `POST /key?uploadId=ID`.

use super::{
    BodyPlan, CallbackPlan, Context, Decision, Received,
    arguments::{Encoding, bucket_name, flag, forbid_overwrite, object_key},
    body_checks::{check_document, document_plan},
    call::{Call, Scene, held},
    public_url::object_url,
    stored_headers::given_acl,
};
use crate::{
    domain::{
        BucketName, Change, ETag, ObjectAcl, ObjectKey, Upload, UploadId,
        completion::{assemble, pick, pick_all},
    },
    error::{OssError, completion_error, entity_too_large, no_such_upload},
    http::{Answer, RequestHead},
    xml::{XmlWriter, read_complete},
};
use http::StatusCode;

const EC_NO_SUCH_UPLOAD: &str = "0042-00000203";

#[derive(Debug)]
pub(super) struct CompleteMultipartUpload {
    bucket: BucketName,
    key: ObjectKey,
    id: UploadId,
    encoding: Encoding,
    all_parts: bool,
    keep_existing: bool,
    acl: Option<ObjectAcl>,
    callback: Option<CallbackPlan>,
}

impl CompleteMultipartUpload {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let encoding = Encoding::read(head)?;
        let key = object_key(head)?;
        encoding.name(key.as_str())?;
        let id = head.query.value("uploadId").ok_or_else(|| no_such_upload("", EC_NO_SUCH_UPLOAD))?;
        let all_parts = match head.header("x-oss-complete-all")? {
            None | Some("") => false,
            Some(text) if text.eq_ignore_ascii_case("yes") => true,
            Some(other) => return Err(OssError::invalid_argument("x-oss-complete-all", other)),
        };
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            id: UploadId::from_text(id),
            encoding,
            all_parts,
            keep_existing: flag(head, "x-oss-forbid-overwrite")?,
            acl: given_acl(head)?,
            callback: CallbackPlan::read(head)?,
        })
    }

    fn upload<'a>(&self, scene: Scene<'a>) -> Result<&'a Upload, OssError> {
        let upload = scene.state.upload(&self.bucket, &self.key, &self.id);
        upload.ok_or_else(|| no_such_upload(self.id.as_str(), EC_NO_SUCH_UPLOAD))
    }

    fn document(&self, scene: Scene<'_>, etag: &ETag) -> Result<String, OssError> {
        let mut xml = XmlWriter::new("CompleteMultipartUploadResult");
        if self.encoding == Encoding::Url {
            xml.text("EncodingType", "url");
        }
        xml.text("Location", object_url(scene.head, scene.settings, &self.bucket, self.key.as_str()));
        xml.text("Bucket", self.bucket.as_str());
        xml.text("Key", self.encoding.name(self.key.as_str())?);
        xml.text("ETag", etag.quoted());
        Ok(xml.finish())
    }
}

impl Call for CompleteMultipartUpload {
    fn writes(&self) -> bool {
        true
    }

    fn callback(&self) -> Option<&CallbackPlan> {
        self.callback.as_ref()
    }

    /// The upload is looked up only after the document has been read: OSS's order of these two is not
    /// documented, and a malformed document is the client's own fault whatever became of the upload.
    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        document_plan(scene.head)
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        let body = received.document();
        check_document(scene.head, body)?;
        let (upload, parts) = if self.all_parts {
            if !body.is_empty() {
                return Err(OssError::invalid_argument("x-oss-complete-all", "yes")
                    .message("Should not speficy both complete all header and http body.")
                    .ec("0042-00000216"));
            }
            let upload = self.upload(scene)?;
            (upload, pick_all(upload))
        } else {
            let listed = read_complete(body)?;
            let upload = self.upload(scene)?;
            (upload, pick(upload, &listed))
        };
        let parts = parts.map_err(|error| completion_error(error, self.id.as_str()))?;
        let mut object = assemble(upload, &parts, context.now);
        let max = scene.settings.max_object_bytes;
        if object.size > max {
            return Err(entity_too_large(max));
        }
        let exists = held(scene, &self.bucket)?.objects.contains_key(&self.key);
        forbid_overwrite(exists, self.keep_existing)?;
        object.attributes.acl = self.acl.unwrap_or(object.attributes.acl);
        let mut answer = Answer::document(StatusCode::OK, self.document(scene, &object.etag)?)
            .with("etag", object.etag.quoted());
        if scene.settings.crc64_headers {
            answer.set("x-oss-hash-crc64ecma", object.crc64.to_string());
        }
        let callback =
            self.callback.as_ref().map(|plan| plan.about(scene.head, (&self.bucket, &self.key), &object));
        // The object comes first: its parts' content must never be without an owner.
        let changes = vec![
            Change::PutObject { bucket: self.bucket.clone(), key: self.key.clone(), object },
            Change::DeleteUpload { bucket: self.bucket.clone(), key: self.key.clone(), id: self.id.clone() },
        ];
        Ok(Decision { callback, ..Decision::write(changes, answer) })
    }
}
