//! What a stranger may do: what the access control of bucket and object allows to anyone. OSS documentation: bucket
//! ACLs, object ACLs. Called by `prepared` for requests without a signature where signatures count.

use super::{Operation, Target};
use crate::{
    domain::{BucketAcl, BucketState, ObjectAcl, ObjectKey},
    error::{Code, OssError},
    http::RequestHead,
};

/// What an operation does to what access control protects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Read,
    List,
    Write,
    /// Never public: everything about buckets and settings; and, our choice, copies, whose source may be private, and
    /// `DeleteMultipleObjects`, whose objects may each have another access control.
    Owner,
}

impl Need {
    fn of(operation: Operation) -> Self {
        match operation {
            Operation::GetObject
            | Operation::HeadObject
            | Operation::GetObjectMeta
            | Operation::GetSymlink => Self::Read,
            Operation::ListObjects | Operation::ListObjectsV2 => Self::List,
            Operation::PutObject
            | Operation::AppendObject
            | Operation::PutSymlink
            | Operation::DeleteObject
            | Operation::InitiateMultipartUpload
            | Operation::UploadPart
            | Operation::ListParts
            | Operation::CompleteMultipartUpload
            | Operation::AbortMultipartUpload
            | Operation::ListMultipartUploads => Self::Write,
            _ => Self::Owner,
        }
    }
}

/// Refuses what no access control can allow: before the bucket is looked up.
pub(super) fn refuse_owners_operations(operation: Operation) -> Result<(), OssError> {
    match Need::of(operation) {
        Need::Owner => {
            Err(OssError::new(Code::AccessDenied)
                .message("Anonymous access is forbidden for this operation."))
        }
        Need::Read | Need::List | Need::Write => Ok(()),
    }
}

/// Asks the access control of an existing bucket, and of the object where the operation is about one.
pub(super) fn ask_access_control(
    bucket: &BucketState,
    target: &Target,
    head: &RequestHead,
) -> Result<(), OssError> {
    let need = Need::of(target.operation);
    let key = target.key.as_deref().and_then(|key| ObjectKey::parse(key).ok());
    let object = key.and_then(|key| bucket.objects.get(&key));
    let (read, write, message) = match object.map(|object| object.attributes.acl).unwrap_or_default() {
        ObjectAcl::Default => {
            let acl = bucket.bucket.acl;
            let message = if need == Need::List {
                "Anonymous user has no right to access this bucket."
            } else {
                "You have no right to access this object because of bucket acl."
            };
            (acl != BucketAcl::Private, acl == BucketAcl::PublicReadWrite, message)
        }
        ObjectAcl::Private => (false, false, "You have no right to access this object."),
        ObjectAcl::PublicRead => (true, false, "You do not have write permission on this object."),
        ObjectAcl::PublicReadWrite => (true, true, ""),
    };
    let allowed = match need {
        Need::Read | Need::List => read,
        Need::Write => write,
        Need::Owner => false,
    };
    if !allowed {
        return Err(OssError::new(Code::AccessDenied).message(message));
    }
    refuse_overrides(need, head)
}

/// OSS documentation: GetObject.
fn refuse_overrides(need: Need, head: &RequestHead) -> Result<(), OssError> {
    if need == Need::Read && head.query.pairs().any(|(name, _)| name.starts_with("response-")) {
        return Err(OssError::new(Code::InvalidRequest)
            .message("Request specific response headers cannot be used for anonymous GET requests."));
    }
    Ok(())
}
