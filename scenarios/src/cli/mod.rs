//! The command line of `oss-scenarios`: verbs, exit codes, and where reports are written.

mod exit;
mod explain;
mod list;
mod run;
mod select;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};

pub use exit::Exit;

/// Drives a client of OSS through stories of interrupted uploads and judges it.
#[derive(Debug, Parser)]
#[command(name = "oss-scenarios", version, about)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Plays stories, prints a table, and writes HTML, JSON and JUnit reports.
    Run(run::Run),
    /// Lists the stories and their cases.
    List(list::List),
    /// Tells a story: what happens, what is asked for, and which reports stand behind it.
    Explain(explain::Explain),
    /// Acts as a driver program for the bundled client (the runner starts itself so).
    #[command(hide = true)]
    Driver,
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
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return exit::complain(Exit::Environment, &format!("cannot start the runtime: {error}"));
        }
    };
    runtime.block_on(async {
        match arguments.verb {
            Verb::Run(run) => run.play().await,
            Verb::List(list) => list.print(),
            Verb::Explain(explain) => explain.print(),
            Verb::Driver => match crate::driver::serve().await {
                Ok(code) => code.into(),
                Err(error) => exit::complain(Exit::Failed, &format!("the driver cannot go on: {error}")),
            },
        }
    })
}
