//! Showing progress: a bar, plain lines, JSON, or nothing.

use std::{
    io::{IsTerminal, stderr},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{args::ProgressArg, output, units};
use crate::{Phase, Progress};

/// Time between two plain lines (our choice: rare enough for a log, often enough for a person).
const PLAIN_INTERVAL: Duration = Duration::from_secs(3);

/// How progress is shown, decided once.
pub(super) enum Display {
    Bar(ProgressBar),
    Plain(Mutex<Instant>),
    Json,
    None,
}

impl Display {
    pub(super) fn new(choice: ProgressArg) -> Self {
        match choice {
            ProgressArg::Auto if stderr().is_terminal() => Self::bar(),
            ProgressArg::Bar => Self::bar(),
            ProgressArg::Auto | ProgressArg::Plain => Self::Plain(Mutex::new(Instant::now())),
            ProgressArg::Json => Self::Json,
            ProgressArg::None => Self::None,
        }
    }

    fn bar() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = "{bar:32} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta} {msg}";
        // The template is a constant; were it wrong, the default style would do.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Json)
    }

    /// Shows a report. Called from the progress thread.
    pub(super) fn show(&self, progress: Progress) {
        match self {
            Self::Bar(bar) => {
                if bar.length().is_none() {
                    bar.set_length(progress.total);
                    // The speed is that of this run; what was there before took no time.
                    bar.set_position(progress.resumed);
                    bar.reset_eta();
                }
                bar.set_position(progress.sent);
                bar.set_message(if progress.phase == Phase::Completing { "completing" } else { "" });
            }
            Self::Plain(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= PLAIN_INTERVAL {
                    *last = Instant::now();
                    output::note(plain_line(progress));
                }
            }
            Self::Json => output::result(json!({
                "event": "progress",
                "sent": progress.sent,
                "total": progress.total,
                "resumed": progress.resumed,
                "phase": progress.phase.name(),
            })),
            Self::None => {}
        }
    }

    /// Makes room for the final line.
    pub(super) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn plain_line(progress: Progress) -> String {
    let percent = (progress.sent * 100).checked_div(progress.total).unwrap_or(100);
    let (sent, total) = (units::show_size(progress.sent), units::show_size(progress.total));
    format!("{} {sent} of {total} ({percent} %)", progress.phase)
}
