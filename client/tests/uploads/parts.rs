//! Uploads over real sockets, with faults on single parts.

use rstest::rstest;

use crate::bench::{Bench, F7, PART, noise, parts};

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_upload_sends_each_part_once_and_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let uploaded = bench.upload().await.unwrap();
    let mut wanted = vec!["InitiateMultipartUpload".to_owned()];
    wanted.extend((1..=7).map(|part| format!("UploadPart {part}")));
    wanted.push("CompleteMultipartUpload".to_owned());
    assert_eq!(bench.asked(0), wanted);
    assert_eq!((uploaded.parts_sent, uploaded.parts_reused, uploaded.size), (7, 0, F7));
    assert!(uploaded.crc64_confirmed);
    bench.assert_whole().await;
}

#[rstest]
#[case::exact(2 * PART, 2)]
#[case::one_more(2 * PART + 1, 3)]
#[case::one_less(2 * PART - 1, 2)]
#[case::single(60_000, 1)]
#[tokio::test(flavor = "multi_thread")]
async fn the_last_part_has_what_is_left(#[case] size: u64, #[case] count: u32) {
    let bench = Bench::new().await;
    std::fs::write(bench.source(), noise(size, size)).unwrap();
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(uploaded.parts_sent, count);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_is_put_in_one_request() {
    let bench = Bench::new().await;
    std::fs::write(bench.source(), b"").unwrap();
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(bench.asked(0), ["PutObject"]);
    assert_eq!(uploaded.upload_id, None);
    bench.assert_whole().await;
}

/// Rule, and how often part 3 goes out.
#[rstest]
#[case::answered_500("op.before_commit", "respond = { status = 500 }", 2)]
#[case::answered_503("req.head", "respond = { status = 503 }", 2)]
#[case::html_502("req.head", "respond = { status = 502, style = \"html\" }", 2)]
#[case::dropped_before_the_answer("op.before_commit", "reset = {}", 2)]
#[case::stored_and_the_answer_lost("op.committed", "reset = {}", 2)]
#[case::cut_in_the_body("req.body@40000", "close = {}", 2)]
#[case::silent("op.committed", "vanish = {}", 2)]
#[case::stalled_body("req.body@40000", "stall = { until = \"never\" }", 2)]
#[case::wrong_etag("resp.head", "wrong_etag = {}", 2)]
#[case::wrong_crc64("resp.head", "wrong_crc64 = {}", 2)]
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_fails_once_is_sent_again(#[case] at: &str, #[case] action: &str, #[case] sent: usize) {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 3", at, action);
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(
        parts(&bench.asked(0)).iter().filter(|part| **part == 3).count(),
        sent,
        "{:?}",
        bench.asked(0)
    );
    assert_eq!(uploaded.parts_sent, 7);
    assert!(bench.emulator.sandbox().faults().status().iter().all(|rule| rule.fired > 0), "the fault fired");
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_spoilt_on_their_way_are_refused_by_the_server_and_sent_again() {
    let bench = Bench::new().await;
    bench.rule(
        "operation = \"UploadPart\", part = 2",
        "req.body@5000",
        "corrupt = { direction = \"request\", offset = 5000, xor = 255 }",
    );
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(0)).iter().filter(|part| **part == 2).count(), 2);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_refused_for_good_ends_the_call_and_the_next_call_sends_the_rest() {
    let bench = Bench::new().await;
    bench.plan(
        "[[fault]]\nmatch = { operation = \"UploadPart\", part = 4 }\nnth = \"1..\"\ntimes = \"forever\"\n\
         at = \"req.head\"\ndo = [{ respond = { status = 403, code = \"AccessDenied\" } }]\n",
    );
    let error = bench.upload().await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("Service", 4));
    assert_eq!(error.kind.service().unwrap().code, "AccessDenied");
    assert_eq!((error.parts_done, error.parts_total), (3, 7));
    assert!(error.is_resumable());
    bench.healthy();
    let seen = bench.exchanges().len();
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    assert_eq!((uploaded.parts_sent, uploaded.parts_reused), (4, 3));
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_in_flight_when_another_fails_are_recorded() {
    let bench = Bench::new().await;
    bench.rule(
        "operation = \"UploadPart\", part = 2",
        "req.head",
        "respond = { status = 403, code = \"AccessDenied\" }",
    );
    let request = bench.request().parallelism(5);
    let error = bench.client.upload(request, oss_client::Hooks::new()).await.unwrap_err();
    assert_eq!(error.kind.name(), "Service");
    let held: usize =
        bench.emulator.sandbox().edits().uploads().iter().map(|upload| upload.parts.len()).sum();
    assert_eq!(error.parts_done as usize, held, "every part that the server holds is known");
    bench.healthy();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)).len(), 7 - held);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_vanishes_on_the_way_is_begun_anew_in_the_same_call() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 4", "req.head", "delete_upload = {}");
    let uploaded = bench.upload().await.unwrap();
    let begun = bench.asked(0).iter().filter(|what| *what == "InitiateMultipartUpload").count();
    assert_eq!(begun, 2);
    assert!(uploaded.warnings.iter().any(|warning| warning.contains("no longer knows")), "{uploaded:?}");
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_may_be_told_to_delete_what_was_sent() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 2", "req.head", "respond = { status = 403 }");
    let request = bench.request().on_failure(oss_client::OnFailure::Delete);
    let error = bench.client.upload(request, oss_client::Hooks::new()).await.unwrap_err();
    assert!(error.upload_deleted && !error.is_resumable(), "{error:?}");
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
    assert_eq!(bench.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_blocks_delays_no_other_upload() {
    let bench = Bench::new().await;
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let blocked = std::sync::Mutex::new(blocked);
    let hooks = oss_client::Hooks::new().progress(move |_| {
        // Ends with an error when the other side is dropped, which is the release.
        let _released = blocked.lock().unwrap().recv();
    });
    let (client, request) = (bench.client.clone(), bench.request());
    let first = tokio::spawn(async move { client.upload(request, hooks).await });
    let other = oss_client::UploadRequest::new("bucket", "other", bench.source()).part_size(PART);
    bench.client.upload(other, oss_client::Hooks::new()).await.unwrap();
    drop(release);
    first.await.unwrap().unwrap();
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_record_a_failed_upload_is_deleted() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 2", "req.head", "respond = { status = 403 }");
    let request = oss_client::UploadRequest::new("bucket", "dir/key", bench.source()).part_size(PART);
    let error = bench.client.upload(request, oss_client::Hooks::new()).await.unwrap_err();
    assert!(error.upload_deleted && !error.is_resumable(), "{error:?}");
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
}
