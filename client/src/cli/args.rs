//! The arguments of every verb, as a person types them.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{location::OssUrl, units};
use crate::machine::limits;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 usage, 3 partial (the object is there, its callback failed), \
4 auth, 5 integrity, 6 record unusable, 130 interrupted (what was sent is kept).

Credentials: -i and -k, or OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET and OSS_SESSION_TOKEN; without any, requests are \
not signed.";

/// Uploads files to Alibaba Cloud OSS so that interruption costs nothing.
#[derive(Debug, Parser)]
#[command(name = "oss-client", version, after_help = EXIT_CODES, max_term_width = 110)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Verb,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Upload a file; with --checkpoint-dir, go on where an earlier run stopped.
    Cp(Cp),
    /// List objects, or with -m open uploads.
    Ls(Ls),
    /// List the parts of an open upload.
    Listpart(Listpart),
    /// Abort open uploads: one by id, the one of a record, or all of a key.
    Abort(Abort),
    /// Show how a file would be cut into parts. Sends nothing.
    Plan(Plan),
}

#[derive(Debug, Args)]
pub(super) struct Connection {
    /// Endpoint, for example `http://127.0.0.1:6770` or `oss-cn-hangzhou.aliyuncs.com` [env: `OSS_ENDPOINT`]
    #[arg(short, long, global = true, value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// Access key id
    #[arg(short = 'i', long, global = true, value_name = "ID")]
    pub(super) access_key_id: Option<String>,
    /// Access key secret; other users of the machine can see it, so prefer the environment
    #[arg(short = 'k', long, global = true, value_name = "SECRET")]
    pub(super) access_key_secret: Option<String>,
    /// Security token of a temporary key
    #[arg(short = 't', long, global = true, value_name = "TOKEN")]
    pub(super) sts_token: Option<String>,
    /// Where requests name the bucket; auto: in the path for an IP address or localhost
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) addressing: AddressingArg,
    /// How often a failed request is sent again
    #[arg(long, global = true, default_value_t = 2, value_name = "N")]
    pub(super) retry_times: u32,
    /// Longest time for a connection to be made, such as 500ms, 10s, 2m
    #[arg(long, global = true, value_parser = units::duration, default_value = "10s", value_name = "TIME")]
    pub(super) connect_timeout: Duration,
    /// Longest time without a byte moving in either direction
    #[arg(long, global = true, value_parser = units::duration, default_value = "60s", value_name = "TIME")]
    pub(super) idle_timeout: Duration,
    /// Say more: -v what is decided, -vv each attempt
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum AddressingArg {
    #[default]
    Auto,
    Path,
    Virtual,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressArg {
    /// A bar on a terminal, plain lines elsewhere
    #[default]
    Auto,
    /// A bar on stderr
    Bar,
    /// A line on stderr every few seconds
    Plain,
    /// A JSON object a line on stdout
    Json,
    /// Nothing
    None,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum OnCancelArg {
    /// Keep what was sent, so that the next run goes on
    #[default]
    Keep,
    /// Delete it
    Abort,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FailArg {
    /// Begin no further part
    #[default]
    Fast,
    /// Send the other parts first
    Drain,
}

#[derive(Debug, Args)]
pub(super) struct Cp {
    /// The file
    pub(super) file: PathBuf,
    /// Where to: `oss://BUCKET/KEY`; after a final slash the file's name is added
    pub(super) to: OssUrl,
    /// An existing directory for upload records; without it nothing can be resumed
    #[arg(long, value_name = "DIR", conflicts_with = "record")]
    pub(super) checkpoint_dir: Option<PathBuf>,
    /// A file for the record of this upload, in place of --checkpoint-dir
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// Size of a part: bytes, or with K, M, G, Ki, Mi, Gi (KiB, MiB, GiB)
    #[arg(long, value_parser = units::size, default_value_t = limits::DEFAULT_PART_SIZE, value_name = "SIZE")]
    pub(super) part_size: u64,
    /// Parts sent at once
    #[arg(long, default_value_t = limits::DEFAULT_PARALLELISM, value_name = "N")]
    pub(super) parallel: usize,
    /// Send the parts in order, one at a time, as a sequential upload; the object gets a Content-MD5
    #[arg(long)]
    pub(super) sequential: bool,
    /// Put a random token into the object's metadata (x-oss-meta-upload-token), so that a lost answer to the commit is never
    /// settled by another writer's object
    #[arg(long)]
    pub(super) upload_token: bool,
    /// How progress is shown
    #[arg(long, value_enum, default_value_t)]
    pub(super) progress: ProgressArg,
    /// What Ctrl-C and SIGTERM do with a recorded upload
    #[arg(long, value_enum, default_value_t)]
    pub(super) on_cancel: OnCancelArg,
    /// What happens to the other parts when one has failed for good
    #[arg(long, value_enum, default_value_t)]
    pub(super) fail: FailArg,
    /// User metadata, several separated by '#': `NAME:VALUE#NAME:VALUE`
    #[arg(long, value_name = "META")]
    pub(super) meta: Option<String>,
    /// Content type of the object
    #[arg(long, value_name = "TYPE")]
    pub(super) content_type: Option<String>,
    /// ACL of the object, for example public-read
    #[arg(long)]
    pub(super) acl: Option<String>,
    /// Storage class of the object, for example IA
    #[arg(long, value_name = "CLASS")]
    pub(super) storage_class: Option<String>,
    /// Upload callback: the JSON text of x-oss-callback
    #[arg(long, value_name = "JSON")]
    pub(super) callback: Option<String>,
    /// Variables of the callback: the JSON text of x-oss-callback-var
    #[arg(long, value_name = "JSON", requires = "callback")]
    pub(super) callback_var: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Ls {
    /// `oss://BUCKET` or `oss://BUCKET/PREFIX`
    pub(super) at: OssUrl,
    /// Open multipart uploads in place of objects
    #[arg(short, long)]
    pub(super) multipart: bool,
}

#[derive(Debug, Args)]
pub(super) struct Listpart {
    /// `oss://BUCKET/KEY`
    pub(super) at: OssUrl,
    /// Id of the upload
    pub(super) upload_id: String,
}

#[derive(Debug, Args)]
pub(super) struct Abort {
    /// `oss://BUCKET/KEY`
    pub(super) at: OssUrl,
    /// Id of the upload; without it, and without --checkpoint-dir, every open upload of the key is aborted
    #[arg(conflicts_with = "checkpoint_dir")]
    pub(super) upload_id: Option<String>,
    /// Abort the upload that a record in this directory belongs to
    #[arg(long, value_name = "DIR", requires = "file")]
    pub(super) checkpoint_dir: Option<PathBuf>,
    /// The file that was being uploaded
    #[arg(long, requires = "checkpoint_dir")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The file
    pub(super) file: PathBuf,
    /// Size of a part: bytes, or with K, M, G, Ki, Mi, Gi (KiB, MiB, GiB)
    #[arg(long, value_parser = units::size, default_value_t = limits::DEFAULT_PART_SIZE, value_name = "SIZE")]
    pub(super) part_size: u64,
}
