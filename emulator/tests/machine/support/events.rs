//! What the tests wait for in an emulator that runs in their own process, each within the bound.

use std::{fmt::Display, future::Future};

use oss_emulator::{
    Emulator,
    journal::{Exchange, Record},
};

use super::within;

/// Waits until an exchange has come to the gate.
#[track_caller]
pub(crate) fn reached(emulator: &Emulator, gate: &str) -> impl Future<Output = ()> {
    within(format!("an exchange comes to the gate `{gate}`"), emulator.sandbox().gates().reached(gate))
}

/// The first event in the journal that is wanted.
#[track_caller]
pub(crate) fn noted(
    emulator: &Emulator,
    what: impl Display,
    wanted: impl Fn(&Record) -> bool,
) -> impl Future<Output = Record> {
    within(format!("the journal notes {what}"), emulator.sandbox().journal().wait(wanted))
}

/// The first exchange in the journal that is as wanted.
#[track_caller]
pub(crate) fn exchange(
    emulator: &Emulator,
    what: impl Display,
    wanted: impl Fn(&Exchange) -> bool,
) -> impl Future<Output = Exchange> {
    within(format!("the journal knows {what}"), emulator.sandbox().journal().wait_for_exchange(wanted))
}

/// Stops the emulator and waits for its end.
#[track_caller]
pub(crate) fn stopped(emulator: Emulator) -> impl Future<Output = ()> {
    within("the emulator stops", emulator.shutdown())
}
