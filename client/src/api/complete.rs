//! CompleteMultipartUpload. Its reply is sorted by what it says about the commit: done, refused, or unknown.

use http::{HeaderMap, Method, StatusCode};

use super::{Api, Call, CallError};
use crate::{
    machine::{CallbackOutcome, Commit, CompleteReply, Destination, ETag, Operation, UploadId},
    retry::Repeat,
    transport::{Answer, Stage},
    wire::{ServiceError, complete, headers, multipart, multipart::CompleteBody},
};

/// Error codes that leave open whether the commit took effect, whatever the status.
const UNDECIDED: &[&str] = &["InternalError", "ServiceUnavailable", "RequestTimeout"];

impl Api {
    /// Asks for the commit of `parts`. Only attempts that surely had no effect are repeated here.
    pub async fn complete(
        &self,
        to: &Destination,
        upload: &UploadId,
        parts: &[(u32, ETag)],
        headers: &HeaderMap,
        callback: bool,
    ) -> CompleteReply {
        let mut call = Call::new(Operation::Complete, Method::POST, to.bucket.as_str())
            .key(to.key.as_str())
            .parameter("uploadId", upload.as_str())
            .headers(headers);
        call.repeat = Repeat::OnlyIfUnsent;
        match self.request(&call, &complete::body(parts).into()).await {
            Ok(answer) => self.completed(&answer, callback),
            Err(error) => refused(error),
        }
    }

    fn completed(&self, answer: &Answer, callback: bool) -> CompleteReply {
        let Ok(crc64) = headers::crc64(&answer.headers) else {
            return CompleteReply::Unknown(
                "the answer to Complete has a CRC-64 that is no number".to_owned(),
            );
        };
        let commit = |etag: Option<ETag>, callback| {
            CompleteReply::Committed(Commit {
                etag: etag.or_else(|| headers::etag(&answer.headers)),
                crc64,
                request_id: headers::request_id(&answer.headers),
                callback,
            })
        };
        if answer.status == StatusCode::NON_AUTHORITATIVE_INFORMATION {
            let error = ServiceError::read(Operation::Complete, answer, self.clock.now());
            return commit(None, Some(CallbackOutcome::Failed(error.failure)));
        }
        match multipart::completed(&answer.body) {
            CompleteBody::Result(etag) => commit(etag, None),
            CompleteBody::Error(document) => {
                let now = self.clock.now();
                let error = ServiceError::from_document(Operation::Complete, answer, &document, now);
                refused(CallError::Service(Box::new(error)))
            }
            CompleteBody::Other(_) if callback => {
                commit(None, Some(CallbackOutcome::Answered(answer.body.to_vec())))
            }
            CompleteBody::Other(problem) => {
                CompleteReply::Unknown(format!("the answer to Complete makes no sense: {problem}"))
            }
        }
    }
}

fn refused(error: CallError) -> CompleteReply {
    match error {
        CallError::Service(error) => {
            let failure = error.failure;
            let undecided = UNDECIDED.contains(&failure.code.as_str());
            match failure.status {
                // 501 says that the request was not even tried.
                501 => CompleteReply::Refused(failure),
                408 | 500.. => CompleteReply::Unknown(failure.to_string()),
                _ if undecided => CompleteReply::Unknown(failure.to_string()),
                _ if failure.code == "NoSuchUpload" => CompleteReply::UploadLost,
                _ => CompleteReply::Refused(failure),
            }
        }
        CallError::Transport(error) if error.stage != Stage::Connecting => {
            CompleteReply::Unknown(format!("Complete failed {}: {error}", error.stage))
        }
        CallError::Malformed(_) | CallError::Mismatch(_) => CompleteReply::Unknown(error.to_string()),
        CallError::Transport(_) | CallError::Source(_) | CallError::Credentials(_) => {
            CompleteReply::Unsent(error.into_kind(Operation::Complete))
        }
    }
}
