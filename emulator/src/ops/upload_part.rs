//! UploadPart: `PUT /key?partNumber=N&uploadId=ID`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{bucket_name, object_key},
    body_checks::{check_content, content_plan},
    call::{Call, Scene},
    put_object::digest_answer,
    stored_headers::refuse_encryption,
};
use crate::{
    domain::{BucketName, Change, ETag, ObjectKey, Part, PartNumber, Upload, UploadId},
    error::{Code, OssError, no_such_upload},
    http::RequestHead,
};

const EC_NO_SUCH_UPLOAD: &str = "0042-00000104";

#[derive(Debug)]
pub(super) struct UploadPart {
    pub(super) bucket: BucketName,
    pub(super) key: ObjectKey,
    pub(super) id: UploadId,
    pub(super) number: PartNumber,
    ec_no_such_upload: &'static str,
}

impl UploadPart {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Self::read_with(head, EC_NO_SUCH_UPLOAD)
    }

    /// As `read`; the EC of an unknown upload is the operation's own.
    pub(super) fn read_with(head: &RequestHead, ec: &'static str) -> Result<Self, OssError> {
        let key = object_key(head)?;
        let number = part_number(head)?;
        let id = head.query.value("uploadId").ok_or_else(|| no_such_upload("", "0017-00000244"))?;
        refuse_encryption(head)?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            id: UploadId::from_text(id),
            number,
            ec_no_such_upload: ec,
        })
    }

    fn upload<'a>(&self, scene: Scene<'a>) -> Result<&'a Upload, OssError> {
        let upload = scene.state.upload(&self.bucket, &self.key, &self.id);
        upload.ok_or_else(|| no_such_upload(self.id.as_str(), self.ec_no_such_upload))
    }

    /// The upload is there and takes a part of this number.
    pub(super) fn admitted(&self, scene: Scene<'_>) -> Result<(), OssError> {
        self.check_sequence(self.upload(scene)?)
    }

    fn check_sequence(&self, upload: &Upload) -> Result<(), OssError> {
        if !upload.sequential {
            return Ok(());
        }
        let number = || self.number.to_string();
        if let Some(part) = upload.parts.get(&self.number) {
            return Err(OssError::new(Code::PartAlreadyExist)
                .with("PartNumber", number())
                .with("PartEtag", part.etag.quoted())
                .with("UploadId", self.id.as_str()));
        }
        let last = upload.parts.last_key_value().map_or(0, |(last, _)| last.get());
        if self.number.get() == last + 1 {
            return Ok(());
        }
        Err(OssError::new(Code::PartNotSequential)
            .with("PartNumber", number())
            .with("UploadId", self.id.as_str()))
    }
}

fn part_number(head: &RequestHead) -> Result<PartNumber, OssError> {
    let Some(sent) = head.query.value("partNumber") else {
        return Err(OssError::invalid_argument("ResourceType", "partNumber")
            .message("Unexpected query string parameter")
            .ec("0017-00000219"));
    };
    PartNumber::parse(sent).map_err(|_| {
        OssError::invalid_argument("PartNumber", sent)
            .message("Part number must be an integer between 1 and 10000, inclusive.")
            .ec("0017-00000220")
    })
}

impl Call for UploadPart {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.admitted(scene)?;
        content_plan(scene.head, scene.settings.max_body_bytes())
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        let body = &received.blob()?.content;
        check_content(scene.head, body)?;
        let part = Part {
            size: body.slice.len,
            etag: ETag::of_content(&body.md5),
            crc64: body.crc64,
            last_modified: context.now,
            body: vec![body.slice],
        };
        let answer = digest_answer(&part.etag, body, scene.settings);
        let change = Change::PutPart {
            bucket: self.bucket.clone(),
            key: self.key.clone(),
            id: self.id.clone(),
            number: self.number,
            part,
        };
        Ok(Decision::write(vec![change], answer))
    }
}
