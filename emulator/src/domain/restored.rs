//! Archived objects that were asked back. Time decides: nothing has to happen for a restore to end.

use super::StorageClass;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How fast an archived object is asked back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestoreTier {
    /// `Expedited`
    Expedited,
    /// `Standard`
    #[default]
    Standard,
    /// `Bulk`
    Bulk,
}

impl RestoreTier {
    /// Reads the word on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Expedited" => Some(Self::Expedited),
            "Standard" => Some(Self::Standard),
            "Bulk" => Some(Self::Bulk),
            _ => None,
        }
    }

    /// How long the restore of an object takes. OSS documentation: `RestoreObject` gives the longest time of each
    /// class and tier; our choice is to take all of it.
    fn duration(self, class: StorageClass) -> SignedDuration {
        match (class, self) {
            (StorageClass::ColdArchive, Self::Expedited) => SignedDuration::from_hours(1),
            (StorageClass::ColdArchive, Self::Standard) => SignedDuration::from_hours(5),
            (StorageClass::ColdArchive | StorageClass::DeepColdArchive, Self::Expedited | Self::Bulk) => {
                SignedDuration::from_hours(12)
            }
            (StorageClass::DeepColdArchive, Self::Standard) => SignedDuration::from_hours(48),
            (StorageClass::Standard | StorageClass::InfrequentAccess | StorageClass::Archive, _) => {
                SignedDuration::from_mins(1)
            }
        }
    }
}

/// A restore that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// From when the object can be read.
    pub ready: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Restored {
    /// A restore that begins at `now` and keeps the object readable for `days`.
    pub fn begin(class: StorageClass, tier: RestoreTier, days: u32, now: Timestamp) -> Self {
        let ready = now.saturating_add(tier.duration(class)).unwrap_or(Timestamp::MAX);
        Self { ready, until: after_days(ready, days) }
    }

    /// The same, readable for `days` from `now` on.
    #[must_use]
    pub fn extended(self, days: u32, now: Timestamp) -> Self {
        Self { until: after_days(now, days).max(self.until), ..self }
    }

    /// Whether the object is not there yet.
    pub fn is_ongoing(self, now: Timestamp) -> bool {
        now < self.ready
    }

    /// Whether the object can be read.
    pub fn is_readable(self, now: Timestamp) -> bool {
        self.ready <= now && now < self.until
    }
}

fn after_days(from: Timestamp, days: u32) -> Timestamp {
    from.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX)
}
