//! A client in a process of its own, behind the driver protocol: any language, and really killed.

use std::{process::Stdio, sync::Arc, time::Duration};

use async_trait::async_trait;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{Mutex, mpsc},
    time::timeout,
};

use super::{
    ClientEvent, Configure, Control, Driver, DriverError, Order, PROTOCOL, Reply, Session, UploadOrder,
    protocol::MAX_LINE,
};

/// How long a driver may take to answer the handshake; interpreters and virtual machines start slowly.
const HANDSHAKE: Duration = Duration::from_secs(30);
/// How much of a driver's error stream is kept for the report, in bytes.
const STDERR_KEPT: usize = 4 << 10;

/// Runs a driver program.
#[derive(Debug, Clone)]
pub struct Process {
    command: Vec<String>,
}

impl Process {
    /// A driver started by `command`: the program and its arguments, not a shell line.
    pub fn new(command: Vec<String>) -> Self {
        Self { command }
    }

    fn protocol(&self, what: impl Into<String>, stderr: &str) -> DriverError {
        let stderr = if stderr.is_empty() {
            String::new()
        } else {
            format!("; its error stream ends with:\n{stderr}")
        };
        DriverError::Protocol { command: self.command.join(" "), what: what.into(), stderr }
    }

    fn spawn(&self) -> Result<Child, DriverError> {
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| self.protocol("the command is empty", ""))?;
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| DriverError::Spawn { command: self.command.join(" "), source })
    }
}

#[async_trait]
impl Driver for Process {
    async fn begin(&self, configure: Configure, order: UploadOrder) -> Result<Session, DriverError> {
        let mut child = self.spawn()?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(self.protocol("its pipes could not be opened", ""));
        };
        let kept = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(keep_end(stderr, Arc::clone(&kept)));
        let (mut ears, mut mouth) = (Ears(stdin), Mouth(BufReader::new(stdout)));
        match timeout(HANDSHAKE, handshake(&mut ears, &mut mouth, &configure, &order)).await {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(lacking))) => return Ok(declined(lacking)),
            ended => {
                let what = match ended {
                    Ok(Err(what)) => what,
                    _ => format!("no complete handshake within {} s", HANDSHAKE.as_secs()),
                };
                return Err(self.protocol(what, &String::from_utf8_lossy(&kept.lock().await)));
            }
        }
        let (events, received) = mpsc::unbounded_channel();
        let (controls, orders) = mpsc::unbounded_channel();
        let (replies, heard) = mpsc::unbounded_channel();
        tokio::spawn(mouth.report(replies));
        tokio::spawn(attend(child, ears, heard, order.id, Ends { events, controls: orders }));
        Ok(Session { events: received, controls })
    }
}

/// The driver's ears.
struct Ears(ChildStdin);

impl Ears {
    async fn say(&mut self, order: &Order) -> Result<(), String> {
        let line = serde_json::to_string(order).map_err(|error| error.to_string())?;
        self.say_line(&line).await
    }

    async fn say_line(&mut self, line: &str) -> Result<(), String> {
        let written = self.0.write_all(format!("{line}\n").as_bytes()).await;
        written.map_err(|error| format!("it no longer reads its input: {error}"))
    }
}

/// The driver's mouth.
struct Mouth(BufReader<ChildStdout>);

impl Mouth {
    /// The next reply; `None` at the end of its output.
    async fn hear(&mut self) -> Result<Option<Reply>, String> {
        let mut line = Vec::new();
        let limited = (&mut self.0).take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line).await;
        limited.map_err(|error| format!("its output cannot be read: {error}"))?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() > MAX_LINE {
            return Err(format!("a line of more than {MAX_LINE} bytes"));
        }
        let reply = serde_json::from_slice(&line);
        reply
            .map(Some)
            .map_err(|error| format!("not a reply: {error}: {}", String::from_utf8_lossy(&line).trim_end()))
    }

    /// Passes every reply on until the driver falls silent for good.
    async fn report(mut self, replies: mpsc::UnboundedSender<Result<Reply, String>>) {
        loop {
            let reply = match self.hear().await {
                Ok(Some(reply)) => Ok(reply),
                Ok(None) => return,
                Err(what) => Err(what),
            };
            let broken = reply.is_err();
            if replies.send(reply).is_err() || broken {
                return;
            }
        }
    }
}

