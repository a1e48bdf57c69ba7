//! AbortMultipartUpload.

use bytes::Bytes;
use http::Method;

use super::{Api, Call, CallError};
use crate::machine::{AbortReply, Destination, Operation, UploadId};

impl Api {
    /// Aborts an upload. One that the server does not know counts as aborted. The id is never empty, so that the request
    /// cannot be one that deletes the object.
    pub async fn abort(&self, to: &Destination, upload: &UploadId) -> Result<(), CallError> {
        let call = Call::new(Operation::Abort, Method::DELETE, to.bucket.as_str())
            .key(to.key.as_str())
            .parameter("uploadId", upload.as_str());
        match self.request(&call, &Bytes::new()).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_no_such_upload() || error.has_code(404, "NoSuchBucket") => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The same, in the machine's terms.
    pub async fn abort_reply(&self, to: &Destination, upload: &UploadId) -> AbortReply {
        match self.abort(to, upload).await {
            Ok(()) => AbortReply::Gone,
            Err(error) => AbortReply::Failed(error.into_kind(Operation::Abort)),
        }
    }
}
