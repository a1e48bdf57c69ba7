//! The flags of the verbs besides `serve`.

use std::{ffi::OsString, path::PathBuf};

use clap::Args;

use super::{ListenArgs, ServeArgs};
use crate::fault::Lapse;

/// The flags of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// How the emulator is set up
    #[command(flatten)]
    pub serve: ServeArgs,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Which emulator `wait` and `probe` ask.
#[derive(Debug, Args)]
pub struct TargetArgs {
    /// The emulator's URL; by default what `OSS_ENDPOINT` says, else where --listen and --port say
    #[arg(long, env = "OSS_EMULATOR_ENDPOINT", value_name = "URL")]
    pub endpoint: Option<String>,
    /// Where it listens, when no URL is given
    #[command(flatten)]
    pub listen: ListenArgs,
}

/// The flags of `wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// Which emulator to wait for
    #[command(flatten)]
    pub target: TargetArgs,
    /// How long to wait at most
    #[arg(long, env = "OSS_EMULATOR_TIMEOUT", default_value = "30s", value_name = "SPAN")]
    pub timeout: Lapse,
    /// Wait until this bucket exists too; may be given more than once
    #[arg(long = "bucket", value_name = "NAME")]
    pub buckets: Vec<String>,
}

/// The flags of `probe`.
#[derive(Debug, Args)]
pub struct ProbeArgs {
    /// Which emulator to ask
    #[command(flatten)]
    pub target: TargetArgs,
}

/// The flags of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The plan, in TOML, or in JSON when its name ends in .json
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// Print the plan in its canonical JSON form
    #[arg(long)]
    pub json: bool,
}