/// Hello, a decoy that an honest driver declines, the configuration, and the upload. Answers a capability that the upload
/// needs and the driver lacks; the upload is not asked for then.
async fn handshake(
    ears: &mut Ears,
    mouth: &mut Mouth,
    configure: &Configure,
    order: &UploadOrder,
) -> Result<Option<&'static str>, String> {
    ears.say(&Order::Hello { protocol: PROTOCOL }).await?;
    let capabilities = match mouth.hear().await? {
        Some(Reply::Ready { protocol: PROTOCOL, capabilities, .. }) => capabilities,
        Some(Reply::Ready { protocol, .. }) => {
            return Err(format!("it speaks version {protocol}, not {PROTOCOL}"));
        }
        other => return Err(format!("`hello` was answered by {other:?}, not by `ready`")),
    };
    ears.say_line(r#"{"type":"decoy"}"#).await?;
    match mouth.hear().await? {
        Some(Reply::Unsupported { .. }) => {}
        other => return Err(format!("an unknown message was answered by {other:?}, not by `unsupported`")),
    }
    if let Some(lacking) = order.lacks(&capabilities) {
        return Ok(Some(lacking));
    }
    ears.say(&Order::Configure(configure.clone())).await?;
    ears.say(&Order::Upload(order.clone())).await?;
    Ok(None)
}

/// A session in which nothing happens, because the driver cannot do what it would be asked for.
fn declined(lacking: &str) -> Session {
    let (events, received) = mpsc::unbounded_channel();
    let (controls, _) = mpsc::unbounded_channel();
    drop(events.send(ClientEvent::Unsupported(lacking.to_owned())));
    Session { events: received, controls }
}

/// The runner's ends of a session.
struct Ends {
    events: mpsc::UnboundedSender<ClientEvent>,
    controls: mpsc::UnboundedReceiver<Control>,
}

/// Passes replies and controls on until the process has ended.
async fn attend(
    mut child: Child,
    mut ears: Ears,
    mut heard: mpsc::UnboundedReceiver<Result<Reply, String>>,
    id: u64,
    Ends { events, mut controls }: Ends,
) {
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).map(Pid::from_raw);
    let mut controls_open = true;
    loop {
        tokio::select! {
            reply = heard.recv() => match reply {
                Some(Ok(reply)) => {
                    let ended = matches!(reply, Reply::Result { .. });
                    drop(events.send(event(reply)));
                    if ended {
                        // A driver that died right after its answer has no ears left; its exit is reported below.
                        drop(ears.say(&Order::Bye).await);
                    }
                }
                Some(Err(what)) => {
                    drop(events.send(ClientEvent::Log(format!("the driver broke the protocol: {what}"))));
                    drop(child.start_kill());
                    break;
                }
                None => break,
            },
            control = controls.recv(), if controls_open => match control {
                Some(Control::Cancel(on_cancel)) => drop(ears.say(&Order::Cancel { id, on_cancel }).await),
                Some(Control::Signal(name)) => send_signal(pid, &name, &events),
                None => controls_open = false,
            },
        }
    }
    let (code, signal) = match child.wait().await {
        Ok(status) => (status.code(), std::os::unix::process::ExitStatusExt::signal(&status)),
        Err(_) => (None, None),
    };
    drop(events.send(ClientEvent::Exited { code, signal }));
}

fn send_signal(pid: Option<Pid>, name: &str, events: &mpsc::UnboundedSender<ClientEvent>) {
    let sent = match (pid, name.parse::<Signal>()) {
        (Some(pid), Ok(signal)) => kill(pid, signal).map_err(|error| error.to_string()),
        (None, _) => Err("the process is gone".to_owned()),
        (_, Err(_)) => Err("no such signal".to_owned()),
    };
    if let Err(why) = sent {
        drop(events.send(ClientEvent::Log(format!("{name} was not delivered: {why}"))));
    }
}

fn event(reply: Reply) -> ClientEvent {
    match reply {
        Reply::Progress { sent, total, .. } => ClientEvent::Progress { sent, total },
        Reply::Result { finished, .. } => ClientEvent::Finished(finished),
        Reply::Log { text } => ClientEvent::Log(text),
        Reply::Unsupported { what } => ClientEvent::Unsupported(what),
        Reply::Ready { driver, .. } => ClientEvent::Log(format!("`ready` again from {driver}")),
    }
}

/// Keeps the end of the error stream, so that a flood neither blocks the driver nor fills the memory.
async fn keep_end(mut stream: tokio::process::ChildStderr, kept: Arc<Mutex<Vec<u8>>>) {
    let mut chunk = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        let mut kept = kept.lock().await;
        kept.extend_from_slice(&chunk[..read]);
        let excess = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..excess);
    }
}
