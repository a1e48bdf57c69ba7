//! Each verdict is reached by a story made for it, and by nothing less.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::sync::Arc;

use oss_scenarios::{
    driver::Process,
    load::parse,
    scenario::Scenario,
    script::{Played, Seats, play},
    verdict::Verdict,
};
use rstest::rstest;

/// A story of one call on a small file; `more` is the rest of the file.
fn story(more: &str) -> Scenario {
    let head = "schema = 1\nid = \"T-1\"\ntitle = \"t\"\ngroup = \"test\"\ntells = \"t\"\n";
    let cases = parse("test/t.toml", &format!("{head}{more}")).unwrap();
    cases.into_iter().next().unwrap()
}

async fn bundled(story: Scenario) -> Played {
    play(story, &Seats::bundled(Vec::new())).await
}

const SMALL: &str = "[source]\nsize = 250000\n";

#[tokio::test]
async fn a_story_in_which_everything_holds_passes() {
    let played = bundled(story(&format!("{SMALL}[[step]]\ncall = \"only\""))).await;
    assert_eq!(played.judgement.verdict, Verdict::Pass, "{:?}", played.judgement.findings);
}

#[tokio::test]
async fn a_fault_that_never_fires_proves_nothing() {
    let more = "[[step]]\ncall = \"only\"\n[[step.fault]]\nid = \"far\"\nmatch = { operation = \"UploadPart\", part = 99 }\n\
                at = \"req.head\"\ndo = [{ reset = {} }]";
    let played = bundled(story(&format!("{SMALL}{more}"))).await;
    assert_eq!(played.judgement.verdict, Verdict::NotExercised);
    assert!(played.judgement.findings[0].what.contains("far"));
}

#[tokio::test]
async fn a_trigger_whose_moment_never_comes_proves_nothing() {
    let more = "[[step]]\ncall = \"only\"\n[[step.when]]\ngate = \"nowhere\"\ndo = [{ cancel = \"keep\" }]";
    let played = bundled(story(&format!("{SMALL}{more}"))).await;
    assert_eq!(played.judgement.verdict, Verdict::NotExercised);
}

#[tokio::test]
async fn a_client_that_does_not_end_is_stopped_and_judged_timeout() {
    let more = "[client]\nbound_s = 1\nidle_ms = 600000\n[[step]]\ncall = \"only\"\n[[step.fault]]\nid = \"silence\"\n\
                match = { operation = \"UploadPart\", part = 1 }\nat = \"req.body.end\"\ndo = [{ vanish = {} }]";
    let played = bundled(story(&format!("{SMALL}{more}"))).await;
    assert_eq!(played.judgement.verdict, Verdict::Timeout, "{:?}", played.judgement.findings);
}

#[tokio::test]
async fn an_expectation_that_is_not_met_fails() {
    let more = "[[step]]\ncall = \"only\"\nexpect = { requests = { UploadPart = 4 } }";
    let played = bundled(story(&format!("{SMALL}{more}"))).await;
    assert_eq!(played.judgement.verdict, Verdict::Fail);
    assert_eq!(played.judgement.findings[0].what, "3 request(s) of UploadPart were made instead of 4");
}

#[tokio::test]
async fn an_edit_that_finds_nothing_is_the_runners_error_not_the_clients() {
    let played =
        bundled(story(&format!("{SMALL}[[step]]\ncall = \"only\"\nedit = [{{ delete_upload = {{}} }}]")))
            .await;
    assert_eq!(played.judgement.verdict, Verdict::Error);
    assert!(
        played.judgement.findings[0].what.contains("0 uploads are open"),
        "{:?}",
        played.judgement.findings
    );
}

/// What the story asks of the client, and the capability that the driver lacks.
#[rstest]
#[case("sequential = true", "sequential")]
#[case("on_part_error = \"drain\"", "drain")]
#[case("upload_token = true", "upload-token")]
#[tokio::test]
async fn what_a_driver_does_not_claim_is_never_asked_of_it(#[case] option: &str, #[case] lacking: &str) {
    // Anything said after the decoy would be answered, and the answer would break the protocol.
    let script = r#"read -r _; echo '{"type":"ready","protocol":1,"driver":"d","sdk":{"name":"s","version":"1","language":"sh"},"capabilities":["cancel"]}'
        read -r _; echo '{"type":"unsupported","what":"decoy"}'; while read -r _; do echo 'asked'; done"#;
    let seats = Seats::only(Arc::new(Process::new(["sh", "-c", script].map(str::to_owned).to_vec())));
    let text = format!("{SMALL}[client]\n{option}\n[[step]]\ncall = \"only\"");
    let played = play(story(&text), &seats).await;
    assert_eq!(played.judgement.verdict, Verdict::Unsupported, "{:?}", played.judgement.findings);
    assert_eq!(played.judgement.findings[0].what, format!("the driver cannot do `{lacking}`"));
}

#[tokio::test]
async fn a_refusal_that_did_not_come_is_an_expectation_that_is_not_met() {
    let more = "[[step]]\ncall = \"only\"\nexpect = { refusals = { PartAlreadyExist = 1 } }";
    let played = bundled(story(&format!("{SMALL}{more}"))).await;
    assert_eq!(played.judgement.verdict, Verdict::Fail);
    assert_eq!(played.judgement.findings[0].what, "0 request(s) were answered PartAlreadyExist instead of 1");
}

#[rstest]
#[case::does_not_exist(&["/no/such/driver"], "cannot start the driver")]
#[case::says_nothing(&["true"], "broke the protocol")]
#[case::repeats_what_it_hears(&["cat"], "not a reply")]
#[case::answers_everything(&["sh", "-c", r#"while read -r _; do echo '{"type":"ready","protocol":1,"driver":"d","sdk":{"name":"s","version":"1","language":"sh"},"capabilities":[]}'; done"#], "not by `unsupported`")]
#[case::another_version(&["sh", "-c", r#"read -r _; echo '{"type":"ready","protocol":9,"driver":"d","sdk":{"name":"s","version":"1","language":"sh"},"capabilities":[]}'; cat"#], "speaks version 9")]
#[tokio::test]
async fn a_driver_that_breaks_the_protocol_is_an_error(#[case] command: &[&str], #[case] wanted: &str) {
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    let seats = Seats::only(Arc::new(Process::new(command)));
    let played = play(story(&format!("{SMALL}[[step]]\ncall = \"only\"")), &seats).await;
    assert_eq!(played.judgement.verdict, Verdict::Error);
    assert!(played.judgement.findings[0].what.contains(wanted), "{:?}", played.judgement.findings);
}
