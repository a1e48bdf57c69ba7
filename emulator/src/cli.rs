//! The command line: reads flags, starts the emulator, reports, and ends with a documented exit code.

use std::{
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;

mod probe;
mod run;
mod serve;
mod signals;

use crate::{
    clock::Clock,
    config::{CheckArgs, CommandLine, RunArgs, ServeArgs, TemporaryKey, Verb},
    domain::InvalidBucketName,
    fault::{Plan, PlanError},
    sandbox::{CallbackTrust, CallbackTrustError},
    server::{Emulator, StartError},
    telemetry,
};
use probe::NotReady;

/// How the process ends. The numbers are part of the interface and never change. `run` ends with the code of its command, or
/// with 128 and the number of the signal that ended it; what goes wrong before that has these codes too.
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
    /// `run`: the command is there, but cannot be started. As in a shell.
    CommandNotRunnable = 126,
    /// `run`: there is no such command. As in a shell.
    CommandNotFound = 127,
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
    #[error("cannot read {path}: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("--log: {0}; write a level (`info`) or a filter (`oss_emulator=debug`)")]
    Filter(String),
    // Read here and not by clap, whose errors repeat the value: it holds a secret.
    #[error("--sts: {0}")]
    TemporaryKey(String),
    #[error("--fsync says nothing without --data-dir: name a directory, or leave it out")]
    NothingToSync,
    #[error("--callback-ca {path}: {source}", path = .path.display())]
    Trust { path: PathBuf, source: CallbackTrustError },
    #[error("cannot write the port to {path}: {source}; name a file in a directory that is there", path = .path.display())]
    PortFile { path: PathBuf, source: io::Error },
    #[error("no command to run: write it after `--`")]
    NoCommand,
    #[error("cannot start {program}: {source}", program = .program.display())]
    Command { program: OsString, source: io::Error },
    #[error(
        "the endpoint `{text}`: {reason}; write http://HOST:PORT into --endpoint or OSS_EMULATOR_ENDPOINT"
    )]
    Endpoint { text: String, reason: &'static str },
    #[error("--bucket {0}: {1}")]
    Bucket(String, InvalidBucketName),
    #[error("--timeout: it cannot be negative")]
    NegativeTimeout,
    #[error("{endpoint} is not ready{}: {reason}", .waited.as_ref().map(|span| format!(" after {span}")).unwrap_or_default())]
    NotReady { endpoint: String, waited: Option<String>, reason: NotReady },
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
            | Self::NoCommand
            | Self::Endpoint { .. }
            | Self::Bucket(..)
            | Self::NegativeTimeout
            | Self::Start(StartError::Remote(_) | StartError::LimitOnDisk | StartError::Bucket(_)) => {
                Exit::Usage
            }
            Self::Start(StartError::Listen { .. } | StartError::Store(_) | StartError::Seed(_))
            | Self::Unreadable { .. }
            | Self::Trust { .. }
            | Self::PortFile { .. }
            | Self::Output(_)
            | Self::Runtime(_) => Exit::Environment,
            Self::NotReady { .. } => Exit::Failed,
            Self::Json(_) => Exit::Internal,
            Self::Command { source, .. } => run::refusal(source),
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
    match obey(command) {
        Ok(code) => code.into(),
        Err(failure) => {
            report(&failure);
            failure.exit().into()
        }
    }
}

fn obey(command: CommandLine) -> Result<u8, Failure> {
    match command.verb {
        Some(Verb::Check(args)) => say(&check(&args)?)?,
        Some(Verb::Serve(args)) => with_plan(*args, serve::serve)?,
        Some(Verb::Run(args)) => {
            let RunArgs { serve, command } = *args;
            return with_plan(serve, |serve, plan| run::run(serve, command, plan));
        }
        Some(Verb::Wait(args)) => say(&in_runtime(probe::wait(&args))?)?,
        Some(Verb::Probe(args)) => say(&in_runtime(probe::probe(&args))?)?,
        None => with_plan(command.serve, serve::serve)?,
    }
    Ok(Exit::Done as u8)
}

fn say(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}").map_err(Failure::Output)
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

fn check(args: &CheckArgs) -> Result<String, Failure> {
    let plan = read_plan(&args.plan)?;
    if args.json {
        return Ok(serde_json::to_string_pretty(&plan)?);
    }
    let mut lines =
        vec![format!("{}: {} rules, seed {}", args.plan.display(), plan.rules().len(), plan.seed())];
    lines.extend(plan.rules().iter().map(ToString::to_string));
    Ok(lines.join("\n"))
}

/// What `serve` and `run` do first: check the flags, begin to log, read the plan.
fn with_plan<T, F>(args: ServeArgs, work: impl FnOnce(ServeArgs, Plan) -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    if args.fsync && args.data_dir.is_none() {
        return Err(Failure::NothingToSync);
    }
    telemetry::start(&args.log, args.log_format).map_err(Failure::Filter)?;
    let plan = args.faults.as_deref().map(read_plan).transpose()?.unwrap_or_default();
    in_runtime(work(args, plan))
}

fn in_runtime<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
    let done = runtime.block_on(work);
    // A file operation that hangs must not keep the process from ending.
    runtime.shutdown_background();
    done
}

fn configured(args: ServeArgs, port: u16, plan: Plan) -> Result<crate::server::EmulatorBuilder, Failure> {
    let mut builder = Emulator::builder()
        .listen(args.listen.address(port))
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
    builder = builder.callback_trust(callback_trust(args.callback_ca, args.callback_insecure)?);
    builder = args.seed_dirs.into_iter().fold(builder, crate::server::EmulatorBuilder::seed_dir);
    let builder = args.buckets.into_iter().fold(builder, crate::server::EmulatorBuilder::bucket);
    Ok(args.base_domains.into_iter().fold(builder, crate::server::EmulatorBuilder::base_domain))
}

fn callback_trust(ca: Option<PathBuf>, insecure: bool) -> Result<CallbackTrust, Failure> {
    if insecure {
        return Ok(CallbackTrust::Anyone);
    }
    let Some(path) = ca else { return Ok(CallbackTrust::default()) };
    let pem = std::fs::read(&path).map_err(|source| Failure::Unreadable { path: path.clone(), source })?;
    CallbackTrust::with_roots(&pem).map_err(|source| Failure::Trust { path, source })
}
