//! What every [`RecordStore`] promises, as a list of functions that an implementation can be held against. The stores of
//! this library are; a store of an application should be, in a test of its own:
//!
//! ```
//! use oss_client::{FileRecords, record::contract};
//!
//! let dir = tempfile::tempdir()?;
//! contract::check(&FileRecords::new(dir.path()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use thiserror::Error;

use super::{RecordError, RecordHold, RecordStore};

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{promise}: {what}")]
pub struct Broken {
    /// Name of the promise.
    pub promise: &'static str,
    /// What was seen.
    pub what: String,
}

/// Looks whether a store keeps one promise; the error says what was seen in place of what was promised.
pub type Promise = fn(&dyn RecordStore) -> Result<(), String>;

/// Every promise with its name. Each uses record names of its own and deletes what it saved, so that all can be tried on
/// one store, which need not be empty.
pub const PROMISES: &[(&str, Promise)] = &[
    ("a new name holds no record", a_new_name_holds_no_record),
    ("what was saved is found by the next holder", what_was_saved_is_found_by_the_next_holder),
    ("saving replaces everything", saving_replaces_everything),
    ("appended lines follow what was saved", appended_lines_follow_what_was_saved),
    ("any bytes are kept as they are", any_bytes_are_kept_as_they_are),
    ("a record has one holder at a time", a_record_has_one_holder_at_a_time),
    ("names do not touch each other", names_do_not_touch_each_other),
    ("a deleted record is gone", a_deleted_record_is_gone),
    ("what is put aside is out of the way", what_is_put_aside_is_out_of_the_way),
];

/// Tries every promise on `store`. What has to be seen from outside is beyond it: that a record survives the death of the
/// process, and that a holder in another process is noticed.
pub fn check(store: &dyn RecordStore) -> Result<(), Broken> {
    PROMISES.iter().try_for_each(|(promise, keeps)| keeps(store).map_err(|what| Broken { promise, what }))
}

/// A name as the client makes them, for one promise.
fn name(number: u8) -> String {
    format!("{}.{}", format!("{number:02x}").repeat(32), super::limits::EXTENSION)
}

fn said(error: &RecordError) -> String {
    error.to_string()
}

fn open(store: &dyn RecordStore, number: u8) -> Result<Box<dyn RecordHold>, String> {
    store.open(&name(number)).map_err(|error| format!("opening failed: {error}"))
}

fn holds(record: &mut dyn RecordHold, wanted: &[u8]) -> Result<(), String> {
    let found = record.load().map_err(|error| said(&error))?;
    if found == wanted {
        return Ok(());
    }
    let [found, wanted] = [&found[..], wanted].map(String::from_utf8_lossy);
    Err(format!("it holds {found:?} where {wanted:?} belongs"))
}

fn a_new_name_holds_no_record(store: &dyn RecordStore) -> Result<(), String> {
    holds(open(store, 1)?.as_mut(), b"")
}

fn what_was_saved_is_found_by_the_next_holder(store: &dyn RecordStore) -> Result<(), String> {
    let mut record = open(store, 2)?;
    record.save(b"saved\n").map_err(|error| said(&error))?;
    holds(record.as_mut(), b"saved\n")?;
    drop(record);
    let mut record = open(store, 2)?;
    holds(record.as_mut(), b"saved\n")?;
    record.delete().map_err(|error| said(&error))
}

fn saving_replaces_everything(store: &dyn RecordStore) -> Result<(), String> {
    let mut record = open(store, 3)?;
    record.save(b"a long first line\n").map_err(|error| said(&error))?;
    record.append(b"and a second\n").map_err(|error| said(&error))?;
    record.save(b"short\n").map_err(|error| said(&error))?;
    holds(record.as_mut(), b"short\n")?;
    record.delete().map_err(|error| said(&error))
}

fn appended_lines_follow_what_was_saved(store: &dyn RecordStore) -> Result<(), String> {
    let mut record = open(store, 4)?;
    let mut wanted = b"head\n".to_vec();
    record.save(&wanted).map_err(|error| said(&error))?;
    for number in 0..20 {
        let line = format!("line {number}\n");
        wanted.extend_from_slice(line.as_bytes());
        if let Some(later) = record.append(line.as_bytes()).map_err(|error| said(&error))? {
            later().map_err(|error| format!("what was left for later failed: {error}"))?;
        }
    }
    drop(record);
    let mut record = open(store, 4)?;
    holds(record.as_mut(), &wanted)?;
    record.delete().map_err(|error| said(&error))
}

fn any_bytes_are_kept_as_they_are(store: &dyn RecordStore) -> Result<(), String> {
    let mut record = open(store, 5)?;
    let bytes: Vec<u8> = (0..=255).chain(std::iter::repeat_n(0, 70_000)).collect();
    record.save(&bytes).map_err(|error| said(&error))?;
    holds(record.as_mut(), &bytes)?;
    record.delete().map_err(|error| said(&error))
}

fn a_record_has_one_holder_at_a_time(store: &dyn RecordStore) -> Result<(), String> {
    let first = open(store, 6)?;
    match store.open(&name(6)) {
        Err(RecordError::Busy(_)) => {}
        Err(other) => return Err(format!("a second holder is told {other:?} where Busy belongs")),
        Ok(_) => return Err("a second holder was let in".to_owned()),
    }
    drop(first);
    open(store, 6).map(drop)
}

fn names_do_not_touch_each_other(store: &dyn RecordStore) -> Result<(), String> {
    let (mut one, mut other) = (open(store, 7)?, open(store, 8)?);
    one.save(b"one").map_err(|error| said(&error))?;
    holds(other.as_mut(), b"")?;
    other.save(b"other").map_err(|error| said(&error))?;
    one.delete().map_err(|error| said(&error))?;
    holds(other.as_mut(), b"other")?;
    other.delete().map_err(|error| said(&error))
}

fn a_deleted_record_is_gone(store: &dyn RecordStore) -> Result<(), String> {
    let mut record = open(store, 9)?;
    record.save(b"saved\n").map_err(|error| said(&error))?;
    record.delete().map_err(|error| said(&error))?;
    holds(record.as_mut(), b"")?;
    record.delete().map_err(|error| format!("deleting what is not there is an error: {error}"))?;
    record.save(b"again\n").map_err(|error| said(&error))?;
    holds(record.as_mut(), b"again\n")?;
    record.delete().map_err(|error| said(&error))?;
    drop(record);
    holds(open(store, 9)?.as_mut(), b"")
}

fn what_is_put_aside_is_out_of_the_way(store: &dyn RecordStore) -> Result<(), String> {
    let mut record = open(store, 10)?;
    record.save(b"damaged").map_err(|error| said(&error))?;
    record.put_aside().map_err(|error| said(&error))?;
    holds(record.as_mut(), b"")?;
    record.save(b"new\n").map_err(|error| said(&error))?;
    drop(record);
    let mut record = open(store, 10)?;
    holds(record.as_mut(), b"new\n")?;
    record.delete().map_err(|error| said(&error))
}
