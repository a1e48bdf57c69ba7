//! The command line of `oss-conformance`: verbs and exit codes.

mod exit;
mod list;
mod sdk;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use exit::Exit;

/// Runs real OSS SDKs, unmodified, against an OSS endpoint.
#[derive(Debug, Parser)]
#[command(name = "oss-conformance", version, about)]
struct Arguments {
    /// Folder of SDK descriptions.
    #[arg(long, global = true, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/drivers"))]
    drivers: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Sets SDKs up from their registries and runs their programmes against an emulator of its own.
    Sdk(sdk::Sdk),
    /// Lists the SDKs that can be run.
    List,
}

/// Runs the command line and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; what cannot be printed has no reader.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Good }.into();
        }
    };
    match arguments.verb {
        Verb::Sdk(sdk) => sdk.run(&arguments.drivers),
        Verb::List => list::print(&arguments.drivers),
    }
}
