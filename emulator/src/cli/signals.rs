//! The signals that ask the process to stop, and how they are passed on to a command.

use std::io;

/// What the process was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// SIGINT, or Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Told {
    /// What a shell says of a command that this ended.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Listens to signals from the moment it is made, so that none is lost.
#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.interrupt.recv() => Told::Interrupt,
            _ = self.terminate.recv() => Told::Terminate,
        }
    }
}

/// Passes a signal on to a process. An interrupt that came from the terminal has reached it already, because the terminal
/// sends it to everyone in its foreground: a second one would make commands give up that wind down at the first.
#[cfg(unix)]
pub(super) fn pass_on(told: Told, process: u32) {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };
    let signal = match told {
        Told::Interrupt if terminal_told_all() => return,
        Told::Interrupt => Signal::SIGINT,
        Told::Terminate => Signal::SIGTERM,
    };
    if let Ok(process) = i32::try_from(process) {
        // Fails only when the process has just ended; then there is nobody left to tell.
        let _ = kill(Pid::from_raw(process), signal);
    }
}

/// Whether this process is in the foreground of a terminal.
#[cfg(unix)]
fn terminal_told_all() -> bool {
    use nix::unistd::{getpgrp, tcgetpgrp};
    std::fs::File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

/// Listens to Ctrl-C.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Told {
        // Without a handler there is nothing to wait for but the end of the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Told::Interrupt
    }
}

/// The console has told the command already.
#[cfg(not(unix))]
pub(super) fn pass_on(_told: Told, _process: u32) {}
