//! PutObject: the whole source in one request.

use http::{HeaderMap, Method, StatusCode};

use super::{Api, Attempts, BodySource, Call, CallError};
use crate::{
    machine::{CallbackOutcome, Commit, Destination, LocalDigest, Operation},
    wire::{ServiceError, headers},
};

impl Api {
    /// Sends the object until the server's digests are those of the local bytes. With `callback` the answer's body is the
    /// application's.
    pub async fn put_object(
        &self,
        to: &Destination,
        headers: &HeaderMap,
        callback: bool,
        source: &dyn BodySource,
    ) -> Result<(Commit, LocalDigest), CallError> {
        let mut call = Call::new(Operation::PutObject, Method::PUT, to.bucket.as_str())
            .key(to.key.as_str())
            .headers(headers);
        let mut attempts = Attempts::new(self, call.operation, call.repeat);
        let mut digest = source.digest().await.map_err(CallError::Source)?;
        loop {
            call.content_md5(digest.md5);
            match self.send_body(&call, source, &digest, &mut attempts).await {
                Ok((etag, answer)) => {
                    let outcome = if answer.status == StatusCode::NON_AUTHORITATIVE_INFORMATION {
                        let error = ServiceError::read(call.operation, &answer, self.clock.now());
                        Some(CallbackOutcome::Failed(error.failure))
                    } else {
                        callback.then(|| CallbackOutcome::Answered(answer.body.to_vec()))
                    };
                    let commit = Commit {
                        etag: Some(etag),
                        crc64: headers::crc64(&answer.headers)?,
                        request_id: headers::request_id(&answer.headers),
                        callback: outcome,
                    };
                    return Ok((commit, digest));
                }
                Err(error) => {
                    attempts.after(error).await?;
                    digest = source.digest().await.map_err(CallError::Source)?;
                }
            }
        }
    }
}
