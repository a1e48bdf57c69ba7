//! The client's other operations: aborting, listing, looking.

use tokio::task::spawn_blocking;

use super::{
    Client, UploadRequest,
    recorder::{Opened, Recorder, record_kind},
    uploader::nameless,
};
use crate::{
    api::head_object::ObjectFacts,
    machine::{BucketName, ErrorKind, ListedPart, Operation, SourceIdentity, UploadId},
    record::SourceNote,
    wire::listing::{ListedObject, OpenUpload},
};

impl Client {
    /// Aborts the upload that the request's record belongs to and deletes the record. Answers the id of the upload, or
    /// nothing when there is no record: no request is made then. The source need not exist any more.
    pub async fn abort_upload(&self, request: &UploadRequest) -> Result<Option<String>, ErrorKind> {
        let to = self.destination(&request.bucket, &request.key)?;
        let location = request.record.clone();
        if location.is_none() {
            return Ok(None);
        }
        let (source, at) = (request.source.clone(), to.clone());
        let opening = spawn_blocking(move || {
            let name = source.name()?.ok_or_else(nameless)?;
            // Only the name takes part in finding the record.
            let note = SourceNote { name, identity: SourceIdentity::default() };
            Recorder::open(&location, &at, &note).map_err(|error| record_kind(&error))
        });
        let opened = opening.await.map_err(|error| ErrorKind::Internal(error.to_string()))??;
        let Some(Opened { recorder, remembered: Some(remembered), .. }) = opened else {
            return Ok(None);
        };
        let aborted = self.api.abort(&to, &remembered.upload).await;
        aborted.map_err(|error| error.into_kind(Operation::Abort))?;
        let deleting = spawn_blocking(move || recorder.delete());
        let deleted = deleting.await.map_err(|error| ErrorKind::Internal(error.to_string()))?;
        deleted.map_err(|error| record_kind(&error))?;
        Ok(Some(remembered.upload.to_string()))
    }

    /// Aborts an upload by its id. An upload that the server does not know counts as aborted.
    pub async fn abort_upload_id(&self, bucket: &str, key: &str, id: &str) -> Result<(), ErrorKind> {
        let (to, upload) = (self.destination(bucket, key)?, upload_id(id)?);
        self.api.abort(&to, &upload).await.map_err(|error| error.into_kind(Operation::Abort))
    }

    /// Lists the open uploads of a bucket whose key begins with `prefix`, all pages.
    pub async fn list_uploads(&self, bucket: &str, prefix: &str) -> Result<Vec<OpenUpload>, ErrorKind> {
        let listed = self.api.list_uploads(&bucket_name(bucket)?, prefix).await;
        listed.map_err(|error| error.into_kind(Operation::ListUploads))
    }

    /// Lists the parts of an open upload, all pages.
    pub async fn list_parts(&self, bucket: &str, key: &str, id: &str) -> Result<Vec<ListedPart>, ErrorKind> {
        let (to, upload) = (self.destination(bucket, key)?, upload_id(id)?);
        let listed = self.api.list_parts(&to, &upload).await;
        listed.map_err(|error| error.into_kind(Operation::ListParts))
    }

    /// Lists the objects of a bucket whose key begins with `prefix`, all pages.
    pub async fn list_objects(&self, bucket: &str, prefix: &str) -> Result<Vec<ListedObject>, ErrorKind> {
        let listed = self.api.list_objects(&bucket_name(bucket)?, prefix).await;
        listed.map_err(|error| error.into_kind(Operation::ListObjects))
    }

    /// Looks at an object; nothing when it is not there.
    pub async fn head_object(&self, bucket: &str, key: &str) -> Result<Option<ObjectFacts>, ErrorKind> {
        let looked = self.api.head_object(&self.destination(bucket, key)?).await;
        looked.map_err(|error| error.into_kind(Operation::HeadObject))
    }
}

fn bucket_name(bucket: &str) -> Result<BucketName, ErrorKind> {
    BucketName::new(bucket).map_err(|error| ErrorKind::InvalidArgument(error.to_string()))
}

fn upload_id(id: &str) -> Result<UploadId, ErrorKind> {
    UploadId::new(id).map_err(|error| ErrorKind::InvalidArgument(error.to_string()))
}
