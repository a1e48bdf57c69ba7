//! Cancelling at every point of an upload, and what is left then.

use oss_client::{CancelToken, Hooks, OnCancel};
use rstest::rstest;

use crate::bench::{Bench, F7, PART, parts};

/// Starts an upload, waits until the exchange is held, cancels, lets the exchange go on.
async fn cancelled_at(
    bench: &Bench,
    matching: &str,
    at: &str,
    mode: OnCancel,
) -> Result<oss_client::Uploaded, oss_client::UploadError> {
    bench.rule(matching, at, "gate = { name = \"held\" }");
    let cancel = CancelToken::new();
    let hooks = Hooks::new().cancel(cancel.clone());
    let (client, request) = (bench.client.clone(), bench.request());
    let upload = tokio::spawn(async move { client.upload(request, hooks).await });
    bench.held().await;
    cancel.cancel_with(mode);
    bench.emulator.sandbox().gates().release("held");
    upload.await.unwrap()
}

#[rstest]
#[case::part_in_flight("operation = \"UploadPart\", part = 3", "req.body@1000")]
#[case::last_part_in_flight("operation = \"UploadPart\", part = 7", "op.committed")]
#[case::initiate_in_flight("operation = \"InitiateMultipartUpload\"", "op.committed")]
#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_deletes_leaves_nothing(#[case] matching: &str, #[case] at: &str) {
    let bench = Bench::new().await;
    let error = cancelled_at(&bench, matching, at, OnCancel::Delete).await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("Cancelled", 130));
    assert!(error.upload_deleted, "{error:?}");
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
    assert_eq!(bench.left(), Vec::<String>::new());
    assert_eq!(bench.object().await, None);
    assert!(!bench.asked(0).contains(&"CompleteMultipartUpload".to_owned()));
}

#[rstest]
#[case::part_in_flight("operation = \"UploadPart\", part = 3", "req.body@1000")]
#[case::last_part_in_flight("operation = \"UploadPart\", part = 7", "op.committed")]
#[case::initiate_in_flight("operation = \"InitiateMultipartUpload\"", "op.committed")]
#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_keeps_is_gone_on_with_by_the_next_call(#[case] matching: &str, #[case] at: &str) {
    let bench = Bench::new().await;
    let error = cancelled_at(&bench, matching, at, OnCancel::Keep).await.unwrap_err();
    assert_eq!(error.kind.name(), "Cancelled");
    assert!(error.is_resumable(), "{error:?}");
    let held = bench.emulator.sandbox().edits().uploads()[0].parts.len();
    bench.healthy();
    let seen = bench.exchanges().len();
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(uploaded.parts_reused as usize, held);
    assert_eq!(parts(&bench.asked(seen)).len(), 7 - held);
    bench.assert_whole().await;
}

#[rstest]
#[case::delete(OnCancel::Delete)]
#[case::keep(OnCancel::Keep)]
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_under_way_is_not_called_back(#[case] mode: OnCancel) {
    let bench = Bench::new().await;
    let matching = "operation = \"CompleteMultipartUpload\"";
    let uploaded = cancelled_at(&bench, matching, "op.before_commit", mode).await.unwrap();
    assert!(uploaded.cancel_requested);
    assert!(!bench.asked(0).contains(&"AbortMultipartUpload".to_owned()));
    bench.assert_whole().await;
}

#[rstest]
#[case::one_at_a_time(1)]
#[case::five_at_a_time(5)]
#[tokio::test(flavor = "multi_thread")]
async fn cancelling_from_inside_the_callback_ends_the_upload(#[case] parallelism: usize) {
    let bench = Bench::new().await;
    let cancel = CancelToken::new();
    let token = cancel.clone();
    let hooks = Hooks::new().cancel(cancel).progress(move |progress| {
        if progress.sent >= PART {
            token.cancel();
        }
    });
    // The last part is held until the cancel has been heard, so that the upload cannot be faster than the callback.
    bench.rule("operation = \"UploadPart\", part = 7", "req.head", "stall = { until = \"never\" }");
    let request = bench.request().parallelism(parallelism).on_cancel(OnCancel::Delete);
    let error = bench.client.upload(request, hooks).await.unwrap_err();
    assert_eq!(error.kind.name(), "Cancelled");
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_one_upload_leaves_the_other_alone() {
    let bench = Bench::new().await;
    bench.rule(
        "operation = \"UploadPart\", part = 3, key = \"dir/key\"",
        "req.head",
        "gate = { name = \"held\" }",
    );
    let cancel = CancelToken::new();
    let hooks = Hooks::new().cancel(cancel.clone());
    let (client, request) = (bench.client.clone(), bench.request());
    let first = tokio::spawn(async move { client.upload(request, hooks).await });
    bench.held().await;
    let other = oss_client::UploadRequest::new("bucket", "other", bench.source()).part_size(PART);
    let (uploaded, error) = tokio::join!(bench.client.upload(other, Hooks::new()), async {
        cancel.cancel_with(OnCancel::Delete);
        bench.emulator.sandbox().gates().release("held");
        first.await.unwrap().unwrap_err()
    });
    assert_eq!(uploaded.unwrap().size, F7);
    assert_eq!(error.kind.name(), "Cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn aborting_finds_the_upload_by_its_record_and_without_one_asks_for_nothing() {
    let bench = Bench::new().await;
    assert_eq!(bench.client.abort_upload(&bench.request()).await, Ok(None));
    assert_eq!(bench.asked(0), Vec::<String>::new());
    bench.rule("operation = \"UploadPart\", part = 3", "req.head", "respond = { status = 403 }");
    let error = bench.upload().await.unwrap_err();
    assert_eq!(bench.client.abort_upload(&bench.request()).await, Ok(error.upload_id));
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
    assert_eq!(bench.left(), Vec::<String>::new());
    assert!(!bench.asked(0).contains(&"DeleteObject".to_owned()));
}
