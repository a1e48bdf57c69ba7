//! Which troubles are worth another attempt. A pure table; the request floor asks it after each attempt.

use std::time::Duration;

use crate::{transport::Stage, wire::ServiceError};

/// What went wrong with an attempt, as far as another attempt is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble<'a> {
    /// No whole answer.
    Transport(Stage),
    /// An error answer.
    Service(&'a ServiceError),
    /// A successful answer that makes no sense.
    Malformed,
    /// The server stored other bytes than were sent, or says so.
    Mismatch,
}

/// What kind of request it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Sending it twice does no harm.
    Harmless,
    /// Sending it twice may do harm or be misread: only an attempt that surely had no effect is repeated.
    OnlyIfUnsent,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Give up.
    Stop,
    /// Another attempt, not before the given pause if there is one.
    Again(Option<Duration>),
    /// Another attempt, once, after setting the clock by the server's.
    CorrectClock,
    /// Another attempt, once, with fresh credentials.
    RefreshCredentials,
}

/// Decides. The caller counts attempts and grants each of the two corrections once a request.
pub fn verdict(trouble: Trouble<'_>, repeat: Repeat) -> Verdict {
    match (trouble, repeat) {
        (Trouble::Transport(Stage::Connecting), _)
        | (Trouble::Transport(_) | Trouble::Malformed | Trouble::Mismatch, Repeat::Harmless) => {
            Verdict::Again(None)
        }
        (Trouble::Transport(_) | Trouble::Malformed | Trouble::Mismatch, Repeat::OnlyIfUnsent) => {
            Verdict::Stop
        }
        (Trouble::Service(error), repeat) => service(error, repeat),
    }
}

fn service(error: &ServiceError, repeat: Repeat) -> Verdict {
    let failure = &error.failure;
    match (failure.status, failure.code.as_str()) {
        (403, "RequestTimeTooSkewed") => Verdict::CorrectClock,
        (401 | 403, "SecurityTokenExpired" | "InvalidSecurityToken" | "InvalidAccessKeyId") => {
            Verdict::RefreshCredentials
        }
        // The server threw the request away, whatever it was.
        (429, _) => Verdict::Again(error.retry_after),
        (408 | 500 | 502 | 503 | 504, _) if repeat == Repeat::Harmless => Verdict::Again(error.retry_after),
        // Bytes that were damaged or cut on their way; the server stored nothing.
        (400, "InvalidDigest" | "InvalidCRC64" | "RequestTimeout" | "IncompleteBody")
            if repeat == Repeat::Harmless =>
        {
            Verdict::Again(None)
        }
        _ => Verdict::Stop,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::machine::{Operation, ServiceFailure};

    const AGAIN: Verdict = Verdict::Again(None);
    const STOP: Verdict = Verdict::Stop;

    /// What is done about a request that may be repeated, and about one that may not.
    #[rstest]
    #[case(500, "InternalError", AGAIN, STOP)]
    #[case(502, "HttpStatus", AGAIN, STOP)]
    #[case(503, "ServiceUnavailable", AGAIN, STOP)]
    #[case(504, "HttpStatus", AGAIN, STOP)]
    #[case(408, "HttpStatus", AGAIN, STOP)]
    #[case(429, "QpsLimitExceeded", AGAIN, AGAIN)]
    #[case(501, "NotImplemented", STOP, STOP)]
    #[case(400, "InvalidDigest", AGAIN, STOP)]
    #[case(400, "RequestTimeout", AGAIN, STOP)]
    #[case(400, "InvalidArgument", STOP, STOP)]
    #[case(403, "AccessDenied", STOP, STOP)]
    #[case(403, "SignatureDoesNotMatch", STOP, STOP)]
    #[case(403, "RequestTimeTooSkewed", Verdict::CorrectClock, Verdict::CorrectClock)]
    #[case(403, "SecurityTokenExpired", Verdict::RefreshCredentials, Verdict::RefreshCredentials)]
    #[case(403, "InvalidAccessKeyId", Verdict::RefreshCredentials, Verdict::RefreshCredentials)]
    #[case(404, "NoSuchUpload", STOP, STOP)]
    #[case(409, "PartAlreadyExist", STOP, STOP)]
    fn error_answers(
        #[case] status: u16,
        #[case] code: &str,
        #[case] harmless: Verdict,
        #[case] only_if_unsent: Verdict,
    ) {
        let failure = ServiceFailure {
            operation: Operation::UploadPart,
            status,
            code: code.to_owned(),
            message: String::new(),
            request_id: None,
            ec: None,
        };
        let error = ServiceError { failure, retry_after: None, server_time: None, part_etag: None };
        assert_eq!(verdict(Trouble::Service(&error), Repeat::Harmless), harmless);
        assert_eq!(verdict(Trouble::Service(&error), Repeat::OnlyIfUnsent), only_if_unsent);
    }

    #[rstest]
    #[case(Trouble::Transport(Stage::Connecting), AGAIN)]
    #[case(Trouble::Transport(Stage::Sending), STOP)]
    #[case(Trouble::Transport(Stage::AwaitingHead), STOP)]
    #[case(Trouble::Transport(Stage::ReadingBody), STOP)]
    #[case(Trouble::Malformed, STOP)]
    #[case(Trouble::Mismatch, STOP)]
    fn troubles_without_an_answer(#[case] trouble: Trouble<'_>, #[case] only_if_unsent: Verdict) {
        assert_eq!(verdict(trouble, Repeat::Harmless), AGAIN);
        assert_eq!(verdict(trouble, Repeat::OnlyIfUnsent), only_if_unsent);
    }
}
