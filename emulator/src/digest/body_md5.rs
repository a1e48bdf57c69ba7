//! The MD5 of one body while it arrives: digested on the spot or, when enough others arrive at the same time, together
//! with them.

use std::{mem, sync::Arc};

use bytes::Bytes;
use tokio::sync::oneshot;

use super::{
    convoy::{Convoy, Stopped, Ticket, WORTH_A_TRIP},
    stream::Md5Stream,
};
use crate::domain::Md5;

/// The MD5 of a body that arrives in pieces.
#[derive(Debug)]
pub struct BodyMd5 {
    convoy: Arc<Convoy>,
    /// Only for bodies that are long enough to travel.
    ticket: Option<Ticket>,
    fed: usize,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    place: Place,
}

/// Where the stream is.
#[derive(Debug)]
enum Place {
    Here(Md5Stream),
    OnItsWay(oneshot::Receiver<Md5Stream>),
}

impl BodyMd5 {
    /// Of nothing, yet.
    pub fn new(convoy: &Arc<Convoy>) -> Self {
        Self {
            convoy: Arc::clone(convoy),
            ticket: None,
            fed: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            place: Place::Here(Md5Stream::default()),
        }
    }

    /// Feeds the next piece. Waits only while too much of the body is on its way already.
    pub async fn update(&mut self, piece: &Bytes) -> Result<(), Stopped> {
        self.fed = self.fed.saturating_add(piece.len());
        if self.fed >= WORTH_A_TRIP && self.ticket.is_none() {
            self.ticket = Some(self.convoy.enter());
        }
        self.waiting_bytes += piece.len();
        self.waiting.push(piece.clone());
        let on_its_way = matches!(&self.place, Place::OnItsWay(arrival) if arrival.is_empty());
        let share = self.ticket.as_ref().map_or(0, Ticket::share);
        if on_its_way && self.waiting_bytes < share {
            return Ok(());
        }
        self.come_back().await?;
        self.go_on();
        Ok(())
    }

    /// The digest of the whole body.
    pub async fn finish(mut self) -> Result<Md5, Stopped> {
        self.come_back().await?;
        self.go_on();
        Ok(self.come_back().await?.clone().finish())
    }

    async fn come_back(&mut self) -> Result<&mut Md5Stream, Stopped> {
        if let Place::OnItsWay(arrival) = &mut self.place {
            self.place = Place::Here(arrival.await.map_err(|_| Stopped)?);
        }
        match &mut self.place {
            Place::Here(stream) => Ok(stream),
            Place::OnItsWay(_) => Err(Stopped),
        }
    }

    /// Feeds what waits to a stream that is here.
    fn go_on(&mut self) {
        let Place::Here(stream) = &mut self.place else { return };
        let (mut chunks, bytes) = (mem::take(&mut self.waiting), mem::take(&mut self.waiting_bytes));
        if let Some(ticket) =
            self.ticket.as_ref().filter(|ticket| bytes >= WORTH_A_TRIP && ticket.has_company())
        {
            match ticket.send(mem::take(stream), chunks) {
                Ok(arrival) => {
                    self.place = Place::OnItsWay(arrival);
                    return;
                }
                Err((refused, given_back)) => {
                    *stream = refused;
                    chunks = given_back;
                }
            }
        }
        for chunk in chunks {
            stream.update(&chunk);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use futures_util::future::join_all;
    use rstest::rstest;

    use super::{BodyMd5, Convoy, WORTH_A_TRIP};
    use crate::{domain::Md5, within::within};

    fn content(seed: usize, length: usize) -> Bytes {
        (0..length).map(|at| u8::try_from((at * 31 + at / 251 + seed * 17) % 256).unwrap()).collect()
    }

    async fn fed(convoy: &Arc<Convoy>, content: &Bytes, piece: usize) -> BodyMd5 {
        let mut body = BodyMd5::new(convoy);
        for from in (0..content.len()).step_by(piece) {
            body.update(&content.slice(from..content.len().min(from + piece))).await.unwrap();
            tokio::task::yield_now().await;
        }
        body
    }

    #[rstest]
    #[case::two(2)]
    #[case::a_few(5)]
    #[case::more_than_there_are_lanes(40)]
    #[tokio::test]
    async fn bodies_that_arrive_together_have_the_digests_they_have_alone(#[case] count: usize) {
        let convoy = Arc::new(Convoy::default());
        let digests = join_all((0..count).map(|seed| {
            let convoy = Arc::clone(&convoy);
            async move {
                let content = content(seed, 300_000 + seed * 12_345);
                let body = fed(&convoy, &content, 70_001 + seed * 777).await;
                assert_eq!(body.finish().await, Ok(Md5::of(&content)), "body {seed}");
            }
        }));
        within("all bodies are digested", digests).await;
        assert_eq!(convoy.has_started(), count > 2, "a thread is there for three and more");
    }

    #[tokio::test]
    async fn short_bodies_are_digested_where_they_arrive() {
        let convoy = Arc::new(Convoy::default());
        let content = content(0, WORTH_A_TRIP - 1);
        let bodies = join_all((0..9).map(|_| fed(&convoy, &content, 999))).await;
        for body in bodies {
            assert_eq!(body.finish().await, Ok(Md5::of(&content)));
        }
        assert!(!convoy.has_started());
    }
}
