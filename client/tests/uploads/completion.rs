//! The commit, and everything that can be unclear about it; the source right before it.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use oss_client::{Hooks, Phase};
use rstest::rstest;

use crate::bench::{Bench, F7, PART, parts};

const COMPLETE: &str = "operation = \"CompleteMultipartUpload\"";

fn completes(asked: &[String]) -> usize {
    asked.iter().filter(|what| *what == "CompleteMultipartUpload").count()
}

/// Point and action; how often Complete goes out; whether a look at the object settled it.
#[rstest]
#[case::answer_lost("op.committed", "reset = {}", 1, true)]
#[case::answer_500_although_committed("op.committed", "respond = { status = 500 }", 1, true)]
#[case::answer_cut("resp.body@20", "truncate = { at = 20 }", 1, true)]
#[case::empty_body("op.committed", "respond = { status = 200, body = \"\" }", 1, true)]
#[case::not_xml("op.committed", "respond = { status = 200, body = \"fine\" }", 1, true)]
#[case::silent("op.committed", "vanish = {}", 1, true)]
#[case::dropped_before_the_commit("op.before_commit", "reset = {}", 2, false)]
#[case::answer_500_not_committed("op.before_commit", "respond = { status = 500 }", 2, false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_in_doubt_is_settled_without_sending_a_part_again(
    #[case] at: &str,
    #[case] action: &str,
    #[case] sent: usize,
    #[case] by_head: bool,
) {
    let bench = Bench::new().await;
    bench.rule(COMPLETE, at, action);
    let uploaded = bench.upload().await.unwrap();
    let asked = bench.asked(0);
    assert_eq!(parts(&asked), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!((completes(&asked), uploaded.resolved_by_head), (sent, by_head), "{asked:?}");
    assert!(!asked.contains(&"AbortMultipartUpload".to_owned()));
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_document_in_a_successful_answer_is_that_error() {
    let bench = Bench::new().await;
    let body = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
    bench.rule(COMPLETE, "op.before_commit", &format!("respond = {{ status = 200, body = \"{body}\" }}"));
    let error = bench.upload().await.unwrap_err();
    assert_eq!(error.kind.service().unwrap().code, "AccessDenied");
    assert!(error.is_resumable());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_nobody_may_look_at_stays_unknown_and_the_next_call_settles_it() {
    let bench = Bench::new().await;
    bench.plan(
        "[[fault]]\nmatch = { operation = \"CompleteMultipartUpload\" }\nat = \"op.committed\"\n\
         do = [{ reset = {} }]\n\
         [[fault]]\nmatch = { operation = \"HeadObject\" }\nat = \"req.head\"\n\
         do = [{ respond = { status = 403, code = \"AccessDenied\" } }]\n",
    );
    let error = bench.upload().await.unwrap_err();
    assert_eq!(error.kind.name(), "OutcomeUnknown");
    assert!(error.is_resumable(), "{error}");
    bench.healthy();
    let seen = bench.exchanges().len();
    let reports = Arc::new(Mutex::new(Vec::new()));
    let told = reports.clone();
    let hooks =
        Hooks::new().progress(move |progress| told.lock().unwrap().push((progress.sent, progress.phase)));
    let uploaded = bench.client.upload(bench.request(), hooks).await.unwrap();
    assert_eq!(*reports.lock().unwrap(), [(F7, Phase::Uploading), (F7, Phase::Committed)]);
    assert_eq!(bench.asked(seen), ["HeadObject", "ListParts"]);
    assert!(uploaded.resolved_by_head);
    assert_eq!((uploaded.parts_sent, uploaded.parts_reused), (0, 7));
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_writers_object_is_never_taken_for_ours() {
    let bench = Bench::new().await;
    bench.plan(
        "[[fault]]\nmatch = { operation = \"CompleteMultipartUpload\" }\nat = \"op.committed\"\n\
         do = [{ gate = { name = \"held\" } }, { reset = {} }]\n",
    );
    let (client, request) = (bench.client.clone(), bench.request());
    let upload = tokio::spawn(async move { client.upload(request, Hooks::new()).await });
    bench.held().await;
    let foreign = b"someone else's".to_vec();
    bench.emulator.sandbox().edits().put_object("bucket", "dir/key", foreign).await.unwrap();
    bench.emulator.sandbox().gates().release("held");
    let error = upload.await.unwrap().unwrap_err();
    assert_eq!(error.kind.name(), "UploadLost", "{error}");
    assert!(!error.is_resumable());
    bench.upload().await.unwrap();
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_vanished_before_the_commit_is_repaired() {
    let bench = Bench::new().await;
    bench.rule(COMPLETE, "req.head", "delete_part = { part = 3 }");
    bench.upload().await.unwrap();
    let asked = bench.asked(0);
    assert_eq!(parts(&asked), [1, 2, 3, 4, 5, 6, 7, 3]);
    assert_eq!(completes(&asked), 2);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_crc_of_the_object_is_told_and_the_record_is_gone() {
    let bench = Bench::new().await;
    bench.rule(COMPLETE, "resp.head", "wrong_crc64 = {}");
    let error = bench.upload().await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("IntegrityObject", 5));
    assert!(!error.is_resumable());
    assert_eq!(bench.left(), Vec::<String>::new());
}

/// Stops part 5, changes the source, lets the part go on.
async fn change_on_the_way(change: impl FnOnce(&Bench)) -> Bench {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 5", "op.before_commit", "gate = { name = \"held\" }");
    let (client, request) = (bench.client.clone(), bench.request());
    let upload = tokio::spawn(async move { client.upload(request, Hooks::new()).await });
    bench.held().await;
    change(&bench);
    bench.emulator.sandbox().gates().release("held");
    let error = upload.await.unwrap().unwrap_err();
    assert_eq!(error.kind.name(), "SourceChanged", "{error}");
    assert_eq!(completes(&bench.asked(0)), 0, "Complete is not sent");
    bench
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_edited_in_place_is_not_committed_and_the_next_call_sends_what_changed() {
    let bench = change_on_the_way(|bench| {
        let mut bytes = fs::read(bench.source()).unwrap();
        bytes[10] ^= 1;
        fs::write(bench.source(), bytes).unwrap();
    })
    .await;
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [1, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_grew_is_not_committed() {
    let bench = change_on_the_way(|bench| {
        let mut bytes = fs::read(bench.source()).unwrap();
        bytes.push(1);
        fs::write(bench.source(), bytes).unwrap();
    })
    .await;
    bench.upload().await.unwrap();
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_was_truncated_replaced_or_deleted_is_not_committed() {
    change_on_the_way(|bench| drop(fs::File::create(bench.source()).unwrap())).await;
    change_on_the_way(|bench| fs::remove_file(bench.source()).unwrap()).await;
    change_on_the_way(|bench| {
        let other = bench.dir.path().join("other");
        fs::copy(bench.source(), &other).unwrap();
        fs::rename(other, bench.source()).unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_edited_during_the_last_part_is_noticed_before_the_commit() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 7", "op.committed", "gate = { name = \"held\" }");
    let (client, request) = (bench.client.clone(), bench.request());
    let upload = tokio::spawn(async move { client.upload(request, Hooks::new()).await });
    bench.held().await;
    let mut bytes = fs::read(bench.source()).unwrap();
    bytes[usize::try_from(PART).unwrap()] ^= 1;
    fs::write(bench.source(), bytes).unwrap();
    bench.emulator.sandbox().gates().release("held");
    assert_eq!(upload.await.unwrap().unwrap_err().kind.name(), "SourceChanged");
    assert_eq!(completes(&bench.asked(0)), 0);
}
