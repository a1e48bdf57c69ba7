//! The body of an answer on its way out, with faults at exact offsets: it yields the bytes before a fault, then stays
//! pending while hyper flushes them, then lets the fault strike. Yielding an error instead would make hyper throw the
//! bytes away.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::TryStreamExt;
use hyper::body::{Body, Frame, SizeHint};

use super::{
    exchange::{Exchange, Interrupt},
    spoils::{Placed, spoil},
};
use crate::{
    fault::{Cut, Point},
    journal::Outcome,
    store::{PinnedBody, StoreError},
};

type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>> + Send>>;
type Strike = Pin<Box<dyn Future<Output = Result<(), Interrupt>> + Send>>;

/// Where the bytes come from.
pub(super) struct Source {
    length: u64,
    ready: Bytes,
    rest: Option<ByteStream>,
}

impl Source {
    pub(super) fn nothing() -> Self {
        Self::from_bytes(Bytes::new())
    }

    pub(super) fn from_bytes(bytes: Bytes) -> Self {
        Self { length: length_of(&bytes), ready: bytes, rest: None }
    }

    /// With its first chunk read: content that cannot be read is refused while a refusal can still be sent.
    pub(super) async fn from_store(content: PinnedBody) -> Result<Self, StoreError> {
        let length = content.len();
        let mut rest: ByteStream = Box::pin(content.stream());
        let ready = rest.try_next().await?.unwrap_or_default();
        Ok(Self { length, ready, rest: Some(rest) })
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(), StoreError>>> {
        while self.ready.is_empty() {
            let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
            match ready!(rest.as_mut().poll_next(cx)) {
                Some(Ok(chunk)) => self.ready = chunk,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.rest = None,
            }
        }
        Poll::Ready(Some(Ok(())))
    }
}

/// What waits at an offset.
enum Break {
    Fault(usize),
    Truncation(Cut),
}

/// The body of an answer.
pub(crate) struct AnswerStream {
    exchange: Arc<Exchange>,
    source: Source,
    sent: u64,
    breaks: VecDeque<(u64, Break)>,
    damages: Vec<Placed>,
    strike: Option<Strike>,
    /// A fault has ended the exchange: nothing more comes, and hyper must not learn of an end.
    silent: bool,
    handed_over: bool,
}

impl AnswerStream {
    pub(super) fn new(exchange: Arc<Exchange>, source: Source) -> Self {
        let length = source.length;
        let faults = exchange.within_body(|point| matches!(point, Point::RespBody(_)), Some(length));
        let mut breaks: Vec<(u64, Break)> =
            faults.into_iter().map(|(at, claim)| (at, Break::Fault(claim))).collect();
        let damages = {
            let spoils = exchange.spoils();
            let cut = spoils.truncate.and_then(|(at, cut)| Some((at.resolve(Some(length))?, cut)));
            breaks.extend(cut.map(|(at, cut)| (at, Break::Truncation(cut))));
            place(&spoils.response, length)
        };
        breaks.sort_by_key(|(at, _)| *at);
        Self {
            exchange,
            source,
            sent: 0,
            breaks: breaks.into(),
            damages,
            strike: None,
            silent: false,
            handed_over: false,
        }
    }

    /// Must be called when the head is about to be handed to hyper: an answer without body is complete with its head.
    pub(super) fn begin(&mut self) {
        if self.sent == self.source.length {
            self.hand_over();
        }
    }

    /// All bytes are with hyper: what waits for the end strikes when they are flushed.
    fn hand_over(&mut self) {
        self.handed_over = true;
        self.exchange.log.written(self.sent);
        let last = self.breaks.drain(..).filter_map(|(_, waiting)| match waiting {
            Break::Fault(claim) => Some(claim),
            Break::Truncation(_) => None,
        });
        let (last, length) = (last.collect::<Vec<_>>(), self.sent);
        let exchange = Arc::clone(&self.exchange);
        self.exchange.around.wire.on_flush(Box::new(move || exchange.delivered(last, length)));
    }

    /// Lets the fault at the present offset strike, if there is one; pending while it holds the answer.
    fn poll_breaks(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.silent {
                return Poll::Pending;
            }
            if let Some(strike) = &mut self.strike {
                let struck = ready!(strike.as_mut().poll(cx));
                self.strike = None;
                self.refresh_damages();
                if struck.is_err() {
                    self.silent = true;
                    continue;
                }
            }
            match self.breaks.front() {
                Some((at, _)) if *at <= self.sent => {}
                _ => return Poll::Ready(()),
            }
            match self.breaks.pop_front() {
                Some((at, Break::Fault(claim))) => {
                    let exchange = Arc::clone(&self.exchange);
                    self.strike = Some(Box::pin(async move { exchange.strike(claim, Some(at)).await }));
                }
                Some((_, Break::Truncation(cut))) => {
                    self.exchange.log.written(self.sent);
                    self.exchange.around.wire.cut_after_flush(cut);
                    self.exchange.finish(Outcome::Cut);
                    self.silent = true;
                }
                None => return Poll::Ready(()),
            }
        }
    }

    /// A fault within the body may have asked for damage from its own offset on.
    fn refresh_damages(&mut self) {
        self.exchange.log.written(self.sent);
        self.damages = place(&self.exchange.spoils().response, self.source.length);
    }
}

fn place(response: &[(crate::fault::Offset, crate::fault::Damage)], length: u64) -> Vec<Placed> {
    let placed = response.iter().filter_map(|(offset, damage)| {
        Some(Placed { at: offset.resolve(Some(length))?, damage: damage.clone() })
    });
    placed.collect()
}

impl Body for AnswerStream {
    type Data = Bytes;
    type Error = StoreError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StoreError>>> {
        let this = &mut *self;
        if this.handed_over {
            return Poll::Ready(None);
        }
        ready!(this.poll_breaks(cx));
        match ready!(this.source.poll_chunk(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => {
                tracing::error!(%error, "an answer ends early: its content cannot be read");
                return Poll::Ready(Some(Err(error)));
            }
            Some(Ok(())) => {}
        }
        let next_stop = this.breaks.front().map_or(this.source.length, |(at, _)| *at).min(this.source.length);
        let most = usize::try_from(next_stop - this.sent).unwrap_or(usize::MAX);
        let ready = &mut this.source.ready;
        let piece = ready.split_to(ready.len().min(most));
        let piece = spoil(&this.damages, this.sent, piece);
        this.sent += length_of(&piece);
        if this.sent == this.source.length {
            this.hand_over();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.handed_over
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.source.length - self.sent)
    }
}

impl Drop for AnswerStream {
    fn drop(&mut self) {
        if !self.handed_over {
            self.exchange.log.written(self.sent);
        }
    }
}

fn length_of(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
