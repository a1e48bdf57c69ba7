//! InitiateMultipartUpload.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use super::{Api, Attempts, Call, CallError};
use crate::{
    machine::{Destination, Operation, UploadId, UploadToken, token},
    transport::Payload,
    wire::multipart,
};

impl Api {
    /// Begins an upload, as a sequential one if told so. A repeated attempt may begin a second one on the server when the answer to the first was lost;
    /// OSS offers no way to find it by anything but a list of all uploads of the bucket.
    pub async fn initiate(
        &self,
        to: &Destination,
        headers: &HeaderMap,
        sequential: bool,
        token: Option<UploadToken>,
    ) -> Result<UploadId, CallError> {
        let mut call = Call::new(Operation::Initiate, Method::POST, to.bucket.as_str())
            .key(to.key.as_str())
            .parameter("uploads", "")
            .headers(headers);
        if sequential {
            call = call.parameter("sequential", "");
        }
        if let Some(value) = token.and_then(|token| HeaderValue::try_from(token.to_string()).ok()) {
            call.headers.insert(token::HEADER, value);
        }
        let mut attempts = Attempts::new(self, call.operation, call.repeat);
        loop {
            let answer = self.exchange(&call, Payload::Bytes(Bytes::new()), &mut attempts).await;
            match answer.and_then(|answer| Ok(multipart::initiated(&answer.body)?)) {
                Ok(upload) => return Ok(upload),
                Err(error) => attempts.after(error).await?,
            }
        }
    }
}
