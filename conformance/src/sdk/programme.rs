//! Runs an SDK's programme against an endpoint and collects its checks.

use std::{path::Path, process::Stdio, time::Duration};

use serde::Deserialize;
use thiserror::Error;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::Command,
    time::timeout,
};

use super::Definition;

/// How long one programme may take: the slowest SDK moves 130 MiB through an interpreter.
const BOUND: Duration = Duration::from_secs(600);

/// Where the programme goes, as its environment says it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `http://host:port`.
    pub url: String,
    /// Region id.
    pub region: String,
    /// Access key id.
    pub access_key_id: String,
    /// Access key secret.
    pub access_key_secret: String,
    /// A bucket name that does not exist yet, unless the SDK cannot create one.
    pub bucket: String,
    /// A key that counts only together with its token.
    pub temporary: TemporaryKey,
}

/// A key as the security token service hands it out.
#[derive(Debug, Clone)]
pub struct TemporaryKey {
    /// Access key id.
    pub id: String,
    /// Access key secret.
    pub secret: String,
    /// The token.
    pub token: String,
}

/// One check, as the programme printed it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Check {
    /// What was checked.
    pub check: String,
    /// Whether it held.
    pub ok: bool,
    /// What was seen instead.
    #[serde(default)]
    pub detail: String,
}

/// What came of a programme.
#[derive(Debug)]
pub struct Outcome {
    /// Its checks, in order.
    pub checks: Vec<Check>,
    /// Lines that are no check, and what it wrote to its error stream.
    pub noise: String,
}

impl Outcome {
    /// How many checks held.
    pub fn held(&self) -> usize {
        self.checks.iter().filter(|check| check.ok).count()
    }

    /// Whether there were checks and all of them held.
    pub fn good(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.ok)
    }
}

/// A programme that could not be run to its end.
#[derive(Debug, Error)]
pub enum RunError {
    /// It did not start.
    #[error("cannot run `{command}`: {source}")]
    Start {
        /// The command.
        command: String,
        /// Why.
        source: std::io::Error,
    },
    /// It took too long.
    #[error("the programme had not ended after {} s and was stopped", BOUND.as_secs())]
    Overrun,
    /// Its end is not that of its checks: it broke off, or lied.
    #[error("the programme ended with {status} after {checks} checks that all held:\n{noise}")]
    BrokeOff {
        /// Exit status.
        status: String,
        /// How many checks it had printed.
        checks: usize,
        /// The rest of what it printed.
        noise: String,
    },
    /// Its pipes cannot be read.
    #[error("cannot read what the programme prints: {0}")]
    Pipe(#[from] std::io::Error),
}

/// Runs the programme; `each` hears every check when it is printed.
///
/// # Errors
/// See [`RunError`]. A check that does not hold is no error here.
pub async fn run(
    definition: &Definition,
    work: &Path,
    endpoint: &Endpoint,
    each: impl FnMut(&Check),
) -> Result<Outcome, RunError> {
    timeout(BOUND, attend(definition, work, endpoint, each)).await.map_err(|_| RunError::Overrun)?
}

async fn attend(
    definition: &Definition,
    work: &Path,
    endpoint: &Endpoint,
    mut each: impl FnMut(&Check),
) -> Result<Outcome, RunError> {
    let scratch = tempfile::tempdir()?;
    let words = definition.fill(&definition.run, work);
    let command = words.join(" ");
    let start = |source| RunError::Start { command: command.clone(), source };
    let (program, arguments) =
        words.split_first().ok_or_else(|| start(std::io::ErrorKind::InvalidInput.into()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("OSS_ENDPOINT", &endpoint.url)
        .env("OSS_REGION", &endpoint.region)
        .env("OSS_ACCESS_KEY_ID", &endpoint.access_key_id)
        .env("OSS_ACCESS_KEY_SECRET", &endpoint.access_key_secret)
        .env("OSS_STS_ACCESS_KEY_ID", &endpoint.temporary.id)
        .env("OSS_STS_ACCESS_KEY_SECRET", &endpoint.temporary.secret)
        .env("OSS_STS_TOKEN", &endpoint.temporary.token)
        .env("OSS_BUCKET", &endpoint.bucket)
        .env("WORK_DIR", scratch.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(start)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let complaints = tokio::spawn(async move {
        let mut text = Vec::new();
        if let Some(mut stderr) = stderr {
            stderr.read_to_end(&mut text).await?;
        }
        std::io::Result::Ok(String::from_utf8_lossy(&text).into_owned())
    });
    let (mut checks, mut noise) = (Vec::new(), String::new());
    if let Some(stdout) = stdout {
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            match serde_json::from_str::<Check>(&line) {
                Ok(check) => {
                    each(&check);
                    checks.push(check);
                }
                Err(_) => noise.extend([line.as_str(), "\n"]),
            }
        }
    }
    let status = child.wait().await?;
    noise.push_str(&complaints.await.map_err(std::io::Error::other)??);
    let outcome = Outcome { checks, noise };
    let blameless = outcome.checks.iter().all(|check| check.ok);
    if blameless && !(status.success() && outcome.good()) {
        return Err(RunError::BrokeOff {
            status: status.to_string(),
            checks: outcome.checks.len(),
            noise: outcome.noise,
        });
    }
    Ok(outcome)
}
