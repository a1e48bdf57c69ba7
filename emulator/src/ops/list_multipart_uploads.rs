//! ListMultipartUploads: `GET /?uploads`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{Encoding, bucket_name, page_size},
    call::{Call, Scene, held},
};
use crate::{
    domain::{
        BucketName, BucketState, Upload,
        limits::MAX_PAGE,
        listing::{Entry, Listing, Page, list},
        time::iso8601,
    },
    error::OssError,
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct ListMultipartUploads {
    bucket: BucketName,
    encoding: Encoding,
    prefix: String,
    delimiter: String,
    key_marker: String,
    id_marker: String,
    max_uploads: u32,
}

impl ListMultipartUploads {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let text = |name| head.query.value(name).unwrap_or_default().to_owned();
        Ok(Self {
            bucket: bucket_name(head)?,
            encoding: Encoding::read(head)?,
            prefix: text("prefix"),
            delimiter: text("delimiter"),
            key_marker: text("key-marker"),
            id_marker: text("upload-id-marker"),
            max_uploads: page_size(head, "max-uploads", 1, MAX_PAGE, MAX_PAGE)?,
        })
    }

    /// Strictly after the two markers; the second counts only together with the first.
    fn is_after_markers(&self, upload: &Upload) -> bool {
        let key = upload.key.as_str();
        if self.key_marker.is_empty() || key > self.key_marker.as_str() {
            return true;
        }
        key == self.key_marker && !self.id_marker.is_empty() && upload.id.as_str() > self.id_marker.as_str()
    }

    fn page<'a>(&self, held: &'a BucketState) -> Listing<&'a Upload> {
        let page =
            Page { prefix: &self.prefix, delimiter: &self.delimiter, limit: self.max_uploads as usize };
        let uploads = held
            .uploads
            .values()
            .filter(|upload| self.is_after_markers(upload))
            .map(|upload| (upload.key.as_str(), upload));
        let marker = (!self.key_marker.is_empty()).then_some(self.key_marker.as_str());
        list(uploads, page, marker)
    }

    fn document(&self, listing: &Listing<&Upload>) -> Result<String, OssError> {
        let (next_key, next_id) = match listing.entries.last() {
            Some(Entry::Item(upload)) => (upload.key.as_str(), upload.id.as_str()),
            Some(Entry::CommonPrefix(prefix)) => (prefix.as_str(), ""),
            None => ("", ""),
        };
        let mut xml = XmlWriter::new("ListMultipartUploadsResult");
        if self.encoding == Encoding::Url {
            xml.text("EncodingType", "url");
        }
        xml.text("Bucket", self.bucket.as_str())
            .text("KeyMarker", self.encoding.name(&self.key_marker)?)
            .text("UploadIdMarker", &self.id_marker)
            .text("NextKeyMarker", self.encoding.name(next_key)?)
            .text("NextUploadIdMarker", next_id)
            .text("Delimiter", self.encoding.name(&self.delimiter)?)
            .text("Prefix", self.encoding.name(&self.prefix)?)
            .value("MaxUploads", self.max_uploads)
            .value("IsTruncated", listing.truncated);
        for entry in &listing.entries {
            if let Entry::Item(upload) = entry {
                xml.open("Upload")
                    .text("Key", self.encoding.name(upload.key.as_str())?)
                    .text("UploadId", upload.id.as_str())
                    .text("StorageClass", upload.attributes.storage_class.as_str())
                    .text("Initiated", iso8601(upload.initiated))
                    .close();
            }
        }
        for entry in &listing.entries {
            if let Entry::CommonPrefix(prefix) = entry {
                xml.open("CommonPrefixes").text("Prefix", self.encoding.name(prefix)?).close();
            }
        }
        Ok(xml.finish())
    }
}

impl Call for ListMultipartUploads {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        held(scene, &self.bucket)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let listing = self.page(held(scene, &self.bucket)?);
        Ok(Decision::read(Answer::document(StatusCode::OK, self.document(&listing)?)))
    }
}
