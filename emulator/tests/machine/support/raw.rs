//! A client that speaks HTTP by hand and tells exactly what came back, and how the connection ended.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::within;

/// How a connection ended, seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// FIN.
    Fin,
    /// RST.
    Reset,
    /// Neither, while the test waited.
    Silent,
}

/// An answer, byte for byte.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Header lines in lower case, names and values.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, as much as came.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of this (lower-case) name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection.
pub(crate) struct Raw {
    socket: TcpStream,
    read: Vec<u8>,
}

/// Longer than anything that should come at once, short enough for a test that expects silence.
const SILENCE: Duration = Duration::from_millis(700);
const PATIENCE: Duration = Duration::from_secs(20);

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let socket = within("the emulator accepts", TcpStream::connect(address)).await;
        let socket = socket.expect("the emulator accepts");
        socket.set_nodelay(true).expect("the socket obeys");
        Self { socket, read: Vec::new() }
    }

    /// A client whose system takes little at once, so that answers wait in the emulator's send queue.
    pub(crate) async fn connect_with_small_window(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("the socket obeys");
        let socket = within("the emulator accepts", socket.connect(address)).await;
        Self { socket: socket.expect("the emulator accepts"), read: Vec::new() }
    }

    /// Sends bytes; errors are left for the reading side to see.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = within("the emulator takes what is sent", self.socket.write_all(bytes.as_ref())).await;
    }

    /// Ends the sending side.
    pub(crate) async fn finish_sending(&mut self) {
        let _ = self.socket.shutdown().await;
    }

    /// Sends a request with path-style address and body.
    pub(crate) async fn request(&mut self, method: &str, target: &str, body: &[u8]) {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send(head).await;
        self.send(body).await;
    }

    /// Sends a request and reads its whole answer.
    pub(crate) async fn ask(&mut self, method: &str, target: &str, body: &[u8]) -> Answer {
        self.request(method, target, body).await;
        self.answer(method == "HEAD").await.expect("a whole answer")
    }

    /// As `ask`, with more headers.
    pub(crate) async fn ask_with(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let length = body.len().to_string();
        let fixed = [("Host", "127.0.0.1"), ("Content-Length", length.as_str())];
        let mut request = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
        for (name, value) in fixed.iter().chain(headers) {
            request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        self.send(request).await;
        self.answer(method == "HEAD").await.expect("a whole answer")
    }

    /// Reads a whole answer; `Err` is how the connection ended before one was whole.
    pub(crate) async fn answer(&mut self, without_body: bool) -> Result<Answer, Closing> {
        loop {
            if let Some((mut answer, length)) = parse_head(&self.read) {
                let announced: usize =
                    answer.header("content-length").map_or(0, |text| text.parse().expect("a number"));
                let wanted = if without_body { 0 } else { announced };
                if self.read.len() >= length + wanted {
                    answer.body = self.read[length..length + wanted].to_vec();
                    self.read.drain(..length + wanted);
                    return Ok(answer);
                }
            }
            if let Some(end) = self.more(PATIENCE).await {
                return Err(end);
            }
        }
    }

    /// Reads to the end of the connection. Only a test that expects silence gives up soon.
    pub(crate) async fn rest(&mut self, expected: Closing) -> (Vec<u8>, Closing) {
        let patience = if expected == Closing::Silent { SILENCE } else { PATIENCE };
        loop {
            if let Some(end) = self.more(patience).await {
                return (std::mem::take(&mut self.read), end);
            }
        }
    }

    async fn more(&mut self, patience: Duration) -> Option<Closing> {
        let mut chunk = vec![0; 64 << 10];
        match timeout(patience, self.socket.read(&mut chunk)).await {
            Err(_) => Some(Closing::Silent),
            Ok(Ok(0)) => Some(Closing::Fin),
            Ok(Ok(length)) => {
                self.read.extend_from_slice(&chunk[..length]);
                None
            }
            Ok(Err(_)) => Some(Closing::Reset),
        }
    }
}

/// The head of an answer and its length in bytes, when it is whole.
pub(crate) fn parse_head(bytes: &[u8]) -> Option<(Answer, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    Some((Answer { status, headers, body: Vec::new() }, end))
}
