//! `oss-scenarios list`.

use std::process::ExitCode;

use clap::Args;

use super::{
    exit::{Exit, complain, say},
    select::Select,
};

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    select: Select,
    /// Lists every case, not only the stories.
    #[arg(long)]
    cases: bool,
}

impl List {
    pub(super) fn print(&self) -> ExitCode {
        let cases = match self.select.cases() {
            Ok(cases) => cases,
            Err(error) => return complain(Exit::Usage, &error.to_string()),
        };
        let mut last = String::new();
        for case in &cases {
            if self.cases {
                say(&format!("{}\n", case.case()));
            } else if case.id != last {
                let count = cases.iter().filter(|other| other.id == case.id).count();
                say(&format!(
                    "{:<8} {:<16} {} ({count} case{})\n",
                    case.id,
                    case.group,
                    case.title,
                    if count == 1 { "" } else { "s" }
                ));
            }
            last.clone_from(&case.id);
        }
        Exit::Good.into()
    }
}
