//! `PutBucketTags`, `GetBucketTags` and `DeleteBucketTags`: `/?tagging` of a bucket.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::bucket_name,
    body_checks::{check_document, document_plan},
    call::{Call, Scene, held},
    tag_set::{read_tagging, tagging},
};
use crate::{
    domain::{Bucket, BucketName, Change, TagLimits, Tags},
    error::OssError,
    http::{Answer, RequestHead},
};
use http::StatusCode;

#[derive(Clone, Copy, Debug)]
enum Act {
    Put,
    Get,
    Delete,
}

#[derive(Debug)]
pub(super) struct BucketTags {
    name: BucketName,
    act: Act,
    /// Only these names are removed; all when there is none.
    named: Vec<String>,
}

impl BucketTags {
    pub(super) fn put(head: &RequestHead) -> Result<Self, OssError> {
        Self::read(head, Act::Put)
    }

    pub(super) fn get(head: &RequestHead) -> Result<Self, OssError> {
        Self::read(head, Act::Get)
    }

    /// `?tagging=a,b` removes the tags of these names. OSS documentation: `DeleteBucketTags`.
    pub(super) fn delete(head: &RequestHead) -> Result<Self, OssError> {
        let named = head.query.value("tagging").unwrap_or_default();
        let named = named.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok(Self { named, ..Self::read(head, Act::Delete)? })
    }

    fn read(head: &RequestHead, act: Act) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, act, named: Vec::new() })
    }
}

impl Call for BucketTags {
    fn writes(&self) -> bool {
        !matches!(self.act, Act::Get)
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        match self.act {
            Act::Put => document_plan(scene.head),
            Act::Get | Act::Delete => Ok(BodyPlan::None),
        }
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let bucket = &held(scene, &self.name)?.bucket;
        let (tags, status) = match self.act {
            Act::Get => {
                let document = tagging(&bucket.tags);
                return Ok(Decision::read(Answer::document(StatusCode::OK, document)));
            }
            Act::Put => {
                check_document(scene.head, received.document())?;
                (read_tagging(received.document(), TagLimits::BUCKET)?, StatusCode::OK)
            }
            Act::Delete => {
                let is_kept = |key: &String| !self.named.is_empty() && !self.named.contains(key);
                let kept = bucket.tags.pairs().iter().filter(|(key, _)| is_kept(key)).cloned().collect();
                (Tags::new(kept, TagLimits::BUCKET)?, StatusCode::NO_CONTENT)
            }
        };
        let bucket = Bucket { tags, ..bucket.clone() };
        Ok(Decision::write(vec![Change::PutBucket(bucket)], Answer::new(status)))
    }
}
