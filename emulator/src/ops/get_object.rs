//! GetObject, HeadObject and `GetObjectMeta`: `GET /key`, `HEAD /key`, `HEAD /key?objectMeta`.

use super::{
    BodyPlan, Context, Decision, OpSettings, Received,
    arguments::{bucket_name, object_key},
    call::{Call, Scene, held},
    symlink::followed,
};
use crate::{
    domain::{
        BucketName, Object, ObjectKey, ObjectKind, Slice, are_readable,
        lifecycle::expiry,
        slices_in_range,
        time::{http_date, next_midnight},
    },
    error::{Code, OssError, bytes_not_kept, no_such_key},
    http::{Answer, AnswerBody, Conditions, Ranged, RequestHead, Verdict, resolve_range},
};
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;

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

    /// The object, and the link that led to it.
    fn found<'a>(&self, scene: Scene<'a>) -> Result<Found<'a>, OssError> {
        let bucket = held(scene, &self.bucket)?;
        let named = bucket.objects.get(&self.key).ok_or_else(|| no_such_key(&self.key))?;
        let object = followed(bucket, named)?;
        let key = named.target.as_ref().unwrap_or(&self.key);
        let expiry = expiry(&bucket.bucket.lifecycle, key, object);
        let expires = expiry.map(|(at, rule)| {
            format!("expiry-date=\"{}\", rule-id=\"{rule}\"", http_date(next_midnight(at)))
        });
        Ok(Found { object, link: named.target.as_ref().map(|_| named), expires })
    }

    fn answer(&self, found: &Found<'_>, now: Timestamp, settings: &OpSettings) -> Result<Answer, OssError> {
        let object = found.object;
        if self.extent == Extent::Meta {
            let mut answer = Answer::new(StatusCode::OK).body(AnswerBody::Withheld(object.size));
            validators(&mut answer, found);
            return Ok(answer);
        }
        if self.extent == Extent::Content && !object.is_readable(now) {
            return Err(OssError::new(Code::InvalidObjectState));
        }
        let ranged = match &self.range {
            Some(range) => resolve_range(range, object.size, self.standard_range),
            None => Ranged::Whole,
        };
        let mut answer = match ranged {
            Ranged::Whole if self.extent == Extent::Content => {
                Answer::new(StatusCode::OK).body(stored(object.body.clone())?)
            }
            Ranged::Whole => Answer::new(StatusCode::OK).body(AnswerBody::Withheld(object.size)),
            Ranged::Part(range) => {
                let told = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), object.size);
                Answer::new(StatusCode::PARTIAL_CONTENT)
                    .with("content-range", told)
                    .body(stored(slices_in_range(&object.body, &range))?)
            }
            Ranged::Unsatisfiable => {
                let size = object.size;
                return Err(
                    OssError::new(Code::InvalidRange).header("content-range", format!("bytes */{size}"))
                );
            }
        };
        describe(&mut answer, found, settings);
        found.tell_lifecycle(&mut answer, now);
        for (header, value) in &self.overrides {
            answer.set(header, value);
        }
        Ok(answer)
    }
}

fn stored(slices: Vec<Slice>) -> Result<AnswerBody, OssError> {
    if are_readable(&slices) { Ok(AnswerBody::Stored(slices)) } else { Err(bytes_not_kept()) }
}

/// What is read: an object, and where it was found through a link, that link.
struct Found<'a> {
    object: &'a Object,
    link: Option<&'a Object>,
    expires: Option<String>,
}

impl Found<'_> {
    /// What the request names: headers, tags and metadata are those of a link itself. OSS documentation: HeadObject.
    fn named(&self) -> &Object {
        self.link.unwrap_or(self.object)
    }

    fn last_modified(&self) -> Timestamp {
        self.object.last_modified.max(self.named().last_modified)
    }

    fn tell_lifecycle(&self, answer: &mut Answer, now: Timestamp) {
        if let Some(expires) = &self.expires {
            answer.set("x-oss-expiration", expires);
        }
        match self.object.restored {
            Some(restored) if restored.is_ongoing(now) => {
                answer.set("x-oss-restore", "ongoing-request=\"true\"");
            }
            Some(restored) if restored.is_readable(now) => {
                let until = http_date(restored.until);
                answer.set("x-oss-restore", format!("ongoing-request=\"false\", expiry-date=\"{until}\""));
            }
            _ => {}
        }
    }
}

fn describe(answer: &mut Answer, found: &Found<'_>, settings: &OpSettings) {
    let (object, named) = (found.object, found.named());
    answer.set("content-type", "application/octet-stream");
    for (name, value) in &named.attributes.headers {
        answer.set(name, value);
    }
    validators(answer, found);
    answer.set("accept-ranges", "bytes");
    answer.set("x-oss-object-type", named.kind.as_str());
    answer.set("x-oss-storage-class", object.attributes.storage_class.as_str());
    if settings.crc64_headers {
        answer.set("x-oss-hash-crc64ecma", object.crc64.to_string());
    }
    if let Some(md5) = &object.content_md5 {
        answer.set("content-md5", md5.base64());
    }
    // oss2 takes the size of an object for the position where the next piece goes; the other SDKs read this.
    if object.kind == ObjectKind::Appendable {
        answer.set("x-oss-next-append-position", object.size.to_string());
    }
    let tags = named.attributes.tags.pairs().len();
    if tags > 0 {
        answer.set("x-oss-tagging-count", tags.to_string());
    }
}

fn validators(answer: &mut Answer, found: &Found<'_>) {
    answer.set("etag", found.object.etag.quoted());
    answer.set("last-modified", http_date(found.last_modified()));
}

impl Call for GetObject {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        self.found(scene)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        context: &Context,
    ) -> Result<Decision, OssError> {
        let found = self.found(scene)?;
        match self.conditions.judge(&found.object.etag, found.last_modified()) {
            Verdict::Failed => Err(OssError::new(Code::PreconditionFailed)),
            Verdict::NotModified => {
                let mut answer = Answer::new(StatusCode::NOT_MODIFIED);
                validators(&mut answer, &found);
                Ok(Decision::read(answer))
            }
            Verdict::Holds => Ok(Decision::read(self.answer(&found, context.now, scene.settings)?)),
        }
    }
}
