//! A routed request with its arguments read: what the pipeline carries through the phases.

use super::{
    BodyPlan, CallbackPlan, Context, Decision, OpSettings, Operation, Received, Target,
    abort_multipart_upload::AbortMultipartUpload,
    append_object::AppendObject,
    authorize::{ask_access_control, refuse_owners_operations},
    bucket_facts::BucketFacts,
    bucket_lifecycle::BucketLifecycle,
    bucket_stat::GetBucketStat,
    bucket_tags::BucketTags,
    call::{Call, Scene},
    complete_multipart_upload::CompleteMultipartUpload,
    copy_object::CopyObject,
    delete_bucket::DeleteBucket,
    delete_multiple_objects::DeleteMultipleObjects,
    delete_object::DeleteObject,
    get_object::GetObject,
    initiate_multipart_upload::InitiateMultipartUpload,
    list_buckets::ListBuckets,
    list_multipart_uploads::ListMultipartUploads,
    list_objects::ListObjects,
    list_parts::ListParts,
    no_bucket::explain,
    object_acl::AccessOfObject,
    object_tagging::ObjectTagging,
    put_bucket::PutBucket,
    put_bucket_acl::PutBucketAcl,
    put_object::PutObject,
    restore_object::RestoreObject,
    symlink::{GetSymlink, PutSymlink},
    upload_part::UploadPart,
    upload_part_copy::UploadPartCopy,
};
use crate::{
    auth::Identity,
    domain::{BucketName, InvalidBucketName, State},
    error::{OssError, no_such_bucket},
    http::RequestHead,
    xml::read_complete,
};
use std::sync::Arc;

/// A request that is ready to be admitted and decided.
#[derive(Debug)]
pub struct Prepared {
    head: RequestHead,
    target: Target,
    bucket: Option<Result<BucketName, InvalidBucketName>>,
    settings: Arc<OpSettings>,
    /// Arguments are read before the bucket is looked up, and their errors reported after that: OSS names a
    /// missing bucket first.
    call: Result<Box<dyn Call>, OssError>,
    /// Whether only what access control allows to anyone is allowed.
    by_stranger: bool,
}

impl Prepared {
    /// Reads the arguments of the operation.
    pub fn new(head: RequestHead, target: Target, settings: Arc<OpSettings>) -> Self {
        let call = read_call(&head, &target);
        let bucket = target.bucket.as_deref().map(BucketName::parse);
        Self { head, target, bucket, settings, call, by_stranger: false }
    }

    /// Says who asks; without this, someone who may do everything.
    #[must_use]
    pub fn asked_by(mut self, identity: &Identity) -> Self {
        self.by_stranger = identity.is_stranger;
        self
    }

    /// The head of the request.
    pub fn head(&self) -> &RequestHead {
        &self.head
    }

    /// What the request is about.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Whether deciding can change the store.
    pub fn writes(&self) -> bool {
        self.call.as_ref().is_ok_and(|call| call.writes())
    }

    /// Whom the request wants told once it is carried out.
    pub fn callback(&self) -> Option<&CallbackPlan> {
        self.call.as_ref().ok()?.callback()
    }

    /// All checks that need no body, in OSS's order: bucket, access control, arguments, upload, length.
    pub fn admit(&self, state: &State) -> Result<BodyPlan, OssError> {
        let operation = self.target.operation;
        if !operation.is_implemented() {
            return Err(OssError::unsupported(operation.as_str()));
        }
        if self.by_stranger {
            refuse_owners_operations(operation)?;
        }
        self.admit_bucket(state).map_err(|error| explain(error, &self.head))?;
        let call = self.call.as_ref().map_err(Clone::clone)?;
        call.admit(self.scene(state))
    }

    fn admit_bucket(&self, state: &State) -> Result<(), OssError> {
        let Some(name) = &self.bucket else { return Ok(()) };
        let name = name.as_ref().map_err(|invalid| OssError::from(*invalid))?;
        match state.bucket(name) {
            Some(bucket) if self.by_stranger => ask_access_control(bucket, &self.target, &self.head),
            None if self.target.operation != Operation::PutBucket => Err(no_such_bucket(name)),
            Some(_) | None => Ok(()),
        }
    }

    /// Decides what happens. Admits again first: the state may have changed while the body arrived.
    pub fn decide(
        &self,
        state: &State,
        received: &Received,
        context: &Context,
    ) -> Result<Decision, OssError> {
        self.admit(state)?;
        let call = self.call.as_ref().map_err(Clone::clone)?;
        call.decide(self.scene(state), received, context).map_err(|error| explain(error, &self.head))
    }

