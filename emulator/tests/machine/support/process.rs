//! The binary as a process of its own: started, asked, stopped, killed.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

/// The binary's command, free of variables that would configure it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oss-emulator"));
    command.env_clear();
    command
}

/// Runs a command that is to be refused or to fail, and returns what it says on stderr. One that is not could go on for
/// ever, and is ended.
pub(crate) fn refused(command: Command, code: i32) -> String {
    let refusal = assert_cmd::Command::from_std(command).timeout(Duration::from_secs(20)).assert().code(code);
    assert!(refusal.get_output().stdout.is_empty(), "it is said on stderr alone");
    String::from_utf8_lossy(&refusal.get_output().stderr).into_owned()
}

/// A running emulator.
pub(crate) struct Process {
    child: Child,
    pub(crate) ready: Value,
}

impl Process {
    /// Starts `serve` on a free port and waits for its line.
    pub(crate) fn serve(arguments: &[&str]) -> Self {
        let mut child = command()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, ready }
    }

    /// Serves a data directory with one bucket.
    pub(crate) fn on(directory: &Path) -> Self {
        Self::on_with(directory, &[])
    }

    /// As `on`, with further flags.
    pub(crate) fn on_with(directory: &Path, flags: &[&str]) -> Self {
        let directory = directory.to_str().expect("a plain path");
        Self::serve(&[&["--bucket", "bucket", "--data-dir", directory], flags].concat())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let endpoint = self.ready["endpoint"].as_str().expect("an endpoint");
        endpoint.strip_prefix("http://").expect("a URL").parse().expect("an address")
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn end(mut self, signal: Signal) -> ExitStatus {
        let id = Pid::from_raw(self.child.id().try_into().expect("a process id"));
        kill(id, signal).expect("the process is there");
        self.child.wait().expect("the process ends")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already ended in most tests; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
