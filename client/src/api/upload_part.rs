//! UploadPart.

use http::{HeaderMap, Method};

use super::{Api, Attempts, BodySource, Call, CallError};
use crate::{
    machine::{Destination, ETag, LocalDigest, Operation, ProvenPart, UploadId, verify},
    transport::{Answer, Payload},
    wire::headers,
};

impl Api {
    /// Sends a part until the server's digests of it are those of the local bytes. `retrying` is called before each further
    /// attempt.
    pub async fn upload_part(
        &self,
        to: &Destination,
        upload: &UploadId,
        number: u32,
        headers: &HeaderMap,
        source: &dyn BodySource,
        retrying: &(dyn Fn() + Send + Sync),
    ) -> Result<ProvenPart, CallError> {
        let mut call = Call::new(Operation::UploadPart, Method::PUT, to.bucket.as_str())
            .key(to.key.as_str())
            .parameter("partNumber", number.to_string())
            .parameter("uploadId", upload.as_str())
            .headers(headers);
        let mut attempts = Attempts::new(self, call.operation, call.repeat);
        let mut digest = source.digest().await.map_err(CallError::Source)?;
        loop {
            call.content_md5(digest.md5);
            let error = match self.send_body(&call, source, &digest, &mut attempts).await {
                Ok((etag, _)) => return Ok(ProvenPart { number, etag, digest }),
                Err(error) => error,
            };
            // Stored by an attempt whose answer was lost, and proven to be these bytes.
            if let Some(etag) = error.part_already_there().filter(|etag| etag.as_md5() == Some(digest.md5)) {
                return Ok(ProvenPart { number, etag, digest });
            }
            retrying();
            let differs = matches!(error, CallError::Mismatch(_)) || error.has_code(400, "InvalidDigest");
            attempts.after(error).await?;
            if differs {
                digest = source.digest().await.map_err(CallError::Source)?;
            }
        }
    }

    /// Sends a body once and compares the reply with its digests. Used for parts and for whole objects.
    pub(super) async fn send_body(
        &self,
        call: &Call<'_>,
        source: &dyn BodySource,
        digest: &LocalDigest,
        attempts: &mut Attempts<'_>,
    ) -> Result<(ETag, Answer), CallError> {
        let payload = Payload::Stream { length: digest.size, chunks: source.chunks(digest) };
        let answer = match self.exchange(call, payload, attempts).await {
            Ok(answer) => answer,
            Err(error) => return Err(source.fault().map_or(error, CallError::Source)),
        };
        let encryption = headers::text(&answer.headers, "x-oss-server-side-encryption");
        let encrypted = encryption.is_some_and(|kind| !kind.eq_ignore_ascii_case("AES256"));
        let etag = headers::etag(&answer.headers);
        let crc64 = headers::crc64(&answer.headers)?;
        let etag =
            verify::part_reply(digest, etag.as_ref(), crc64, encrypted).map_err(CallError::Mismatch)?;
        Ok((etag, answer))
    }
}