    /// Numbers and tags that a CompleteMultipartUpload lists, as sent; empty for other operations and for a
    /// body that cannot be read.
    pub fn listed_parts(&self, received: &Received) -> Vec<(u32, String)> {
        if self.target.operation != Operation::CompleteMultipartUpload {
            return Vec::new();
        }
        let listed = read_complete(received.document()).unwrap_or_default();
        listed.into_iter().filter_map(|part| Some((u32::try_from(part.number).ok()?, part.etag))).collect()
    }

    fn scene<'a>(&'a self, state: &'a State) -> Scene<'a> {
        Scene { head: &self.head, settings: &self.settings, state }
    }
}

fn read_call(head: &RequestHead, target: &Target) -> Result<Box<dyn Call>, OssError> {
    Ok(match target.operation {
        Operation::ListBuckets => Box::new(ListBuckets::read(head)?),
        Operation::PutBucket => Box::new(PutBucket::read(head)?),
        Operation::DeleteBucket => Box::new(DeleteBucket::read(head)?),
        Operation::GetBucketInfo => Box::new(BucketFacts::info(head)?),
        Operation::GetBucketLocation => Box::new(BucketFacts::location(head)?),
        Operation::GetBucketAcl => Box::new(BucketFacts::acl(head)?),
        Operation::ListObjects => Box::new(ListObjects::read_v1(head)?),
        Operation::ListObjectsV2 => Box::new(ListObjects::read_v2(head)?),
        Operation::ListMultipartUploads => Box::new(ListMultipartUploads::read(head)?),
        Operation::PutBucketAcl => Box::new(PutBucketAcl::read(head)?),
        Operation::GetBucketStat => Box::new(GetBucketStat::read(head)?),
        Operation::GetBucketLifecycle => Box::new(BucketLifecycle::get(head)?),
        Operation::PutBucketLifecycle => Box::new(BucketLifecycle::put(head)?),
        Operation::DeleteBucketLifecycle => Box::new(BucketLifecycle::delete(head)?),
        Operation::GetBucketTags => Box::new(BucketTags::get(head)?),
        Operation::PutBucketTags => Box::new(BucketTags::put(head)?),
        Operation::DeleteBucketTags => Box::new(BucketTags::delete(head)?),
        other => return read_object_call(other, head),
    })
}

fn read_object_call(operation: Operation, head: &RequestHead) -> Result<Box<dyn Call>, OssError> {
    Ok(match operation {
        Operation::PutObject => Box::new(PutObject::read(head)?),
        Operation::GetObject => Box::new(GetObject::read(head)?),
        Operation::HeadObject => Box::new(GetObject::read_head(head)?),
        Operation::GetObjectMeta => Box::new(GetObject::read_meta(head)?),
        Operation::DeleteObject => Box::new(DeleteObject::read(head)?),
        Operation::InitiateMultipartUpload => Box::new(InitiateMultipartUpload::read(head)?),
        Operation::UploadPart => Box::new(UploadPart::read(head)?),
        Operation::ListParts => Box::new(ListParts::read(head)?),
        Operation::CompleteMultipartUpload => Box::new(CompleteMultipartUpload::read(head)?),
        Operation::AbortMultipartUpload => Box::new(AbortMultipartUpload::read(head)?),
        Operation::UploadPartCopy => Box::new(UploadPartCopy::read(head)?),
        Operation::CopyObject => Box::new(CopyObject::read(head)?),
        Operation::AppendObject => Box::new(AppendObject::read(head)?),
        Operation::DeleteMultipleObjects => Box::new(DeleteMultipleObjects::read(head)?),
        Operation::PutSymlink => Box::new(PutSymlink::read(head)?),
        Operation::GetSymlink => Box::new(GetSymlink::read(head)?),
        Operation::PutObjectTagging => Box::new(ObjectTagging::put(head)?),
        Operation::GetObjectTagging => Box::new(ObjectTagging::get(head)?),
        Operation::DeleteObjectTagging => Box::new(ObjectTagging::delete(head)?),
        Operation::PutObjectACL => Box::new(AccessOfObject::put(head)?),
        Operation::GetObjectACL => Box::new(AccessOfObject::get(head)?),
        Operation::RestoreObject => Box::new(RestoreObject::read(head)?),
        other => return Err(OssError::unsupported(other.as_str())),
    })
}
