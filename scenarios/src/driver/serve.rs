//! The bundled client as a driver program: the other end of the protocol, run by a hidden verb of the command line.

use std::sync::Arc;

use oss_client::CancelToken;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::JoinSet,
};

use super::{Configure, Order, PROTOCOL, Reply, Sdk, UploadOrder, bundled};
use crate::scenario::OnCancelWord;

/// Exit code of a client that was interrupted and kept its record.
const INTERRUPTED: u8 = 130;

/// One upload under way.
struct Running {
    id: u64,
    cancel: CancelToken,
}

/// Speaks the protocol on stdin and stdout until `bye`, the end of input, or a signal; returns the exit code.
///
/// SIGINT and SIGTERM cancel what runs, keep its uploads and records, and end the program with 130.
///
/// # Errors
/// A broken pipe, or a signal handler that cannot be set.
pub async fn serve() -> std::io::Result<u8> {
    let (replies, outgoing) = mpsc::unbounded_channel();
    let writer = tokio::spawn(write(outgoing));
    let code = converse(&replies).await?;
    drop(replies);
    writer.await.map_err(std::io::Error::other)??;
    Ok(code)
}

async fn converse(replies: &mpsc::UnboundedSender<Reply>) -> std::io::Result<u8> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut configured = Configure::default();
    let mut running: Vec<Running> = Vec::new();
    let mut uploads = JoinSet::new();
    loop {
        tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            line = lines.next_line() => match line?.as_deref().map(read) {
                None | Some(Ok(Order::Bye)) => {
                    while uploads.join_next().await.is_some() {}
                    return Ok(0);
                }
                Some(Ok(Order::Hello { .. })) => drop(replies.send(ready())),
                Some(Ok(Order::Configure(configure))) => configured = configure,
                Some(Ok(Order::Upload(order))) => {
                    let cancel = CancelToken::new();
                    running.push(Running { id: order.id, cancel: cancel.clone() });
                    uploads.spawn(one(configured.clone(), order, cancel, replies.clone()));
                }
                Some(Ok(Order::Cancel { id, on_cancel })) => cancel(&running, id, on_cancel),
                Some(Err(what)) => drop(replies.send(Reply::Unsupported { what })),
            },
        }
    }
    for upload in &running {
        upload.cancel.cancel_with(bundled::on_cancel(OnCancelWord::Keep));
    }
    while uploads.join_next().await.is_some() {}
    Ok(INTERRUPTED)
}

fn read(line: &str) -> Result<Order, String> {
    serde_json::from_str(line).map_err(|error| {
        let kind = serde_json::from_str::<serde_json::Value>(line).ok();
        let kind = kind.as_ref().and_then(|value| value.get("type")?.as_str());
        kind.map_or_else(|| error.to_string(), str::to_owned)
    })
}

fn ready() -> Reply {
    Reply::Ready {
        protocol: PROTOCOL,
        driver: "oss-client".to_owned(),
        sdk: Sdk {
            name: "oss-client".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: "Rust".to_owned(),
        },
        capabilities: ["cancel", "drain", "progress", "record", "sequential", "upload-token"]
            .map(str::to_owned)
            .to_vec(),
    }
}

fn cancel(running: &[Running], id: u64, word: OnCancelWord) {
    for upload in running.iter().filter(|upload| upload.id == id) {
        upload.cancel.cancel_with(bundled::on_cancel(word));
    }
}

async fn one(
    configure: Configure,
    order: UploadOrder,
    cancel: CancelToken,
    replies: mpsc::UnboundedSender<Reply>,
) {
    let id = order.id;
    let progress = {
        let replies = Arc::new(replies.clone());
        move |sent, total| drop(replies.send(Reply::Progress { id, sent, total }))
    };
    let finished = bundled::upload(&configure, &order, cancel, progress).await;
    drop(replies.send(Reply::Result { id, finished }));
}

async fn write(mut replies: mpsc::UnboundedReceiver<Reply>) -> std::io::Result<()> {
    let mut out = tokio::io::stdout();
    while let Some(reply) = replies.recv().await {
        let mut line = serde_json::to_vec(&reply)?;
        line.push(b'\n');
        out.write_all(&line).await?;
        out.flush().await?;
    }
    Ok(())
}
