//! ListParts: `GET /key?uploadId=ID`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{Encoding, bucket_name, object_key, page_size},
    call::{Call, Scene},
};
use crate::{
    domain::{
        BucketName, ObjectKey, Part, PartNumber, Upload, UploadId, limits::MAX_PAGE, time::Iso8601Memo,
    },
    error::{OssError, no_such_upload},
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;

const EC_NO_SUCH_UPLOAD: &str = "0042-00000104";
const WITH_CRC64: [&str; 5] = ["PartNumber", "LastModified", "ETag", "HashCrc64ecma", "Size"];
const WITHOUT_CRC64: [&str; 4] = ["PartNumber", "LastModified", "ETag", "Size"];

#[derive(Debug)]
pub(super) struct ListParts {
    bucket: BucketName,
    key: ObjectKey,
    id: UploadId,
    encoding: Encoding,
    marker: u32,
    max_parts: u32,
}

impl ListParts {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let encoding = Encoding::read(head)?;
        let key = object_key(head)?;
        encoding.name(key.as_str())?;
        let id = head.query.value("uploadId").ok_or_else(|| no_such_upload("", EC_NO_SUCH_UPLOAD))?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key,
            id: UploadId::from_text(id),
            encoding,
            marker: page_size(head, "part-number-marker", 0, u32::MAX, 0)?,
            max_parts: page_size(head, "max-parts", 1, MAX_PAGE, MAX_PAGE)?,
        })
    }

    fn upload<'a>(&self, scene: Scene<'a>) -> Result<&'a Upload, OssError> {
        let upload = scene.state.upload(&self.bucket, &self.key, &self.id);
        upload.ok_or_else(|| no_such_upload(self.id.as_str(), EC_NO_SUCH_UPLOAD))
    }
}

impl Call for ListParts {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.upload(scene)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let upload = self.upload(scene)?;
        let max_parts = self.max_parts.min(scene.settings.max_parts_page);
        let mut after = upload.parts.iter().filter(|(number, _)| u32::from(number.get()) > self.marker);
        let page: Vec<(&PartNumber, &Part)> = after.by_ref().take(max_parts as usize).collect();
        let truncated = after.next().is_some();
        let mut xml = XmlWriter::new("ListPartsResult");
        if self.encoding == Encoding::Url {
            xml.text("EncodingType", "url");
        }
        xml.text("Bucket", self.bucket.as_str())
            .text("Key", self.encoding.name(self.key.as_str())?)
            .text("UploadId", self.id.as_str())
            .text("StorageClass", upload.attributes.storage_class.as_str())
            .value("PartNumberMarker", self.marker)
            .text(
                "NextPartNumberMarker",
                page.last().map(|(number, _)| number.to_string()).unwrap_or_default(),
            )
            .value("MaxParts", max_parts)
            .value("IsTruncated", truncated);
        let with_crc64 = scene.settings.crc64_in_list_parts;
        let columns: &[_] = if with_crc64 { &WITH_CRC64 } else { &WITHOUT_CRC64 };
        let layout = xml.layout("Part", columns, page.len());
        let mut times = Iso8601Memo::default();
        for (number, part) in page {
            let mut row = xml.row(&layout);
            row.number(number.get()).text(times.text(part.last_modified)).quoted(part.etag.as_str());
            if with_crc64 {
                row.number(part.crc64.0);
            }
            row.number(part.size);
        }
        Ok(Decision::read(Answer::document(StatusCode::OK, xml.finish())))
    }
}
