//! The stories have teeth: an uploader with a known flaw fails a story that is about it, by the rule that is about it, and
//! the same uploader without the flaw passes.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on may stop")]

mod naive;

use std::sync::Arc;

use naive::{Flaw, Naive};
use oss_scenarios::{
    load,
    scenario::{DriverWord, Scenario},
    script::{Played, Seats, play},
    verdict::Verdict,
};
use rstest::rstest;

/// The case, for a client that neither signs nor sends parts side by side.
fn case(name: &str) -> Scenario {
    let cases = load::embedded().expect("the library is well-formed");
    let mut case = cases.into_iter().find(|case| case.case() == name).expect("the library has the case");
    case.emulator.enforce = Some(false);
    case.client.driver = DriverWord::InProcess;
    case
}

async fn played(flaw: Flaw, name: &str) -> Played {
    play(case(name), &Seats::only(Arc::new(Naive(flaw)))).await
}

#[rstest]
#[case(Flaw::TrustsTheRecord, "RU-037[lost=3]", "expected")]
#[case(Flaw::TrustsTheRecord, "RU-034[parallel=1]", "expected")]
#[case(Flaw::TakesAny200, "RU-076[body=error]", "I1")]
#[case(Flaw::LeavesAHole, "RU-024", "I2")]
#[case(Flaw::ReusesChangedBytes, "RU-050[keep_mtime=true,parallel=1]", "I1")]
#[case(Flaw::GivesUpOnALostAnswer, "RU-068[driver=in-process,how=reset,parallel=1]", "I20")]
#[case(Flaw::StartsAnew, "RU-004", "I10")]
#[case(Flaw::CommitsAfterCancel, "RU-059[mode=keep]", "I3")]
#[case(Flaw::CallsFailuresCancelled, "RU-024", "I15")]
#[case(Flaw::ForgetsBeforeComplete, "RU-070[lost=]", "I8")]
#[case(Flaw::ForgetsBeforeComplete, "RU-070[lost=]", "I6")]
#[case(Flaw::Boasts, "RU-001[driver=in-process,parallel=1]", "I14")]
#[case(Flaw::TalksAfterTheEnd, "RU-001[driver=in-process,parallel=1]", "I4")]
#[case(Flaw::KeepsTwoRecords, "RU-004", "I7")]
#[case(Flaw::StaysStuck, "RU-034[parallel=1]", "I13")]
#[case(Flaw::RefusesItsOwnPart, "RU-086[driver=in-process]", "expected")]
#[case(Flaw::ForgetsTheOrder, "RU-086[driver=in-process]", "expected")]
#[case(Flaw::SendsBackwards, "RU-086b[parallel=5]", "expected")]
#[case(Flaw::TakesAnyConflict, "RU-087", "I1")]
#[case(Flaw::TakesAnyConflict, "RU-087", "I2")]
#[case(Flaw::LeavesAHole, "RU-087", "I2")]
#[case(Flaw::CallsFailuresCancelled, "RU-087b", "I15")]
#[case(Flaw::CommitsAfterCancel, "RU-088[mode=keep]", "expected")]
#[case(Flaw::SendsInOrderAgain, "RU-089", "expected")]
#[case(Flaw::StopsAtOnce, "RU-098b[driver=in-process,mode=drain]", "expected")]
#[case(Flaw::GivesUpOnALostAnswer, "RU-068b[driver=in-process]", "I20")]
#[case(Flaw::IgnoresItsToken, "RU-073b[token=with]", "expected")]
#[tokio::test]
async fn a_flawed_uploader_fails_the_story_about_its_flaw(
    #[case] flaw: Flaw,
    #[case] name: &str,
    #[case] rule: &str,
) {
    let sound = played(Flaw::None, name).await;
    assert_eq!(sound.judgement.verdict, Verdict::Pass, "without the flaw: {:?}", sound.judgement.findings);
    let flawed = played(flaw, name).await;
    let rules: Vec<&str> = flawed.judgement.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(flawed.judgement.verdict, Verdict::Fail, "{rules:?}");
    assert!(rules.contains(&rule), "{:?}", flawed.judgement.findings);
}
