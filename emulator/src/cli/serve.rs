//! `serve`: an emulator until a signal ends it; and the start that `run` shares.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use serde_json::json;

use super::{Failure, configured, signals::Signals};
use crate::{
    config::{DEFAULT_PORT, ServeArgs},
    fault::Plan,
    server::Emulator,
    telemetry::LogFormat,
};

/// Serves until SIGINT or SIGTERM.
pub(super) async fn serve(args: ServeArgs, plan: Plan) -> Result<(), Failure> {
    let mut signals = Signals::new().map_err(Failure::Runtime)?;
    let (region, format) = (args.region.clone(), args.log_format);
    let kept =
        args.data_dir.as_deref().map_or_else(|| "memory".to_owned(), |path| path.display().to_string());
    let emulator = tokio::select! {
        started = start(args, DEFAULT_PORT, plan) => started?,
        _ = signals.next() => return Ok(()),
    };
    let ready = json!({
        "endpoint": emulator.endpoint(),
        "control": emulator.control(),
        "region": region,
    });
    writeln!(io::stdout(), "{ready}").map_err(Failure::Output)?;
    if format == LogFormat::Text {
        let endpoint = emulator.endpoint();
        // The one line for people; a closed stderr is no reason to stop.
        let _ = writeln!(io::stderr(), "oss-emulator: serving {endpoint} from {kept}; Ctrl-C stops it");
    }
    signals.next().await;
    emulator.shutdown().await;
    Ok(())
}

/// Starts an emulator on `port` unless the flags name another; returns when it is ready and its port is written down.
pub(super) async fn start(mut args: ServeArgs, port: u16, plan: Plan) -> Result<Emulator, Failure> {
    let port_file = args.port_file.take();
    if let Some(file) = &port_file {
        // Whoever waits for the file must not find the one of an earlier run.
        match fs::remove_file(file) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(unwritable(file, source)),
            _ => {}
        }
    }
    let emulator = configured(args, port, plan)?.start().await?;
    if let Some(file) = &port_file {
        write_whole(file, &format!("{}\n", emulator.address().port()))
            .map_err(|source| unwritable(file, source))?;
    }
    Ok(emulator)
}

/// Writes beside the file and renames, so that nobody reads half of it.
fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::rename(&beside, file)
}

fn unwritable(file: &Path, source: io::Error) -> Failure {
    Failure::PortFile { path: file.to_owned(), source }
}
