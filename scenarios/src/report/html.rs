//! One self-contained HTML file that works offline: the matrix, and a storyboard for each case.

use askama::Template;

use super::{Report, storyboard::storyboard};
use crate::verdict::Verdict;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    groups: Vec<&'a str>,
    verdicts: Vec<(Verdict, usize)>,
}

/// A case's name as the target of a link.
fn anchor(case: &str) -> String {
    case.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// Where `owner/repository#number` can be read.
fn link(reported: &str) -> Option<String> {
    let (repository, number) = reported.split_once('#')?;
    Some(format!("https://github.com/{repository}/issues/{number}"))
}

/// The report as HTML.
///
/// # Errors
/// None in practice: the template is checked when this is compiled.
pub fn html(report: &Report) -> askama::Result<String> {
    let mut groups: Vec<&str> = Vec::new();
    for story in &report.stories {
        if !groups.contains(&story.group.as_str()) {
            groups.push(&story.group);
        }
    }
    let verdicts = Verdict::ALL.iter().map(|verdict| (*verdict, report.count(*verdict)));
    Page { report, groups, verdicts: verdicts.filter(|(_, count)| *count > 0).collect() }.render()
}
