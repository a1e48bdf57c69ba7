//! What a person sees in a terminal: a live line while stories play, and a table at the end with failures last.

use std::{fmt::Write as _, io::Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{CaseReport, Report};
use crate::{script::Played, verdict::Verdict};

/// How many columns a title may take.
const TITLE: usize = 58;

/// The live line; where no terminal is attached, a plain line at every quarter.
#[derive(Debug)]
pub struct Live {
    bar: ProgressBar,
    failed: usize,
}

impl Live {
    /// A line for `cases` cases.
    pub fn new(cases: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(cases as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_bar} {elapsed} {msg}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self { bar, failed: 0 }
    }

    /// One more case has ended.
    pub fn played(&mut self, played: &Played) {
        if played.judgement.verdict.fails_the_run() {
            self.failed += 1;
        }
        let failed = if self.failed == 0 { String::new() } else { format!("{} failed, ", self.failed) };
        self.bar.set_message(format!("{failed}{}", played.story.id));
        self.bar.inc(1);
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
        if self.bar.is_hidden() && done * 4 / all.max(1) > (done - 1) * 4 / all.max(1) {
            // Who does not read the error stream misses nothing but this.
            let _ = writeln!(std::io::stderr(), "{done} of {all} cases played, {} failed", self.failed);
        }
    }

    /// Takes the line away.
    pub fn done(self) {
        self.bar.finish_and_clear();
    }
}

/// The table of a run: groups, stories, and the grounds of every case that did not pass.
pub fn terminal(report: &Report) -> String {
    let mut text = String::new();
    let mut groups: Vec<&str> = Vec::new();
    for story in &report.stories {
        if !groups.contains(&story.group.as_str()) {
            groups.push(&story.group);
        }
    }
    for group in groups {
        line(&mut text, group);
        for story in report.stories.iter().filter(|story| story.group == group) {
            let passed = story.cases.iter().filter(|case| case.verdict == Verdict::Pass).count();
            let seconds: f64 = story.cases.iter().map(|case| case.seconds).sum();
            let cases = story.cases.len();
            line(
                &mut text,
                &format!(
                    "  {:<13} {:<8} {:<TITLE$} {passed:>3}/{cases:<3} {seconds:>6.2} s",
                    story.worst().word(),
                    story.id,
                    shortened(&story.title)
                ),
            );
        }
    }
    for (story, case) in report.cases().filter(|(_, case)| case.verdict != Verdict::Pass) {
        text.push('\n');
        line(&mut text, &format!("{} {} — {}", case.verdict.word(), case.case, story.title));
        grounds(&mut text, case);
    }
    text.push('\n');
    let totals: Vec<String> = Verdict::ALL
        .iter()
        .filter(|verdict| report.count(**verdict) > 0)
        .map(|verdict| format!("{} {}", report.count(*verdict), verdict.word()))
        .collect();
    let (stories, cases) =
        (counted(report.stories.len(), "stor", "y", "ies"), counted(report.cases().count(), "case", "", "s"));
    line(&mut text, &format!("{stories}, {cases} in {:.1} s: {}", report.seconds, totals.join(", ")));
    text
}

fn grounds(text: &mut String, case: &CaseReport) {
    for finding in &case.findings {
        let call =
            if finding.call.is_empty() { String::new() } else { format!(" in call `{}`", finding.call) };
        line(text, &format!("    {}{call}: {}", finding.rule, finding.what));
    }
    line(text, &format!("    play it alone: {}", case.replay()));
}

fn line(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn counted(count: usize, stem: &str, one: &str, many: &str) -> String {
    format!("{count} {stem}{}", if count == 1 { one } else { many })
}

fn shortened(title: &str) -> String {
    if title.chars().count() <= TITLE {
        return title.to_owned();
    }
    title.chars().take(TITLE - 1).chain(['…']).collect()
}
