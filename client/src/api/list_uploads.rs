//! ListMultipartUploads, all pages.

use bytes::Bytes;
use http::Method;

use super::{Api, Call, CallError};
use crate::{
    machine::{BucketName, Operation},
    wire::{listing, listing::OpenUpload},
};

impl Api {
    /// Lists the open uploads whose key begins with `prefix`.
    pub async fn list_uploads(
        &self,
        bucket: &BucketName,
        prefix: &str,
    ) -> Result<Vec<OpenUpload>, CallError> {
        let mut uploads = Vec::new();
        let mut marker: Option<(String, String)> = None;
        loop {
            let mut call = Call::new(Operation::ListUploads, Method::GET, bucket.as_str())
                .parameter("uploads", "")
                .parameter("encoding-type", "url")
                .parameter("max-uploads", "1000");
            if !prefix.is_empty() {
                call = call.parameter("prefix", prefix);
            }
            if let Some((key, upload)) = &marker {
                call =
                    call.parameter("key-marker", key.as_str()).parameter("upload-id-marker", upload.as_str());
            }
            let answer = self.request(&call, &Bytes::new()).await?;
            let page = listing::uploads_page(&answer.body)?;
            uploads.extend(page.uploads);
            match page.next {
                None => return Ok(uploads),
                Some(next) if marker.as_ref() == Some(&next) => {
                    return Err(CallError::Malformed("the list of uploads does not advance".to_owned()));
                }
                Some(next) => marker = Some(next),
            }
        }
    }
}
