//! Logs, on stderr: for people, or for machines that collect them. Set up once by the command line.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::{
    EnvFilter,
    filter::{LevelFilter, ParseError},
};

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Writes logs that pass `filter` to stderr: a level (`info`) of this program's own, or a filter (`oss_emulator=debug`).
pub fn start(filter: &str, format: LogFormat) -> Result<(), ParseError> {
    let filter = match filter.parse::<LevelFilter>() {
        // The libraries' everyday life is of no interest to people who ask for ours.
        Ok(level) => EnvFilter::try_new(format!("{},oss_emulator={level}", level.min(LevelFilter::WARN)))?,
        Err(_) => EnvFilter::try_new(filter)?,
    };
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        // Otherwise a closed stderr is complained about on stderr, and that panics in the midst of a request.
        .log_internal_errors(false);
    // Fails only when the process writes logs already; then these go there.
    let _ = match format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).with_current_span(false).try_init(),
    };
    Ok(())
}
