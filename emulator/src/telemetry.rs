//! Logs, on stderr: for people, or for machines that collect them. Set up once by the command line.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, ParseError, Targets},
    fmt::layer,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
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
/// What is wrong with a filter is told.
pub fn start(filter: &str, format: LogFormat) -> Result<(), String> {
    let filter = targets(filter)?;
    let logs = layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        // Otherwise a closed stderr is complained about on stderr, and that panics in the midst of a request.
        .log_internal_errors(false);
    let logs = match format {
        LogFormat::Text => logs.with_filter(filter).boxed(),
        LogFormat::Json => {
            logs.json().flatten_event(true).with_current_span(false).with_filter(filter).boxed()
        }
    };
    // Fails only when the process writes logs already; then these go there.
    let _ = registry().with(logs).try_init();
    Ok(())
}

fn targets(filter: &str) -> Result<Targets, String> {
    if let Ok(level) = filter.parse::<LevelFilter>() {
        // The libraries' everyday life is of no interest to people who ask for ours.
        return Ok(Targets::new()
            .with_default(level.min(LevelFilter::WARN))
            .with_target("oss_emulator", level));
    }
    // A bare word would be taken for a target, of which nobody writes logs: it is a level misspelt.
    let is_bare = |word: &&str| !word.contains('=') && word.parse::<LevelFilter>().is_err();
    match filter.split(',').map(str::trim).find(is_bare) {
        Some(word) => Err(format!("`{word}` is no level")),
        None => filter.parse().map_err(|error: ParseError| error.to_string()),
    }
}
