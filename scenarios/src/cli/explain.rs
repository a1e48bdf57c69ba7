//! `oss-scenarios explain STORY`.

use std::process::ExitCode;

use clap::Args;

use super::{
    exit::{Exit, complain, say},
    select::Select,
};
use crate::invariant::INVARIANTS;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Story number, such as RU-068, or an invariant, such as I10.
    subject: String,
}

impl Explain {
    pub(super) fn print(&self) -> ExitCode {
        if let Some(invariant) =
            INVARIANTS.iter().find(|invariant| invariant.id.eq_ignore_ascii_case(&self.subject))
        {
            say(&format!("{}: {}\n", invariant.id, invariant.demands));
            return Exit::Good.into();
        }
        let cases = match Select::only(&self.subject).cases() {
            Ok(cases) => cases,
            Err(error) => return complain(Exit::Usage, &error.to_string()),
        };
        let Some(story) = cases.first() else {
            return complain(
                Exit::Usage,
                &format!("no story is called {}; `oss-scenarios list` names them", self.subject),
            );
        };
        say(&format!("{}  {}  ({})\n\n{}\n\n", story.id, story.title, story.group, story.tells.trim()));
        for reported in &story.reported {
            say(&format!("seen in the wild: {reported}\n"));
        }
        if !story.judge.because.is_empty() {
            say(&format!("relaxed because {}\n", story.judge.because));
        }
        say("cases:\n");
        for case in &cases {
            say(&format!("  {}\n", case.case()));
        }
        Exit::Good.into()
    }
}
