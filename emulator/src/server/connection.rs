//! Drives one connection: hyper over the socket wrapper until the client, a fault or the emulator's stop ends it.

use std::{pin::pin, sync::Arc};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::{
    connection_faults::pass_accept, cut, fault_io::FaultIo, limits::MAX_HEAD_BYTES, listener::Shared,
    service, wire::Wire,
};
use crate::fault::Cut;

/// How hyper came to let go of a connection.
enum Ended {
    /// Client and server are done with each other.
    Done,
    /// What came in could not be read as a request, or the client vanished in the middle of one.
    Broken,
    /// A fault ended it.
    Cut(Cut),
    /// The emulator stops.
    Stopped,
}

/// Serves a connection to its end.
pub(super) async fn drive(shared: Arc<Shared>, socket: TcpStream) {
    let journal = shared.sandbox.journal();
    let peer = socket.peer_addr().ok().map(|peer| peer.ip().to_canonical());
    let wire = Arc::new(Wire::new(journal.accepted(), peer));
    let socket = Arc::new(socket);
    let ended = tokio::select! {
        ended = serve(&shared, &socket, &wire) => ended,
        () = shared.stop.cancelled() => Ended::Stopped,
    };
    wire.abandon();
    journal.closed(
        wire.connection,
        match ended {
            Ended::Done => "done",
            Ended::Broken => "broken off, or not readable as a request",
            Ended::Cut(Cut::Reset) => "reset by a fault",
            Ended::Cut(Cut::Close) => "closed by a fault",
            Ended::Cut(Cut::Vanish) => "silenced by a fault",
            Ended::Stopped => "the emulator stopped",
        },
    );
    let limits = &shared.sandbox.settings().limits;
    match ended {
        Ended::Cut(how) => cut::end(socket, how, limits, &shared.stop).await,
        Ended::Done | Ended::Broken => cut::close(socket, limits, &shared.stopping).await,
        Ended::Stopped => {}
    }
}

async fn serve(shared: &Arc<Shared>, socket: &Arc<TcpStream>, wire: &Arc<Wire>) -> Ended {
    if let Some(cut) = pass_accept(&shared.sandbox, wire).await {
        return Ended::Cut(cut);
    }
    let io = TokioIo::new(FaultIo::new(Arc::clone(socket), Arc::clone(wire)));
    let service = service_fn(|request| service::serve(Arc::clone(shared), Arc::clone(wire), request));
    // The number of header lines stays hyper's 100: any other costs each request two allocations more.
    let mut serving = pin!(
        http1::Builder::new()
            .auto_date_header(false)
            .timer(TokioTimer::new())
            .header_read_timeout(shared.sandbox.settings().limits.head)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(io, service)
    );
    let mut stopping = pin!(shared.stopping.cancelled());
    let mut told_to_stop = false;
    loop {
        tokio::select! {
            biased;
            cut = wire.cut_wanted() => return Ended::Cut(cut),
            result = serving.as_mut() => return match (result, wire.wanted_cut()) {
                (_, Some(cut)) => Ended::Cut(cut),
                (Ok(()), None) => Ended::Done,
                (Err(_), None) => Ended::Broken,
            },
            () = stopping.as_mut(), if !told_to_stop => {
                told_to_stop = true;
                serving.as_mut().graceful_shutdown();
            },
        }
    }
}
