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
    report::{line, summary},
    sdk::{Definition, Endpoint, all, run, set_up},
};

#[derive(Debug, Args)]
pub(super) struct Sdk {
    /// SDKs to run; all of them unless given.
    names: Vec<String>,
    /// Folder where SDKs are installed; kept between runs.
    #[arg(long, value_name = "DIR", default_value = "target/oss-conformance")]
    work: PathBuf,
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
        let mut worst = Exit::Good;
        for definition in
            definitions.iter().filter(|known| self.names.is_empty() || self.names.contains(&known.name))
        {
            match runtime.block_on(self.one(definition)) {
                Ok(true) => {}
                Ok(false) => worst = Exit::Failed,
                Err((exit, what)) => return complain(exit, &what),
            }
        }
        worst.into()
    }

    async fn one(&self, definition: &Definition) -> Result<bool, (Exit, String)> {
        let work = std::path::absolute(self.work.join(&definition.name))
            .map_err(|error| (Exit::Environment, error.to_string()))?;
        say(&format!("{} ({}): setting up in {}\n", definition.name, definition.language, work.display()));
        set_up(definition, &work).map_err(|error| (Exit::Environment, error.to_string()))?;
        let endpoint = Endpoint {
            url: String::new(),
            region: "cn-hangzhou".to_owned(),
            access_key_id: "conformance-id".to_owned(),
            access_key_secret: "conformance-secret".to_owned(),
            bucket: format!("conformance-{}", definition.name),
        };
        let emulator = Emulator::builder()
            .region(&endpoint.region)
            .credentials(&endpoint.access_key_id, &endpoint.access_key_secret)
            .start()
            .await
            .map_err(|error| (Exit::Environment, format!("the emulator does not start: {error}")))?;
        let endpoint = Endpoint { url: emulator.endpoint().to_owned(), ..endpoint };
        let started = Instant::now();
        let outcome = run(definition, &work, &endpoint, |check| say(&line(check))).await;
        let outcome = outcome.map_err(|error| (Exit::Internal, error.to_string()))?;
        say(&summary(&definition.name, &outcome, started.elapsed().as_secs_f64()));
        if !outcome.good() && !outcome.noise.is_empty() {
            say(&outcome.noise);
        }
        emulator.shutdown().await;
        Ok(outcome.good())
    }
}
