//! ListParts, all pages.

use bytes::Bytes;
use http::Method;

use super::{Api, Attempts, Call, CallError};
use crate::{
    machine::{Destination, ListedPart, Listing, Operation, UploadId},
    transport::Payload,
    wire::{multipart, multipart::PartsPage},
};

/// Most parts a page (OSS documentation: ListParts).
const PAGE: &str = "1000";

impl Api {
    /// Lists all parts of an upload. When the upload vanishes between two pages, the pages read before count for nothing.
    pub async fn list_parts(
        &self,
        to: &Destination,
        upload: &UploadId,
    ) -> Result<Vec<ListedPart>, CallError> {
        let mut parts = Vec::new();
        let mut marker = None;
        loop {
            let page = self.parts_page(to, upload, marker).await?;
            parts.extend(page.parts);
            let Some(next) = page.next else { return Ok(parts) };
            if marker.is_some_and(|marker| next <= marker) || next == 0 {
                let after = marker.unwrap_or(0);
                return Err(CallError::Malformed(format!(
                    "the list of parts does not advance: after {after} comes {next}"
                )));
            }
            marker = Some(next);
        }
    }

    async fn parts_page(
        &self,
        to: &Destination,
        upload: &UploadId,
        marker: Option<u64>,
    ) -> Result<PartsPage, CallError> {
        let mut call = Call::new(Operation::ListParts, Method::GET, to.bucket.as_str())
            .key(to.key.as_str())
            .parameter("uploadId", upload.as_str())
            .parameter("max-parts", PAGE);
        if let Some(marker) = marker {
            call = call.parameter("part-number-marker", marker.to_string());
        }
        let mut attempts = Attempts::new(self, call.operation, call.repeat);
        loop {
            let answer = self.exchange(&call, Payload::Bytes(Bytes::new()), &mut attempts).await;
            match answer.and_then(|answer| Ok(multipart::parts_page(&answer.body)?)) {
                Ok(page) => return Ok(page),
                Err(error) => attempts.after(error).await?,
            }
        }
    }

    /// The same, in the machine's terms. A server that calls the id malformed does not know the upload either.
    pub async fn listing(&self, to: &Destination, upload: &UploadId) -> Listing {
        match self.list_parts(to, upload).await {
            Ok(parts) => Listing::Parts(parts),
            Err(error) if error.is_no_such_upload() || error.has_code(400, "InvalidArgument") => {
                Listing::Gone
            }
            Err(error) => Listing::Failed(error.into_kind(Operation::ListParts)),
        }
    }
}
