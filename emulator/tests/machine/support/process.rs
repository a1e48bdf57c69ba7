//! The binary as a process of its own: started, heard, asked, stopped, killed. What it says and its end have to come
//! within the bound.

use std::{
    fmt::Display,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Instant,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use wait_timeout::ChildExt;

use super::BOUND;

/// The binary's command, free of variables that would configure it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oss-emulator"));
    command.env_clear();
    command
}

/// Runs a command that is to end with this code, and returns what it says on stdout.
#[track_caller]
pub(crate) fn said(command: &mut Command, code: i32) -> String {
    ended_with(command, code).0
}

/// Runs a command that is to be refused or to fail, and returns what it says on stderr.
#[track_caller]
pub(crate) fn refused(command: &mut Command, code: i32) -> String {
    let (stdout, stderr) = ended_with(command, code);
    assert_eq!(stdout, "", "it is said on stderr alone");
    stderr
}

#[track_caller]
fn ended_with(command: &mut Command, code: i32) -> (String, String) {
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running::start(pipes);
    let (stdout, stderr) = (running.stdout(), running.stderr());
    let ended = running.ended().code();
    let (stdout, stderr) = (stdout.rest("the end of stdout"), stderr.rest("the end of stderr"));
    assert_eq!(ended, Some(code), "{command:?}\n{stdout}{stderr}");
    (stdout, stderr)
}

/// A process, killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    name: String,
}

impl Running {
    #[track_caller]
    pub(crate) fn start(command: &mut Command) -> Self {
        let name = format!("{command:?}");
        let child = command.spawn().expect(&name);
        Self { child, name }
    }

    /// Its stdout, which is piped.
    #[track_caller]
    pub(crate) fn stdout(&mut self) -> Speech {
        Speech::of(self.child.stdout.take().expect("stdout is piped"))
    }

    /// Its stderr, which is piped.
    #[track_caller]
    pub(crate) fn stderr(&mut self) -> Speech {
        Speech::of(self.child.stderr.take().expect("stderr is piped"))
    }

    /// Its stdin, which is piped and ends when this is dropped.
    #[track_caller]
    pub(crate) fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("stdin is piped")
    }

    #[track_caller]
    pub(crate) fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(self.child.id().try_into().expect("a process id"));
        kill(id, signal).expect("the process is there");
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let Some(status) = self.child.wait_timeout(BOUND).expect("a child can be waited for") else {
            panic!("not within {BOUND:?}: {} ends", self.name)
        };
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended in most tests; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process says, line by line.
pub(crate) struct Speech(Receiver<String>);

impl Speech {
    /// Listens on a thread of its own, since nothing else can stop listening to a pipe that stays silent.
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let (tell, told) = channel();
        thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                // Nobody listens any more when that fails.
                if tell.send(String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned()).is_err() {
                    return;
                }
            }
        });
        Self(told)
    }

    /// The next line with its line break, or nothing when all is said.
    #[track_caller]
    fn next(&self, since: Instant, what: &impl Display) -> Option<String> {
        match self.0.recv_timeout(BOUND.saturating_sub(since.elapsed())) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("not within {BOUND:?}: {what}"),
        }
    }

    /// The first line that is wanted.
    #[track_caller]
    pub(crate) fn line(&self, what: impl Display, wanted: impl Fn(&str) -> bool) -> String {
        let since = Instant::now();
        loop {
            let Some(line) = self.next(since, &what) else { panic!("all is said but {what}") };
            if wanted(&line) {
                return line;
            }
        }
    }

    /// All that is still to be said.
    #[track_caller]
    pub(crate) fn rest(&self, what: impl Display) -> String {
        let (since, mut rest) = (Instant::now(), String::new());
        while let Some(line) = self.next(since, &what) {
            rest.push_str(&line);
        }
        rest
    }
}

/// A running emulator.
pub(crate) struct Process {
    running: Running,
    pub(crate) ready: Value,
}

impl Process {
    /// Starts `serve` on a free port and waits for its line.
    #[track_caller]
    pub(crate) fn serve(arguments: &[&str]) -> Self {
        Self::started(
            command().args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).stderr(Stdio::null()),
        )
    }

    /// Starts an emulator and waits for its line.
    #[track_caller]
    pub(crate) fn started(command: &mut Command) -> Self {
        let mut running = Running::start(command.stdout(Stdio::piped()));
        let line = running.stdout().line("the line of a ready emulator", |_| true);
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { running, ready }
    }

    /// Serves a data directory with one bucket.
    #[track_caller]
    pub(crate) fn on(directory: &Path) -> Self {
        Self::on_with(directory, &[])
    }

    /// As `on`, with further flags.
    #[track_caller]
    pub(crate) fn on_with(directory: &Path, flags: &[&str]) -> Self {
        let directory = directory.to_str().expect("a plain path");
        Self::serve(&[&["--bucket", "bucket", "--data-dir", directory], flags].concat())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let endpoint = self.ready["endpoint"].as_str().expect("an endpoint");
        endpoint.strip_prefix("http://").expect("a URL").parse().expect("an address")
    }

    /// Its stderr, which is piped.
    #[track_caller]
    pub(crate) fn stderr(&mut self) -> Speech {
        self.running.stderr()
    }

    /// Sends a signal and waits for the end.
    #[track_caller]
    pub(crate) fn end(mut self, signal: Signal) -> ExitStatus {
        self.running.signal(signal);
        self.running.ended()
    }
}
