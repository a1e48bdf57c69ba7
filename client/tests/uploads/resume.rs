//! What a second call makes of what a first one left: of the record, of the parts on the server, of a changed source.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use oss_client::Hooks;
use rstest::rstest;

use crate::{
    bench::{Bench, F7, PART, noise, parts},
    in_time::InTime,
};

/// A first call that ends after `held` parts.
async fn interrupted(held: u32) -> Bench {
    let bench = Bench::new().await;
    let matching = format!("operation = \"UploadPart\", part = {}", held + 1);
    bench.rule(&matching, "req.head", "respond = { status = 403, code = \"AccessDenied\" }");
    bench.upload().await.unwrap_err();
    bench.healthy();
    bench
}

fn upload_id(bench: &Bench) -> String {
    bench.emulator.sandbox().edits().uploads()[0].id.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_the_server_lost_are_sent_again_and_no_others() {
    let bench = interrupted(5).await;
    bench.emulator.sandbox().edits().delete_part("bucket", "dir/key", &upload_id(&bench), 2).unwrap();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [2, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_replaced_by_other_bytes_of_the_same_size_is_sent_again() {
    let bench = interrupted(4).await;
    let (id, other) = (upload_id(&bench), noise(PART, 99));
    bench.emulator.sandbox().edits().put_part("bucket", "dir/key", &id, 2, other).await.unwrap();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [2, 5, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_outside_the_plan_is_never_committed() {
    let bench = interrupted(3).await;
    let (id, other) = (upload_id(&bench), noise(PART, 99));
    bench.emulator.sandbox().edits().put_part("bucket", "dir/key", &id, 8, other).await.unwrap();
    bench.upload().await.unwrap();
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_the_server_forgot_between_calls_is_begun_anew() {
    let bench = interrupted(3).await;
    bench.emulator.sandbox().edits().delete_upload("bucket", "dir/key", &upload_id(&bench)).unwrap();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [1, 2, 3, 4, 5, 6, 7]);
    bench.assert_whole().await;
}

#[rstest]
#[case::denied("nth = \"1..\"\ntimes = \"forever\"", "respond = { status = 403, code = \"AccessDenied\" }")]
#[case::down("nth = \"1..\"\ntimes = \"forever\"", "respond = { status = 500 }")]
#[tokio::test(flavor = "multi_thread")]
async fn when_parts_cannot_be_listed_nothing_is_begun_and_nothing_is_lost(
    #[case] often: &str,
    #[case] action: &str,
) {
    let bench = interrupted(3).await;
    bench.plan(&format!(
        "[[fault]]\nmatch = {{ operation = \"ListParts\" }}\n{often}\nat = \"req.head\"\ndo = [{{ {action} }}]\n"
    ));
    let seen = bench.exchanges().len();
    let error = bench.upload().await.unwrap_err();
    assert_eq!(error.kind.name(), "Service");
    assert!(error.kind.to_string().starts_with("ListParts"), "{error}");
    assert!(bench.asked(seen).iter().all(|what| what == "ListParts"));
    bench.healthy();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_part_size_keeps_the_recorded_one_and_says_so() {
    let bench = interrupted(3).await;
    let seen = bench.exchanges().len();
    let uploaded = bench.client.upload(bench.request().part_size(2 * PART), Hooks::new()).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    assert_eq!(uploaded.part_size, PART);
    assert!(uploaded.warnings[0].contains("keeps its part size"), "{:?}", uploaded.warnings);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_behind_the_same_size_and_time_is_never_mixed() {
    let bench = interrupted(4).await;
    let before = fs::metadata(bench.source()).unwrap().modified().unwrap();
    let mut bytes = fs::read(bench.source()).unwrap();
    bytes[usize::try_from(PART).unwrap() + 7] ^= 1;
    fs::write(bench.source(), bytes).unwrap();
    fs::File::options().write(true).open(bench.source()).unwrap().set_modified(before).unwrap();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [2, 5, 6, 7], "only the changed part and the missing ones");
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_merely_touched_is_not_sent_again() {
    let bench = interrupted(4).await;
    let now = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    fs::File::options().write(true).open(bench.source()).unwrap().set_modified(now).unwrap();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [5, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_size_is_sent_anew_and_the_old_upload_is_aborted() {
    let bench = interrupted(4).await;
    fs::write(bench.source(), noise(F7 + 1, 8)).unwrap();
    let seen = bench.exchanges().len();
    bench.upload().await.unwrap();
    assert_eq!(bench.asked(seen)[..2], ["AbortMultipartUpload", "InitiateMultipartUpload"]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_parts_there_means_none_is_sent() {
    let bench = Bench::new().await;
    bench.rule(
        "operation = \"CompleteMultipartUpload\"",
        "req.head",
        "respond = { status = 403, code = \"AccessDenied\" }",
    );
    fs::write(bench.source(), noise(60_000, 5)).unwrap();
    bench.upload().await.unwrap_err();
    bench.healthy();
    let seen = bench.exchanges().len();
    let uploaded = bench.upload().await.unwrap();
    assert_eq!(bench.asked(seen), ["ListParts", "CompleteMultipartUpload"]);
    assert_eq!((uploaded.parts_sent, uploaded.parts_reused), (0, 1));
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_begins_at_what_is_proven_and_never_goes_back() {
    let bench = interrupted(4).await;
    let reports = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = reports.clone();
    let hooks = Hooks::new().progress(move |progress| seen.lock().unwrap().push(progress));
    bench.client.upload(bench.request(), hooks).await.unwrap();
    let reports = reports.lock().unwrap();
    assert_eq!((reports[0].sent, reports[0].resumed, reports[0].total), (4 * PART, 4 * PART, F7));
    assert!(reports.windows(2).all(|pair| pair[0].sent <= pair[1].sent && pair[0].phase <= pair[1].phase));
    let last = reports.last().unwrap();
    assert_eq!((last.sent, last.phase), (F7, oss_client::Phase::Committed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_record_costs_no_orphan_and_no_error_wherever_it_is_torn() {
    let bench = interrupted(3).await;
    let (path, whole) = (bench.record(), fs::read(bench.record()).unwrap());
    let upload = upload_id(&bench);
    // Nothing, magic, and from the id on several places up to the end of the sum.
    let id_ends =
        whole.windows(upload.len()).position(|bytes| bytes == upload.as_bytes()).unwrap() + upload.len();
    for cut in [0, 1, 20, id_ends + 1, id_ends + 60, whole.len() / 2, whole.len() - 2, whole.len() - 1] {
        fs::write(&path, &whole[..cut]).unwrap();
        let cancel = oss_client::CancelToken::new();
        let token = cancel.clone();
        let hooks = Hooks::new().cancel(cancel).progress(move |_| token.cancel());
        let error = bench.client.upload(bench.request(), hooks).await.unwrap_err();
        assert_eq!(error.kind.name(), "Cancelled", "cut at {cut}: {error}");
        if cut > id_ends {
            assert_eq!(error.upload_id.as_deref(), Some(upload.as_str()), "cut at {cut}");
        }
    }
    bench.upload().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_file_for_two_keys_serves_both() {
    let bench = Bench::new().await;
    let file = bench.records().join("explicit");
    let location = oss_client::RecordLocation::File(file.clone());
    bench.rule("operation = \"UploadPart\", part = 3", "req.head", "respond = { status = 403 }");
    bench.client.upload(bench.request().record(location.clone()), Hooks::new()).await.unwrap_err();
    bench.healthy();
    let before = fs::read(&file).unwrap();
    let other = oss_client::UploadRequest::new("bucket", "other", bench.source()).part_size(PART);
    let uploaded = bench.client.upload(other.record(location.clone()), Hooks::new()).await.unwrap();
    assert!(uploaded.warnings[0].contains("belongs to the upload"), "{:?}", uploaded.warnings);
    assert_eq!(fs::read(&file).unwrap(), before, "the first upload's record is untouched");
    let uploaded = bench.client.upload(bench.request().record(location), Hooks::new()).await.unwrap();
    assert_eq!(uploaded.parts_reused, 2);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_record_directory_is_an_error_before_any_request() {
    let bench = Bench::new().await;
    let request = bench.request().record(oss_client::RecordLocation::Dir(bench.dir.path().join("nowhere")));
    let error = bench.client.upload(request, Hooks::new()).await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("RecordUnwritable", 6));
    assert!(error.to_string().contains("nowhere does not exist"), "{error}");
    let request = bench.request().record(oss_client::RecordLocation::Dir("".into()));
    let error = bench.client.upload(request, Hooks::new()).await.unwrap_err();
    assert_eq!(error.kind.name(), "InvalidArgument");
    assert_eq!(bench.asked(0), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_upload_with_the_same_record_is_refused_while_the_first_runs() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 2", "req.head", "gate = { name = \"held\" }");
    // The second waits a while for the lock; the first must not lose its patience with the server meanwhile.
    let patient = oss_client::Client::builder(bench.emulator.endpoint())
        .credentials(oss_client::Credentials::new("id", "secret"))
        .build()
        .map(InTime)
        .unwrap();
    let request = bench.request();
    let first = tokio::spawn(async move { patient.upload(request, Hooks::new()).await });
    bench.held().await;
    let error = bench.upload().await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("RecordBusy", 6));
    bench.emulator.sandbox().gates().release("held");
    first.await.unwrap().unwrap();
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_part_size_is_refused_before_any_request() {
    let bench = Bench::new().await;
    let error = bench.client.upload(bench.request().part_size(102_399), Hooks::new()).await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("InvalidArgument", 2));
    assert_eq!(bench.asked(0), Vec::<String>::new());
}

/// Part 4 is cut off on its way, after its bytes have been shown; then the server may lose a whole part besides.
#[rstest]
#[case::a_part_was_cut_off(None, 3)]
#[case::a_part_was_lost_as_well(Some(2), 2)]
#[tokio::test(flavor = "multi_thread")]
async fn progress_begins_with_what_the_server_holds_and_not_with_what_was_shown(
    #[case] lost: Option<u32>,
    #[case] held: u64,
) {
    let bench = Bench::new().await;
    bench.rule(
        "operation = \"UploadPart\", part = 4",
        "req.body@1000",
        "respond = { status = 403, code = \"AccessDenied\" }",
    );
    let reports = Arc::new(Mutex::new(Vec::new()));
    let hooks = || {
        let reports = reports.clone();
        Hooks::new().progress(move |report| reports.lock().unwrap().push(report))
    };
    bench.client.upload(bench.request(), hooks()).await.unwrap_err();
    let shown = std::mem::take(&mut *reports.lock().unwrap()).last().unwrap().sent;
    assert!(shown > 3 * PART, "bytes on their way are shown: {shown}");
    bench.healthy();
    if let Some(number) = lost {
        bench
            .emulator
            .sandbox()
            .edits()
            .delete_part("bucket", "dir/key", &upload_id(&bench), number)
            .unwrap();
    }
    bench.client.upload(bench.request(), hooks()).await.unwrap();
    let first = reports.lock().unwrap()[0];
    assert_eq!((first.sent, first.resumed), (held * PART, held * PART));
    bench.assert_whole().await;
}
