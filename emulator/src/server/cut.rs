//! Ends connections: by RST, by FIN with draining, or by falling silent. Called by the driver of a connection when it
//! is the socket's only owner.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::send_queue::drained;
use crate::{fault::Cut, sandbox::Limits};

/// Ends the connection as a fault asked for.
pub(super) async fn end(socket: Arc<TcpStream>, cut: Cut, limits: &Limits, stop: &CancellationToken) {
    match cut {
        Cut::Reset => {
            tokio::select! {
                () = drained(&socket) => {},
                () = stop.cancelled() => {},
            }
            // Fails only when the socket is gone already; then there is nothing to end.
            let _ = socket.set_zero_linger();
        }
        Cut::Close => close(socket, limits, stop).await,
        Cut::Vanish => {
            tokio::select! {
                () = tokio::time::sleep(limits.vanish) => {},
                () = stop.cancelled() => {},
            }
        }
    }
}

/// Ends the sending side and takes in what the peer still sends. A close with unread bytes in the receive queue would
/// reach the peer as RST, and could destroy an answer that it has not read.
pub(super) async fn close(socket: Arc<TcpStream>, limits: &Limits, stop: &CancellationToken) {
    let Ok(mut socket) = Arc::try_unwrap(socket) else { return };
    if socket.shutdown().await.is_err() {
        return;
    }
    let deadline = Instant::now() + limits.linger;
    let drain = async {
        let mut sink = vec![0; 64 << 10];
        while matches!(timeout_at(deadline, socket.read(&mut sink)).await, Ok(Ok(read)) if read > 0) {}
    };
    tokio::select! {
        () = drain => {},
        () = stop.cancelled() => {},
    }
}
