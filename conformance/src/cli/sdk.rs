//! `oss-conformance sdk [NAME]...`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use oss_emulator::Emulator;

use super::exit::{Exit, complain, say};
use crate::{
    report::{Verdict, closing, line, summary},
    sdk::{Definition, Endpoint, TemporaryKey, all, is_installed, run, set_up},
};

#[derive(Debug, Args)]
pub(super) struct Sdk {
    /// SDKs to run; all of them unless given.
    names: Vec<String>,
    /// Folder where SDKs are installed; kept between runs.
    #[arg(long, value_name = "DIR", default_value = "target/oss-conformance")]
    work: PathBuf,
}

/// An SDK that could not be run to its end.
struct Broken {
    exit: Exit,
    why: String,
}

impl Broken {
    fn environment(why: &impl ToString) -> Self {
        Self { exit: Exit::Environment, why: why.to_string() }
    }
}

impl Sdk {
    pub(super) fn run(self, drivers: &Path) -> ExitCode {
        let definitions = match all(drivers) {
            Ok(definitions) => definitions,
            Err(error) => return complain(Exit::Usage, &error.to_string()),
        };
        if let Some(unknown) =
            self.names.iter().find(|name| !definitions.iter().any(|known| known.name == **name))
        {
            return complain(
                Exit::Usage,
                &format!("no SDK is called {unknown}; `oss-conformance list` names them"),
            );
        }
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return complain(Exit::Environment, &format!("cannot start the runtime: {error}")),
        };
        let (mut worst, mut verdicts) = (Exit::Good, Vec::new());
        for definition in
            definitions.iter().filter(|known| self.names.is_empty() || self.names.contains(&known.name))
        {
            let (exit, verdict) = runtime.block_on(self.judge(definition));
            worst = worst.max(exit);
            verdicts.push((definition.name.clone(), verdict));
        }
        say(&format!("\n{}", closing(&verdicts)));
        let checked = verdicts.iter().any(|(_, verdict)| !matches!(verdict, Verdict::NotChecked { .. }));
        if checked { worst } else { worst.max(Exit::Environment) }.into()
    }

    async fn judge(&self, definition: &Definition) -> (Exit, Verdict) {
        if !is_installed(&definition.needs) {
            let (name, needs) = (&definition.name, definition.needs.clone());
            say(&format!("!! NOT CHECKED: {name} needs {needs}, which is not on this machine\n"));
            let exit = if self.names.is_empty() { Exit::Good } else { Exit::Environment };
            return (exit, Verdict::NotChecked { needs });
        }
        match self.check(definition).await {
            Ok((held, of)) => {
                let exit = if held == of && of > 0 { Exit::Good } else { Exit::Failed };
                (exit, Verdict::Checked { held, of })
            }
            Err(Broken { exit, why }) => {
                complain(exit, &format!("{}: {why}", definition.name));
                (exit, Verdict::Broken { why })
            }
        }
    }

    /// How many checks held, and of how many.
    async fn check(&self, definition: &Definition) -> Result<(usize, usize), Broken> {
        let work = std::path::absolute(self.work.join(&definition.name))
            .map_err(|error| Broken::environment(&error))?;
        say(&format!("{} ({}): setting up in {}\n", definition.name, definition.language, work.display()));
        set_up(definition, &work).map_err(|error| Broken::environment(&error))?;
        let endpoint = Endpoint {
            url: String::new(),
            region: "cn-hangzhou".to_owned(),
            access_key_id: "conformance-id".to_owned(),
            access_key_secret: "conformance-secret".to_owned(),
            bucket: format!("conformance-{}", definition.name),
            temporary: TemporaryKey {
                id: "STS.conformance-id".to_owned(),
                secret: "conformance-temporary-secret".to_owned(),
                token: "conformance/token+with==odd-letters".to_owned(),
            },
        };
        let mut builder = Emulator::builder()
            .region(&endpoint.region)
            .credentials(&endpoint.access_key_id, &endpoint.access_key_secret)
            .temporary_credentials(
                &endpoint.temporary.id,
                &endpoint.temporary.secret,
                &endpoint.temporary.token,
                None,
            );
        if !definition.creates_bucket {
            builder = builder.bucket(&endpoint.bucket);
        }
        let emulator = builder
            .start()
            .await
            .map_err(|error| Broken::environment(&format!("the emulator does not start: {error}")))?;
        let endpoint = Endpoint { url: emulator.endpoint().to_owned(), ..endpoint };
        let started = Instant::now();
        let outcome = run(definition, &work, &endpoint, |check| say(&line(check)))
            .await
            .map_err(|error| Broken { exit: Exit::Internal, why: error.to_string() })?;
        say(&summary(&definition.name, &outcome, started.elapsed().as_secs_f64()));
        if !outcome.good() && !outcome.noise.is_empty() {
            say(&outcome.noise);
        }
        emulator.shutdown().await;
        Ok((outcome.held(), outcome.checks.len()))
    }
}
