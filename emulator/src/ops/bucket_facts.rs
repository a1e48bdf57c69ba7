//! `GetBucketInfo`, `GetBucketLocation` and `GetBucketAcl`: what a bucket says about itself. The words are
//! shared with ListBuckets.

use super::{
    BodyPlan, Context, Decision, OpSettings, Received,
    arguments::bucket_name,
    call::{Call, Scene, held},
    public_url::endpoint,
};
use crate::{
    domain::BucketName,
    error::OssError,
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;

/// The owner of everything: the emulator knows one account.
pub(super) const OWNER_ID: &str = "1000000000000001";

#[derive(Clone, Copy, Debug)]
enum Fact {
    Info,
    Location,
    Acl,
}

#[derive(Debug)]
pub(super) struct BucketFacts {
    name: BucketName,
    fact: Fact,
}

impl BucketFacts {
    pub(super) fn info(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, fact: Fact::Info })
    }

    pub(super) fn location(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, fact: Fact::Location })
    }

    pub(super) fn acl(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)?, fact: Fact::Acl })
    }
}

/// `oss-cn-hangzhou`
pub(super) fn location(settings: &OpSettings) -> String {
    format!("oss-{}", settings.region)
}

/// The document of the access control of a bucket or an object.
pub(super) fn access_control(grant: &str) -> String {
    let mut xml = XmlWriter::new("AccessControlPolicy");
    xml.open("Owner").text("DisplayName", OWNER_ID).text("ID", OWNER_ID).close();
    xml.open("AccessControlList").text("Grant", grant).close();
    xml.finish()
}

impl Call for BucketFacts {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        held(scene, &self.name)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let bucket = &held(scene, &self.name)?.bucket;
        let document = match self.fact {
            Fact::Info => {
                let mut xml = XmlWriter::new("BucketInfo");
                xml.open("Bucket")
                    .text("CreationDate", crate::domain::time::iso8601(bucket.created))
                    .text("ExtranetEndpoint", endpoint(scene.head, scene.settings))
                    .text("IntranetEndpoint", endpoint(scene.head, scene.settings))
                    .text("Location", location(scene.settings))
                    .text("StorageClass", bucket.storage_class.as_str())
                    .text("Name", bucket.name.as_str());
                xml.open("Owner").text("DisplayName", OWNER_ID).text("ID", OWNER_ID).close();
                xml.open("AccessControlList").text("Grant", bucket.acl.as_str()).close();
                xml.finish()
            }
            Fact::Acl => access_control(bucket.acl.as_str()),
            Fact::Location => XmlWriter::leaf("LocationConstraint", &location(scene.settings)),
        };
        Ok(Decision::read(Answer::document(StatusCode::OK, document)))
    }
}
