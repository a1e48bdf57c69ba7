//! The bundled client as a task of the runner: fast, and the only way to end it is to drop it.

use std::sync::Arc;

use async_trait::async_trait;
use oss_client::CancelToken;
use tokio::sync::mpsc;

use super::{ClientEvent, Configure, Control, Driver, DriverError, Session, UploadOrder, bundled};

/// Runs the bundled client inside the runner.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

#[async_trait]
impl Driver for InProcess {
    async fn begin(&self, configure: Configure, order: UploadOrder) -> Result<Session, DriverError> {
        let (events, received) = mpsc::unbounded_channel();
        let (controls, orders) = mpsc::unbounded_channel();
        tokio::spawn(attend(configure, order, Arc::new(events), orders));
        Ok(Session { events: received, controls })
    }
}

/// Watches over the upload until it has ended, one way or another.
async fn attend(
    configure: Configure,
    order: UploadOrder,
    events: Arc<mpsc::UnboundedSender<ClientEvent>>,
    mut controls: mpsc::UnboundedReceiver<Control>,
) {
    let cancel = CancelToken::new();
    let mut upload = tokio::spawn({
        let (cancel, events) = (cancel.clone(), Arc::clone(&events));
        async move {
            let progress = {
                let events = Arc::clone(&events);
                move |sent, total| drop(events.send(ClientEvent::Progress { sent, total }))
            };
            let finished = bundled::upload(&configure, &order, cancel, progress).await;
            drop(events.send(ClientEvent::Finished(finished)));
        }
    });
    loop {
        tokio::select! {
            ended = &mut upload => {
                if let Err(error) = ended {
                    drop(events.send(ClientEvent::Log(format!("the client's task ended badly: {error}"))));
                    drop(events.send(ClientEvent::Exited { code: None, signal: None }));
                }
                return;
            }
            Some(control) = controls.recv() => match control {
                Control::Cancel(word) => cancel.cancel_with(bundled::on_cancel(word)),
                Control::Signal(_) => upload.abort(),
            },
        }
    }
}
