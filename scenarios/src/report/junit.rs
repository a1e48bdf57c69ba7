//! JUnit XML, for the dashboards that speak it: a suite a group, a case a case.

use std::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{CaseReport, Report, StoryReport};
use crate::verdict::Verdict;

/// The report as JUnit XML.
///
/// # Errors
/// A text that the XML writer refuses.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut document = quick_junit::Report::new("oss-scenarios");
    document.set_time(Duration::from_secs_f64(report.seconds));
    let mut suites: Vec<TestSuite> = Vec::new();
    for (story, case) in report.cases() {
        let known = suites.iter().position(|suite| suite.name.as_str() == story.group);
        let at = known.unwrap_or_else(|| {
            suites.push(TestSuite::new(story.group.as_str()));
            suites.len() - 1
        });
        suites[at].add_test_case(test_case(story, case));
    }
    document.add_test_suites(suites);
    document.to_string()
}

fn test_case(story: &StoryReport, case: &CaseReport) -> TestCase {
    let mut status = match case.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Unsupported => TestCaseStatus::skipped(),
        Verdict::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if case.verdict != Verdict::Pass {
        let grounds: Vec<String> = case
            .findings
            .iter()
            .map(|finding| format!("{} {}: {}", finding.rule, finding.call, finding.what))
            .collect();
        status.set_message(format!("{}: {}", case.verdict.word(), grounds.join("; ")));
        status.set_type(case.verdict.word());
    }
    let mut test = TestCase::new(case.case.as_str(), status);
    test.set_classname(format!("{}.{}", story.group, story.title));
    test.set_time(Duration::from_secs_f64(case.seconds));
    test
}
