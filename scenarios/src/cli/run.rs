//! `oss-scenarios run`: plays cases side by side and writes the reports.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use clap::Args;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    exit::{Exit, complain, say},
    select::Select,
};
use crate::{
    driver::Process,
    report::{Live, Report, html, json, junit, terminal},
    scenario::Scenario,
    script::{Played, Seats, play},
    verdict::{Judgement, Verdict},
};

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    select: Select,
    /// Cases played at the same time; the number of cores unless given.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Folder for report.html, report.json and junit.xml.
    #[arg(long, value_name = "DIR", default_value = "target/oss-scenarios")]
    out: PathBuf,
    /// Driver program to judge instead of the bundled client: the program and its arguments, separated by spaces.
    #[arg(long, value_name = "COMMAND")]
    driver: Option<String>,
}

impl Run {
    pub(super) async fn play(self) -> ExitCode {
        let cases = match self.select.cases() {
            Ok(cases) => cases,
            Err(error) => return complain(Exit::Usage, &error.to_string()),
        };
        if cases.is_empty() {
            return complain(Exit::Usage, "no story matches; `oss-scenarios list` names them");
        }
        let (client, seats) = match self.seats() {
            Ok(seats) => seats,
            Err(error) => return complain(Exit::Environment, &error),
        };
        let jobs = self.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
        let started = Instant::now();
        let played = play_all(cases, &seats, jobs).await;
        let report = Report::new(&client, started.elapsed().as_secs_f64(), &played);
        say(&terminal(&report));
        match write(&self.out, &report) {
            Ok(page) => say(&format!("Report: {}\n", page.display())),
            Err(error) => {
                return complain(
                    Exit::Environment,
                    &format!("cannot write a report to {}: {error}", self.out.display()),
                );
            }
        }
        if report.count(Verdict::Error) > 0 {
            return Exit::Internal.into();
        }
        if report.failed() { Exit::Failed } else { Exit::Good }.into()
    }

    fn seats(&self) -> Result<(String, Seats), String> {
        if let Some(command) = &self.driver {
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            return Ok((command.clone(), Seats::only(Arc::new(Process::new(words)))));
        }
        let own = std::env::current_exe()
            .map_err(|error| format!("cannot find the program's own file: {error}"))?;
        let command = vec![own.to_string_lossy().into_owned(), "driver".to_owned()];
        Ok((format!("oss-client {}", env!("CARGO_PKG_VERSION")), Seats::bundled(command)))
    }
}

/// Plays every case, `jobs` at a time, and gives them back in their order.
async fn play_all(cases: Vec<Scenario>, seats: &Seats, jobs: usize) -> Vec<Played> {
    let mut live = Live::new(cases.len());
    let places = Arc::new(Semaphore::new(jobs));
    let mut playing = JoinSet::new();
    for (index, case) in cases.into_iter().enumerate() {
        let (seats, places) = (seats.clone(), Arc::clone(&places));
        playing.spawn(async move {
            // The semaphore is never closed.
            let _place = places.acquire().await;
            (index, play_guarded(case, seats).await)
        });
    }
    let mut played = Vec::new();
    while let Some(ended) = playing.join_next().await {
        let Ok((index, case)) = ended else { continue };
        live.played(&case);
        played.push((index, case));
    }
    live.done();
    played.sort_by_key(|(index, _)| *index);
    played.into_iter().map(|(_, case)| case).collect()
}

/// Plays one case; a bug of the runner becomes an ERROR of this case and of no other.
async fn play_guarded(case: Scenario, seats: Seats) -> Played {
    let story = case.clone();
    let playing = tokio::spawn(async move { play(case, &seats).await });
    playing.await.unwrap_or_else(|error| Played {
        story,
        judgement: Judgement::error(format!("the runner broke: {error}")),
        evidence: None,
        seconds: 0.0,
    })
}

/// Writes the three files and gives the path of the page.
fn write(folder: &Path, report: &Report) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let page = folder.join("report.html");
    std::fs::write(&page, html(report).map_err(std::io::Error::other)?)?;
    std::fs::write(folder.join("report.json"), json(report)?)?;
    std::fs::write(folder.join("junit.xml"), junit(report).map_err(std::io::Error::other)?)?;
    Ok(page)
}
