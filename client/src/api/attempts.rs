//! The attempts of one request: counts them, asks the retry table, corrects the clock, refreshes credentials, waits.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Api, CallError};
use crate::{
    machine::Operation,
    retry::{Repeat, Verdict, table},
    sign::Credentials,
};

/// Longest pause that a server's `Retry-After` is granted (our choice, so that a mistaken header cannot stop an upload for
/// hours).
const RETRY_AFTER_CAP: Duration = Duration::from_secs(120);

/// The attempts made so far of one request.
#[derive(Debug)]
pub struct Attempts<'a> {
    api: &'a Api,
    operation: Operation,
    repeat: Repeat,
    number: u32,
    began: Instant,
    clock_corrected: bool,
    credentials_refreshed: bool,
    used: Option<Credentials>,
}

impl<'a> Attempts<'a> {
    /// Before the first attempt.
    pub fn new(api: &'a Api, operation: Operation, repeat: Repeat) -> Self {
        Self {
            api,
            operation,
            repeat,
            number: 1,
            began: Instant::now(),
            clock_corrected: false,
            credentials_refreshed: false,
            used: None,
        }
    }

    /// Number of the present attempt, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    pub(super) fn signed_with(&mut self, credentials: Option<Credentials>) {
        self.used = credentials;
    }

    /// After a failed attempt: returns when it is time for the next one, or gives the error back when there is none.
    pub async fn after(&mut self, error: CallError) -> Result<(), CallError> {
        let Some(trouble) = error.trouble() else { return Err(error) };
        let verdict = table::verdict(trouble, self.repeat);
        tracing::debug!(operation = %self.operation, attempt = self.number, %error, ?verdict, "an attempt failed");
        match verdict {
            Verdict::Stop => Err(error),
            Verdict::CorrectClock => self.correct_clock(error),
            Verdict::RefreshCredentials => self.refresh_credentials(error).await,
            Verdict::Again(at_least) => self.pause(error, at_least).await,
        }
    }

    fn correct_clock(&mut self, error: CallError) -> Result<(), CallError> {
        let server_time = match &error {
            CallError::Service(service) => service.server_time,
            _ => None,
        };
        match server_time {
            Some(server_time) if !self.clock_corrected && self.api.clock.correct(server_time) => {
                self.clock_corrected = true;
                self.number += 1;
                Ok(())
            }
            _ => Err(error),
        }
    }

    async fn refresh_credentials(&mut self, error: CallError) -> Result<(), CallError> {
        let (Some(credentials), Some(used)) = (&self.api.credentials, &self.used) else { return Err(error) };
        if self.credentials_refreshed {
            return Err(error);
        }
        self.credentials_refreshed = true;
        if credentials.refresh(used).await? {
            self.number += 1;
            return Ok(());
        }
        Err(error)
    }

    async fn pause(&mut self, error: CallError, at_least: Option<Duration>) -> Result<(), CallError> {
        let retry = self.api.retry;
        let at_least = at_least.map(|wait| wait.min(RETRY_AFTER_CAP));
        let pause = retry.pause(self.number, jitter(), at_least);
        let late = retry.deadline.is_some_and(|deadline| self.began.elapsed() + pause > deadline);
        if self.number >= retry.attempts || late {
            return Err(error);
        }
        sleep(pause).await;
        self.number += 1;
        Ok(())
    }
}

/// A number in 0..1. Without a source of randomness it is the middle, which spreads nothing but harms nobody.
fn jitter() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / f64::from(u32::MAX)
}
