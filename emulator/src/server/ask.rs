//! Asks another server one thing, on a connection of its own. Used for upload callbacks, and by the command line when it
//! looks after an emulator.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

/// Sends the request and hands its answer to `read`. Sets no limits: those who call bound the time, and `read` the size.
pub(crate) async fn ask<T>(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Full<Bytes>>,
    read: impl AsyncFnOnce(Response<Incoming>) -> T,
) -> hyper::Result<T> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let asking = async move { Ok(read(sender.send_request(request).await?).await) };
    tokio::pin!(asking);
    tokio::pin!(connection);
    tokio::select! {
        answer = &mut asking => answer,
        // The connection ends when all has been read, or when it breaks: what was asked knows which.
        _ = &mut connection => asking.await,
    }
}
