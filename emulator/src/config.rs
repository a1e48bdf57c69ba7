//! The flags and variables of the command line, and what they mean.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, builder::BoolishValueParser};

mod listen;
mod storage;
mod values;
mod verbs;

use crate::{auth::AuthMode, http::ExternalUrl, telemetry::LogFormat};
pub use listen::{DEFAULT_PORT, ListenArgs, Port};
pub use storage::StorageArgs;
pub use values::{Cname, TemporaryKey};
use values::{parse_bucket, parse_domain, parse_mode, parse_region};
pub use verbs::{CheckArgs, ProbeArgs, RunArgs, TargetArgs, WaitArgs};

/// A local server compatible with Alibaba Cloud OSS, with faults exact to the byte and to the attempt.
#[derive(Debug, Parser)]
#[command(name = "oss-emulator", version, about, args_conflicts_with_subcommands = true)]
pub struct CommandLine {
    /// What to do; `serve` when absent.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// The flags of `serve`, when no verb is given.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Serve until stopped; prints one JSON line with the endpoint when ready.
    Serve(Box<ServeArgs>),
    /// Run a command against an emulator of its own, and end with the command's exit code.
    Run(Box<RunArgs>),
    /// Wait until an emulator is ready.
    Wait(WaitArgs),
    /// Ask once whether an emulator is ready, for health checks.
    Probe(ProbeArgs),
    /// Check a fault plan and say what it would do.
    Check(CheckArgs),
}

/// The flags of `serve`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own, as users write it")]
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Write the port, as a number, into this file once the emulator is ready
    #[arg(long, env = "OSS_EMULATOR_PORT_FILE", value_name = "FILE")]
    pub port_file: Option<PathBuf>,
    /// Allow an address that other machines can reach
    #[arg(long, env = "OSS_EMULATOR_ALLOW_REMOTE", value_parser = BoolishValueParser::new())]
    pub allow_remote: bool,
    /// Keep everything in this directory instead of memory
    #[arg(long, env = "OSS_EMULATOR_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Make each commit survive a power failure too, not only the death of the process
    #[arg(long, env = "OSS_EMULATOR_FSYNC", value_parser = BoolishValueParser::new())]
    pub fsync: bool,
    /// What is kept of content, and how much
    #[command(flatten)]
    pub storage: StorageArgs,
    /// Accept only requests signed with this key
    #[arg(long, env = "OSS_EMULATOR_ACCESS_KEY_ID", requires = "access_key_secret", value_name = "ID")]
    pub access_key_id: Option<String>,
    /// The secret of the key
    #[arg(
        long,
        env = "OSS_EMULATOR_ACCESS_KEY_SECRET",
        hide_env_values = true,
        requires = "access_key_id",
        value_name = "SECRET"
    )]
    pub access_key_secret: Option<String>,
    /// Whether signatures count: not at all (off), known keys with any signature (known-keys), right signatures only
    /// (enforce); by default enforce when a key is given, else off
    #[arg(long, env = "OSS_EMULATOR_AUTH", value_parser = parse_mode, value_name = "MODE")]
    pub auth: Option<AuthMode>,
    /// Know this temporary key too, as STS issues them; LIFE, as in 15m, is how long it is valid. May be given more than
    /// once
    #[arg(
        long,
        env = "OSS_EMULATOR_STS",
        hide_env_values = true,
        value_delimiter = ',',
        value_name = "ID:SECRET:TOKEN[:LIFE]"
    )]
    pub sts: Vec<String>,
    /// Refuse version 4 signatures for another region than --region
    #[arg(long, env = "OSS_EMULATOR_CHECK_REGION")]
    pub check_region: bool,
    /// Create this bucket; may be given more than once
    #[arg(long = "bucket", env = "OSS_EMULATOR_BUCKET", value_delimiter = ',', value_name = "NAME")]
    pub buckets: Vec<String>,
    /// Make a bucket of each folder in this one, and an object of each file below; may be given more than once
    #[arg(long = "seed-dir", env = "OSS_EMULATOR_SEED_DIR", value_delimiter = ',', value_name = "DIR")]
    pub seed_dirs: Vec<PathBuf>,
    /// Faults to arm from the start
    #[arg(long, env = "OSS_EMULATOR_FAULTS", value_name = "PLAN.toml")]
    pub faults: Option<PathBuf>,
    /// The region that answers name
    #[arg(long, env = "OSS_EMULATOR_REGION", default_value = "cn-hangzhou", value_parser = parse_region, value_name = "REGION")]
    pub region: String,
    /// Take the first label of hosts under this domain for a bucket; may be given more than once
    #[arg(
        long = "base-domain",
        env = "OSS_EMULATOR_BASE_DOMAIN",
        value_delimiter = ',',
        value_parser = parse_domain,
        value_name = "DOMAIN"
    )]
    pub base_domains: Vec<String>,
    /// Take this host for a bucket that the URL leaves out, as with a bound domain name; may be given more than once
    #[arg(long = "cname", env = "OSS_EMULATOR_CNAME", value_delimiter = ',', value_name = "HOST=BUCKET")]
    pub cnames: Vec<Cname>,
    /// Take requests that name no existing bucket for this one, their whole path for the key
    #[arg(long, env = "OSS_EMULATOR_DEFAULT_BUCKET", value_parser = parse_bucket, value_name = "BUCKET")]
    pub default_bucket: Option<String>,
    /// How clients reach this server, where answers name it
    #[arg(long, env = "OSS_EMULATOR_EXTERNAL_URL", value_name = "URL")]
    pub external_url: Option<ExternalUrl>,
    /// Make upload ids, and request ids but for the time at their start, the same in every run (without --data-dir)
    #[arg(long, env = "OSS_EMULATOR_SEED", value_name = "NUMBER", conflicts_with = "data_dir")]
    pub seed: Option<u64>,
    /// Trust these certificates (PEM) too when an upload callback goes to https
    #[arg(long, env = "OSS_EMULATOR_CALLBACK_CA", value_name = "FILE.pem")]
    pub callback_ca: Option<PathBuf>,
    /// Trust any certificate when an upload callback goes to https
    #[arg(long, env = "OSS_EMULATOR_CALLBACK_INSECURE", value_parser = BoolishValueParser::new())]
    pub callback_insecure: bool,
    /// How logs are written: lines for people (text) or JSON, one object a line (json)
    #[arg(long, env = "OSS_EMULATOR_LOG_FORMAT", default_value_t, value_enum, value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// What to log on stderr, as in `info` (a line for each request) or `oss_emulator=debug`
    #[arg(long, env = "OSS_EMULATOR_LOG", default_value = "warn", value_name = "FILTER")]
    pub log: String,
}
