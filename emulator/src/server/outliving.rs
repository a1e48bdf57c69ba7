//! Lets an exchange outlive the connection that it runs on. hyper drops what it polls when the client hangs up, and
//! what the client has asked for must be done all the same. A task for each exchange would do, at the price of a
//! thread's waking for each request.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// A future that runs where it is polled and, when it is dropped before its end, goes on in a task of its own.
pub(super) struct Outliving<F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    rest: Option<Pin<Box<F>>>,
    tasks: TaskTracker,
    runtime: Handle,
}

impl<F> Outliving<F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    /// Must be called on a tokio runtime: that is where the rest would run, among `tasks`.
    pub(super) fn new(future: F, tasks: TaskTracker) -> Self {
        Self { rest: Some(Box::pin(future)), tasks, runtime: Handle::current() }
    }
}

impl<F> Future for Outliving<F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // Taken out while it is polled: what panics is not to go on.
        let Some(mut future) = self.rest.take() else { return Poll::Pending };
        let polled = future.as_mut().poll(cx);
        if polled.is_pending() {
            self.rest = Some(future);
        }
        polled
    }
}

impl<F> Drop for Outliving<F>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            drop(self.tasks.spawn_on(rest, &self.runtime));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;
    use tokio_util::task::TaskTracker;

    use super::Outliving;
    use crate::within::within;

    #[tokio::test]
    async fn what_is_dropped_halfway_goes_on_to_its_end() {
        let (start, waits_for_start) = oneshot::channel::<()>();
        let (finish, finished) = oneshot::channel();
        let tasks = TaskTracker::new();
        let mut work = Box::pin(Outliving::new(
            async move {
                let told = waits_for_start.await;
                finish.send(told)
            },
            tasks.clone(),
        ));
        assert!(futures_util::poll!(work.as_mut()).is_pending());
        drop(work);
        start.send(()).expect("the rest waits for it");
        assert_eq!(within("the rest is done", finished).await, Ok(Ok(())));
        tasks.close();
        within("the task ends", tasks.wait()).await;
    }

    #[tokio::test]
    async fn what_has_ended_leaves_no_task() {
        let tasks = TaskTracker::new();
        assert_eq!(Outliving::new(async { 7 }, tasks.clone()).await, 7);
        assert!(tasks.is_empty());
    }
}
