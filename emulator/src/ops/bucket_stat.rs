//! `GetBucketStat`: `GET /?stat` of a bucket.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::bucket_name,
    call::{Call, Scene, held},
};
use crate::{
    domain::{BucketName, BucketState, StorageClass, time::whole_second},
    error::OssError,
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use http::StatusCode;
use jiff::Timestamp;

/// Names of the elements for each class: bytes, billed bytes, objects. The standard class bills what is there.
const CLASSES: &[(StorageClass, &str, &str, &str)] = &[
    (
        StorageClass::InfrequentAccess,
        "InfrequentAccessStorage",
        "InfrequentAccessRealStorage",
        "InfrequentAccessObjectCount",
    ),
    (StorageClass::Archive, "ArchiveStorage", "ArchiveRealStorage", "ArchiveObjectCount"),
    (StorageClass::ColdArchive, "ColdArchiveStorage", "ColdArchiveRealStorage", "ColdArchiveObjectCount"),
    (
        StorageClass::DeepColdArchive,
        "DeepColdArchiveStorage",
        "DeepColdArchiveRealStorage",
        "DeepColdArchiveObjectCount",
    ),
];

#[derive(Debug)]
pub(super) struct GetBucketStat {
    name: BucketName,
}

impl GetBucketStat {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        Ok(Self { name: bucket_name(head)? })
    }
}

/// Bytes and objects of one class.
fn of_class(held: &BucketState, class: StorageClass) -> (u64, usize) {
    let objects = held.objects.values().filter(|object| object.attributes.storage_class == class);
    objects.fold((0, 0), |(bytes, count), object| (bytes + object.size, count + 1))
}

/// Parts count as storage too, because they are billed (OSS documentation: `GetBucketStat`). The real service updates
/// these figures once an hour; here they are those of this moment.
fn document(held: &BucketState, now: Timestamp) -> String {
    let parts = || held.uploads.values().flat_map(|upload| upload.parts.values());
    let bytes = held.objects.values().map(|object| object.size).sum::<u64>()
        + parts().map(|part| part.size).sum::<u64>();
    let (standard_bytes, standard_count) = of_class(held, StorageClass::Standard);
    let mut xml = XmlWriter::new("BucketStat");
    xml.value("Storage", bytes)
        .value("ObjectCount", held.objects.len())
        .value("MultipartUploadCount", held.uploads.len())
        .value("MultipartPartCount", parts().count())
        .value("LiveChannelCount", 0)
        .value("LastModifiedTime", whole_second(now))
        .value("StandardStorage", standard_bytes)
        .value("StandardObjectCount", standard_count);
    for (class, storage, real, count) in CLASSES {
        let (bytes, objects) = of_class(held, *class);
        xml.value(storage, bytes).value(real, bytes).value(count, objects);
    }
    xml.value("DeleteMarkerCount", 0);
    xml.finish()
}

impl Call for GetBucketStat {
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
        context: &Context,
    ) -> Result<Decision, OssError> {
        let document = document(held(scene, &self.name)?, context.now);
        Ok(Decision::read(Answer::document(StatusCode::OK, document)))
    }
}
