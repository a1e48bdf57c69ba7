//! The wrapper around the socket, under hyper: counts nothing, decides nothing, but paces bytes, tells when all is
//! flushed, and falls silent when the connection is to end.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::BufMut;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

use super::wire::Wire;
use crate::fault::Direction;

/// A socket with faults. The driver of the connection shares the socket, to end it when hyper has let go.
pub(super) struct FaultIo {
    socket: Arc<TcpStream>,
    wire: Arc<Wire>,
    read_rest: Option<Pin<Box<Sleep>>>,
    write_rest: Option<Pin<Box<Sleep>>>,
}

impl FaultIo {
    pub(super) fn new(socket: Arc<TcpStream>, wire: Arc<Wire>) -> Self {
        Self { socket, wire, read_rest: None, write_rest: None }
    }

    /// How many bytes may pass now in a direction: waits out the pace.
    fn poll_allowance(&mut self, direction: Direction, cx: &mut Context<'_>) -> Poll<usize> {
        loop {
            if self.wire.wanted_cut().is_some() {
                // The driver was told by the same wish and drops this wrapper: nobody needs waking.
                return Poll::Pending;
            }
            let rest = match direction {
                Direction::Request => &mut self.read_rest,
                Direction::Response => &mut self.write_rest,
            };
            if let Some(sleep) = rest {
                ready!(sleep.as_mut().poll(cx));
                *rest = None;
            }
            match self.wire.allowance(direction) {
                None => return Poll::Ready(usize::MAX),
                Some(Ok(bytes)) => return Poll::Ready(bytes),
                Some(Err(later)) => self.rest_until(direction, later),
            }
        }
    }

    fn rest_until(&mut self, direction: Direction, later: Instant) {
        let sleep = Some(Box::pin(sleep_until(later)));
        match direction {
            Direction::Request => self.read_rest = sleep,
            Direction::Response => self.write_rest = sleep,
        }
    }
}

impl AsyncRead for FaultIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let most = ready!(self.poll_allowance(Direction::Request, cx));
        loop {
            ready!(self.socket.poll_read_ready(cx))?;
            let before = buf.filled().len();
            match self.socket.try_read_buf(&mut (&mut *buf).limit(most)) {
                Ok(_) => {
                    self.wire.passed(Direction::Request, &buf.filled()[before..]);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for FaultIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let most = ready!(self.poll_allowance(Direction::Response, cx));
        let buf = &buf[..buf.len().min(most)];
        loop {
            ready!(self.socket.poll_write_ready(cx))?;
            match self.socket.try_write(buf) {
                Ok(written) => {
                    self.wire.passed(Direction::Response, &buf[..written]);
                    return Poll::Ready(Ok(written));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes its own buffer into `poll_write` before it calls this: everything is with the system now.
        self.wire.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The driver shuts the socket down when hyper is done: it alone knows how the connection is to end.
        Poll::Ready(Ok(()))
    }
}
