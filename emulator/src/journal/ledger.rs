//! The journal itself: two rings (events and exchanges) behind one lock, and a way to wait for what comes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    event::{Event, Subject, What},
    exchange::{Exchange, Fired},
    limits::JournalCapacity,
    record::{Record, SCHEMA},
};
use crate::{clock::Clock, fault::Counters};

/// What happened in one sandbox.
#[derive(Debug)]
pub struct Journal {
    sandbox: String,
    pub(super) clock: Arc<Clock>,
    capacity: JournalCapacity,
    inner: Mutex<Inner>,
    version: watch::Sender<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    events: VecDeque<Event>,
    last_seq: u64,
    dropped_events: u64,
    exchanges: VecDeque<Exchange>,
    pub(super) last_exchange: u64,
    dropped_exchanges: u64,
    last_connection: u64,
    pub(super) attempts: Counters,
}

impl Journal {
    /// An empty journal of the sandbox of this name.
    pub fn new(sandbox: &str, clock: Arc<Clock>, capacity: JournalCapacity) -> Arc<Self> {
        Arc::new(Self {
            sandbox: sandbox.to_owned(),
            clock,
            capacity,
            inner: Mutex::default(),
            version: watch::Sender::new(0),
        })
    }

    /// The summaries that are kept, in the order in which the heads arrived.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.lock().exchanges.iter().cloned().collect()
    }

    /// One summary, if it is kept.
    pub fn exchange(&self, id: u64) -> Option<Exchange> {
        self.lock().exchange(id).cloned()
    }

    /// The events that are kept, in order; the first is a marker when older ones were dropped.
    pub fn events(&self) -> Vec<Record> {
        self.events_since(0)
    }

    /// The events after `seq`; the first is a marker when some of those were dropped.
    pub fn events_since(&self, seq: u64) -> Vec<Record> {
        let inner = self.lock();
        let first_kept = inner.events.front().map_or(inner.last_seq + 1, |event| event.seq);
        let gone = first_kept.saturating_sub(seq.saturating_add(1));
        // Numbers have no gaps within the ring, so the first wanted event is found without a search.
        let skipped = usize::try_from(seq.saturating_add(1).saturating_sub(first_kept)).unwrap_or(usize::MAX);
        let kept = inner.events.range(skipped.min(inner.events.len())..);
        let mut records = Vec::new();
        if gone > 0 {
            records.push(self.marker(seq, gone));
        }
        records.extend(kept.map(|event| event.to_record(&self.sandbox)));
        records
    }

    fn marker(&self, seq: u64, gone: u64) -> Record {
        Record {
            schema: SCHEMA,
            sandbox: self.sandbox.clone(),
            seq: seq + gone,
            event: "dropped".to_owned(),
            detail: Some(format!("{gone} older events are gone; raise the journal's capacity to keep them")),
            ..Record::default()
        }
    }

    /// How many events and summaries are gone since the journal began. A verdict that needs all of them is void
    /// unless this is 0.
    pub fn dropped(&self) -> u64 {
        let inner = self.lock();
        inner.dropped_events + inner.dropped_exchanges
    }

    /// Waits for the first event that satisfies `wanted`, those that are kept already included.
    pub async fn wait(&self, wanted: impl Fn(&Record) -> bool) -> Record {
        self.wait_since(0, wanted).await
    }

    /// Waits for the first event after `seq` that satisfies `wanted`.
    pub async fn wait_since(&self, mut seq: u64, wanted: impl Fn(&Record) -> bool) -> Record {
        let mut version = self.version.subscribe();
        loop {
            version.borrow_and_update();
            for record in self.events_since(seq) {
                seq = record.seq;
                if wanted(&record) {
                    return record;
                }
            }
            if version.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Waits for the first exchange that satisfies `wanted`; it is looked at again after each of its events.
    pub async fn wait_for_exchange(&self, wanted: impl Fn(&Exchange) -> bool) -> Exchange {
        let mut version = self.version.subscribe();
        loop {
            version.borrow_and_update();
            if let Some(found) = self.lock().exchanges.iter().find(|exchange| wanted(exchange)).cloned() {
                return found;
            }
            if version.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Notes a new connection and returns its number.
    pub fn accepted(&self) -> u64 {
        let connection = {
            let mut inner = self.lock();
            inner.last_connection += 1;
            inner.last_connection
        };
        self.note(Some(connection), None, What::Accepted);
        connection
    }

    /// Notes the end of a connection.
    pub fn closed(&self, connection: u64, how: &'static str) {
        self.note(Some(connection), None, What::Closed(how));
    }

    /// Notes a fault that strikes a connection before any request is known.
    pub fn connection_fault(&self, connection: u64, fired: Fired) {
        self.note(Some(connection), None, What::Fired(Box::new(fired)));
    }

    /// Notes that something was done to the sandbox from outside.
    pub fn control(&self, detail: String) {
        self.note(None, None, What::Control(detail));
    }

    /// Forgets everything that ended; numbers go on rising.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.events.clear();
        inner.exchanges.retain(|exchange| exchange.ended_ns.is_none());
        inner.dropped_events = 0;
        inner.dropped_exchanges = 0;
    }

    pub(super) fn note(&self, connection: Option<u64>, subject: Option<Arc<Subject>>, what: What) {
        let moment = self.moment();
        let mut inner = self.lock();
        inner.append(&self.capacity, moment, connection, subject, what);
        self.tell(inner);
    }

    /// Changes the summary of an exchange, unless it is forgotten already, and notes the event that the change makes of
    /// it: one step for readers.
    pub(super) fn advance(
        &self,
        connection: u64,
        subject: &Arc<Subject>,
        change: impl FnOnce(Option<&mut Exchange>, u64) -> Option<What>,
    ) {
        let moment = self.moment();
        let mut inner = self.lock();
        if let Some(what) = change(inner.exchange_mut(subject.exchange), moment.ns) {
            inner.append(&self.capacity, moment, Some(connection), Some(Arc::clone(subject)), what);
            self.tell(inner);
        }
    }

    fn moment(&self) -> Moment {
        Moment { at: self.clock.now(), ns: self.clock.monotonic_ns() }
    }

    /// Wakes those who wait for news. Whoever subscribes from now on reads the list after that, and finds them there.
    fn tell(&self, inner: MutexGuard<'_, Inner>) {
        let seq = inner.last_seq;
        drop(inner);
        if self.version.receiver_count() > 0 {
            self.version.send_replace(seq);
        }
    }

    pub(super) fn push(&self, inner: &mut Inner, exchange: Exchange) {
        if inner.exchanges.len() >= self.capacity.exchanges {
            inner.exchanges.pop_front();
            inner.dropped_exchanges += 1;
        }
        inner.exchanges.push_back(exchange);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // Rings and numbers are changed one by one; after a panic at worst one entry is missing.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When something happened: the sandbox's time, and that of the machine.
#[derive(Clone, Copy)]
struct Moment {
    at: Timestamp,
    ns: u64,
}

impl Inner {
    fn append(
        &mut self,
        capacity: &JournalCapacity,
        moment: Moment,
        connection: Option<u64>,
        subject: Option<Arc<Subject>>,
        what: What,
    ) {
        self.last_seq += 1;
        let event = Event { seq: self.last_seq, ns: moment.ns, at: moment.at, connection, subject, what };
        if self.events.len() >= capacity.events {
            self.events.pop_front();
            self.dropped_events += 1;
        }
        self.events.push_back(event);
    }

    fn exchange(&self, id: u64) -> Option<&Exchange> {
        self.exchanges.get(self.place(id)?)
    }

    pub(super) fn exchange_mut(&mut self, id: u64) -> Option<&mut Exchange> {
        let place = self.place(id)?;
        self.exchanges.get_mut(place)
    }

    /// Where a summary stands. Ids rise by one, so that it is known at once unless the journal was cleared meanwhile.
    fn place(&self, id: u64) -> Option<usize> {
        let first = self.exchanges.front()?.id;
        let guess = usize::try_from(id.checked_sub(first)?).ok()?;
        if self.exchanges.get(guess).is_some_and(|exchange| exchange.id == id) {
            return Some(guess);
        }
        self.exchanges.binary_search_by_key(&id, |exchange| exchange.id).ok()
    }
}
