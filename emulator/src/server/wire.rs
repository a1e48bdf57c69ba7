//! What exchanges and the socket wrapper of one connection tell each other: cuts, paces, flushes. Holds no socket, so
//! that an exchange that is still busy never keeps one open.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::watch, time::Instant};

use super::{head_watch::HeadWatch, throttle::Throttle};
use crate::fault::{Cut, Direction};

type OnFlush = Box<dyn FnOnce() + Send>;

/// The state that the parts of one connection share.
pub(super) struct Wire {
    /// The connection's number in the sandbox.
    pub(super) connection: u64,
    /// The client's address, unless it had gone before it could be asked for.
    peer: Option<IpAddr>,
    cut: watch::Sender<Option<Cut>>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    cut_after_flush: Option<Cut>,
    on_flush: Vec<OnFlush>,
    incoming: Pace,
    outgoing: Pace,
    head: HeadWatch,
    served: u64,
}

/// The pace of one direction: one for the whole connection, one for the exchange under way.
#[derive(Default)]
struct Pace {
    connection: Option<Throttle>,
    exchange: Option<Throttle>,
}

impl Wire {
    pub(super) fn new(connection: u64, peer: Option<IpAddr>) -> Self {
        Self { connection, peer, cut: watch::Sender::new(None), inner: Mutex::default() }
    }

    /// Whether the peer is on this machine.
    pub(super) fn peer_is_local(&self) -> bool {
        self.peer.is_some_and(|peer| peer.is_loopback())
    }

    /// The peer's address; empty when it has gone already.
    pub(super) fn peer_ip(&self) -> String {
        self.peer.map(|peer| peer.to_string()).unwrap_or_default()
    }

    /// Asks for the end of the connection, at once. The first end that is asked for is the one that happens.
    pub(super) fn cut(&self, cut: Cut) {
        self.cut.send_if_modified(|wanted| {
            let first = wanted.is_none();
            if first {
                *wanted = Some(cut);
            }
            first
        });
    }

    /// Asks for the end of the connection when all that was handed over has gone to the operating system.
    pub(super) fn cut_after_flush(&self, cut: Cut) {
        self.lock().cut_after_flush = Some(cut);
    }

    /// Whether and how the connection shall end.
    pub(super) fn wanted_cut(&self) -> Option<Cut> {
        *self.cut.borrow()
    }

    /// Waits for the wish to end the connection.
    pub(super) async fn cut_wanted(&self) -> Cut {
        let mut wanted = self.cut.subscribe();
        loop {
            if let Some(cut) = *wanted.borrow_and_update() {
                return cut;
            }
            if wanted.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Calls `then` once all that has been handed over so far has gone to the operating system.
    pub(super) fn on_flush(&self, then: OnFlush) {
        self.lock().on_flush.push(then);
    }

    /// Called by the socket wrapper when nothing is left to write.
    pub(super) fn flushed(&self) {
        let (cut, waiting) = {
            let mut inner = self.lock();
            (inner.cut_after_flush.take(), std::mem::take(&mut inner.on_flush))
        };
        for then in waiting {
            then();
        }
        if let Some(cut) = cut {
            self.cut(cut);
        }
    }

    /// Forgets what waits for a flush that will not come: the connection is over.
    pub(super) fn abandon(&self) {
        let waiting = std::mem::take(&mut self.lock().on_flush);
        drop(waiting);
    }

    /// Sets a pace: for the exchange under way or, with `whole_connection`, until the connection ends.
    pub(super) fn throttle(
        &self,
        direction: Option<Direction>,
        rate: u64,
        burst: Option<u64>,
        whole_connection: bool,
    ) {
        let throttle = Throttle::new(rate, burst, Instant::now());
        let mut inner = self.lock();
        for side in [Direction::Request, Direction::Response] {
            if direction.is_none_or(|wanted| wanted == side) {
                let pace = inner.pace(side);
                let slot = if whole_connection { &mut pace.connection } else { &mut pace.exchange };
                *slot = Some(throttle.clone());
            }
        }
    }

    /// Forgets the pace of the exchange that has ended and expects the next head.
    pub(super) fn exchange_over(&self) {
        let mut inner = self.lock();
        inner.incoming.exchange = None;
        inner.outgoing.exchange = None;
        inner.head.rearm();
    }

    /// How many bytes may pass now, or when one may; `None` when there is no pace.
    pub(super) fn allowance(&self, direction: Direction) -> Option<Result<usize, Instant>> {
        let mut inner = self.lock();
        let now = Instant::now();
        inner.pace(direction).throttles().map(|throttle| throttle.allowance(now)).reduce(|a, b| {
            match (a, b) {
                (Ok(a), Ok(b)) => Ok(a.min(b)),
                (Err(a), Err(b)) => Err(a.max(b)),
                (Err(later), Ok(_)) | (Ok(_), Err(later)) => Err(later),
            }
        })
    }

    /// Notes bytes that have passed.
    pub(super) fn passed(&self, direction: Direction, bytes: &[u8]) {
        let mut inner = self.lock();
        inner.pace(direction).throttles().for_each(|throttle| throttle.spend(bytes.len()));
        if direction == Direction::Request {
            inner.head.see(bytes);
        }
    }

    /// Whether the head read last states the length of its body twice.
    pub(super) fn is_head_ambiguous(&self) -> bool {
        self.lock().head.is_ambiguous()
    }

    /// Counts a request; returns how many came before it on this connection.
    pub(super) fn count_request(&self) -> u64 {
        let mut inner = self.lock();
        inner.served += 1;
        inner.served - 1
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Fields are set one by one; after a panic at worst a pace or a wish is missing.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn pace(&mut self, direction: Direction) -> &mut Pace {
        match direction {
            Direction::Request => &mut self.incoming,
            Direction::Response => &mut self.outgoing,
        }
    }
}

impl Pace {
    fn throttles(&mut self) -> impl Iterator<Item = &mut Throttle> {
        self.connection.iter_mut().chain(self.exchange.iter_mut())
    }
}
