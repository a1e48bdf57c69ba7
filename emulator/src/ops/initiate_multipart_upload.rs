//! InitiateMultipartUpload: `POST /key?uploads`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{Encoding, bucket_name, flag, forbid_overwrite, object_key},
    call::{Call, Scene, held},
    stored_headers::{GivenHeaders, UNSUPPORTED_ON_OBJECTS, refuse_unsupported},
};
use crate::{
    domain::{BucketName, Change, ObjectKey, Upload, UploadId},
    error::OssError,
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct InitiateMultipartUpload {
    bucket: BucketName,
    key: ObjectKey,
    encoding: Encoding,
    sequential: bool,
    keep_existing: bool,
    given: GivenHeaders,
}

impl InitiateMultipartUpload {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let encoding = Encoding::read(head)?;
        let key = object_key(head)?;
        encoding.name(key.as_str())?;
        refuse_unsupported(head, UNSUPPORTED_ON_OBJECTS)?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            encoding,
            sequential: head.query.has("sequential"),
            keep_existing: flag(head, "x-oss-forbid-overwrite")?,
            given: GivenHeaders::read(head)?,
        })
    }

    fn document(&self, id: &UploadId) -> Result<String, OssError> {
        let mut xml = XmlWriter::new("InitiateMultipartUploadResult");
        if self.encoding == Encoding::Url {
            xml.text("EncodingType", "url");
        }
        xml.text("Bucket", self.bucket.as_str());
        xml.text("Key", self.encoding.name(self.key.as_str())?);
        xml.text("UploadId", id.as_str());
        Ok(xml.finish())
    }
}

impl Call for InitiateMultipartUpload {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        let bucket = held(scene, &self.bucket)?;
        forbid_overwrite(bucket.objects.contains_key(&self.key), self.keep_existing)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        context: &Context,
    ) -> Result<Decision, OssError> {
        let bucket = held(scene, &self.bucket)?;
        let mut bits = context.fresh;
        let mut id = UploadId::from_bits(bits);
        // A seeded sandbox that is opened again repeats its random bits, and may meet an upload that is
        // still open.
        while bucket.has_upload_id(&id) {
            bits = bits.wrapping_add(1);
            id = UploadId::from_bits(bits);
        }
        let upload = Upload {
            key: self.key.clone(),
            id: id.clone(),
            initiated: context.now,
            attributes: self.given.in_bucket(&bucket.bucket),
            sequential: self.sequential,
            parts: BTreeMap::new(),
        };
        let answer = Answer::document(StatusCode::OK, self.document(&id)?);
        let changes = vec![Change::PutUpload { bucket: self.bucket.clone(), upload }];
        Ok(Decision { changes, answer, upload: Some(id), callback: None })
    }
}
