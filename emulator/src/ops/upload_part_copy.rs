//! UploadPartCopy: `PUT /key?partNumber=N&uploadId=ID` with `x-oss-copy-source`. The part shares the bytes of its
//! source; they are read only where their digests are not known.

use super::{
    BodyPlan, Context, Decision, Received,
    call::{Call, Scene},
    copy_source::{CopySource, source_too_large},
    upload_part::UploadPart,
};
use crate::{
    domain::{Change, ETag, Object, ObjectKind, Part, Slice, are_readable, slices_in_range, time, total_len},
    error::{Code, OssError, bytes_not_kept},
    http::{Answer, Ranged, RequestHead, resolve_range},
    store::Digested,
    xml::XmlWriter,
};
use http::StatusCode;
use std::ops::Range;

const EC_NO_SUCH_UPLOAD: &str = "0042-00000311";

#[derive(Debug)]
pub(super) struct UploadPartCopy {
    part: UploadPart,
    source: CopySource,
    range: Option<String>,
}

impl UploadPartCopy {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self {
            part: UploadPart::read_with(head, EC_NO_SUCH_UPLOAD)?,
            source: CopySource::read(head)?,
            range: head.plain_header("x-oss-copy-source-range").map(str::to_owned),
        })
    }

    /// A range that makes no sense, or reaches outside of the source, means all of it. OSS documentation:
    /// UploadPartCopy.
    fn range(&self, source: &Object) -> Option<Range<u64>> {
        match resolve_range(self.range.as_deref()?, source.size, false) {
            Ranged::Part(range) => Some(range),
            Ranged::Whole | Ranged::Unsatisfiable => None,
        }
    }

    fn slices(&self, source: &Object) -> Vec<Slice> {
        match self.range(source) {
            Some(range) => slices_in_range(&source.body, &range),
            None => source.body.clone(),
        }
    }

    /// The digests, where the source tells them.
    fn known(&self, source: &Object) -> Option<Digested> {
        let md5 = source.content_md5.filter(|_| self.range(source).is_none())?;
        Some(Digested { slices: source.body.clone(), md5, crc64: source.crc64 })
    }
}

impl Call for UploadPartCopy {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.part.admitted(scene)?;
        let source = self.source.object(scene)?;
        if source.kind == ObjectKind::Symlink {
            return Err(OssError::new(Code::OperationNotSupported));
        }
        let slices = self.slices(source);
        let max = scene.settings.max_body_bytes();
        if total_len(&slices) > max {
            return Err(source_too_large(max));
        }
        let is_wanted = self.source.is_wanted(source)?;
        if !is_wanted || self.known(source).is_some() {
            return Ok(BodyPlan::None);
        }
        if are_readable(&slices) { Ok(BodyPlan::Stored(slices)) } else { Err(bytes_not_kept()) }
    }

    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError> {
        let source = self.source.object(scene)?;
        if !self.source.is_wanted(source)? {
            return Ok(Decision::read(Answer::new(StatusCode::NOT_MODIFIED)));
        }
        if !source.is_readable(context.now) {
            return Err(OssError::new(Code::InvalidObjectState));
        }
        let digested = match received {
            Received::Stored(digested) => Some(digested.clone()),
            Received::None | Received::Blob(_) | Received::Document(_) => self.known(source),
        };
        // The source was replaced while it was read: the bytes that were read may be gone. A client repeats on 503.
        let digested = digested
            .filter(|digested| digested.slices == self.slices(source))
            .ok_or_else(|| OssError::new(Code::ServiceUnavailable))?;
        let part = Part {
            size: total_len(&digested.slices),
            etag: ETag::of_content(&digested.md5),
            crc64: digested.crc64,
            last_modified: context.now,
            body: digested.slices,
        };
        let mut xml = XmlWriter::new("CopyPartResult");
        xml.text("LastModified", time::iso8601(part.last_modified)).text("ETag", part.etag.quoted());
        let mut answer = Answer::document(StatusCode::OK, xml.finish()).with("etag", part.etag.quoted());
        if let Some(range) = self.range(source) {
            let last = range.end.saturating_sub(1);
            answer.set("content-range", format!("bytes {}-{last}/{}", range.start, source.size));
        }
        let change = Change::PutPart {
            bucket: self.part.bucket.clone(),
            key: self.part.key.clone(),
            id: self.part.id.clone(),
            number: self.part.number,
            part,
        };
        Ok(Decision::write(vec![change], answer))
    }
}
