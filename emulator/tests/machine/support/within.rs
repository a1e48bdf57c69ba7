//! The bound of every wait for an event: a test whose event never comes fails, and says what it waited for and where.
//! Written once, it is a module of every test crate that waits.

use std::{fmt::Display, future::Future, panic::Location, time::Duration};

/// Longer than anything that comes at all takes to come, on a busy machine too.
pub(crate) const BOUND: Duration = Duration::from_secs(30);

/// What `future` gives, which has to come within the bound.
#[track_caller]
pub(crate) fn within<F: Future>(what: impl Display, future: F) -> impl Future<Output = F::Output> {
    let asked = Location::caller();
    async move {
        let Ok(output) = tokio::time::timeout(BOUND, future).await else {
            panic!("not within {BOUND:?}: {what}, awaited at {asked}")
        };
        output
    }
}
