//! The wrapper around the socket, under hyper: decides nothing about faults, but paces bytes, tells when all is flushed,
//! falls silent when the connection is to end, and reads little at once until a connection has brought much.

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

use super::{
    limits::{SHORT_READ, SLOW_START},
    wire::Wire,
};
use crate::fault::Direction;

/// A socket with faults. The driver of the connection shares the socket, to end it when hyper has let go.
pub(super) struct FaultIo {
    socket: Arc<TcpStream>,
    wire: Arc<Wire>,
    read_rest: Option<Pin<Box<Sleep>>>,
    write_rest: Option<Pin<Box<Sleep>>>,
    /// How many bytes have to come in yet before one read may take more than a little.
    slow_start: usize,
}

impl FaultIo {
    pub(super) fn new(socket: Arc<TcpStream>, wire: Arc<Wire>) -> Self {
        Self { socket, wire, read_rest: None, write_rest: None, slow_start: SLOW_START }
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
        let mut most = ready!(self.poll_allowance(Direction::Request, cx));
        if self.slow_start > 0 {
            most = most.min(SHORT_READ);
        }
        loop {
            ready!(self.socket.poll_read_ready(cx))?;
            let before = buf.filled().len();
            match self.socket.try_read_buf(&mut (&mut *buf).limit(most)) {
                Ok(read) => {
                    self.slow_start = self.slow_start.saturating_sub(read);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::{FaultIo, SHORT_READ, SLOW_START, Wire};
    use crate::within::within;

    /// Both ends of a connection: the client's, and what hyper would read from.
    async fn connection() -> (TcpStream, FaultIo) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, accepted) =
            tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        (client.unwrap(), FaultIo::new(Arc::new(accepted.unwrap().0), Arc::new(Wire::new(1, None))))
    }

    /// What one read takes when more than that has arrived.
    async fn one_read(client: &mut TcpStream, io: &mut FaultIo) -> usize {
        let arriving = 4 * SHORT_READ;
        client.write_all(&vec![b'x'; arriving]).await.unwrap();
        while io.socket.peek(&mut vec![0; arriving]).await.unwrap() < arriving {
            tokio::task::yield_now().await;
        }
        within("what has arrived is read", io.read(&mut vec![0; arriving])).await.unwrap()
    }

    #[tokio::test]
    async fn little_is_read_at_once_from_a_connection_that_brought_little() {
        let (mut client, mut io) = connection().await;
        assert_eq!(one_read(&mut client, &mut io).await, SHORT_READ);
    }

    #[tokio::test]
    async fn all_that_has_come_is_read_at_once_from_a_connection_that_brought_much() {
        let (mut client, mut io) = connection().await;
        // At once: the system may hold less than all of it.
        let (much, mut read) = (vec![b'x'; SLOW_START], vec![0; SLOW_START]);
        let passing = futures_util::future::try_join(client.write_all(&much), io.read_exact(&mut read));
        within("all that was sent is read", passing).await.unwrap();
        assert_eq!(one_read(&mut client, &mut io).await, 4 * SHORT_READ);
    }
}
