//! A range of a source as the body of a request: read in small pieces, for its digests and again while it is sent.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use crc_fast::{CrcAlgorithm, Digest as Crc};
use futures_util::{StreamExt, stream};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::spawn_blocking,
};

use super::OpenSource;
use crate::{
    api::BodySource,
    machine::{ByteRange, ErrorKind, Hasher, LocalDigest},
    transport::Chunks,
    upload::progress::Reporter,
};

/// Chunks that may wait for the connection.
const CHUNKS_AHEAD: usize = 2;

/// A range of the source as the body of a request.
pub(crate) struct SourceRange {
    source: Arc<OpenSource>,
    range: ByteRange,
    meter: Option<(Reporter, u32)>,
    fault: Arc<Mutex<Option<ErrorKind>>>,
    dropped: Arc<AtomicBool>,
}

impl SourceRange {
    /// A range whose sending is told to `meter` under a part's number.
    pub(crate) fn new(source: Arc<OpenSource>, range: ByteRange, meter: Option<(Reporter, u32)>) -> Self {
        Self { source, range, meter, fault: Arc::default(), dropped: Arc::default() }
    }
}

impl Drop for SourceRange {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl BodySource for SourceRange {
    async fn digest(&self) -> Result<LocalDigest, ErrorKind> {
        let (source, range, dropped) = (self.source.clone(), self.range, self.dropped.clone());
        let reading = spawn_blocking(move || {
            let mut hasher = Hasher::default();
            source.for_each_chunk(range, |chunk, _| {
                hasher.update(chunk);
                Ok(!dropped.load(Ordering::Relaxed))
            })?;
            // Noticed here, a change costs one part; before Complete it is looked for again.
            source.check()?;
            Ok(hasher.finish())
        });
        reading.await.unwrap_or_else(|error| Err(ErrorKind::Internal(error.to_string())))
    }

    fn chunks(&self, digest: &LocalDigest) -> Chunks {
        let (sender, receiver) = channel(CHUNKS_AHEAD);
        let (source, range, crc64) = (self.source.clone(), self.range, digest.crc64);
        let fault = self.fault.clone();
        *fault.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // Detached on purpose: it ends when its receiver is gone.
        drop(spawn_blocking(move || {
            if let Err(kind) = send_chunks(&source, range, crc64, &sender) {
                *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(kind.clone());
                // Without a receiver nobody needs to know.
                let _gone = sender.blocking_send(Err(io::Error::other(kind.to_string())));
            }
        }));
        let mut sent = 0;
        let meter = self.meter.clone();
        let tell = move |chunk: io::Result<Bytes>| {
            if let (Ok(bytes), Some((reporter, number))) = (&chunk, &meter) {
                sent += bytes.len() as u64;
                reporter.under_way(*number, sent);
            }
            chunk
        };
        Box::pin(received(receiver).map(tell))
    }

    fn fault(&self) -> Option<ErrorKind> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn received(receiver: Receiver<io::Result<Bytes>>) -> impl stream::Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}

/// Hands out the chunks of a range. The last one is held back until the bytes are known to be those of `crc64`, so that a
/// changed range never arrives whole.
fn send_chunks(
    source: &OpenSource,
    range: ByteRange,
    crc64: u64,
    sender: &Sender<io::Result<Bytes>>,
) -> Result<(), ErrorKind> {
    let mut crc = Crc::new(CrcAlgorithm::Crc64Xz);
    source.for_each_chunk(range, |chunk, left| {
        crc.update(chunk);
        if left == 0 && crc.finalize() != crc64 {
            return Err(source.changed("its bytes changed between two readings"));
        }
        Ok(sender.blocking_send(Ok(chunk.split().freeze())).is_ok())
    })
}
