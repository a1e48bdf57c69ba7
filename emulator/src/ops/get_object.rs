//! GetObject, HeadObject and `GetObjectMeta`: `GET /key`, `HEAD /key`, `HEAD /key?objectMeta`.

use super::{
    BodyPlan, Context, Decision, OpSettings, Received,
    arguments::{bucket_name, object_key},
    call::{Call, Scene},
};
use crate::{
    domain::{BucketName, Object, ObjectKey, slices_in_range, time::http_date},
    error::{Code, OssError, no_such_key},
    http::{Answer, AnswerBody, Conditions, Ranged, RequestHead, Verdict, resolve_range},
};
use http::{HeaderValue, StatusCode};

/// How much of an object is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Everything.
    Content,
    /// Everything but the bytes.
    Head,
    /// Tag, time and length.
    Meta,
}

#[derive(Debug)]
pub(super) struct GetObject {
    bucket: BucketName,
    key: ObjectKey,
    conditions: Conditions,
    range: Option<String>,
    standard_range: bool,
    /// Values from the query that replace stored headers.
    overrides: Vec<(&'static str, HeaderValue)>,
    extent: Extent,
}

/// OSS documentation: GetObject.
const OVERRIDES: &[(&str, &str)] = &[
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];

impl GetObject {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let overrides = OVERRIDES
            .iter()
            .filter_map(|(parameter, header)| Some((*parameter, *header, head.query.value(parameter)?)))
            .map(|(parameter, header, value)| match HeaderValue::from_bytes(value.as_bytes()) {
                Ok(value) => Ok((header, value)),
                Err(_) => Err(OssError::invalid_argument(parameter, value)),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            bucket: bucket_name(head)?,
            key: object_key(head)?,
            conditions: Conditions::read(head),
            range: head.plain_header("range").map(str::to_owned),
            standard_range: head.plain_header("x-oss-range-behavior") == Some("standard"),
            overrides,
            extent: Extent::Content,
        })
    }

    /// HEAD tells of the whole object, whatever the range.
    pub(super) fn read_head(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { range: None, overrides: Vec::new(), extent: Extent::Head, ..Self::read(head)? })
    }

    pub(super) fn read_meta(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { extent: Extent::Meta, ..Self::read_head(head)? })
    }

    fn object<'a>(&self, scene: Scene<'a>) -> Result<&'a Object, OssError> {
        scene.state.object(&self.bucket, &self.key).ok_or_else(|| no_such_key(&self.key))
    }

    fn answer(&self, object: &Object, settings: &OpSettings) -> Result<Answer, OssError> {
        if self.extent == Extent::Meta {
            let mut answer = Answer::new(StatusCode::OK).body(AnswerBody::Withheld(object.size));
            validators(&mut answer, object);
            return Ok(answer);
        }
        if self.extent == Extent::Content && object.attributes.storage_class.is_archive() {
            return Err(OssError::new(Code::InvalidObjectState));
        }
        let ranged = match &self.range {
            Some(range) => resolve_range(range, object.size, self.standard_range),
            None => Ranged::Whole,
        };
        let mut answer = match ranged {
            Ranged::Whole if self.extent == Extent::Content => {
                Answer::new(StatusCode::OK).body(AnswerBody::Stored(object.body.clone()))
            }
            Ranged::Whole => Answer::new(StatusCode::OK).body(AnswerBody::Withheld(object.size)),
            Ranged::Part(range) => {
                let told = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), object.size);
                Answer::new(StatusCode::PARTIAL_CONTENT)
                    .with("content-range", told)
                    .body(AnswerBody::Stored(slices_in_range(&object.body, &range)))
            }
            Ranged::Unsatisfiable => {
                let size = object.size;
                return Err(
                    OssError::new(Code::InvalidRange).header("content-range", format!("bytes */{size}"))
                );
            }
        };
        describe(&mut answer, object, settings);
        for (header, value) in &self.overrides {
            answer.set(header, value);
        }
        Ok(answer)
    }
}

fn describe(answer: &mut Answer, object: &Object, settings: &OpSettings) {
    answer.set("content-type", "application/octet-stream");
    for (name, value) in &object.attributes.headers {
        answer.set(name, value);
    }
    validators(answer, object);
    answer.set("accept-ranges", "bytes");
    answer.set("x-oss-object-type", object.kind.as_str());
    answer.set("x-oss-storage-class", object.attributes.storage_class.as_str());
    if settings.crc64_headers {
        answer.set("x-oss-hash-crc64ecma", object.crc64.to_string());
    }
    if let Some(md5) = &object.content_md5 {
        answer.set("content-md5", md5.base64());
    }
}

fn validators(answer: &mut Answer, object: &Object) {
    answer.set("etag", object.etag.quoted());
    answer.set("last-modified", http_date(object.last_modified));
}

impl Call for GetObject {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.object(scene)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let object = self.object(scene)?;
        match self.conditions.judge(&object.etag, object.last_modified) {
            Verdict::Failed => Err(OssError::new(Code::PreconditionFailed)),
            Verdict::NotModified => {
                let mut answer = Answer::new(StatusCode::NOT_MODIFIED);
                validators(&mut answer, object);
                Ok(Decision::read(answer))
            }
            Verdict::Holds => Ok(Decision::read(self.answer(object, scene.settings)?)),
        }
    }
}
