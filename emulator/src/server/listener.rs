//! Accepts connections until the emulator stops.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{connection::drive, limits::ACCEPT_REST};
use crate::sandbox::Sandbox;

/// What all connections of one emulator share.
pub(super) struct Shared {
    /// The sandbox of requests that name no other.
    pub(super) sandbox: Arc<Sandbox>,
    /// Cancelled when the emulator begins to stop: no new requests, exchanges under way may end.
    pub(super) stopping: CancellationToken,
    /// Cancelled when it waits no longer.
    pub(super) stop: CancellationToken,
    /// Connections and exchanges under way.
    pub(super) tasks: TaskTracker,
}

/// Accepts until the emulator stops.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shared.stopping.cancelled() => return,
        };
        match accepted {
            Ok((socket, _)) => {
                // Fails only when the peer has gone already; the connection's own reads will tell.
                let _ = socket.set_nodelay(true);
                let tasks = shared.tasks.clone();
                tasks.spawn(drive(Arc::clone(&shared), socket));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection; if file descriptors ran out, raise `ulimit -n`");
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}

/// How this machine itself reaches a server that listens there: an address that stands for all of them is none to call.
pub(crate) fn loopback_of(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}
