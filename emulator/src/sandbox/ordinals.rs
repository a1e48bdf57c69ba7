//! Numbers the uploads of a sandbox, so that fault rules can say "the second upload" before any id is known.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use super::limits::MAX_ORDINALS;
use crate::fault::{Counters, Roll};

/// The places of the uploads, in order of their Initiate.
#[derive(Debug, Default)]
pub(super) struct Ordinals {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    places: HashMap<String, Place>,
    order: VecDeque<String>,
    given: u64,
    of_key: Counters,
}

/// Where an upload stands; both numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Among all uploads of the sandbox.
    pub(super) ordinal: u64,
    /// Among the uploads of its bucket and key.
    pub(super) of_key: u64,
}

impl Ordinals {
    /// Numbers a new upload.
    pub(super) fn note(&self, bucket: &str, key: &str, id: &str) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let of_key = u64::from(inner.of_key.next(Roll::of(&[bucket.as_bytes(), key.as_bytes()])));
        inner.given += 1;
        let place = Place { ordinal: inner.given, of_key };
        if inner.order.len() >= MAX_ORDINALS
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.places.remove(&oldest);
        }
        inner.order.push_back(id.to_owned());
        inner.places.insert(id.to_owned(), place);
    }

    /// Where an upload stands, if it is known.
    pub(super) fn place(&self, id: &str) -> Option<Place> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).places.get(id).copied()
    }
}
