//! Takes in the body of a request: into the store or into memory, exact to the byte where a fault waits, or to nowhere
//! when the request has been refused.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use md5::Digest;
use tokio::time::timeout;

use super::{
    exchange::{Exchange, Interrupt},
    spoils::spoil,
};
use crate::{
    domain::Md5,
    error::OssError,
    fault::Point,
    ops::{BodyPlan, Received},
    store::{BodyWriter, PinnedBody, Store},
};

/// A body on its way in.
pub(super) struct Intake {
    body: Incoming,
    /// Whether the client waits for `100 Continue`, which goes out when the body is first asked for.
    awaits_go_ahead: bool,
    asked_for: bool,
    ended: bool,
    taken: u64,
    raw_md5: Option<md5::Md5>,
}

enum Sink {
    Store(Box<BodyWriter>),
    Memory(BytesMut),
}

impl Intake {
    pub(super) fn new(body: Incoming, awaits_go_ahead: bool) -> Self {
        let ended = body.is_end_stream();
        Self { body, awaits_go_ahead, asked_for: false, ended, taken: 0, raw_md5: None }
    }

    /// Takes the whole body in as the operation wants it.
    pub(super) async fn take(
        &mut self,
        exchange: &Exchange,
        store: &Store,
        (plan, stored): (BodyPlan, Option<PinnedBody>),
    ) -> Result<Received, Interrupt> {
        if let Some(stored) = stored {
            return Ok(Received::Stored(stored.digest().await.map_err(OssError::from)?));
        }
        let (mut sink, most) = match plan {
            BodyPlan::None | BodyPlan::Stored(_) => return Ok(Received::None),
            BodyPlan::Blob { max, .. } => {
                let writer = store.writer_of(exchange.declared()).map_err(OssError::from)?;
                (Sink::Store(Box::new(writer)), max)
            }
            BodyPlan::Document { max } => (Sink::Memory(BytesMut::new()), max),
        };
        let filled = self.fill(exchange, &mut sink, &plan, most).await;
        exchange.log.read(self.taken);
        filled?;
        let (received, md5) = match sink {
            Sink::Store(writer) => {
                let blob = writer.finish().await.map_err(OssError::from)?;
                let md5 = blob.content.md5;
                (Received::Blob(blob), md5)
            }
            Sink::Memory(bytes) => {
                let bytes = bytes.freeze();
                let md5 = Md5::of(&bytes);
                (Received::Document(bytes), md5)
            }
        };
        let sent = self.raw_md5.take().map_or(md5, Md5::finish);
        exchange.log.digest(sent.upper_hex());
        Ok(received)
    }

    async fn fill(
        &mut self,
        exchange: &Exchange,
        sink: &mut Sink,
        plan: &BodyPlan,
        most: u64,
    ) -> Result<(), Interrupt> {
        let mut waiting =
            exchange.within_body(|point| matches!(point, Point::ReqBody(_)), exchange.declared());
        waiting.reverse();
        if !exchange.spoils().request.is_empty() || !waiting.is_empty() {
            self.raw_md5 = Some(md5::Md5::new());
        }
        let mut rest = Bytes::new();
        loop {
            while let Some((at, claim)) = waiting.pop_if(|(at, _)| *at <= self.taken) {
                exchange.strike(claim, Some(at)).await?;
            }
            if rest.is_empty() {
                match self.chunk(exchange).await? {
                    Some(chunk) => rest = chunk,
                    None => return Ok(()),
                }
            }
            let until_fault = waiting.last().map_or(u64::MAX, |(at, _)| at - self.taken);
            let piece = rest.split_to(rest.len().min(usize::try_from(until_fault).unwrap_or(usize::MAX)));
            self.keep(exchange, sink, piece).await?;
            if self.taken > most {
                return Err(plan.overflow().into());
            }
        }
    }

    async fn keep(&mut self, exchange: &Exchange, sink: &mut Sink, piece: Bytes) -> Result<(), Interrupt> {
        if let Some(md5) = &mut self.raw_md5 {
            md5.update(&piece);
        }
        let start = self.taken;
        self.taken += length_of(&piece);
        let piece = {
            let spoils = exchange.spoils();
            if spoils.request.is_empty() { piece } else { spoil(&spoils.request, start, piece) }
        };
        match sink {
            Sink::Store(writer) => writer.write(piece).await.map_err(OssError::from)?,
            Sink::Memory(bytes) => bytes.extend_from_slice(&piece),
        }
        Ok(())
    }

    /// The next bytes; `None` at the end. A body that ends too early or stands still is refused.
    async fn chunk(&mut self, exchange: &Exchange) -> Result<Option<Bytes>, OssError> {
        self.asked_for = true;
        let idle = exchange.sandbox().settings().limits.body_idle;
        while !self.ended {
            let Ok(frame) = timeout(idle, self.body.frame()).await else {
                return Err(OssError::request_timeout());
            };
            match frame {
                None => self.ended = true,
                Some(Err(_)) => return Err(OssError::incomplete_body()),
                Some(Ok(frame)) => {
                    if let Some(data) = frame.into_data().ok().filter(|data| !data.is_empty()) {
                        return Ok(Some(data));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether a body was announced that nobody has taken.
    pub(super) fn leaves_unread(&self) -> bool {
        !self.ended
    }

    /// Takes the rest of the body to nowhere, so that the client gets to read the answer. Returns whether the
    /// connection can go on: not when the rest is longer than `most`, or does not come.
    pub(super) async fn drain(&mut self, exchange: &Exchange, most: u64) -> bool {
        if self.ended {
            return true;
        }
        let left = exchange.declared().map_or(0, |declared| declared.saturating_sub(self.taken));
        if left > most || (self.awaits_go_ahead && !self.asked_for) {
            return false;
        }
        let mut md5 = md5::Md5::new();
        let from_the_start = self.taken == 0;
        let mut drained = 0_u64;
        let whole = loop {
            match self.chunk(exchange).await {
                Ok(None) => break true,
                Ok(Some(chunk)) => {
                    md5.update(&chunk);
                    drained += length_of(&chunk);
                    self.taken += length_of(&chunk);
                }
                Err(_) => break false,
            }
            if drained > most {
                break false;
            }
        };
        exchange.log.read(self.taken);
        if whole && from_the_start {
            exchange.log.digest(Md5::finish(md5).upper_hex());
        }
        whole
    }
}

fn length_of(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
