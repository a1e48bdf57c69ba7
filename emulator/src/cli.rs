//! The command line: reads flags, starts the emulator, reports, and ends with a documented exit code.

use std::{
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use serde_json::json;

use crate::{
    clock::Clock,
    config::{CheckArgs, CommandLine, ServeArgs, TemporaryKey, Verb},
    fault::{Plan, PlanError},
    server::{Emulator, StartError},
    telemetry,
};

/// How the process ends. The numbers are part of the interface and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Done = 0,
    /// What was asked for could not be done.
    Failed = 1,
    /// Flags, variables or a plan file cannot be understood.
    Usage = 2,
    /// The surroundings do not allow it: port in use, directory not usable, file not readable.
    Environment = 3,
    /// A bug.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the command line gave up.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}")]
    Plan(#[from] PlanError),
    #[error("cannot read the plan {path}: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("--log: {0}; write a level (`info`) or a filter (`oss_emulator=debug`)")]
    Filter(String),
    // Read here and not by clap, whose errors repeat the value: it holds a secret.
    #[error("--sts: {0}")]
    TemporaryKey(String),
    #[error("--fsync says nothing without --data-dir: name a directory, or leave it out")]
    NothingToSync,
    #[error("cannot write to stdout: {0}")]
    Output(io::Error),
    #[error("cannot set up the runtime: {0}")]
    Runtime(io::Error),
    #[error("the plan cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Failure {
    fn exit(&self) -> Exit {
        match self {
            Self::Plan(_)
            | Self::Filter(_)
            | Self::TemporaryKey(_)
            | Self::NothingToSync
            | Self::Start(StartError::Remote(_) | StartError::LimitOnDisk | StartError::Bucket(_)) => {
                Exit::Usage
            }
            Self::Start(StartError::Listen { .. } | StartError::Store(_))
            | Self::Unreadable { .. }
            | Self::Output(_)
            | Self::Runtime(_) => Exit::Environment,
            Self::Json(_) => Exit::Internal,
        }
    }
}

/// The whole command line as a function.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match CommandLine::try_parse_from(args) {
        Ok(command) => command,
        Err(refusal) => {
            // Help and version are printed by this too; nothing can be done when the terminal is gone.
            let _ = refusal.print();
            return if refusal.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let done = match command.verb {
        Some(Verb::Check(args)) => check(&args),
        Some(Verb::Serve(args)) => serve(*args),
        None => serve(command.serve),
    };
    match done {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            report(&failure);
            failure.exit().into()
        }
    }
}

fn report(failure: &Failure) {
    // There is nowhere else to say it.
    let _ = writeln!(io::stderr(), "oss-emulator: {failure}");
}

fn read_plan(path: &Path) -> Result<Plan, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Failure::Unreadable { path: path.to_owned(), source })?;
    let name = path.display().to_string();
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    Ok(if is_json { Plan::from_json(&text, &name)? } else { Plan::from_toml(&text, &name)? })
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let plan = read_plan(&args.plan)?;
    let mut lines = Vec::new();
    if args.json {
        lines.push(serde_json::to_string_pretty(&plan)?);
    } else {
        lines.push(format!("{}: {} rules, seed {}", args.plan.display(), plan.rules().len(), plan.seed()));
        lines.extend(plan.rules().iter().map(ToString::to_string));
    }
    writeln!(io::stdout(), "{}", lines.join("\n")).map_err(Failure::Output)
}

fn serve(args: ServeArgs) -> Result<(), Failure> {
    if args.fsync && args.data_dir.is_none() {
        return Err(Failure::NothingToSync);
    }
    telemetry::start(&args.log).map_err(|error| Failure::Filter(error.to_string()))?;
    let plan = args.faults.as_deref().map(read_plan).transpose()?.unwrap_or_default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
    let served = runtime.block_on(serve_until_told(args, plan));
    // A file operation that hangs must not keep the process from ending.
    runtime.shutdown_background();
    served
}

async fn serve_until_told(args: ServeArgs, plan: Plan) -> Result<(), Failure> {
    let told = stop_signal().map_err(Failure::Runtime)?;
    let region = args.region.clone();
    let kept =
        args.data_dir.as_deref().map_or_else(|| "memory".to_owned(), |path| path.display().to_string());
    let emulator = configured(args, plan)?.start().await?;
    let ready = json!({
        "endpoint": emulator.endpoint(),
        "control": format!("{}/_emulator/v1", emulator.endpoint()),
        "region": region,
    });
    writeln!(io::stdout(), "{ready}").map_err(Failure::Output)?;
    // The one line for people; a closed stderr is no reason to stop.
    let _ =
        writeln!(io::stderr(), "oss-emulator: serving {} from {kept}; Ctrl-C stops it", emulator.endpoint());
    told.await;
    emulator.shutdown().await;
    Ok(())
}

fn configured(args: ServeArgs, plan: Plan) -> Result<crate::server::EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder()
        .listen(args.listen)
        .allow_remote(args.allow_remote)
        .fsync(args.fsync)
        .region(args.region)
        .check_region(args.check_region)
        .faults(plan);
    builder = args.storage.apply(builder);
    if let Some(directory) = args.data_dir {
        builder = builder.data_dir(directory);
    }
    if let (Some(id), Some(secret)) = (args.access_key_id, args.access_key_secret) {
        builder = builder.credentials(id, secret);
    }
    if let Some(mode) = args.auth {
        builder = builder.auth(mode);
    }
    let now = Clock::real().now();
    for text in args.sts {
        let key: TemporaryKey = text.parse().map_err(Failure::TemporaryKey)?;
        let end = key.expires(now);
        builder = builder.temporary_credentials(key.id, key.secret, key.token, end);
    }
    if let Some(bucket) = args.default_bucket {
        builder = builder.default_bucket(bucket);
    }
    if let Some(url) = args.external_url {
        builder = builder.external_url(url);
    }
    for cname in args.cnames {
        builder = builder.cname(cname.host, cname.bucket);
    }
    if let Some(seed) = args.seed {
        builder = builder.seed(seed);
    }
    let builder = args.buckets.into_iter().fold(builder, crate::server::EmulatorBuilder::bucket);
    Ok(args.base_domains.into_iter().fold(builder, crate::server::EmulatorBuilder::base_domain))
}

/// Resolves at SIGINT or SIGTERM. The handlers stand when this returns, so that no signal is lost.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {},
            _ = terminate.recv() => {},
        }
    })
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler there is nothing to wait for but the end of the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
