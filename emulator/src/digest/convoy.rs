//! A thread that advances the MD5s of several bodies together. Bodies join with what they have, travel as fast as the
//! lanes allow, and get their digest back.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread,
};

use bytes::Bytes;
use tokio::sync::oneshot;

use super::{
    lanes::{MOST_LANES, compress},
    stream::Md5Stream,
};

/// Bodies from which on it pays to travel together: fewer are digested faster where they arrive. Measured: with 2
/// streams the hand-over costs more than the second lane brings.
const ENOUGH: usize = 3;

/// Bytes that each body advances before newcomers may join.
const STRETCH: usize = 32 * 1024;

/// Bytes that may wait for streams on their way, of all bodies together; as many may travel at the same time (our choice).
const ROOM: usize = 8 << 20;

/// Least and most bytes of that for one body: fewer are not worth a trip, more bring no speed.
const SHARE: std::ops::RangeInclusive<usize> = WORTH_A_TRIP..=512 * 1024;

/// Bytes for which it pays to travel: digesting fewer takes less time than handing them over.
pub(super) const WORTH_A_TRIP: usize = 64 * 1024;

/// The thread that digests is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the thread that digests bodies has ended")]
pub struct Stopped;

/// The bodies that are being digested, and the thread for them. The thread starts when it is first needed and ends
/// when this is dropped.
#[derive(Debug, Default)]
pub struct Convoy {
    bodies: AtomicUsize,
    road: OnceLock<Option<Sender<Passenger>>>,
}

/// One body among those that are being digested, until it is dropped.
#[derive(Debug)]
pub(super) struct Ticket(Arc<Convoy>);

/// A body's MD5 and the bytes that it is to be fed.
struct Passenger {
    stream: Md5Stream,
    chunks: std::vec::IntoIter<Bytes>,
    chunk: Bytes,
    arrival: oneshot::Sender<Md5Stream>,
}

impl Convoy {
    /// Counts a body.
    pub(super) fn enter(self: &Arc<Self>) -> Ticket {
        self.bodies.fetch_add(1, Ordering::Relaxed);
        Ticket(Arc::clone(self))
    }

    /// Whether the thread was needed.
    #[cfg(test)]
    pub(super) fn has_started(&self) -> bool {
        self.road.get().is_some()
    }

    fn road(&self) -> Option<&Sender<Passenger>> {
        let start = || {
            let (sender, receiver) = channel();
            let thread = thread::Builder::new().name("md5-lanes".to_owned());
            // Without a thread every body is digested where it arrives.
            thread.spawn(move || travel(&receiver)).ok().map(|_detached| sender)
        };
        self.road.get_or_init(start).as_ref()
    }
}

impl Ticket {
    /// Whether there are enough bodies to travel together.
    pub(super) fn has_company(&self) -> bool {
        self.0.bodies.load(Ordering::Relaxed) >= ENOUGH
    }

    /// Bytes that may wait while the stream is on its way: fewer, the more bodies there are.
    pub(super) fn share(&self) -> usize {
        let bodies = self.0.bodies.load(Ordering::Relaxed).max(1);
        (ROOM / bodies).clamp(*SHARE.start(), *SHARE.end())
    }

    /// Sends a stream on its way with what it is to be fed; it comes back through the receiver. Without a thread, both
    /// are given back.
    pub(super) fn send(
        &self,
        stream: Md5Stream,
        chunks: Vec<Bytes>,
    ) -> Result<oneshot::Receiver<Md5Stream>, (Md5Stream, Vec<Bytes>)> {
        let Some(road) = self.0.road() else { return Err((stream, chunks)) };
        let (arrival, arrived) = oneshot::channel();
        let passenger = Passenger { stream, chunks: chunks.into_iter(), chunk: Bytes::new(), arrival };
        match road.send(passenger) {
            Ok(()) => Ok(arrived),
            Err(refused) => Err((refused.0.stream, refused.0.chunks.collect())),
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.bodies.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The thread: until nobody can join any more.
fn travel(road: &Receiver<Passenger>) {
    let mut aboard = Vec::with_capacity(MOST_LANES);
    loop {
        if aboard.is_empty() {
            match road.recv() {
                Ok(passenger) => aboard.push(passenger),
                Err(_) => return,
            }
        }
        while aboard.len() < MOST_LANES {
            match road.try_recv() {
                Ok(passenger) => aboard.push(passenger),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        aboard = advance(aboard);
    }
}

/// Lets those who have nothing left to be fed arrive, and takes the others on by one stretch.
fn advance(aboard: Vec<Passenger>) -> Vec<Passenger> {
    let mut going: Vec<Passenger> = aboard.into_iter().filter_map(Passenger::going_on).collect();
    let shortest = going.iter().map(|passenger| passenger.chunk.len()).min().unwrap_or(0).min(STRETCH);
    let (mut states, mut data) = (Vec::with_capacity(going.len()), Vec::with_capacity(going.len()));
    for Passenger { stream, chunk, .. } in &mut going {
        states.push(stream.state());
        data.push(&chunk[..shortest]);
    }
    let taken = compress(&mut states, &data);
    for passenger in &mut going {
        passenger.took(taken);
    }
    going
}

impl Passenger {
    /// Itself with at least a block at hand; `None` when it has arrived.
    fn going_on(mut self) -> Option<Self> {
        loop {
            let mut bytes = &self.chunk[..];
            self.stream.settle(&mut bytes);
            self.chunk = self.chunk.slice_ref(bytes);
            if !self.chunk.is_empty() {
                return Some(self);
            }
            let Some(chunk) = self.chunks.next() else {
                // Nobody waits for a body that was given up.
                let _given_up = self.arrival.send(self.stream);
                return None;
            };
            self.chunk = chunk;
        }
    }

    fn took(&mut self, count: usize) {
        let mut bytes = &self.chunk[..];
        self.stream.took(&mut bytes, count);
        self.chunk = self.chunk.slice_ref(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc::channel};

    use bytes::Bytes;
    use tokio::sync::oneshot;

    use rstest::rstest;

    use super::{Convoy, Md5Stream, Passenger, ROOM, SHARE, travel};
    use crate::domain::Md5;

    #[rstest]
    #[case::few_keep_as_much_as_helps(3, *SHARE.end())]
    #[case::many_divide_the_room(80, ROOM / 80)]
    #[case::very_many_keep_a_trip_each(1000, *SHARE.start())]
    fn the_more_bodies_there_are_the_less_each_keeps(#[case] bodies: usize, #[case] share: usize) {
        let convoy = Arc::new(Convoy::default());
        let mut tickets: Vec<_> = (0..bodies).map(|_| convoy.enter()).collect();
        assert_eq!(tickets[0].share(), share);
        tickets.truncate(1);
        assert_eq!(tickets[0].share(), *SHARE.end(), "room comes back");
    }

    #[test]
    fn a_body_that_was_given_up_on_its_way_harms_no_other() {
        let (road, passengers) = channel();
        let send = |content: &'static [u8]| {
            let (arrival, arrived) = oneshot::channel();
            let (stream, chunks) = (Md5Stream::default(), vec![Bytes::from_static(content)].into_iter());
            assert!(road.send(Passenger { stream, chunks, chunk: Bytes::new(), arrival }).is_ok());
            arrived
        };
        drop(send(&[1; 1000]));
        let mut arrived = send(&[2; 777]);
        drop(road);
        travel(&passengers);
        assert_eq!(arrived.try_recv().expect("it arrives").finish(), Md5::of(&[2; 777]));
    }
}
