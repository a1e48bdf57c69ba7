//! `run`: a command with an emulator of its own, which it finds by the variables that SDKs and tools read.

use std::{ffi::OsString, io, process::ExitStatus};

use tokio::process::Command;

use super::{
    Failure,
    serve::start,
    signals::{Signals, pass_on},
};
use crate::{
    auth::AuthMode,
    config::{ServeArgs, TemporaryKey},
    fault::Plan,
};

/// The key of a command when none is configured: SDKs refuse to go without, the emulator accepts any.
const MADE_UP: (&str, &str) = ("oss-emulator", "oss-emulator-secret");

/// Names under which clients look for these. The first is the one of the official SDKs; the others are read by opendal and
/// restic (`ALIBABA_CLOUD_…`), `JuiceFS` (`ALICLOUD_…`), the tests of SDKs (`OSS_TEST_…`) and of other projects. All are set,
/// so that no real account that the surroundings name is touched.
const ENDPOINT: [&str; 7] = [
    "OSS_ENDPOINT",
    "OSS_EMULATOR_ENDPOINT",
    "OSS_TEST_ENDPOINT",
    "ALICLOUD_ENDPOINT",
    "ALIYUNOSS_ENDPOINT",
    "ARTIFACTS_OSS_ENDPOINT",
    "OPENDAL_OSS_ENDPOINT",
];
const KEY_ID: [&str; 5] = [
    "OSS_ACCESS_KEY_ID",
    "OSS_TEST_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALICLOUD_ACCESS_KEY_ID",
    "OPENDAL_OSS_ACCESS_KEY_ID",
];
const KEY_SECRET: [&str; 5] = [
    "OSS_ACCESS_KEY_SECRET",
    "OSS_TEST_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALICLOUD_ACCESS_KEY_SECRET",
    "OPENDAL_OSS_ACCESS_KEY_SECRET",
];
const TOKEN: [&str; 6] = [
    "OSS_SESSION_TOKEN",
    "OSS_STS_TOKEN",
    "OSS_TEST_STS_TOKEN",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "ALICLOUD_SECURITY_TOKEN",
    "SECURITY_TOKEN",
];
const REGION: [&str; 2] = ["OSS_REGION", "OSS_TEST_REGION"];
const BUCKET: [&str; 3] = ["OSS_BUCKET", "OSS_TEST_BUCKET", "OPENDAL_OSS_BUCKET"];

/// The key that the command is given.
struct Credentials {
    id: String,
    secret: String,
    token: Option<String>,
}

/// Runs the command to its end and returns its exit code; 128 and the signal's number when a signal ended it.
pub(super) async fn run(mut serve: ServeArgs, command: Vec<OsString>, plan: Plan) -> Result<u8, Failure> {
    let mut signals = Signals::new().map_err(Failure::Runtime)?;
    let credentials = credentials(&mut serve)?;
    let (region, bucket) = (serve.region.clone(), serve.buckets.first().cloned());
    let emulator = tokio::select! {
        started = start(serve, 0, plan) => started?,
        told = signals.next() => return Ok(told.code()),
    };
    let Some((program, arguments)) = command.split_first() else { return Err(Failure::NoCommand) };
    let mut command = Command::new(program);
    command.args(arguments);
    set(&mut command, &ENDPOINT, Some(emulator.endpoint()));
    set(&mut command, &["OSS_EMULATOR_CONTROL"], Some(&emulator.control()));
    set(&mut command, &KEY_ID, Some(&credentials.id));
    set(&mut command, &KEY_SECRET, Some(&credentials.secret));
    set(&mut command, &TOKEN, credentials.token.as_deref());
    set(&mut command, &REGION, Some(&region));
    set(&mut command, &BUCKET, bucket.as_deref());
    let ended = match command.spawn() {
        Ok(mut child) => loop {
            tokio::select! {
                ended = child.wait() => break ended.map(code).map_err(Failure::Runtime),
                told = signals.next() => if let Some(process) = child.id() { pass_on(told, process) },
            }
        },
        Err(source) => Err(Failure::Command { program: program.clone(), source }),
    };
    emulator.shutdown().await;
    ended
}

/// What the flags give, or something made up, which the emulator then knows as well.
fn credentials(args: &mut ServeArgs) -> Result<Credentials, Failure> {
    if let (Some(id), Some(secret)) = (&args.access_key_id, &args.access_key_secret) {
        return Ok(Credentials { id: id.clone(), secret: secret.clone(), token: None });
    }
    if let Some(text) = args.sts.first() {
        let key: TemporaryKey = text.parse().map_err(Failure::TemporaryKey)?;
        return Ok(Credentials { id: key.id, secret: key.secret, token: Some(key.token) });
    }
    let (id, secret) = (MADE_UP.0.to_owned(), MADE_UP.1.to_owned());
    args.auth = Some(args.auth.unwrap_or(AuthMode::Off));
    (args.access_key_id, args.access_key_secret) = (Some(id.clone()), Some(secret.clone()));
    Ok(Credentials { id, secret, token: None })
}

/// Sets all names of a variable, or takes them all away: what the surroundings say is about another service.
fn set(command: &mut Command, names: &[&str], value: Option<&str>) {
    for name in names {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    // Codes beyond a byte exist on Windows only; there any of them means that it failed.
    status.code().map_or(u8::MAX, |code| u8::try_from(code).unwrap_or(u8::MAX))
}

/// What a shell would end with for a command that cannot be started.
pub(super) fn refusal(source: &io::Error) -> super::Exit {
    if source.kind() == io::ErrorKind::NotFound {
        super::Exit::CommandNotFound
    } else {
        super::Exit::CommandNotRunnable
    }
}
