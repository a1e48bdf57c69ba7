//! One exchange under way: who it belongs to, which faults are bound to it, and how it ends. The pipeline passes the
//! points through it.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio_util::sync::CancellationToken;

use super::{actions, exchange_line, spoils::Spoils, wire::Wire};
use crate::{
    error::OssError,
    fault::{Claim, Cut, Decision, Point, Respond},
    journal::{ExchangeLog, Outcome},
    sandbox::Sandbox,
};

/// What ends the normal course of an exchange.
#[derive(Debug)]
pub(super) enum Interrupt {
    /// OSS's rules refuse the request.
    Refused(Box<OssError>),
    /// A fault gives an answer of its own.
    Respond(Box<Respond>),
    /// A fault ends the connection: nothing more is to be said on it.
    Cut,
}

impl From<OssError> for Interrupt {
    fn from(error: OssError) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// How an exchange is connected to the world.
#[derive(Clone)]
pub(super) struct Surroundings {
    /// The sandbox that it belongs to.
    pub(super) sandbox: Arc<Sandbox>,
    /// The connection that it runs on.
    pub(super) wire: Arc<Wire>,
    /// Cancelled when the client is known to have gone.
    pub(super) gone: CancellationToken,
    /// Cancelled when the emulator stops without waiting any longer.
    pub(super) stop: CancellationToken,
}

/// What an answer repeats or depends on.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The 24 digits that the answer carries.
    pub(super) request_id: String,
    /// `Host` as sent.
    pub(super) host: String,
    /// Whether the method is HEAD.
    pub(super) is_head: bool,
    /// The declared length of the request's body.
    pub(super) declared: Option<u64>,
    /// Whether the connection has served a request before.
    pub(super) reused: bool,
    /// Whether the client asked for the end of the connection after the answer.
    pub(super) wants_close: bool,
}

/// One exchange under way.
pub(super) struct Exchange {
    /// How it is connected to the world.
    pub(super) around: Surroundings,
    /// Its pen in the journal.
    pub(super) log: ExchangeLog,
    /// What its answer repeats of the request.
    pub(super) asked: Asked,
    /// When its head was read.
    pub(super) began: Instant,
    claims: Vec<Claim>,
    struck: Mutex<Vec<bool>>,
    spoils: Mutex<Spoils>,
    upload: Mutex<Option<String>>,
    over: AtomicBool,
}

impl Exchange {
    pub(super) fn new(around: Surroundings, log: ExchangeLog, asked: Asked, decision: Decision) -> Arc<Self> {
        log.considered(decision.considered);
        let struck = Mutex::new(vec![false; decision.claims.len()]);
        let upload = Mutex::new(log.subject().upload.clone());
        Arc::new(Self {
            around,
            log,
            asked,
            began: Instant::now(),
            claims: decision.claims,
            struck,
            spoils: Mutex::default(),
            upload,
            over: AtomicBool::new(false),
        })
    }

    /// The sandbox that it belongs to.
    pub(super) fn sandbox(&self) -> &Arc<Sandbox> {
        &self.around.sandbox
    }

    /// The declared length of the request's body.
    pub(super) fn declared(&self) -> Option<u64> {
        self.asked.declared
    }

    /// Comes to a point: notes it and lets the faults that are bound to it strike.
    pub(super) async fn pass(&self, point: Point) -> Result<(), Interrupt> {
        self.log.reached(point);
        for index in self.bound_to(point) {
            self.strike(index, None).await?;
        }
        Ok(())
    }

    /// Whether some fault is bound to a point.
    pub(super) fn has_claim_at(&self, point: Point) -> bool {
        self.claims.iter().any(|claim| claim.at() == point)
    }

    fn bound_to(&self, point: Point) -> Vec<usize> {
        let bound = self.claims.iter().enumerate().filter(|(_, claim)| claim.at() == point);
        bound.map(|(index, _)| index).collect()
    }

    /// The faults within a body of this length, by offset. `is_side` tells the points of that body. Offsets that the
    /// body cannot have are left out: their faults will be noted as missed.
    pub(super) fn within_body(
        &self,
        is_side: impl Fn(Point) -> bool,
        length: Option<u64>,
    ) -> Vec<(u64, usize)> {
        let mut places: Vec<(u64, usize)> = self
            .claims
            .iter()
            .enumerate()
            .filter(|(_, claim)| is_side(claim.at()))
            .filter_map(|(index, claim)| Some((claim.at().offset()?.resolve(length)?, index)))
            .collect();
        places.sort_unstable();
        places
    }

    /// Lets one fault strike, at `offset` of a body or at its plain point.
    pub(super) async fn strike(&self, index: usize, offset: Option<u64>) -> Result<(), Interrupt> {
        let Some(claim) = self.claims.get(index) else { return Ok(()) };
        if let Some(struck) = lock(&self.struck).get_mut(index) {
            *struck = true;
        }
        self.sandbox().faults().note_fired(claim);
        for action in claim.actions() {
            actions::perform(self, claim, action, offset).await?;
        }
        Ok(())
    }

    /// What is to be spoiled.
    pub(super) fn spoils(&self) -> MutexGuard<'_, Spoils> {
        lock(&self.spoils)
    }

    /// The upload that the request names, or that its Initiate was given.
    pub(super) fn upload(&self) -> Option<String> {
        lock(&self.upload).clone()
    }

    /// Notes the upload that an Initiate was given.
    pub(super) fn given_upload(&self, id: &str) {
        *lock(&self.upload) = Some(id.to_owned());
        let subject = self.log.subject();
        let name = |text: &Option<String>| text.clone().unwrap_or_default();
        self.sandbox().note_upload(&name(&subject.bucket), &name(&subject.key), id);
        self.log.given_upload(id);
    }

    /// Called when the whole answer has gone to the operating system: the last faults strike, and the exchange ends.
    pub(super) fn delivered(self: Arc<Self>, at_the_end_of_the_body: Vec<usize>, length: u64) {
        if at_the_end_of_the_body.is_empty() && !self.has_claim_at(Point::RespEnd) {
            self.log.reached(Point::RespEnd);
            self.finish(Outcome::Answered);
            return;
        }
        tokio::spawn(async move {
            let struck = tokio::select! {
                struck = self.strike_last(at_the_end_of_the_body, length) => struck,
                () = self.around.stop.cancelled() => return,
            };
            if struck.is_ok() {
                self.finish(Outcome::Answered);
            }
        });
    }

    async fn strike_last(&self, at_the_end_of_the_body: Vec<usize>, length: u64) -> Result<(), Interrupt> {
        for index in at_the_end_of_the_body {
            self.strike(index, Some(length)).await?;
        }
        self.pass(Point::RespEnd).await
    }

    /// Notes the end; only the first end counts.
    pub(super) fn finish(&self, outcome: Outcome) {
        if self.over.swap(true, Ordering::AcqRel) {
            return;
        }
        for (claim, struck) in self.claims.iter().zip(lock(&self.struck).iter()) {
            if !struck {
                self.log.missed(claim.id(), claim.at());
            }
        }
        self.log.end(outcome);
        exchange_line::log(&self.log, &self.asked.request_id);
        self.around.wire.exchange_over();
    }
}

/// An exchange that nobody ended was given up.
impl Drop for Exchange {
    fn drop(&mut self) {
        self.finish(match self.around.wire.wanted_cut() {
            Some(Cut::Vanish) => Outcome::Vanished,
            Some(Cut::Reset | Cut::Close) => Outcome::Cut,
            None if self.around.stop.is_cancelled() => Outcome::ShutDown,
            None => Outcome::ClientGone,
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change under these locks is one assignment: a panic leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
