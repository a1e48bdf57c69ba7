//! The entry of the command line: arguments, logging, runtime, verb, exit code.

use std::{ffi::OsString, process::ExitCode, time::Duration};

use clap::Parser;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::{
    Exit,
    abort::abort,
    args::{Cli, Verb},
    connect::connect,
    cp::cp,
    listpart::listpart,
    ls::ls,
    output,
    plan::plan,
};
use crate::ErrorKind;

/// How long tasks that wait for the disk may take to notice that the run is over.
const LEAVING: Duration = Duration::from_millis(200);

/// Runs the command line on `args`, the first of which is the program's name.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no error; a closed stream changes nothing about that.
            let _closed = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    log(cli.connection.verbose);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            output::note(format_args!("error: no threads to work with: {error}"));
            return Exit::Failed.into();
        }
    };
    let exit = runtime.block_on(dispatch(cli, &args));
    runtime.shutdown_timeout(LEAVING);
    exit.into()
}

fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let filter = Targets::new().with_target("oss_client", level);
    let subscriber = tracing_subscriber::registry().with(logs.with_filter(filter));
    if let Err(error) = subscriber.try_init() {
        output::note(format_args!("warning: -v has no effect: {error}"));
    }
}

async fn dispatch(cli: Cli, args: &[OsString]) -> Exit {
    let Cli { verb, connection } = cli;
    let client = || connect(&connection).map_err(ErrorKind::InvalidArgument);
    let result = match verb {
        Verb::Cp(arguments) => return cp(&connection, arguments, args).await,
        Verb::Plan(arguments) => plan(&arguments),
        Verb::Ls(arguments) => async { ls(&client()?, &arguments).await }.await,
        Verb::Listpart(arguments) => async { listpart(&client()?, &arguments).await }.await,
        Verb::Abort(arguments) => async { abort(&client()?, &arguments).await }.await,
    };
    result.unwrap_or_else(|kind| {
        output::note(format_args!("error: {kind}"));
        Exit::of(&kind)
    })
}
