//! Logs, for people, on stderr. Set up once by the command line.

use tracing_subscriber::{EnvFilter, filter::ParseError};

/// Writes logs that pass `filter` (as in `info` or `oss_emulator=debug`) to stderr.
pub fn start(filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(filter)?;
    let logs =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // Fails only when the process writes logs already; then these go there.
    let _ = logs.try_init();
    Ok(())
}
