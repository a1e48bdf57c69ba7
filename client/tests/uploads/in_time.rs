//! A client whose every call has to come to its end within the bound, whatever the server does.

use std::future::Future;

use oss_client::{Client, ErrorKind, Hooks, ObjectFacts, UploadError, UploadRequest, Uploaded};

use crate::within::within;

#[derive(Clone)]
pub(crate) struct InTime(pub(crate) Client);

impl InTime {
    #[track_caller]
    pub(crate) fn upload(
        &self,
        request: UploadRequest,
        hooks: Hooks,
    ) -> impl Future<Output = Result<Uploaded, UploadError>> {
        within("the upload ends", self.0.upload(request, hooks))
    }

    #[track_caller]
    pub(crate) fn abort_upload(
        &self,
        request: &UploadRequest,
    ) -> impl Future<Output = Result<Option<String>, ErrorKind>> {
        within("the upload is aborted", self.0.abort_upload(request))
    }

    #[track_caller]
    pub(crate) fn head_object(
        &self,
        bucket: &str,
        key: &str,
    ) -> impl Future<Output = Result<Option<ObjectFacts>, ErrorKind>> {
        within("the object is looked at", self.0.head_object(bucket, key))
    }
}
