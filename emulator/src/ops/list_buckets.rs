//! ListBuckets: `GET /` of the service.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::page_size,
    bucket_facts::{OWNER_ID, location},
    call::{Call, Scene},
    public_url::endpoint,
};
use crate::{
    domain::{
        BucketState,
        limits::{DEFAULT_KEYS, MAX_PAGE},
        time::iso8601,
    },
    error::OssError,
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;

#[derive(Debug)]
pub(super) struct ListBuckets {
    prefix: String,
    marker: String,
    max_keys: u32,
    /// Whether the client asked for anything but "all": only then, or when there is more, the answer tells
    /// of paging.
    asked: bool,
}

impl ListBuckets {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let text = |name| head.query.value(name).unwrap_or_default().to_owned();
        Ok(Self {
            prefix: text("prefix"),
            marker: text("marker"),
            max_keys: page_size(head, "max-keys", 1, MAX_PAGE, DEFAULT_KEYS)?,
            asked: ["prefix", "marker", "max-keys"].iter().any(|name| head.query.value(name).is_some()),
        })
    }
}

impl Call for ListBuckets {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, _scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let mut wanted = scene.state.buckets().filter(|held| {
            let name = held.bucket.name.as_str();
            name.starts_with(&self.prefix) && name > self.marker.as_str()
        });
        let page: Vec<&BucketState> = wanted.by_ref().take(self.max_keys as usize).collect();
        let truncated = wanted.next().is_some();
        let mut xml = XmlWriter::new("ListAllMyBucketsResult");
        if self.asked || truncated {
            xml.text("Prefix", &self.prefix)
                .text("Marker", &self.marker)
                .value("MaxKeys", self.max_keys)
                .value("IsTruncated", truncated);
            if let (true, Some(last)) = (truncated, page.last()) {
                xml.text("NextMarker", last.bucket.name.as_str());
            }
        }
        xml.open("Owner").text("ID", OWNER_ID).text("DisplayName", OWNER_ID).close();
        xml.open("Buckets");
        for held in page {
            let bucket = &held.bucket;
            xml.open("Bucket")
                .text("CreationDate", iso8601(bucket.created))
                .text("ExtranetEndpoint", endpoint(scene.head, scene.settings))
                .text("IntranetEndpoint", endpoint(scene.head, scene.settings))
                .text("Location", location(scene.settings))
                .text("Name", bucket.name.as_str())
                .text("Region", &scene.settings.region)
                .text("StorageClass", bucket.storage_class.as_str())
                .close();
        }
        Ok(Decision::read(Answer::document(StatusCode::OK, xml.finish())))
    }
}
